// Deliveries: how far all of it is settled, in whatever order, and however many are out.

import { expect, test } from "vitest";
import { Deliveries } from "../../../runtime/log/deliveries.ts";

const stamp = (delivery: number, sequence = delivery + 100, takenMs = 5) => ({ delivery, sequence, takenMs });

test("all before the first that is not settled are settled, in whatever order that came, and for as many as are out", () => {
  const deliveries = new Deliveries();
  const many = 40_000;
  for (let round = 0; round < 3; round++) {
    const from = deliveries.next;
    for (let i = 0; i < many; i++) deliveries.add(stamp(deliveries.next));
    for (let i = many - 1; i > 0; i--) expect(deliveries.settle(stamp(from + i))).toBe(true);
    expect(deliveries.first).toBe(from);
    expect(deliveries.settle(stamp(from))).toBe(true);
    expect([deliveries.first, deliveries.next]).toEqual([from + many, from + many]);
  }
});

test("another message of the same number, one that is settled and one that did not come are not settled", () => {
  const deliveries = new Deliveries();
  for (let i = 0; i < 5; i++) deliveries.add(stamp(deliveries.next));
  expect(deliveries.settle(stamp(3, 9))).toBe(false);
  expect(deliveries.settle(stamp(3, 103, 6))).toBe(false);
  expect(deliveries.settle(stamp(6))).toBe(false);
  expect(deliveries.settle(stamp(3))).toBe(true);
  expect(deliveries.settle(stamp(3))).toBe(false);
  expect(deliveries.settle(stamp(1))).toBe(true);
  expect(deliveries.settle(stamp(1))).toBe(false);
  expect(deliveries.first).toBe(2);
});
