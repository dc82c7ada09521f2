// Turns: work of many small pieces does not keep anything else from being done.

import { expect, test } from "vitest";
import { Turns } from "../../runtime/turns.ts";

test("what waits is done before the next slice begins, and a slice is short (U1)", async () => {
  const turns = new Turns();
  const beganAt = performance.now();
  let slices = 0;
  let others = 0;
  while (slices < 5) {
    if (!turns.isOver) continue;
    setImmediate(() => others++);
    await turns.next();
    slices++;
    expect(others).toBe(slices);
  }
  // Five slices of ten milliseconds, however busy the machine is.
  expect(performance.now() - beganAt).toBeGreaterThanOrEqual(50);
});
