// Texts in their order, worked out bit by bit.

import fc from "fast-check";
import { expect, test } from "vitest";
import { inOrder } from "../../../runtime/store/in-order.ts";

test("are those that were given, as they sort, however many there are and in whatever order they come", () => {
  const texts = fc.oneof(
    fc.array(fc.string({ unit: "binary" })),
    fc.array(fc.constantFrom("a", "a0", "b"), { minLength: 1_000, maxLength: 2_000 }),
    fc.nat(3_000).map((count) => Array.from({ length: count }, (_, i) => `m-${(i * 7_919) % 3_001}`)),
  );
  fc.assert(
    fc.property(texts, (all) => {
      const given = all.flatMap((text, i) => (i % 3 === 0 ? [undefined, text] : [text]));
      expect([...inOrder(given)].filter((text) => text !== undefined)).toEqual([...all].sort());
    }),
  );
});

test("of many, others get their turn often before the first one comes", () => {
  const steps = [...inOrder(Array.from({ length: 100_000 }, (_, i) => `m-${(i * 7_919) % 100_003}`))];
  const first = steps.findIndex((text) => text !== undefined);
  expect(first).toBeGreaterThan(2 * Math.floor(100_000 / 512));
});
