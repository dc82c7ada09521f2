// Arrival: a replayed pack keeps the time of its first one; a header makes no pack younger than it is.

import { headers, type MsgHdrs } from "@nats-io/transport-node";
import { expect, test } from "vitest";
import { arrivalHeaders, arrivalOf, takenMs } from "../../../runtime/log/arrival.ts";

const NOW_MS = 1_767_225_600_000;
const arrival = (all?: MsgHdrs) => arrivalOf({ headers: all } as { headers: MsgHdrs }, NOW_MS);

const told = (text: string): MsgHdrs => {
  const all = headers();
  all.set("Quartier-Arrived-At", text);
  return all;
};

test("a pack arrived when JetStream took it, a replayed one when it came first", () => {
  expect(arrival()).toBe(NOW_MS);
  expect(arrival(headers())).toBe(NOW_MS);
  expect(arrival(arrivalHeaders(NOW_MS - 86_400_000))).toBe(NOW_MS - 86_400_000);
});

test.each([String(NOW_MS + 1), "-1", "1e3", "yesterday", "", "NaN", "9".repeat(400)])(
  "a header %j is not believed (R1)",
  (text) => {
    expect(arrival(told(text))).toBe(NOW_MS);
  },
);

test.each([
  ["$JS.ACK.stream.gateway.1.7.9.1767225600123456789.12", "of earlier servers"],
  ["$JS.ACK._.hash.stream.gateway.1.7.9.1767225600123456789.12", "of newer servers"],
  ["$JS.ACK.hub.hash.stream.gateway.1.7.9.1767225600123456789.12.token", "with a token"],
])("JetStream's time is read from the address %s, %s, as the client does", (reply) => {
  const asked = {
    reply,
    get time(): Date {
      throw new Error("the client was asked");
    },
  };
  expect(takenMs(asked)).toBe(1_767_225_600_123);
});

test.each(["", "inbox.1", "$JS.ACK.stream.gateway.1.7.9.soon.12"])(
  "of any other address %j the client is asked",
  (reply) => {
    expect(takenMs({ reply, time: new Date(NOW_MS) })).toBe(NOW_MS);
  },
);
