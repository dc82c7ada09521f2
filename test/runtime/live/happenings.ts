// Happenings: a district in several partitions, and whatever may happen to it, as arbitraries.

import fc from "fast-check";
import type { FlowNamed, ModelEvent } from "../../../runtime/log/events.ts";
import type { ReadingRow } from "../../../runtime/log/readings.ts";
import { districtOf, meterOf, START_MS, TestWorld } from "./harness.ts";

const MINUTE_MS = 60_000;

/** Two networks, one hanging on the other, a building with three meters, a space, a device: four partitions. */
export const district = districtOf(
  {
    ...{ "grid:mv:1": {}, "bus:mv:1": {}, "bus:mv:2": {}, "switch:mv:1": {} },
    ...{ "grid:lv:1": {}, "bus:lv:1": {}, "bus:lv:2": {}, "line:lv:1": { attributes: { maxIKa: 0.1 } } },
    ...{ "load:lv:2": {}, "generator:lv:2": {} },
    ...{ "building:b:one": {}, "space:b:room": {}, "district:test:test": {} },
    "building:c:two": {},
    "meter:meters:m-1": meterOf("building:b:one", { energyImport: "kWh", power: "W" }, { device: "d-1" }),
    "meter:meters:m-2": meterOf("building:b:one", { energyImport: "Wh", temperature: "degF" }, { device: "d-2" }),
    "meter:meters:m-3": meterOf("line:lv:1", { current: "A" }, { device: "d-2" }),
    "meter:meters:m-4": meterOf("space:b:room", { temperature: "Cel", co2: "ppm" }),
    "device:meters:d-1": { attributes: { intervalMs: 900_000 } },
    "device:meters:d-2": { attributes: { intervalMs: 900_000 } },
  },
  [
    ["grid:mv:1", "feeds", "bus:mv:1"],
    ["bus:mv:2", "feeds", "grid:lv:1"],
    ["grid:lv:1", "feeds", "bus:lv:1"],
    ["bus:lv:2", "feeds", "load:lv:2"],
    ["generator:lv:2", "feeds", "bus:lv:2"],
    ["bus:lv:2", "feeds", "building:b:one"],
    ["bus:mv:2", "feeds", "building:b:one"],
    ["bus:mv:1", "feeds", "building:c:two"],
    ["building:b:one", "contains", "space:b:room"],
    ["district:test:test", "contains", "building:b:one"],
    ["district:test:test", "contains", "building:c:two"],
    ["meter:meters:m-1", "measures", "building:b:one"],
    ["meter:meters:m-2", "measures", "building:c:two"],
    ["meter:meters:m-3", "measures", "line:lv:1"],
    ["meter:meters:m-4", "measures", "space:b:room"],
    ["device:meters:d-1", "feeds", "meter:meters:m-1"],
    ["device:meters:d-2", "feeds", "meter:meters:m-2"],
    ["device:meters:d-2", "feeds", "meter:meters:m-3"],
  ],
  [
    ["switch:mv:1", "bus:mv:1", "bus:mv:2"],
    ["line:lv:1", "bus:lv:1", "bus:lv:2"],
  ],
);

/** One thing that happens, some minutes after the one before. */
export type Happening =
  | { kind: "readings"; afterMin: number; entries: [twin: string, rows: ReadingRow[]][] }
  | { kind: "command"; afterMin: number; twin: string; name: string; args: Record<string, unknown>; key: number }
  | { kind: "imported"; afterMin: number; moves: boolean; entry: [twin: string, rows: ReadingRow[]] }
  | { kind: "tick"; afterMin: number }
  | { kind: "resumed"; afterMin: number }
  | { kind: "acknowledge"; afterMin: number; which: number }
  | { kind: "model"; afterMin: number; what: ModelLists };

type ModelLists = Pick<ModelEvent, "retired" | "changed" | "withdrawn" | "joined">;

const afterMin = fc.constantFrom(0, 0, 1, 2, 20, 70);
const rowOf = (points: Record<string, number[]>) =>
  fc.constantFrom(...Object.keys(points)).chain((point) =>
    fc.tuple(
      fc.constant(point),
      fc.integer({ min: 0, max: 12 }).map((step) => START_MS + step * 10 * MINUTE_MS),
      fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom(...points[point]!) },
        { weight: 1, arbitrary: fc.double({ min: -10, max: 200, noNaN: true }) },
      ),
    ),
  );
const entryOf = (twin: string, points: Record<string, number[]>) =>
  fc.array(rowOf(points), { minLength: 1, maxLength: 4 }).map((rows): [string, ReadingRow[]] => [twin, rows]);
const entry = fc.oneof(
  entryOf("meter:meters:m-1", { energyImport: [100, 100.5, 101, 3, 1e12], power: [0, 310, -20.25, 1e9] }),
  entryOf("meter:meters:m-2", { energyImport: [1, 2, 7000], temperature: [30, 68, 71.3, 1e6] }),
  entryOf("meter:meters:m-3", { current: [10, 96, 120] }),
  entryOf("meter:meters:m-4", { temperature: [4, 20, 29], co2: [400, 1_500] }),
);
const commandOf = (twin: string, ...names: string[]) =>
  fc.record({
    ...{ kind: fc.constant("command" as const), afterMin, twin: fc.constant(twin), name: fc.constantFrom(...names) },
    args: fc.constantFrom({}, {}, {}, { reason: "burnt" }, { temperatureDegC: 19.5 }),
    key: fc.nat(20),
  });
const IN_MODELS = ["meter:meters:m-1", "meter:meters:m-3", "building:b:one", "line:lv:1", "load:lv:2", "switch:mv:1"];
const SHARE: FlowNamed = ["meter:meters:m-1", "power", "sum", "building:b:one", "electricityPower"];
/** What a turn to another version of the model may tell, in any order. */
const modelLists: fc.Arbitrary<ModelLists> = fc.oneof(
  fc.constantFrom(...IN_MODELS).map((twin): ModelLists => ({ retired: [twin] })),
  fc.constantFrom(...IN_MODELS).map((twin): ModelLists => ({ changed: [twin] })),
  fc.constantFrom<ModelLists>({ withdrawn: [SHARE] }, { joined: [SHARE] }, {}),
);
export const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      ...{ kind: fc.constant("readings" as const), afterMin, entries: fc.array(entry, { minLength: 1, maxLength: 4 }) },
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("imported" as const), afterMin, moves: fc.boolean(), entry }),
  },
  { weight: 2, arbitrary: commandOf("switch:mv:1", "open", "close") },
  { weight: 1, arbitrary: commandOf("line:lv:1", "open", "close", "reportFault", "clearFault") },
  { weight: 1, arbitrary: commandOf("building:b:one", "setBack", "switchOff", "occupy", "setTemperature") },
  { weight: 1, arbitrary: commandOf("meter:meters:m-1", "reportFault", "clearFault", "decommission", "recommission") },
  { weight: 1, arbitrary: commandOf("load:lv:2", "shed", "reconnect") },
  {
    weight: 2,
    arbitrary: fc.oneof(
      fc.record({ kind: fc.constant("tick" as const), afterMin }),
      fc.record({ kind: fc.constant("resumed" as const), afterMin }),
    ),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("acknowledge" as const), afterMin, which: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("model" as const), afterMin, what: modelLists }) },
);

/** Plays what happens, every event committed and every signal delivered before the next. `between`: called after each. */
export function play(happenings: readonly Happening[], between: (world: TestWorld) => void = () => {}): TestWorld {
  const world = new TestWorld(district);
  world.resume();
  let now = START_MS;
  let turns = 0;
  for (const what of happenings) {
    between(world);
    now += what.afterMin * MINUTE_MS;
    if (what.kind === "tick") world.tick(now);
    else if (what.kind === "resumed") world.resume(now);
    else if (what.kind === "readings") {
      for (const [twin, rows] of what.entries) world.read(twin, rows, now);
    } else if (what.kind === "imported") {
      const { moves, entry } = what;
      world.apply(world.cell(entry[0]), { type: "imported", at: now, id: "i", moves, entries: [entry] });
      world.deliver();
    } else if (what.kind === "command") {
      const { twin, name, args, key } = what;
      world.apply(world.cell(twin), { type: "command", at: now, id: `${twin} ${key}`, twin, name, args });
      world.deliver();
    } else if (what.kind === "model") {
      const { retired = [], changed = [], withdrawn = [], joined = [] } = what.what;
      const [twin = SHARE[0]] = [...retired, ...changed, ...[...withdrawn, ...joined].map(([from]) => from)];
      world.apply(world.cell(twin), { type: "model", at: now, model: "m", turn: ++turns, part: 1, ...what.what });
      world.deliver();
    } else {
      const alarm = world.alarms()[what.which];
      if (!alarm) continue;
      const id = `acknowledge-${what.which}`;
      world.apply(world.cell(alarm.twin), { type: "acknowledge", at: now, id, alarm: alarm.id });
      world.deliver();
    }
  }
  return world;
}
