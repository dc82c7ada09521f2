// The address of a message: what JetStream says of it in the subject where it is to be answered.
// Form      $JS.ACK.STREAM.CONSUMER.TIMES.SEQUENCE.DELIVERY.NANOSECONDS.PENDING; newer servers put a domain and an account after ACK, and
//           may end with a token
// A1  the client takes the whole address apart into an object whatever is asked of it, which costs more than to read a pack: it is asked only
//     where the address is none of these, and an address is read once

import type { JsMsg } from "@nats-io/jetstream";

const DOTS_BEFORE_SEQUENCE = 5;
const DOTS_OF_SHORT = 8;
const MORE_DOTS_OF_LONG = 2;
const NANOS_DIGITS_BELOW_MS = 6;

/** What messages have of which the client's types do not speak: where they are to be answered. */
export interface Addressed {
  reply?: string;
}

/** Which message it is: to its stream, to its consumer (1 for the first that it gave), and when JetStream took it. */
export interface Stamp {
  sequence: number;
  delivery: number;
  takenMs: number;
}

/** A message with what its address says. */
export interface Stamped extends Stamp {
  message: JsMsg;
}

export function stamped(message: JsMsg & Addressed): Stamped {
  const { reply = "" } = message;
  const from = placeOf(reply, DOTS_BEFORE_SEQUENCE);
  const next = reply.indexOf(".", from) + 1;
  const last = reply.indexOf(".", next) + 1;
  const sequence = from > 0 ? Number(reply.slice(from, next - 1)) : Number.NaN;
  const delivery = Number(reply.slice(next, Math.max(next, last - 1)));
  const ms = timeIn(reply, last);
  if (Number.isNaN(sequence + delivery + ms)) {
    return { message, sequence: message.seq, delivery: message.info.deliverySequence, takenMs: message.time.getTime() };
  }
  return { message, sequence, delivery, takenMs: ms };
}

/** Where that begins which comes after so many dots of a short address; 0 when there are fewer. */
function placeOf(reply: string, dots: number): number {
  const from = afterDots(reply, 0, dots);
  const end = afterDots(reply, from, DOTS_OF_SHORT - dots);
  return reply.includes(".", end) ? afterDots(reply, from, MORE_DOTS_OF_LONG) : from;
}

/** Epoch ms of the nanoseconds that begin there; NaN when there are none. */
function timeIn(reply: string, from: number): number {
  const to = reply.indexOf(".", from) - NANOS_DIGITS_BELOW_MS;
  return from > 0 && to > from ? Number(reply.slice(from, to)) : Number.NaN;
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
