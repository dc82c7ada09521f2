// Arrival: when a pack of a device came first. One that is replayed keeps that time, and with it the times of its readings that have
// none of their own, or relative ones.
// Fed by    the time that JetStream gave a message, where it is to be answered; the header that a replay sets
// R1  the header is believed for a time before the message's own only. Anybody may set it, as anybody may publish; it says nothing
//     that the pack could not say by times of its own

import type { JsMsg } from "@nats-io/jetstream";
import { headers, type MsgHdrs } from "@nats-io/transport-node";

const ARRIVED_AT = "Quartier-Arrived-At";
const EPOCH_MS = /^\d{1,15}$/;

export function arrivalHeaders(arrivedAtMs: number): MsgHdrs {
  const all = headers();
  all.set(ARRIVED_AT, String(Math.round(arrivedAtMs)));
  return all;
}

const DOT = 46;
/** `$JS.ACK.STREAM.CONSUMER.TIMES.SEQUENCE.DELIVERY.NANOSECONDS.PENDING`; newer servers put a domain and an account after ACK. */
const DOTS_BEFORE_TIME = 7;
const DOTS_OF_SHORT = 8;
const MORE_DOTS_OF_LONG = 2;
const NANOS_DIGITS_BELOW_MS = 6;

/** What messages have of which the client's types do not speak: where they are to be answered. */
export interface Addressed {
  reply?: string;
}

/** When JetStream took a message, epoch ms. The client takes the whole address apart for that, which costs more than to read the pack. */
export function takenMs(message: Pick<JsMsg, "time"> & Addressed): number {
  const { reply = "" } = message;
  let dots = 0;
  for (let i = 0; i < reply.length; i++) if (reply.charCodeAt(i) === DOT) dots++;
  let left = DOTS_BEFORE_TIME + (dots === DOTS_OF_SHORT ? 0 : MORE_DOTS_OF_LONG);
  let from = 0;
  while (left > 0 && from < reply.length) if (reply.charCodeAt(from++) === DOT) left--;
  const to = reply.indexOf(".", from) - NANOS_DIGITS_BELOW_MS;
  const ms = to > from ? Number(reply.slice(from, to)) : Number.NaN;
  return Number.isNaN(ms) ? message.time.getTime() : ms;
}

/** Epoch ms. */
export function arrivalOf({ headers: all }: Pick<JsMsg, "headers">, ownMs: number): number {
  const told = all?.get(ARRIVED_AT) ?? "";
  return EPOCH_MS.test(told) ? Math.min(Number(told), ownMs) : ownMs;
}
