// A model that changes under living twins: planned, applied, taken back, cut off and gone through with. Over a real NATS server and store.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { Directory } from "../../../models/directory.ts";
import type { LoadedDistrict, TwinId } from "../../../models/district.ts";
import type { ExportQuery } from "../../../runtime/history-views.ts";
import type { HistoryRow } from "../../../models/telemetry/history-rows.ts";
import { programText } from "../../../runtime/kept-district.ts";
import { Dictionary } from "../../../runtime/live/dictionary.ts";
import { Population } from "../../../runtime/live/population.ts";
import { encodeEvent, type ModelEvent } from "../../../runtime/log/events.ts";
import { type Nats, natsFor } from "../../../runtime/nats-server/nats-for.ts";
import { directoryParts } from "../../../runtime/partitions.ts";
import { Store } from "../../../runtime/store/store.ts";
import { planOf } from "../../../runtime/versions/plan.ts";
import { eventsAfter, eventsBefore } from "../../../runtime/versions/turn-events.ts";
import { ModelFiles } from "../../../runtime/versions/model-files.ts";
import { RunningWorld } from "../../../runtime/world.ts";
import { CATALOGUE } from "../../../twins/catalogue.ts";
import { districtOf, meterOf } from "../live/harness.ts";

const log = pino({ level: "silent" });
const [NORTH, SOUTH] = ["building:b:north", "building:b:south"] as const;
const METERS = ["m-1", "m-2", "m-3"].map((name) => `meter:meters:${name}`) as [TwinId, TwinId, TwinId];
const PIPE = "pipe:water:p1";

interface Made {
  /** Which building each meter measures; a meter that is left out is not there. */
  measured?: readonly (TwinId | undefined)[];
  lengthM?: number;
  points?: Record<string, string>;
  id?: string;
}

/** Two buildings with meters, and two junctions with two pipes between them. */
function made({
  measured = [NORTH, NORTH, SOUTH],
  lengthM = 100,
  points = { power: "W" },
  id = "test",
}: Made = {}): LoadedDistrict {
  const meters = METERS.flatMap((meter, i) => {
    const building = measured[i];
    return building === undefined ? [] : [[meter, building] as const];
  });
  const district = districtOf(
    {
      "district:test:test": {},
      ...{ [NORTH]: {}, [SOUTH]: {}, "bus:lv:1": {}, "grid:lv:1": {} },
      ...{ "junction:water:a": {}, "junction:water:b": {}, "reservoir:water:r": {} },
      [PIPE]: { attributes: { lengthM, carrier: "water" } },
      "pipe:water:p2": { attributes: { lengthM: 7, carrier: "water" } },
      ...Object.fromEntries(
        meters.map(([meter, building]) => [meter, meterOf(building, points, { device: `dev-${meter.at(-1)}` })]),
      ),
    },
    [
      ["grid:lv:1", "feeds", "bus:lv:1"],
      ["bus:lv:1", "feeds", NORTH],
      ["bus:lv:1", "feeds", SOUTH],
      ["district:test:test", "contains", NORTH],
      ["district:test:test", "contains", SOUTH],
      ...meters.map(([meter, building]) => [meter, "measures", building] as const),
    ],
    [
      [PIPE, "reservoir:water:r", "junction:water:a"],
      ["pipe:water:p2", "junction:water:a", "junction:water:b"],
    ],
  );
  return { ...district, id };
}

const folders: string[] = [];
let nats: Nats;
let connection: NatsConnection;
let folder: string;
let models: ModelFiles;
let world: RunningWorld | undefined;

beforeAll(async () => {
  folders.push(mkdtempSync(join(tmpdir(), "quartier-test-turn-nats-")));
  nats = await natsFor({ dataDir: folders[0]!, log });
}, 600_000);
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "quartier-test-turn-"));
  folders.push(folder);
  models = new ModelFiles(join(folder, "models"));
  connection = await connect(nats.connection);
});
afterEach(async () => {
  await world?.stop();
  world = undefined;
  await connection.close();
});
afterAll(async () => {
  await nats?.stop();
  for (const each of folders) rmSync(each, { recursive: true, force: true });
});

/** Each test has a district, and so streams, of its own. */
let districts = 0;
const next = (): string => `turn${++districts}`;

async function kept(district: LoadedDistrict): Promise<Directory> {
  const parts = directoryParts(district, CATALOGUE);
  const { id, twins } = district;
  await models.save(parts, { district: id, program: programText(), loadedAt: 1, twins: twins.size }, []);
  return Directory.of(parts);
}

async function started(directory: Directory): Promise<RunningWorld> {
  world = await RunningWorld.open({
    ...{ directory, catalogue: CATALOGUE, dataDir: join(folder, "store"), models, speed: 1, log },
    ...{ loadingProgram: new URL("file:///none"), halt: (error) => expect.unreachable(String(error)) },
  });
  await world.join({ connection, nats });
  return world;
}

async function sends(id: string, meter: TwinId, value: number, point = "power"): Promise<void> {
  const device = `dev-${meter.at(-1)}`;
  connection.publish(`quartier.${id}.telemetry.${device}`, JSON.stringify([{ n: point, u: "W", v: value }]));
  await until(() => world!.twin(meter)?.points.find(({ name }) => name === point)?.value === value);
}

async function until(isSo: () => boolean): Promise<void> {
  const limit = Date.now() + 30_000;
  while (!isSo()) {
    if (Date.now() > limit) throw new Error("it did not come to be");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const power = (building: TwinId): number | undefined =>
  world!.twin(building)!.points.find(({ name }) => name === "electricityPower")?.value;

const revisions = (): Record<TwinId, number> =>
  Object.fromEntries(world!.twins({}, { first: 100 }).items.map(({ id, revision }) => [id, revision]));

test("a model with one changed pipe disturbs no other twin: their revisions stay", async () => {
  const id = next();
  const [before, after] = [await kept(made({ id })), await kept(made({ id, lengthM: 120 }))];
  await started(before);
  await sends(id, METERS[0], 10);
  await until(() => power("district:test:test") === 10);
  const was = revisions();
  const state = world!.twin(PIPE)!.state;
  const plan = await world!.planModel(after.key);
  expect(plan.counts).toEqual({ ADDED: 0, RETURNED: 0, RETIRED: 0, CHANGED: 1, RELINKED: 0, MOVED: 0 });
  expect([plan.from, plan.to, plan.untouched]).toEqual([before.key, after.key, before.size - 1]);
  expect(plan.twins(undefined, { first: 9 }).items).toEqual([
    {
      ...{ id: PIPE, what: "CHANGED", added: [], removed: [], state: ["keeps its state and points"] },
      attributes: [{ name: "lengthM", before: 100, after: 120 }],
    },
  ]);
  await world!.applyModel({ version: after.key, from: before.key });
  expect(revisions()).toEqual({ ...was, [PIPE]: was[PIPE]! + 1 });
  expect(world!.twin(PIPE)).toMatchObject({ state, model: { attributes: { lengthM: 120 } } });
  const [last] = await world!.trace(PIPE, 1);
  expect(last).toMatchObject({ cause: "model", before: state, after: state, why: { event: "model" } });
  expect(world!.models().map(({ id: version, isCurrent }) => [version, isCurrent])).toEqual([
    [after.key, true],
    [before.key, false],
  ]);
  await sends(id, METERS[0], 11);
  expect(power(NORTH)).toBe(11);
}, 120_000);

test("sums follow meters to another building, and lose those that are retired; going back is a plan like any other", async () => {
  const id = next();
  const before = await kept(made({ id }));
  const after = await kept(made({ id, measured: [SOUTH, undefined, SOUTH] }));
  await started(before);
  for (const [i, meter] of METERS.entries()) await sends(id, meter, 10 ** i);
  expect([power(NORTH), power(SOUTH)]).toEqual([11, 100]);
  const was = world!.twin(METERS[1])!;
  const plan = await world!.applyModel({ version: after.key });
  expect(plan.counts).toMatchObject({ RETIRED: 1, ADDED: 0, RETURNED: 0 });
  expect([power(NORTH), power(SOUTH)]).toEqual([0, 101]);

  const retired = world!.twin(METERS[1])!;
  expect(retired).toMatchObject({
    state: "retired",
    name: was.name,
    kind: "meter",
    points: [{ name: "power", value: 10 }],
  });
  expect(retired.revision).toBe(was.revision + 1);
  expect(world!.twins({ kinds: ["meter"] }, { first: 9 }).items.map((twin) => twin.id)).toEqual([METERS[0], METERS[2]]);
  const query = { twin: METERS[1], point: "power", from: 0, to: Date.now() + 60_000 };
  expect((await world!.history(query)).map(({ value }) => value)).toEqual([10]);
  expect((await world!.trace(METERS[1], 1))[0]).toMatchObject({ before: was.state, after: "retired", cause: "model" });
  for (const last of [0, 1, 2]) {
    for (const which of ["trace", "journal"] as const) {
      expect(await world![which](METERS[0], last)).toHaveLength(last);
      expect(await world![which](METERS[0], last, world!.now())).toHaveLength(last);
    }
  }
  expect(world!.links(METERS[1])).toEqual([]);
  expect(world!.commands(METERS[1])).toEqual([]);
  await expect(world!.command({ twin: METERS[1], name: "decommission" })).rejects.toMatchObject({
    code: "TWIN_UNKNOWN",
  });

  const back = await world!.planModel(before.key);
  expect(back.counts).toMatchObject({ RETURNED: 1, RETIRED: 0, ADDED: 0 });
  await world!.applyModel({ version: before.key, from: after.key });
  expect([power(NORTH), power(SOUTH)]).toEqual([11, 100]);
  expect(world!.twin(METERS[1])).toMatchObject({ state: was.state, points: [{ name: "power", value: 10 }] });
  await sends(id, METERS[1], 20);
  expect([power(NORTH), power(SOUTH)]).toEqual([21, 100]);
}, 120_000);

test("a retired twin is exported like any other, and nothing is imported into it", async () => {
  const id = next();
  const before = await kept(made({ id }));
  const after = await kept(made({ id, measured: [NORTH, undefined, SOUTH] }));
  await started(before);
  for (const [i, meter] of METERS.entries()) await sends(id, meter, 10 ** i);
  await world!.applyModel({ version: after.key });
  const exported = async (query: Partial<ExportQuery>) => {
    const found: [TwinId, string, string, number[]][] = [];
    for await (const { twin, point, unit, samples } of world!.exportHistory({ from: 0, to: 8e15, ...query })) {
      found.push([twin, point, unit, samples.map(({ value }) => value)]);
    }
    return found;
  };
  const all: [TwinId, string, string, number[]][] = METERS.map((meter, i) => [meter, "power", "W", [10 ** i]]);
  expect(await exported({ kinds: ["meter"], points: ["power"] })).toEqual(all);
  expect((await exported({})).filter(([, point]) => point === "power")).toEqual(all);
  expect(await exported({ twins: [METERS[1]] })).toEqual([all[1]]);

  const row = { twin: METERS[1], point: "power", unit: "W", at: 1_000, value: 3, quality: "GOOD" } as const;
  const rows = [
    { ...row, line: 2 },
    { ...row, line: 3, twin: METERS[0] },
  ];
  const report = await world!.importHistory(
    (async function* () {
      yield { rows, faults: [] };
    })(),
  );
  expect(report).toMatchObject({ read: 2, new: 1, refused: 1, refusals: [{ line: 2, code: "TWIN_RETIRED" }] });
  expect(await exported({ twins: [METERS[1]] })).toEqual([all[1]]);

  await world!.applyModel({ version: before.key });
  expect(await exported({ twins: [METERS[1]] })).toEqual([all[1]]);
}, 120_000);

test("an import over a change of the model loses nothing uncounted: it goes where each twin is by then", async () => {
  const id = next();
  const before = await kept(made({ id }));
  const after = await kept(made({ id, measured: [PIPE, undefined, SOUTH] }));
  expect(before.cellOf(METERS[0])).not.toBe(after.cellOf(METERS[0]));
  await started(before);
  const rowsAt = (at: number, firstLine: number) =>
    METERS.map((twin, i): HistoryRow => {
      return { line: firstLine + i, twin, point: "power", unit: "W", at, value: i, quality: "GOOD" };
    });
  const report = await world!.importHistory(
    (async function* () {
      yield { rows: rowsAt(1_000, 2), faults: [] };
      await world!.applyModel({ version: after.key });
      yield { rows: rowsAt(2_000, 5), faults: [] };
    })(),
  );
  expect(report).toMatchObject({ read: 6, new: 4, duplicates: 0, corrected: 0, refused: 2 });
  expect(report.refusals.map(({ line, code }) => [line, code])).toEqual([
    [3, "TWIN_RETIRED"],
    [6, "TWIN_RETIRED"],
  ]);
  for (const twin of [METERS[0], METERS[2]]) {
    const samples = await world!.history({ twin, point: "power", from: 0, to: 9_000 });
    expect(samples.map(({ at }) => at)).toEqual([1_000, 2_000]);
    expect(world!.twin(twin)!.points[0]).toMatchObject({ at: 2_000 });
  }
}, 120_000);

test("alarms of a retired twin are cleared, and a version that was applied stays after a start", async () => {
  const id = next();
  const [before, after] = [await kept(made({ id })), await kept(made({ id, measured: [NORTH, NORTH, undefined] }))];
  await started(before);
  const standing = () =>
    world!.alarms({ twin: METERS[2] }, { first: 9 }).items.filter(({ state }) => state !== "CLEARED");
  await world!.command({ twin: METERS[2], name: "reportFault", args: { reason: "it hums" } });
  expect(standing().map(({ code }) => code)).toEqual(["METER_FAULTY"]);
  await world!.applyModel({ version: after.key });
  expect(standing()).toEqual([]);
  await world!.stop();
  // The folder shows what it showed before.
  await started(before);
  expect(world!.district.key).toBe(after.key);
  expect(world!.twin(METERS[2])).toMatchObject({ state: "retired" });
}, 120_000);

test("an instant before a turn is that of the earlier model: its twins, what it said of them, and their links", async () => {
  const id = next();
  const before = await kept(made({ id }));
  const after = await kept(made({ id, measured: [SOUTH, undefined, SOUTH], lengthM: 120 }));
  await started(before);
  for (const [i, meter] of METERS.entries()) await sends(id, meter, 10 ** i);
  const state = world!.twin(METERS[1])!.state;
  await new Promise((resolve) => setTimeout(resolve, 20));
  const then = world!.now();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await world!.applyModel({ version: after.key });
  const ids = async (at: number) =>
    (await (await world!.past(at)).twins({ kinds: ["meter"] }, { first: 9 })).items.map((twin) => twin.id);
  expect(await ids(then)).toEqual(METERS);
  expect(await ids(world!.now())).toEqual([METERS[0], METERS[2]]);
  const past = await world!.past(then);
  expect(past.twin(METERS[1])).toMatchObject({ state, points: [{ name: "power", value: 10 }] });
  expect(past.twin(PIPE)!.model.attributes.lengthM).toBe(100);
  expect(past.links(METERS[0], "measures")).toEqual([{ role: "measures", twin: NORTH }]);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const gone = world!.now();
  const last = { state: "retired", kind: "meter", points: [{ name: "power", value: 10 }] };
  expect((await world!.past(gone)).twin(METERS[1])).toMatchObject(last);
  expect((await world!.past(gone)).twin(METERS[1])!.revision).toBe(world!.twin(METERS[1])!.revision);
  expect((await world!.past(then)).twin("meter:meters:never")).toBeUndefined();
  expect((await world!.past(world!.now())).links(METERS[0], "measures")).toEqual([{ role: "measures", twin: SOUTH }]);
  await world!.stop();
  await started(before);
  expect(await ids(then)).toEqual(METERS);
  // It returns, and was retired all the same.
  await world!.applyModel({ version: before.key });
  await sends(id, METERS[1], 20);
  expect((await world!.past(gone)).twin(METERS[1])).toMatchObject(last);
  expect(await ids(gone)).toEqual([METERS[0], METERS[2]]);
  expect((await world!.past(then)).twin(METERS[1])).toMatchObject({ state, points: [{ value: 10 }] });
}, 120_000);

test.each([
  ["before the turn", false],
  ["after it, before the twins heard", true],
])(
  "a turn that was cut off %s is gone through with at the next start (W4)",
  async (_, isAfter) => {
    const id = next();
    const before = await kept(made({ id }));
    const after = await kept(made({ id, measured: [SOUTH, NORTH, SOUTH], lengthM: 1 }));
    await started(before);
    for (const [i, meter] of METERS.entries()) await sends(id, meter, 10 ** i);
    const [was, is] = [before, after].map((each) => new Population(each, CATALOGUE, new Dictionary([])));
    const planned = { ...(await planOf(was!, is!, () => false)), before: was!, after: is! };
    const tell = async (events: ReadonlyMap<string, readonly ModelEvent[]>) => {
      for (const [cell, each] of events) {
        for (const event of each) connection.publish(`quartier.${id}.log.${cell}`, encodeEvent(event));
      }
      await connection.flush();
    };
    // What was told until then is in the logs, and is told again.
    await tell(eventsBefore(planned, Date.now(), 1));
    await until(() => power(NORTH) === 10);
    await world!.stop();
    const store = new Store(join(folder, "store"), id);
    await store.models.begins(after.key);
    if (isAfter) {
      await tell(eventsAfter(planned, Date.now(), 1));
      await store.models.turned(new Map(), Date.now());
    }
    await store.close();
    await started(before);
    expect(world!.district.key).toBe(after.key);
    expect(world!.twin(PIPE)!.model.attributes.lengthM).toBe(1);
    expect((await world!.trace(PIPE, 1))[0]).toMatchObject({ cause: "model" });
    expect([power(NORTH), power(SOUTH)]).toEqual([10, 101]);
    await world!.stop();
    await started(before);
    expect(world!.district.key).toBe(after.key);
  },
  120_000,
);

test("a stop does not wait for a turn that waits for what cannot leave, and the next start goes through with it (W4)", async () => {
  const id = next();
  const before = await kept(made({ id }));
  const after = await kept(made({ id, measured: [NORTH, NORTH, undefined] }));
  await started(before);
  const jsm = await jetstreamManager(connection);
  await jsm.streams.delete(`quartier_${id}_events`);
  await world!.command({ twin: METERS[2], name: "reportFault", args: { reason: "it hums" } });
  const applied = world!.applyModel({ version: after.key });
  const refused = expect(applied).rejects.toMatchObject({ code: "STOPPING" });
  // It has begun, and gets no further.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const asked = performance.now();
  await world!.stop();
  expect(performance.now() - asked).toBeLessThan(10_000);
  await refused;
  await started(before);
  expect(world!.district.key).toBe(after.key);
  expect(world!.twin(METERS[2])).toMatchObject({ state: "retired" });
  expect(world!.alarms({ twin: METERS[2] }, { first: 9 }).items.map(({ state }) => state)).toEqual(["CLEARED"]);
}, 120_000);

test("a folder that was changed is applied at the start, and news once", async () => {
  const id = next();
  const [before, after] = [await kept(made({ id })), await kept(made({ id, measured: [NORTH, undefined, SOUTH] }))];
  await started(before);
  await sends(id, METERS[1], 5);
  expect(power(NORTH)).toBe(5);
  await world!.stop();
  await started(after);
  expect(world!.district.key).toBe(after.key);
  expect(power(NORTH)).toBe(0);
  expect(world!.twin(METERS[1])!.state).toBe("retired");
}, 120_000);

test("what cannot be applied is refused, and changes nothing", async () => {
  const id = next();
  const [before, after] = [await kept(made({ id })), await kept(made({ id, points: { power: "kW" } }))];
  await started(before);
  const was = revisions();
  await expect(world!.planModel("0123456789abcdef")).rejects.toMatchObject({ code: "MODEL_UNKNOWN" });
  await expect(world!.applyModel({ version: after.key })).rejects.toMatchObject({ code: "MODEL_UNIT_CHANGED" });
  const other = await kept(made({ id, lengthM: 2 }));
  await expect(world!.applyModel({ version: other.key, from: other.key })).rejects.toMatchObject({
    code: "MODEL_MOVED_ON",
  });
  expect(revisions()).toEqual(was);
  expect(world!.district.key).toBe(before.key);
}, 120_000);

test("the same version again, and one that is being applied", async () => {
  const id = next();
  const [before, after] = [await kept(made({ id })), await kept(made({ id, lengthM: 2 }))];
  await started(before);
  const was = revisions();
  expect((await world!.applyModel({ version: before.key })).untouched).toBe(before.size);
  expect(revisions()).toEqual(was);
  const [first, second] = await Promise.allSettled([
    world!.applyModel({ version: after.key }),
    world!.applyModel({ version: after.key }),
  ]);
  expect([first?.status, second?.status]).toContain("fulfilled");
  const refusal = [first, second].find((one) => one?.status === "rejected") as PromiseRejectedResult;
  expect(["MODEL_BUSY", "MODEL_MOVED_ON"]).toContain(refusal.reason.code);
  expect(revisions()[PIPE]).toBe(was[PIPE]! + 1);
}, 120_000);

test("no more than sixteen versions are kept, the one that counts among them", async () => {
  const id = next();
  const first = await kept(made({ id }));
  await started(first);
  await world!.stop();
  for (let lengthM = 1; lengthM <= 20; lengthM++) await kept(made({ id, lengthM }));
  await started(first);
  expect(world!.models()).toHaveLength(16);
  expect(world!.models().find(({ isCurrent }) => isCurrent)?.id).toBe(first.key);
}, 120_000);

test.each(["bin", "texts"])(
  "a model whose .%s is damaged is told before the world is joined, and is not planned",
  async (ending) => {
    const id = next();
    const [first, other] = [await kept(made({ id })), await kept(made({ id, lengthM: 7 }))];
    const damage = (key: string) => {
      const path = join(folder, "models", `${key}.${ending}`);
      const bytes = readFileSync(path);
      bytes[bytes.length - 9]! ^= 1;
      writeFileSync(path, bytes);
    };
    await started(first);
    damage(other.key);
    await expect(world!.planModel(other.key)).rejects.toMatchObject({ code: "MODEL_DAMAGED" });
    await expect(world!.applyModel({ version: other.key })).rejects.toMatchObject({ code: "MODEL_DAMAGED" });
    await world!.stop();
    damage(first.key);
    await expect(started(first)).rejects.toMatchObject({ code: "MODEL_DAMAGED" });
  },
  120_000,
);
