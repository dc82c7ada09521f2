// State = fold(model, log): the same log gives the same state, bit for bit, also over a restart through the real store.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import type { ReadEvent } from "../../../runtime/log/events.ts";
import { Store } from "../../../runtime/store/store.ts";
import { district, happening, play } from "./happenings.ts";
import { frozen, saveAll, TestWorld, textOf, worldOver } from "./harness.ts";

/** Applies a part of each log to a world; each event is committed when `each`, else nothing is. */
function replay(world: TestWorld, logs: ReadonlyMap<string, ReadEvent[]>, from: Cuts, to: Cuts, each: boolean): void {
  for (const [name, partition] of world.partitions) {
    const log = logs.get(name)!;
    for (let i = from(name, log.length); i < to(name, log.length); i++) {
      partition.apply(log[i]!, i + 1);
      if (each) world.commit();
    }
  }
}

type Cuts = (partition: string, length: number) => number;
const NOTHING: Cuts = () => 0;
const ALL: Cuts = (_, length) => length;

const idsOf = (world: TestWorld, after: Cuts) =>
  world.committed.outbox
    .filter(({ partition, sequence }) => sequence > after(partition, world.logs.get(partition)!.length))
    .map(({ partition, sequence, index, out }) => `${partition}-${sequence}-${index} ${textOf(out)}`)
    .sort();

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

describe("State = fold(model, log)", () => {
  test("the district of these tests lives in several partitions", () => {
    const world = new TestWorld(district);
    expect([...world.partitions.keys()]).toEqual(
      ["c", "lv", "mv", "test"].filter((name) => world.partitions.has(name)),
    );
    expect(world.partitions.size).toBeGreaterThanOrEqual(3);
  });

  test("replayed from the start, in one batch, every twin is the same (N1)", () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 25 }), (happenings) => {
        const lived = play(happenings);
        const replayed = new TestWorld(district);
        replay(replayed, lived.logs, NOTHING, ALL, false);
        expect(frozen(replayed)).toEqual(frozen(lived));
        replayed.commit();
        expect(replayed.committed.samples).toEqual(lived.committed.samples);
        expect(textOf([...replayed.committed.alarms].sort())).toEqual(textOf([...lived.committed.alarms].sort()));
        expect(textOf([...replayed.committed.outcomes].sort())).toEqual(textOf([...lived.committed.outcomes].sort()));
      }),
      { numRuns: 40 },
    );
  });

  test("cut anywhere, frozen through LMDB and woken again, it goes on as if nothing had happened: twins, history, alarms, outcomes, ids of the outbox", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(happening, { minLength: 1, maxLength: 25 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (happenings, share) => {
          const lived = play(happenings);
          const cut: Cuts = (_, length) => Math.floor(share * length);
          const folder = mkdtempSync(join(tmpdir(), "quartier-replay-"));
          folders.push(folder);
          const store = new Store(folder, district.id);
          try {
            const before = await worldOver(store, district);
            replay(before, lived.logs, NOTHING, cut, false);
            await saveAll(before, store);
            const after = await worldOver(store, district);
            expect(frozen(after)).toEqual(frozen(before));
            replay(after, lived.logs, cut, ALL, true);
            expect(frozen(after)).toEqual(frozen(lived));
            for (const [name, partition] of after.partitions) {
              expect(textOf(partition.record())).toBe(textOf(lived.partitions.get(name)!.record()));
            }
            expect(idsOf(after, cut)).toEqual(idsOf(lived, cut));
            for (const { twin, point, at, value } of lived.samples()) {
              const is = after.sample(twin, point, at)?.[0] ?? store.history.at(after.numberOf(twin, point), at)?.value;
              expect(is, `${point} of ${twin} at ${at}`).toBe(value);
            }
            for (const [id, alarm] of lived.committed.alarms) {
              const stored = after.committed.alarms.get(id) ?? store.alarms().find((each) => each.id === id);
              expect(textOf(stored)).toBe(textOf(alarm));
            }
            for (const [id, { outcome, code }] of lived.committed.outcomes) {
              expect(after.committed.outcomes.get(id) ?? store.outcome(id)).toMatchObject({ outcome, code });
            }
          } finally {
            await store.close();
          }
        },
      ),
      { numRuns: 30 },
    );
  }, 30_000);

  test("an event at or before the position is passed over, so that a message delivered twice does nothing", () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 12 }), (happenings) => {
        const lived = play(happenings);
        const before = frozen(lived);
        for (const [name, partition] of lived.partitions) {
          for (const [i, event] of lived.logs.get(name)!.entries()) partition.apply(event, i + 1);
        }
        expect(lived.commit()).toEqual([]);
        expect(frozen(lived)).toEqual(before);
      }),
      { numRuns: 15 },
    );
  });
});
