// Promises: what must hold of a world whatever happened to it, each against an oracle of its own.
// P1  no acknowledged reading is lost: it is in a log, and the history has what the log says of its time; of a point that floods,
//     what a later one of the same time has replaced may be missing
// P2  none is applied twice: applied, late, corrected and duplicate readings are as many as the logs say
// P3  a point stands at its latest plausible reading, whatever came after that, and whatever it was before it was corrected
// P4  meters = buildings = district; supply is what the switches say; who is unsupplied is counted right
// P5  what was told to leave has left, in its order and not before it was on disk, and nothing else; it is what a replay of the logs
//     from their start lets leave, with the same ids - of an alarm that changed again before it was told, the last form at the least
// P6  replay of the logs from their start gives the restored state, history, alarms and outcomes, bit for bit
// P7  a key is answered once
// P8  what a building or the district was at any time is the sum of what the meters were, whenever that was heard: before each change of
//     one of them that comes SETTLED_MS after the one before

import type { TwinId } from "../../models/district.ts";
import type { OutboxEntry } from "../../runtime/live/changes.ts";
import { ESTIMATED, SUSPECT } from "../../runtime/live/page.ts";
import { decodeEvent } from "../../runtime/log/events.ts";
import { frozen, TestWorld, textOf } from "../runtime/live/harness.ts";
import { IMPLAUSIBLE_W } from "./district.ts";
import type { Ground } from "./ground.ts";
import type { Program } from "./program.ts";

/** Relative, for sums that were moved by differences in another order. */
const TOLERANCE = 1e-9;

/** Each of two sums above each other may be two minutes behind (W2). */
const SETTLED_MS = 5 * 60_000;

export function brokenPromises(ground: Ground, program: Program): string[] {
  const oracle = readingsOf(ground);
  const replayed = replay(ground);
  return [
    ...lostReadings(ground, program, oracle),
    ...miscounted(ground, oracle),
    ...leftWrong(ground),
    ...leftOtherwise(ground, replayed),
    ...notConserved(ground, program, oracle),
    ...pastNotConserved(ground, program),
    ...suppliedWrong(ground, program),
    ...replayedOtherwise(ground, program, replayed),
  ];
}

interface Oracle {
  rows: Set<string>;
  /** `TWIN POINT` to time to value. */
  points: Map<string, Map<number, number>>;
  /** Where each point stands; an implausible reading leaves it as it was. */
  stands: Map<string, { value: number; at: number }>;
  counted: Ground["counted"];
}

/** The logs read by the plainest rule: of a time the last other value counts. */
function readingsOf(ground: Ground): Oracle {
  const rows = new Set<string>();
  const points: Oracle["points"] = new Map();
  const stands: Oracle["stands"] = new Map();
  const counted = { applied: 0, duplicates: 0, late: 0, corrected: 0 };
  for (const name of ground.logs.keys()) {
    for (const [event] of ground.events(name)) {
      if (event.type !== "readings") continue;
      for (const [twin, entry] of event.entries) {
        for (const [point, timeMs, value] of entry) {
          rows.add(`${twin} ${point} ${timeMs} ${value}`);
          const key = `${twin} ${point}`;
          const known = points.get(key) ?? new Map<number, number>();
          points.set(key, known);
          const isLatest = [...known.keys()].every((time) => time < timeMs);
          const before = known.get(timeMs);
          if (isLatest) counted.applied++;
          else if (before === value) counted.duplicates++;
          else if (before === undefined) counted.late++;
          else counted.corrected++;
          known.set(timeMs, value);
        }
      }
    }
  }
  for (const [key, known] of points) {
    const plausible = [...known].filter(([, value]) => value < IMPLAUSIBLE_W);
    const [latest] = plausible.sort(([one], [other]) => other - one);
    if (latest) stands.set(key, { value: latest[1], at: latest[0] });
  }
  return { rows, points, stands, counted };
}

function lostReadings(ground: Ground, { store, world }: Program, { rows, points, stands }: Oracle): string[] {
  const isReplaced = (row: string) => {
    const [twin, point, timeMs] = row.split(" ");
    const key = `${twin} ${point}`;
    return ground.flooded.has(key) && points.get(key)?.has(Number(timeMs));
  };
  const broken = [...ground.acknowledged]
    .filter((row) => !rows.has(row) && !isReplaced(row))
    .map((row) => `P1 acknowledged, and in no log: ${row}`);
  for (const [key, values] of points) {
    const [twin, point] = key.split(" ") as [TwinId, string];
    const number = world.numberOf(twin, point);
    for (const [timeMs, value] of values) {
      const stored = store.history.at(number, timeMs)?.value;
      if (stored !== value) broken.push(`P1 the history has ${stored} for ${key} at ${timeMs}, the log ${value}`);
    }
    const is = { value: world.twin(twin).value(point), at: world.twin(twin).at(point) };
    if (textOf(is) !== textOf(stands.get(key))) {
      broken.push(`P3 ${key} stands at ${textOf(is)}, by the log at ${textOf(stands.get(key))}`);
    }
  }
  return broken;
}

function miscounted({ counted }: Ground, { counted: expected }: Oracle): string[] {
  return textOf(counted) === textOf(expected)
    ? []
    : [`P2 counted ${textOf(counted)}, the logs say ${textOf(expected)}`];
}

function leftWrong(ground: Ground): string[] {
  const broken: string[] = [];
  const arrived = new Map<string, Set<string>>();
  for (const to of ground.logs.keys()) {
    for (const [event] of ground.events(to)) {
      if (event.type !== "signals") continue;
      const way = `${event.from} to ${to}`;
      const ids = arrived.get(way) ?? new Set();
      for (const [sequence, index] of event.entries) ids.add(`${event.from}-${sequence}-${index}`);
      arrived.set(way, ids);
    }
  }
  const expected = new Map<string, string[]>();
  for (const [id, { from, out }] of ground.leaving) {
    const way = `${from} to ${out.kind === "signal" ? out.partition : "outside"}`;
    expected.set(way, [...(expected.get(way) ?? []), id]);
  }
  for (const id of ground.published) {
    const way = `${ground.leaving.get(id)?.from} to outside`;
    arrived.set(way, (arrived.get(way) ?? new Set()).add(id));
  }
  for (const way of new Set([...expected.keys(), ...arrived.keys()])) {
    const [was, should] = [[...(arrived.get(way) ?? [])].join(" "), (expected.get(way) ?? []).join(" ")];
    if (was !== should) broken.push(`P5 from ${way} there left ${was}, and should have ${should}`);
  }
  return broken;
}

/** What leaves, as the log alone has it: shares of sums, and their past, left out, which leave when the partition comes to tell them. */
function leftOtherwise(ground: Ground, replayed: TestWorld): string[] {
  const broken: string[] = [];
  const isSum = ({ out }: Pick<OutboxEntry, "out">) =>
    out.kind === "signal" && (out.signal.kind === "sum" || out.signal.kind === "past");
  const expected = new Map<string, string>();
  const lastOfAlarm = new Map<string, string>();
  for (const entry of replayed.committed.outbox) {
    const id = `${entry.partition}-${entry.sequence}-${entry.index}`;
    if (!isSum(entry)) expected.set(id, textOf(entry.out));
    if (entry.out.kind === "alarm") lastOfAlarm.set(entry.out.alarm.id, id);
  }
  const last = new Set(lastOfAlarm.values());
  for (const [id, entry] of ground.leaving) {
    const text = textOf(entry.out);
    if (!isSum(entry) && expected.get(id) !== text) {
      broken.push(`P5 ${id} was told as ${text}, replayed it is ${expected.get(id)}`);
    }
  }
  for (const [id, text] of expected) {
    const mayBeMissing = text.startsWith('{"kind":"alarm"') && !last.has(id);
    if (!ground.leaving.has(id) && !mayBeMissing) broken.push(`P5 ${id} was never told: ${text}`);
  }
  return broken;
}

function notConserved(ground: Ground, { world }: Program, { stands }: Oracle): string[] {
  const broken: string[] = [];
  const check = (id: TwinId, point: string, expected: number) => {
    const value = world.twin(id).value(point);
    const is = Number.isNaN(value) ? 0 : value;
    if (Math.abs(is - expected) > TOLERANCE * Math.max(1, Math.abs(expected))) {
      broken.push(`P4 ${point} of ${id} is ${value}, its parts are ${expected}`);
    }
  };
  const total = { electricityConsumption: 0, electricityPower: 0 };
  for (const { id, kind } of ground.district.twins.values()) {
    if (kind !== "building") continue;
    const here = { electricityConsumption: 0, electricityPower: 0 };
    for (const meter of ground.district.twins.values()) {
      if (meter.kind !== "meter" || meter.attributes.measures !== id) continue;
      for (const { name, unit } of meter.points!) {
        const latest = stands.get(`${meter.id} ${name}`)?.value ?? 0;
        if (name === "power") here.electricityPower += latest;
        else here.electricityConsumption += unit === "Wh" ? latest / 1_000 : latest;
      }
    }
    for (const point of ["electricityConsumption", "electricityPower"] as const) {
      check(id, point, here[point]);
      total[point] += here[point];
    }
  }
  for (const [point, expected] of Object.entries(total)) check("district:test:test", point, expected);
  return broken;
}

/** What a point was, by the history, in the order of time, and last where it stands. */
function pastOf({ store, world }: Program, id: TwinId, point: string): { at: number; value: number }[] {
  const twin = world.twin(id);
  const past = store.history.read(world.numberOf(id, point), 0, 8.64e15, undefined)!;
  const present = { at: twin.at(point), value: twin.value(point) };
  return [...past.filter(({ at }) => at !== present.at), ...(Number.isNaN(present.at) ? [] : [present])];
}

const standsAt = (past: { at: number; value: number }[], atMs: number): number =>
  past.findLast(({ at }) => at <= atMs)?.value ?? 0;

function pastNotConserved({ district }: Ground, program: Program): string[] {
  const broken: string[] = [];
  const buildings = [...district.twins.values()].filter(({ kind }) => kind === "building").map(({ id }) => id);
  const metersOf = (ids: TwinId[]) =>
    [...district.twins.values()].filter(({ kind, attributes }) => {
      return kind === "meter" && ids.includes(attributes.measures as TwinId);
    });
  const sums: [TwinId, TwinId[]][] = [
    ...buildings.map((id): [TwinId, TwinId[]] => [id, [id]]),
    ["district:test:test", buildings],
  ];
  for (const [id, of] of sums) {
    for (const [point, term] of [
      ["electricityPower", "power"],
      ["electricityConsumption", "consumption"],
    ] as const) {
      const terms = metersOf(of)
        .filter(({ id: meter }) => program.world.twin(meter).shape.index.has(term))
        .map(({ id: meter }) => pastOf(program, meter, term));
      const past = pastOf(program, id, point);
      const times = [...new Set(terms.flat().map(({ at }) => at))].sort((a, b) => a - b);
      for (const [i, next] of times.entries()) {
        if (i === 0 || next - times[i - 1]! < SETTLED_MS) continue;
        const is = standsAt(past, next - 1);
        const expected = terms.reduce((sum, each) => sum + standsAt(each, next - 1), 0);
        if (Math.abs(is - expected) > TOLERANCE * Math.max(1, Math.abs(expected))) {
          broken.push(`P8 ${point} of ${id} was ${is} at ${next - 1}, its meters were ${expected}`);
        }
      }
    }
  }
  return broken;
}

/** Which nodes have supply, found by walking from the grids until nothing new is reached. */
function suppliedWrong({ district }: Ground, { world }: Program): string[] {
  const feeds = district.links.filter(({ role }) => role === "feeds");
  const alive = new Set<TwinId>();
  for (let size = -1; size !== alive.size; ) {
    size = alive.size;
    for (const { id, kind } of district.twins.values()) {
      if (kind !== "grid") continue;
      const above = feeds.filter(({ to }) => to === id);
      if (above.length > 0 && !above.some(({ from }) => alive.has(from))) continue;
      for (const { from, to } of feeds) if (from === id) alive.add(to);
    }
    for (const { twin, from, to } of district.branches) {
      if (!world.twin(twin).conducting) continue;
      if (alive.has(from)) alive.add(to);
      if (alive.has(to)) alive.add(from);
    }
  }
  const broken: string[] = [];
  let unsupplied = 0;
  for (const { id, kind } of district.twins.values()) {
    if (kind === "bus" && (world.state(id) !== "dead") !== alive.has(id)) broken.push(`P4 ${id} is ${world.state(id)}`);
    if (kind !== "building") continue;
    const isAlive = feeds.some(({ from, to }) => to === id && alive.has(from));
    if (!isAlive) unsupplied++;
    const told = world.twin(id).value("electricitySupplied");
    if (told !== (isAlive ? 1 : 0)) broken.push(`P4 the supply of ${id} is told as ${told}`);
  }
  const counted = world.twin("district:test:test").value("unsuppliedBuildings");
  if (counted !== unsupplied) broken.push(`P4 ${counted} buildings are counted as unsupplied, ${unsupplied} are`);
  return broken;
}

/** The logs played from their start, in one go. */
function replay(ground: Ground): TestWorld {
  const replayed = new TestWorld(ground.district, { cells: ground.cellOf });
  for (const [name, log] of ground.logs) {
    const partition = replayed.partitions.get(name)!;
    for (const [i, bytes] of log.entries()) {
      const event = decodeEvent(bytes);
      if (typeof event !== "string") partition.apply(event, i + 1);
      partition.passed(i + 1);
    }
  }
  replayed.commit();
  return replayed;
}

function replayedOtherwise(ground: Ground, { world, store }: Program, replayed: TestWorld): string[] {
  const { alarms, outcomes, journal } = replayed.committed;
  const broken: string[] = [];
  const same = (what: string, restored: unknown, expected: unknown) => {
    const [is, should] = [textOf(restored), textOf(expected)];
    if (is !== should) broken.push(`P6 ${what} is ${is}, replayed it is ${should}`);
  };
  const again = frozen(replayed);
  for (const [id, text] of Object.entries(frozen(world))) {
    same(id, text, again[id]);
  }
  for (const [name, partition] of world.partitions) {
    same(`the record of ${name}`, partition.record(), replayed.partitions.get(name)!.record());
  }
  const good = new Map<number, { at: number; value: number; count: number }[]>();
  for (const { twin, point, at, value, quality } of replayed.samples()) {
    const number = world.numberOf(twin, point);
    same(`${point} of ${twin} at ${at}`, store.history.at(number, at), { at, value, quality });
    const here = good.get(number) ?? [];
    good.set(number, here);
    if (quality !== SUSPECT) here.push({ at, value, count: 1, ...(quality === ESTIMATED && { isEstimated: true }) });
  }
  for (const [id, twin] of world.twins) {
    for (const [i, point] of twin.shape.names.entries()) {
      const number = twin.numberOf(i);
      const samples = (good.get(number) ?? []).sort((one, other) => one.at - other.at);
      same(`the history of ${point} of ${id}`, store.history.read(number, 0, 8.64e15, undefined), samples);
    }
  }
  same("the alarms", sorted(store.alarms()), sorted([...alarms.values()]));
  for (const [id, outcome] of outcomes) {
    const stored = { ...store.outcome(id), at: undefined };
    same(`the outcome of ${id}`, stored, { ...outcome, at: undefined });
  }
  for (const id of ground.district.twins.keys()) {
    const entries = journal.filter((entry) => (entry as typeof entry & { twin: TwinId }).twin === id);
    same(`the journal of ${id}`, store.past.journal(id, 100_000), entries);
  }
  return broken;
}

const sorted = <T extends { id: string }>(items: T[]): T[] => items.sort((a, b) => (a.id < b.id ? -1 : 1));
