// Arrival: a replayed pack keeps the time of its first one; a header makes no pack younger than it is.

import { headers, type MsgHdrs } from "@nats-io/transport-node";
import { expect, test } from "vitest";
import { arrivalOf, withArrival } from "../../../runtime/log/arrival.ts";

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
  expect(arrival(withArrival(headers(), NOW_MS - 86_400_000))).toBe(NOW_MS - 86_400_000);
});

test.each([String(NOW_MS + 1), "-1", "1e3", "yesterday", "", "NaN", "9".repeat(400)])(
  "a header %j is not believed (R1)",
  (text) => {
    expect(arrival(told(text))).toBe(NOW_MS);
  },
);
