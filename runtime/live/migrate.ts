// Migrate: what an earlier version of a definition saved, in the form of the present one.
// Fed by    the numbers of a twin in their old layout, and its rare record; the migrations of its definition
// Gives     its numbers in the present layout, and the rare record that goes with them
// M1  an older twin goes through every migration between, in order; names that no migration mentions are kept
// M2  a twin of a newer version is STORE_TOO_NEW, and a migration that throws is MIGRATION_FAILED: the program ends, and what is
//     saved stays as it was
// M3  the parts of a sum are not points to a migration: they go with the point that they are the sum of

import type { TwinId } from "../../models/district.ts";
import {
  type Definition,
  QUALITIES,
  type SavedCondition,
  type SavedPoint,
  type SavedTwin,
} from "../../twins/definition.ts";
import { QuartierError } from "../errors.ts";
import * as page from "./page.ts";
import type { RareRecord } from "./rare.ts";
import { type Layout, type Shape, sumNames } from "./shape.ts";
import type { States } from "./states.ts";

/** The numbers of a twin: where they lie, and in which layout. */
export interface TwinNumbers {
  cells: Float64Array;
  base: number;
  layout: Layout;
}

/** Brings a twin to the present version, from `stored` to `now`. Gives its rare record. */
export function migrate(
  id: TwinId,
  { definition }: Pick<Shape, "definition">,
  stored: TwinNumbers & { rare: RareRecord },
  now: TwinNumbers,
  states: States,
): RareRecord {
  const number = stored.cells[stored.base + page.STATE]!;
  const saved = migrated(id, definition, unpack(stored, states.value(definition, number)), stored.layout);
  now.cells.set(stored.cells.subarray(stored.base, stored.base + page.TWIN_NUMBERS), now.base);
  const rare = pack(saved, stored.rare, now);
  now.cells[now.base + page.STATE] = states.numberOf(definition, saved.state);
  const flags = stored.cells[stored.base + page.FLAGS]! & ~page.RARE;
  now.cells[now.base + page.FLAGS] = Object.keys(rare).length > 0 ? flags | page.RARE : flags;
  return rare;
}

function migrated(id: TwinId, definition: Definition, stored: SavedTwin, layout: Layout): SavedTwin {
  const { kind, version = 1, migrations = {} } = definition;
  const { version: from = 1 } = layout;
  if (from > version) {
    const message = `${id} was saved by version ${from} of the kind ${kind}; this program knows ${version}`;
    throw new QuartierError("STORE_TOO_NEW", message);
  }
  let saved = stored;
  for (let step = from; step < version; step++) {
    try {
      saved = migrations[step]?.(saved) ?? saved;
    } catch (error) {
      const message = `${id} could not be brought from version ${step} of the kind ${kind} to ${step + 1}: ${(error as Error).message}`;
      throw new QuartierError("MIGRATION_FAILED", message);
    }
  }
  return saved;
}

function unpack({ cells, base, layout, rare }: TwinNumbers & { rare: RareRecord }, state: SavedTwin["state"]) {
  const row = new Map(layout.points.map((name, i) => [name, base + page.pointAt(layout.conditions.length, i)]));
  const parts = new Set<string>();
  const points: SavedTwin["points"] = {};
  for (const name of layout.points) {
    const [high, low, estimates] = sumNames(name).map((part) => row.get(part));
    if (high === undefined || low === undefined || estimates === undefined) continue;
    for (const part of sumNames(name)) parts.add(part);
  }
  const valueAt = (name: string) => cells[row.get(name)! + page.VALUE]!;
  for (const [name, at] of row) {
    if (parts.has(name)) continue;
    const [value, time, seenAt, recordedAt, quality] = cells.subarray(at, at + page.POINT_NUMBERS) as unknown as Row;
    const [high, low, estimates] = sumNames(name);
    const told = toldOf(name, rare);
    points[name] = {
      ...{ value, at: time, seenAt, recordedAt, quality: QUALITIES[quality]! },
      ...(parts.has(high) && { sum: { high: valueAt(high), low: valueAt(low), estimates: valueAt(estimates) } }),
      ...(Object.keys(told).length > 0 && { told }),
    };
  }
  const conditions = layout.conditions.map((name, i): [string, SavedCondition] => {
    const bit = 1 << i;
    const stands = cells[base + page.RAISED]! & bit ? "raised" : cells[base + page.HELD]! & bit ? "held" : "clear";
    const at = base + page.conditionAt(i);
    return [name, { stands, dueMs: cells[at + page.DUE_MS]!, arrivedMs: cells[at + page.ARRIVED_MS]! }];
  });
  return { state, points, conditions: Object.fromEntries(conditions), timers: Object.fromEntries(rare.timers ?? []) };
}

type Row = [value: number, at: number, seenAt: number, recordedAt: number, quality: number];

const toldOf = (name: string, { contributions = [] }: RareRecord): Record<string, number> =>
  Object.fromEntries(
    contributions
      .filter(([key]) => key.startsWith(`${name}|`))
      .map(([key, value]) => [key.slice(name.length + 1), value]),
  );

/** Writes points and conditions into a place as of a new twin. */
function pack(saved: SavedTwin, old: RareRecord, { cells, base, layout }: TwinNumbers): RareRecord {
  const { timers: _timers, contributions: _contributions, ...kept } = old;
  const rare: RareRecord = kept;
  const contributions: [string, number][] = [];
  const row = (name: string): number | undefined => {
    const i = layout.points.indexOf(name);
    return i < 0 ? undefined : base + page.pointAt(layout.conditions.length, i);
  };
  const put = (name: string, numbers: readonly number[]): void => {
    const at = row(name);
    if (at !== undefined) cells.set(numbers, at);
  };
  for (const [name, { value, at, seenAt, recordedAt, quality, sum, told = {} }] of present(saved.points)) {
    put(name, [value, at, seenAt, recordedAt, QUALITIES.indexOf(quality)]);
    if (row(name) === undefined) continue;
    const [high, low, estimates] = sumNames(name);
    if (sum) {
      put(high, [sum.high]);
      put(low, [sum.low]);
      put(estimates, [sum.estimates]);
    }
    for (const [partition, value] of Object.entries(told)) contributions.push([`${name}|${partition}`, value]);
  }
  cells[base + page.RAISED] = cells[base + page.HELD] = 0;
  for (const [name, { stands, dueMs, arrivedMs }] of present(saved.conditions)) {
    const i = layout.conditions.indexOf(name);
    if (i < 0) continue;
    cells.set([dueMs, arrivedMs], base + page.conditionAt(i));
    if (stands !== "clear") cells[base + (stands === "raised" ? page.RAISED : page.HELD)]! |= 1 << i;
  }
  const timers = Object.entries(saved.timers);
  if (timers.length > 0) rare.timers = timers;
  if (contributions.length > 0) rare.contributions = contributions;
  return rare;
}

/** A migration may name what a twin never had: its kind has it, this one does not. */
const present = <T extends SavedPoint | SavedCondition>(all: Record<string, T | undefined>): [string, T][] =>
  Object.entries(all).filter((entry): entry is [string, T] => entry[1] !== undefined);
