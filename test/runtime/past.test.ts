// The past: what is read for an instant is what folding the log up to that instant gives.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import type { TwinId } from "../../models/district.ts";
import { RECORD_EVERY_MS } from "../../runtime/live/late.ts";
import type { LiveTwin } from "../../runtime/live/live-twin.ts";
import { NONE, qualityName, SUSPECT, VALUE } from "../../runtime/live/page.ts";
import type { ReadEvent } from "../../runtime/log/events.ts";
import type { ReadingRow } from "../../runtime/log/readings.ts";
import { LiveNetworks } from "../../runtime/networks.ts";
import { directoryOf } from "../../runtime/partitions.ts";
import { Neighbours } from "../../runtime/live/neighbours.ts";
import { Past } from "../../runtime/past.ts";
import { PAST_RETENTION_MS } from "../../runtime/store/past-records.ts";
import { Store } from "../../runtime/store/store.ts";
import type { AlarmView, PastMoment, PointView, TwinView } from "../../runtime/views.ts";
import { CATALOGUE } from "../../twins/catalogue.ts";
import { district, type Happening, happening, play } from "./live/happenings.ts";
import { type NamedSample, START_MS, TestWorld, worldOver } from "./live/harness.ts";

const folder = mkdtempSync(join(tmpdir(), "quartier-past-"));
let stores = 0;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Each run has a store of its own, on disk. */
const RUNS = 15;
const LIMIT_MS = 120_000;
const ALL = { first: 1_000 };
type Logs = ReadonlyMap<string, readonly ReadEvent[]>;

/** Folds logs through the real store, with a checkpoint now and then, and hands over the past of it. */
async function remembered(
  logs: Logs,
  commitEvery: number,
  look: (past: Past, nowMs: number, world: TestWorld) => void | Promise<void>,
): Promise<void> {
  const store = new Store(join(folder, String(stores++)), district.id);
  try {
    const world = await worldOver(store, district);
    let nowMs = START_MS;
    for (const [name, partition] of world.partitions) {
      for (const [i, event] of logs.get(name)!.entries()) {
        partition.apply(event, i + 1);
        nowMs = Math.max(nowMs, partition.now);
        if ((i + 1) % commitEvery !== 0 && i + 1 < logs.get(name)!.length) continue;
        const take = () => ({ told: partition.takeNews(), ...partition.takeCheckpoint() });
        await store.checkpoint(name, { stream: name, created: "" }, take, nowMs);
        if (i % 3 === 0) await store.history.compact();
      }
    }
    const directory = directoryOf(district, CATALOGUE);
    const sources = { directory, records: store.past, history: () => store.history, today: directory };
    const networks = networksOf(world);
    const rosterOf = (id: TwinId) => world.partitions.get(world.cell(id))!.twins;
    const here = {
      retired: () => undefined,
      neighbours: new Neighbours(directory),
      live: (id: TwinId) => world.twins.get(id),
      peek: (id: TwinId) => rosterOf(id).peek(id),
      positionIn: (id: TwinId, state: string) => rosterOf(id).positionIn(id, state),
      networks: () => networks,
      unsaved: (id: TwinId) => {
        const { journal } = world.partitions.get(world.cell(id))!.changes.saves;
        return journal.ofTwin(id, "state").map((i) => journal.entry(i));
      },
    };
    await look(new Past({ ...sources, ...here }), nowMs, world);
  } finally {
    await store.close();
  }
}

function networksOf(world: TestWorld): LiveNetworks {
  const directory = directoryOf(district, CATALOGUE);
  return new LiveNetworks(
    directory,
    directory.cells.map((cell) => world.partitions.get(cell)!),
  );
}

/** The district as its logs have it up to an instant, its own millisecond included. */
function foldedTo(atMs: number, logs: Logs): TestWorld {
  const world = new TestWorld(district);
  for (const [name, partition] of world.partitions) {
    const log = logs.get(name)!;
    const until = log.findIndex(({ at }) => at > atMs);
    const done = until < 0 ? log : log.slice(0, until);
    for (const [i, event] of done.entries()) partition.apply(event, i + 1);
    // Deadlines up to the instant fired before the next event; not those that the program was away for.
    const next = log[done.length];
    if (next && next.type !== "resumed") partition.apply({ type: "tick", at: atMs }, done.length + 1);
  }
  world.commit();
  return world;
}

/** Times at which something happened or came due, just before and after, and some in between. */
function instantsOf(logs: Logs): number[] {
  const times = [...logs.values()].flatMap((log) => log.map(({ at }) => at));
  const last = Math.max(...times);
  const around = [...new Set(times)].flatMap((at) => [at - 1, at, at + 1, at + 61_000, at + 1_800_000]);
  return around.filter((at) => at <= last);
}

const alarmText = ({ id, state, raisedAt, acknowledgedAt, clearedAt }: AlarmView) =>
  `${id} ${state} ${raisedAt} ${acknowledgedAt} ${clearedAt}`;

async function sameStates(moment: PastMoment, folded: TestWorld): Promise<void> {
  for (const twin of folded.twins.values()) {
    const then = moment.twin(twin.id);
    expect(then?.state, `${twin.id} at ${moment.at - START_MS}`).toBe(twin.born ? twin.state : undefined);
    if (!then) continue;
    expect(then.revision).toBeGreaterThan(0);
    expect(then.revision).toBeLessThanOrEqual(twin.revision);
    const standing = folded.alarms().filter((alarm) => alarm.twin === twin.id && alarm.state !== "CLEARED");
    expect(moment.standing(twin.id).map(alarmText).sort()).toEqual(standing.map(alarmText).sort());
  }
  const all = folded.alarms().filter(({ state }) => state !== "CLEARED");
  const page = await moment.alarms({}, ALL);
  expect(page.items.map(alarmText).sort()).toEqual(all.map(alarmText).sort());
  const states = new Set([...folded.twins.values()].filter(({ born }) => born).map(({ state }) => state));
  for (const state of states) {
    const wanted = [...folded.twins.values()].filter((twin) => twin.born && twin.state === state);
    const found = (await moment.twins({ state }, ALL)).items.filter((twin) => twin.state === state);
    expect(found.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id).sort());
  }
}

/** What is upstream and downstream, and who supplies it, of every twin. */
async function sameNetworks({ networks: then }: PastMoment, folded: TestWorld): Promise<void> {
  if (![...folded.twins.values()].every(({ born }) => born)) return;
  const { desk } = networksOf(folded);
  for (const id of folded.district.twins.keys()) {
    expect(await then.suppliedBy(id), id).toEqual(await desk.suppliedBy(id));
    for (const way of ["upstream", "downstream", "sole"] as const) {
      expect(await then.trace(way, id, undefined, ALL), `${way} ${id}`).toEqual(
        await desk.trace(way, id, undefined, ALL),
      );
    }
  }
}

/** A measured point as all samples say that were ever taken: the last good one up to the instant, suspect after a suspect one. */
function pointOf(samples: readonly NamedSample[], twin: TwinId, point: string, atMs: number) {
  const taken = samples
    .filter((sample) => sample.twin === twin && sample.point === point && sample.at <= atMs)
    .sort((a, b) => b.at - a.at);
  const good = taken.find(({ quality }) => quality !== SUSPECT);
  return { value: good?.value, at: good?.at, quality: qualityName(taken[0]?.quality ?? NONE) };
}

/** A correction of the last good reading puts the live point in order again, though a later reading was held back. */
const CORRECTED_BEFORE_HELD = [
  { afterMin: 0, ofMin: 60, value: 71.3 },
  { afterMin: 0, ofMin: 70, value: 1e6 },
  { afterMin: 70, ofMin: 60, value: 30 },
].map(({ afterMin, ofMin, value }): Happening => {
  const row: ReadingRow = ["temperature", START_MS + ofMin * 60_000, value];
  return { kind: "readings", afterMin, entries: [["meter:meters:m-2", [row]]] };
});
const EVERY_PICK = Array.from({ length: 12 }, (_, i) => i);

const isMeasured = (twin: LiveTwin, point: string) =>
  twin.shape.specs[twin.shape.index.get(point)!]?.from === "measured";
/** Of an import cut off before its end the twins show nothing yet, and of the past neither. */
const sent = happening.filter(({ kind }) => kind !== "imported");
const saidBy = ({ state, revision, points, model, name }: TwinView) => ({ state, revision, points, model, name });
const shownBy = ({ value, at, quality }: PointView) => ({ value, at, quality });

describe("whatever happened in a district", () => {
  test(
    "its past is the fold of its logs: states, alarms, births, networks; its points are the samples up to then (Q1, Q2, Q4)",
    async () => {
      const picks = fc.array(fc.nat({ max: 10_000 }), { minLength: 1, maxLength: 6 });
      const cases = fc.tuple(fc.array(sent, { maxLength: 20 }), fc.integer({ min: 2, max: 12 }), picks);
      await fc.assert(
        fc.asyncProperty(cases, async ([happenings, commitEvery, chosen]) => {
          const lived = play(happenings);
          const [{ logs }, samples] = [lived, lived.samples()];
          await remembered(logs, commitEvery, async (past, nowMs) => {
            const instants = instantsOf(logs);
            for (const pick of chosen) {
              const atMs = instants[pick % instants.length]!;
              const moment = past.at(atMs, nowMs);
              const folded = foldedTo(atMs, logs);
              await sameStates(moment, folded);
              await sameNetworks(moment, folded);
              for (const twin of folded.twins.values()) {
                for (const point of moment.twin(twin.id)?.points ?? []) {
                  if (!isMeasured(twin, point.name)) continue;
                  const expected = pointOf(samples, twin.id, point.name, atMs);
                  expect(shownBy(point), `${twin.id} ${point.name}`).toEqual(expected);
                }
              }
            }
          });
        }),
        { numRuns: RUNS, examples: [[[CORRECTED_BEFORE_HELD, 2, EVERY_PICK]]] },
      );
    },
    LIMIT_MS,
  );

  test(
    "a point that follows from readings is as the twin showed it, two minutes before at the most (Q3)",
    async () => {
      const meters = ["meter:meters:m-1", "meter:meters:m-3"];
      const step = fc.tuple(fc.constantFrom(1, 7, 40, 61, 3_600), fc.constantFrom(...meters), fc.nat({ max: 90 }));
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
          const world = new TestWorld(district);
          world.resume();
          const shown = new Map<string, { from: number; value: number }[]>();
          const note = () => {
            for (const twin of world.twins.values()) {
              for (const [i, point] of twin.shape.names.entries()) {
                const values = shown.get(`${twin.id} ${point}`) ?? [];
                values.push({ from: world.now, value: twin.cells[twin.row(i) + VALUE]! });
                shown.set(`${twin.id} ${point}`, values);
              }
            }
          };
          note();
          let now = START_MS;
          for (const [afterS, meter, value] of steps) {
            now += afterS * 1_000;
            world.read(meter, [[meter.endsWith("1") ? "power" : "current", now, value]], now);
            note();
          }
          world.tick(now + 600_000);
          note();
          await remembered(world.logs, 9, async (past, nowMs) => {
            for (const atMs of instantsOf(world.logs)) {
              for (const { id, points } of (await past.at(atMs, nowMs).twins({}, ALL)).items) {
                for (const { name, value = Number.NaN } of points) {
                  const all = shown.get(`${id} ${name}`)!;
                  const since = all.findLast(({ from }) => from <= atMs - 2 * RECORD_EVERY_MS);
                  const near = all.filter(({ from }) => from <= atMs && from > atMs - 2 * RECORD_EVERY_MS);
                  const values = [since ?? all[0]!, ...near].map((each) => String(each.value));
                  expect(values, `${id} ${name} at ${atMs - START_MS}`).toContain(String(value));
                }
              }
            }
          });
        }),
        { numRuns: RUNS },
      );
    },
    LIMIT_MS,
  );
});

describe("an instant", () => {
  const { logs } = play([]);
  test("that lies ahead, or before what is kept, is refused; the edges are not (Q4)", async () => {
    await remembered(logs, 1, async (past) => {
      const now = START_MS + 1_000;
      expect(() => past.at(now + 1, now)).toThrow(expect.objectContaining({ code: "INSTANT_AHEAD" }));
      const edge = now - PAST_RETENTION_MS;
      expect(() => past.at(edge - 1, now)).toThrow(expect.objectContaining({ code: "INSTANT_FORGOTTEN" }));
      expect(past.at(now, now).at).toBe(now);
      expect((await past.at(edge, now).twins({}, ALL)).totalCount).toBe(0);
    });
  });

  test("has pages of twins, as the present has", async () => {
    await remembered(logs, 1, async (past, nowMs) => {
      const moment = past.at(nowMs, nowMs);
      const ids = [...district.twins.keys()].sort();
      const page = await moment.twins({}, { first: 3, after: ids[1]! });
      expect(page.items.map(({ id }) => id)).toEqual(ids.slice(2, 5));
      expect(page).toMatchObject({ totalCount: ids.length, hasNextPage: true, hasPreviousPage: true });
      expect((await moment.twins({ kinds: ["bus"], sources: ["lv"] }, ALL)).items.map(({ id }) => id)).toEqual([
        "bus:lv:1",
        "bus:lv:2",
      ]);
      expect(moment.twin("bus:lv:none")).toBeUndefined();
      expect(moment.twin("bus:lv:1")?.moment).toBe(moment);
    });
  });

  test("reads what is asked of a page at once, and the rest when somebody looks, to the same end", async () => {
    const heard: Happening = {
      kind: "readings",
      afterMin: 10,
      entries: [["meter:meters:m-1", [["power", START_MS + 600_000, 5]]]],
    };
    await remembered(play([heard, { ...heard, afterMin: 30 }]).logs, 1, async (past, nowMs) => {
      const moment = past.at(nowMs, nowMs);
      const { items } = await moment.twins({}, ALL);
      const later = (await moment.twins({}, ALL, { state: false, points: false })).items;
      expect(later.length).toBe(items.length);
      for (const [i, twin] of items.entries()) {
        for (const point of twin.points) expect(later[i]!.point!(point.name)).toEqual(point);
        expect(saidBy(later[i]!)).toEqual(saidBy(twin));
        for (const point of later[i]!.points) expect(later[i]!.point!(point.name)).toBe(point);
        expect(later[i]!.point!("none")).toBeUndefined();
      }
    });
  });

  test("is as it was, also for a twin whose first change of state no checkpoint has yet (Q5)", async () => {
    const meter = "meter:meters:m-1";
    const born = play([]);
    const heard = play([{ kind: "readings", afterMin: 10, entries: [[meter, [["power", START_MS + 600_000, 5]]]] }]);
    await remembered(born.logs, 1, async (past, nowMs, world) => {
      const moment = past.at(nowMs, nowMs);
      const before = moment.twin(meter)!.state;
      for (const [name, log] of heard.logs) {
        for (const [i, event] of log.entries()) {
          if (i >= born.logs.get(name)!.length) world.partitions.get(name)!.apply(event, i + 1);
        }
      }
      expect(world.twins.get(meter)!.state).not.toBe(before);
      expect(past.at(nowMs, nowMs).twin(meter)!.state).toBe(before);
    });
  });
});
