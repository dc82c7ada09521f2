// Migrate: what an earlier version of a definition saved, in the form of the present one.
// Fed by    records of the store; the migrations of definitions
// Gives     records that `thaw` can take
// M1  a record of the present version is given back as it is; an older one goes through every migration between, in order
// M2  a record of a newer version is STORE_TOO_NEW, and a migration that throws is MIGRATION_FAILED: the program ends, and what is
//     saved stays as it was
// M3  a state that the statechart does not have takes the twin out of service, alone, with its points as they were saved

import type { TwinId } from "../../models/district.ts";
import {
  type Definition,
  QUALITIES,
  type SavedCondition,
  type SavedPoint,
  type SavedTwin,
} from "../../twins/definition.ts";
import { QuartierError } from "../errors.ts";
import type { ExactSum } from "./exact-sum.ts";
import type { LiveTwin } from "./live-twin.ts";
import { CONDITION_NUMBERS, POINT_NUMBERS, thaw, type TwinRecord } from "./snapshot.ts";

const STANDS: readonly SavedCondition["stands"][] = ["clear", "held", "raised"];

/** Wakes a twin as it was saved. Gives what was wrong with its state (M3); it then stands in the first one of its statechart. */
export function wakeFrom(twin: LiveTwin, record: TwinRecord): Error | undefined {
  const migrated = migrate(twin.shape.definition, twin.id, record);
  try {
    thaw(twin, migrated);
    return undefined;
  } catch (error) {
    twin.wake();
    return error as Error;
  }
}

export function migrate(definition: Definition, id: TwinId, record: TwinRecord): TwinRecord {
  const { kind, version = 1, migrations = {} } = definition;
  const { version: from = 1 } = record.layout;
  if (from === version) return record;
  if (from > version) {
    const message = `${id} was saved by version ${from} of the kind ${kind}; this program knows ${version}`;
    throw new QuartierError("STORE_TOO_NEW", message);
  }
  let saved = unpack(record);
  for (let step = from; step < version; step++) {
    try {
      saved = migrations[step]?.(saved) ?? saved;
    } catch (error) {
      const message = `${id} could not be brought from version ${step} of the kind ${kind} to ${step + 1}: ${(error as Error).message}`;
      throw new QuartierError("MIGRATION_FAILED", message);
    }
  }
  return pack(saved, record, version);
}

function unpack({ state, layout, points, conditions, rare = {} }: TwinRecord): SavedTwin {
  const sums = new Map(rare.sums);
  const told = (name: string): Record<string, number> =>
    Object.fromEntries(
      (rare.contributions ?? [])
        .filter(([key]) => key.startsWith(`${name}|`))
        .map(([key, value]) => [key.slice(name.length + 1), value]),
    );
  const point = (name: string, at: number): SavedPoint => {
    const [value, time, seenAt, recordedAt, quality] = points.subarray(at, at + POINT_NUMBERS) as unknown as Numbers;
    const [sum, others] = [sums.get(name), told(name)];
    return {
      ...{ value, at: time, seenAt, recordedAt, quality: QUALITIES[quality]! },
      ...(sum && { sum }),
      ...(Object.keys(others).length > 0 && { told: others }),
    };
  };
  const condition = (at: number): SavedCondition => ({
    ...{ stands: STANDS[conditions[at]!]!, dueMs: conditions[at + 1]!, arrivedMs: conditions[at + 2]! },
  });
  return {
    state,
    points: Object.fromEntries(layout.points.map((name, i) => [name, point(name, i * POINT_NUMBERS)])),
    conditions: Object.fromEntries(layout.conditions.map((name, i) => [name, condition(i * CONDITION_NUMBERS)])),
    timers: Object.fromEntries(rare.timers ?? []),
  };
}

type Numbers = [value: number, at: number, seenAt: number, recordedAt: number, quality: number];

function pack({ state, points, conditions, timers }: SavedTwin, record: TwinRecord, version: number): TwinRecord {
  const { sums: _sums, timers: _timers, contributions: _contributions, ...rest } = record.rare ?? {};
  const named = Object.entries(points);
  const sums = named.flatMap(([name, { sum }]): [string, ExactSum][] => (sum ? [[name, [...sum]]] : []));
  const contributions = named.flatMap(([name, { told = {} }]) =>
    Object.entries(told).map(([partition, value]): [string, number] => [`${name}|${partition}`, value]),
  );
  const due = Object.entries(timers);
  return {
    ...record,
    state,
    layout: { points: Object.keys(points), conditions: Object.keys(conditions), version },
    points: Float64Array.from(
      named.flatMap(([, { value, at, seenAt, recordedAt, quality }]) => [
        ...[value, at, seenAt, recordedAt, QUALITIES.indexOf(quality)],
      ]),
    ),
    conditions: Float64Array.from(
      Object.values(conditions).flatMap(({ stands, dueMs, arrivedMs }) => [STANDS.indexOf(stands), dueMs, arrivedMs]),
    ),
    rare: {
      ...rest,
      ...(sums.length > 0 && { sums }),
      ...(contributions.length > 0 && { contributions }),
      ...(due.length > 0 && { timers: due }),
    },
  };
}
