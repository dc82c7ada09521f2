// The bound on live twins: one for all partitions of a world.

import { expect, test } from "vitest";
import { MAX_AWAKE, mayBeAwake } from "../../runtime/partitions.ts";

const populated = (awakeCount: number) => ({ twins: { awakeCount } });

test("a partition may have awake what the others leave, and its share in any case", () => {
  const [busy, small, idle] = [populated(200_000), populated(10_000), populated(0)];
  const all = [busy, small, idle];
  expect(mayBeAwake(busy, all)).toBe(MAX_AWAKE - 10_000);
  expect(mayBeAwake(small, all)).toBe(MAX_AWAKE - 200_000);
  const crowded = [populated(MAX_AWAKE), small, idle];
  expect(mayBeAwake(small, crowded)).toBe(Math.floor(MAX_AWAKE / 6));
  expect(mayBeAwake(crowded[0]!, crowded)).toBe(MAX_AWAKE - 10_000);
  expect(mayBeAwake(idle, [idle])).toBe(MAX_AWAKE);
});
