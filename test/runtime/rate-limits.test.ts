// Rate limits: what is dense twice is thinned out to its last value; nothing else is, and nothing is held for long.

import { describe, expect, test } from "vitest";
import {
  type BoundRow,
  BURST,
  CALM_MS,
  DENSE_MS,
  floodingDevices,
  HOLD_MS,
  MAX_HELD,
  RateLimits,
} from "../../runtime/rate-limits.ts";
import type { AlarmView } from "../../runtime/views.ts";

interface Pack {
  sequence: number;
}

const bindingOf = (n: number) => ({ number: n, twin: `meter:meters:m-${n}`, partition: "lv", unit: "W" });

class Scene {
  clockMs = 0;
  readonly limits = new RateLimits<Pack>(() => this.clockMs, []);
  readonly bindings = Array.from({ length: MAX_HELD + 10 }, (_, n) => bindingOf(n));
  /** Values in the order in which they went. */
  readonly went: number[] = [];
  #sequence = 0;

  /** A pack of one point: [measured at, value] each. Gives the pack. */
  send(
    rows: readonly (readonly [atMs: number, value: number])[],
    arrivedMs: number,
    { point = 0, sequence = ++this.#sequence } = {},
  ): Pack {
    const pack = { sequence };
    const bound = rows.map(
      ([atMs, value]): BoundRow => ({
        binding: this.bindings[point]!,
        row: ["power", atMs, value],
      }),
    );
    const now = this.limits.admit("d-1", pack, bound, arrivedMs);
    this.#went([...this.limits.released(), ...now]);
    return pack;
  }

  /** Uses up what a point may send at once: values of -1. */
  burst(arrivedMs: number, point = 0): void {
    for (let i = 0; i < BURST; i++) this.send([[arrivedMs - (BURST - i) * 10_000, -1]], arrivedMs, { point });
    this.went.length = 0;
  }

  later(ms: number): void {
    this.clockMs += ms;
    this.#went(this.limits.released());
  }

  #went(rows: readonly BoundRow[]): void {
    this.went.push(...rows.map(({ row: [, , value] }) => value));
  }
}

describe("readings go at once", () => {
  test("as long as a point has its burst, and again at the rate at which its bucket fills", () => {
    const scene = new Scene();
    for (let i = 0; i < BURST; i++) scene.send([[i, i]], 0);
    expect(scene.went).toHaveLength(BURST);
    scene.send([[BURST, BURST]], 0);
    expect(scene.went).toHaveLength(BURST);
    for (let i = 1; i <= 10; i++) scene.send([[BURST + i, BURST + i]], i * DENSE_MS);
    expect(scene.went.slice(BURST)).toEqual(Array.from({ length: 10 }, (_, i) => BURST + 1 + i));
  });

  test("when they come again behind later ones", () => {
    const scene = new Scene();
    scene.send([[60_000, 3]], 60_000);
    scene.send([[0, 1]], 0);
    scene.send([[0, 2]], 0);
    expect(scene.went).toEqual([3, 1, 2]);
  });

  test("when another point of the device floods", () => {
    const scene = new Scene();
    scene.burst(0);
    scene.send([[0, 1]], 0);
    scene.send([[0, 2]], 0, { point: 1 });
    expect(scene.went).toEqual([2]);
  });
});

describe("what is caught up on is never thinned out (F1)", () => {
  test("one reading a pack, each a quarter of an hour from the next, all at the same moment", () => {
    const scene = new Scene();
    const values = Array.from({ length: 5 * BURST }, (_, i) => i);
    for (const i of values) scene.send([[i * 900_000, i]], 0);
    scene.later(HOLD_MS);
    expect(scene.went).toEqual(values);
    expect([scene.limits.coalesced(), scene.limits.turns()]).toEqual([0, []]);
  });

  test("readings that are a rate's distance apart", () => {
    const scene = new Scene();
    scene.burst(0);
    for (let i = 0; i < 20; i++) scene.send([[i * DENSE_MS, i]], 0);
    scene.later(HOLD_MS);
    expect(scene.went).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  test("many readings of one point in one pack, however dense", () => {
    const scene = new Scene();
    scene.burst(0);
    const rows = Array.from({ length: 1_000 }, (_, i) => [i, i] as const);
    scene.send(rows, 0);
    expect(scene.went).toHaveLength(1_000);
  });

  test("a backlog that came in good time, though it is read at once", () => {
    const scene = new Scene();
    for (let i = 0; i < 5 * BURST; i++) scene.send([[i * DENSE_MS, i]], i * DENSE_MS);
    expect(scene.went).toHaveLength(5 * BURST);
  });
});

describe("above the limit", () => {
  test("the last value goes, at the latest after HOLD_MS, and the others are counted (F3)", () => {
    const scene = new Scene();
    scene.burst(0);
    for (let i = 0; i < 30; i++) {
      scene.send([[i, i]], i);
      scene.later(1);
    }
    expect(scene.limits.waitMs()).toBe(HOLD_MS - 30);
    scene.later(HOLD_MS - 30);
    expect(scene.went).toEqual([29]);
    expect(scene.limits.coalesced()).toBe(29);
    scene.later(CALM_MS);
    expect(scene.went).toEqual([29]);
  });

  test("the last is the one measured last, not the one that came last", () => {
    const scene = new Scene();
    scene.burst(0);
    for (const atMs of [5, 9, 7]) scene.send([[atMs, atMs]], 0);
    scene.later(HOLD_MS);
    expect(scene.went).toEqual([9]);
  });

  test("a correction of what is held takes its place", () => {
    const scene = new Scene();
    scene.burst(0);
    scene.send([[5, 1]], 0);
    scene.send([[5, 2]], 0);
    scene.later(HOLD_MS);
    expect(scene.went).toEqual([2]);
  });

  test("no more than MAX_HELD are held, and the oldest go first", () => {
    const scene = new Scene();
    for (let point = 0; point < MAX_HELD + 3; point++) scene.burst(0, point);
    for (let point = 0; point < MAX_HELD + 3; point++) scene.send([[0, point]], 0, { point });
    scene.later(0);
    expect(scene.went).toEqual([0, 1, 2]);
  });
});

describe("a pack", () => {
  test("is held until all its readings went or were replaced, and is then given back once (F2)", () => {
    const { limits, bindings } = new Scene();
    const send = (sequence: number, atMs: number, points: readonly number[]) => {
      const pack = { sequence };
      const rows = points.map((point): BoundRow => ({ binding: bindings[point]!, row: ["power", atMs, atMs] }));
      limits.admit("d-1", pack, rows, 0);
      return pack;
    };
    for (let i = 1; i <= BURST; i++) send(i, -10_000 * i, [0, 1]);
    const both = send(1_000, 1, [0, 1]);
    const first = send(1_001, 2, [0]);
    expect([limits.holds(both), limits.holds(first), limits.freed()]).toEqual([true, true, []]);
    const second = send(1_002, 2, [1]);
    expect([limits.holds(both), limits.holds(second), limits.freed()]).toEqual([false, true, [both]]);
  });

  test("that comes again while it is held is not settled for it, and nothing is counted", () => {
    const scene = new Scene();
    scene.burst(0);
    const first = scene.send([[5, 1]], 0);
    const again = scene.send([[5, 1]], 0, { sequence: first.sequence });
    expect([scene.limits.freed(), scene.limits.holds(first), scene.limits.holds(again)]).toEqual([[], false, true]);
    scene.later(HOLD_MS);
    expect([scene.went, scene.limits.freed(), scene.limits.coalesced()]).toEqual([[1], [again], 0]);
  });
});

describe("a device that floods", () => {
  test("is told once, and is calm when nothing was left out for CALM_MS", () => {
    const scene = new Scene();
    scene.burst(0);
    for (let i = 0; i < 3; i++) scene.send([[i, i]], 0);
    expect(scene.limits.turns()).toEqual([{ device: "d-1", on: true, coalesced: 1 }]);
    scene.later(CALM_MS - 1);
    expect(scene.limits.turns()).toEqual([]);
    expect(scene.limits.waitMs()).toBe(1);
    scene.later(1);
    expect(scene.limits.turns()).toEqual([{ device: "d-1", on: false, coalesced: 2 }]);
    expect(scene.limits.waitMs()).toBe(Number.POSITIVE_INFINITY);
  });

  test("when the program ended is known again by its alarm, and is told when it is calm", () => {
    const alarm = { twin: "device:meters:d-7", code: "DEVICE_FLOODING" } as AlarmView;
    const flooding = floodingDevices([alarm, { ...alarm, code: "DEVICE_SILENT" }]);
    expect(flooding).toEqual(["d-7"]);
    let clockMs = 0;
    const limits = new RateLimits<Pack>(() => clockMs, flooding);
    clockMs = CALM_MS;
    expect(limits.turns()).toEqual([{ device: "d-7", on: false, coalesced: 0 }]);
  });
});
