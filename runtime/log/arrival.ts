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
  let from = afterDots(reply, 0, DOTS_BEFORE_TIME);
  const end = afterDots(reply, from, DOTS_OF_SHORT - DOTS_BEFORE_TIME);
  if (reply.includes(".", end)) from = afterDots(reply, from, MORE_DOTS_OF_LONG);
  const to = reply.indexOf(".", from) - NANOS_DIGITS_BELOW_MS;
  const ms = from > 0 && to > from ? Number(reply.slice(from, to)) : Number.NaN;
  return Number.isNaN(ms) ? message.time.getTime() : ms;
}

/** The place after so many dots; 0 when there are fewer. */
function afterDots(text: string, from: number, dots: number): number {
  let at = from;
  for (let left = dots; left > 0; left--) {
    at = text.indexOf(".", at) + 1;
    if (at === 0) return 0;
  }
  return at;
}

/** Epoch ms. */
export function arrivalOf({ headers: all }: Pick<JsMsg, "headers">, ownMs: number): number {
  const told = all?.get(ARRIVED_AT) ?? "";
  return EPOCH_MS.test(told) ? Math.min(Number(told), ownMs) : ownMs;
}
