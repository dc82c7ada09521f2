// The address of a message: read as the client reads it, and by the client where it is another one.

import type { JsMsg } from "@nats-io/jetstream";
import { expect, test } from "vitest";
import { stamped } from "../../../runtime/log/address.ts";

test.each([
  ["$JS.ACK.stream.gateway.1.7.9.1767225600123456789.12", "of earlier servers"],
  ["$JS.ACK._.hash.stream.gateway.1.7.9.1767225600123456789.12", "of newer servers"],
  ["$JS.ACK.hub.hash.stream.gateway.1.7.9.1767225600123456789.12.token", "with a token"],
])("JetStream's time, place and count are read from the address %s, %s", (reply) => {
  const asked = {
    reply,
    get time(): Date {
      throw new Error("the client was asked");
    },
    get seq(): number {
      throw new Error("the client was asked");
    },
    get info(): never {
      throw new Error("the client was asked");
    },
  } as unknown as JsMsg;
  expect(stamped(asked)).toMatchObject({ sequence: 7, delivery: 9, takenMs: 1_767_225_600_123 });
});

test.each(["", "inbox.1", "$JS.ACK.stream.gateway.1.7.9.soon.12"])(
  "of any other address %j the client is asked",
  (reply) => {
    const asked = { reply, time: new Date(5), seq: 3, info: { deliverySequence: 4 } } as unknown as JsMsg;
    expect(stamped(asked)).toEqual({ message: asked, sequence: 3, delivery: 4, takenMs: 5 });
  },
);
