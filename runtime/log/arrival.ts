// Arrival: when a pack of a device came first. One that is replayed keeps that time, and with it the times of its readings that have
// none of their own, or relative ones.
// Fed by    the time that JetStream gave a message, where it is to be answered; the header that a replay sets
// R1  the header is believed for a time before the message's own only. Anybody may set it, as anybody may publish; it says nothing
//     that the pack could not say by times of its own

import type { JsMsg } from "@nats-io/jetstream";
import type { MsgHdrs } from "@nats-io/transport-node";

const ARRIVED_AT = "Quartier-Arrived-At";
const EPOCH_MS = /^\d{1,15}$/;

/** Says it in the headers of a pack that is published once more; gives them. */
export function withArrival(all: MsgHdrs, arrivedAtMs: number): MsgHdrs {
  all.set(ARRIVED_AT, String(Math.round(arrivedAtMs)));
  return all;
}

/** Epoch ms. */
export function arrivalOf({ headers: all }: Pick<JsMsg, "headers">, ownMs: number): number {
  if (all === undefined) return ownMs;
  const told = all.get(ARRIVED_AT);
  return EPOCH_MS.test(told) ? Math.min(Number(told), ownMs) : ownMs;
}
