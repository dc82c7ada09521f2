// Carry-over: the numbers of a twin from the layout in which they were stored to the one that its definition has now.
// O1  points and conditions are found by their names; what is new begins empty, what is gone is left behind

import type { TwinNumbers } from "./migrate.ts";
import { CONDITION_NUMBERS, conditionAt, HELD, POINT_NUMBERS, pointAt, RAISED, TWIN_NUMBERS } from "./page.ts";

export function carryOver(old: TwinNumbers, now: TwinNumbers): void {
  const copy = (fromAt: number, toAt: number, count: number) =>
    now.cells.set(old.cells.subarray(old.base + fromAt, old.base + fromAt + count), now.base + toAt);
  copy(0, 0, TWIN_NUMBERS);
  const bits = { [RAISED]: 0, [HELD]: 0 };
  for (const [j, name] of old.layout.conditions.entries()) {
    const i = now.layout.conditions.indexOf(name);
    if (i < 0) continue;
    copy(conditionAt(j), conditionAt(i), CONDITION_NUMBERS);
    for (const which of [RAISED, HELD] as const) if (old.cells[old.base + which]! & (1 << j)) bits[which] |= 1 << i;
  }
  for (const which of [RAISED, HELD] as const) now.cells[now.base + which] = bits[which];
  const pointOf = ({ layout }: TwinNumbers, i: number) => pointAt(layout.conditions.length, i);
  for (const [j, name] of old.layout.points.entries()) {
    const i = now.layout.points.indexOf(name);
    if (i >= 0) copy(pointOf(old, j), pointOf(now, i), POINT_NUMBERS);
  }
}
