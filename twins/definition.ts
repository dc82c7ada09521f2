// What a twin is made of: points + conditions + statechart + commands, said in one file per kind with `defineTwin`.
// Fed by    events of the world's log, handed in by the runtime
// Gives     definitions: data and pure functions; the runtime makes live XState actors of them
// Must not  know the time, chance, a disk or a server: time arrives in events
// T1  a point changes by a reading, a computation over points, or an effect; never otherwise
// T2  only a *change* of a condition reaches the statechart, as `NAME.raised` or `NAME.cleared`
// T3  a statechart keeps no context: its memory is its state and its points, so a snapshot is a state value and numbers

import type { AnyStateMachine, StateValue } from "xstate";
import type { z } from "zod";
import type { Kind, LinkRole, PointModel, TwinModel } from "../models/district.ts";
import type { Condition } from "./conditions.ts";

export const QUALITIES = ["NONE", "GOOD", "ESTIMATED", "SUSPECT"] as const;
/** NONE: never had a value. ESTIMATED: filled in by the twin. SUSPECT: the last reading was implausible, the value is the last good one. */
export type Quality = (typeof QUALITIES)[number];

/** Role of a link as seen from either end, for instance `measures` from the meter, `measuredBy` from the building. */
export type NeighbourRole = LinkRole | "fedBy" | "isPartOf" | "measuredBy" | "connectedBy";

/** The read-only view of a twin's own points and of what the model says of it, given to every rule. */
export interface View {
  readonly model: TwinModel;
  /** Value of a point in the point's unit; NaN when it never had one, or when the twin has no such point. */
  value(point: string): number;
  /** Time of a point's value in epoch ms; NaN when it never had one. */
  at(point: string): number;
  quality(point: string): Quality;
  /** A numeric attribute of the model, NaN when it is missing or no number. */
  attribute(name: string): number;
  /** How many twins stand at the other end of its links in that role. */
  neighbours(role: NeighbourRole): number;
  /** Whether a condition stands raised just now, the one of the present event included. */
  isRaised(condition: string): boolean;
}

export interface Reading {
  value: number;
  timeMs: number;
}

/** In the point's unit. */
export type PointValue = readonly [point: string, value: number];

/** What is to be done with a reading that is newer than the point's value. A held reading leaves the value as it was. */
export interface Admission {
  quality: "GOOD" | "SUSPECT";
  hold: boolean;
  /** Why it is suspect, or what was recorded (`rollover`): goes into the journal. */
  reason?: string;
  /** Values of other points of the twin that this reading sets, in their units. */
  also?: readonly PointValue[];
}

export type Admit = (reading: Reading, point: string, view: View) => Admission;

/**
 * Why a reading cannot stand before the next one of its point; undefined when it can. `before`: the twin as it was before the reading, which
 * was admitted there. `next`: the twin as it was at the next one.
 */
export type Contradiction = (reading: Reading, admission: Admission, before: View, next: View) => string | undefined;

/**
 * What is asked about the readings of a measured point: of new ones, with the twin as it is, and of late and corrected ones, with the twin as
 * its history has it.
 */
export interface ReadingRules {
  admit?: Admit;
  /** Asked of late and corrected readings, before which no newer one could be known. */
  contradiction?: Contradiction;
  /** Other points of the twin that an admission may set, and that have a history: they are taken back where the reading is. */
  sets?: readonly string[];
  /** One of those that follows from several measured points: what it is in a view of the twin, in its unit; NaN when that is not known. */
  recount?: { point: string; of: (view: View) => number };
  /**
   * What the first reading that an import gives a point sets beside itself, where the history knows more of its time. Asked with the twin
   * as its history has it then.
   */
  goesOn?: (reading: Reading, then: View) => readonly PointValue[];
}

/** Comes from a device's reading, or from the equally named point of a meter that measures this twin. */
export interface MeasuredPoint extends ReadingRules {
  from: "measured";
  unit: string;
}

/** Follows from other points of the same twin. `compute` gives NaN for "not known". */
export interface ComputedPoint {
  from: "computed";
  unit: string;
  of: readonly string[];
  compute: (view: View) => number;
  /** It follows from the qualities of those points alone: a value that changes leaves it as it is. */
  byQuality?: boolean;
}

/** The sum of one point over the neighbours in a role. Neighbours whose point has another dimension are left out. */
export interface SummedPoint {
  from: "summed";
  unit: string;
  over: NeighbourRole;
  point: string;
  where: (neighbour: TwinModel) => boolean;
}

/** Is set by an effect of the statechart (a set-point, a counted offset). `initial` is NaN when absent. Names that start with `#` are not shown. */
export interface SetPoint {
  from: "set";
  unit: string;
  initial?: (model: TwinModel) => number;
  /** Its history is kept though it is not shown: late readings are judged by what it was. */
  isKept?: boolean;
}

export type PointSpec = MeasuredPoint | ComputedPoint | SummedPoint | SetPoint;
export type PointSpecs = Record<string, PointSpec>;

export interface Refusal {
  /** Upper case, for instance `VALVE_STUCK`. */
  code: string;
  reason: string;
}

export interface CommandDefinition {
  description: string;
  /** Schema of its arguments; a command without one takes none. */
  args?: z.ZodType;
  /** A rule beyond the statechart: why it is refused just now, or undefined. */
  refuse?: (view: View, args: Record<string, unknown>) => Refusal | undefined;
}

/** Every event that a statechart sees. Entry actions of the very first state see none: `born` follows at once, with a view. */
export interface TwinEvent {
  type: string;
  /** World time of the event, epoch ms. */
  at: number;
  view: View;
  /** Arguments of a command, checked; the carrier and the sender of a signal. */
  args: Record<string, unknown>;
}

export type AlarmSeverity = "INFO" | "WARNING" | "CRITICAL";

/** A point as it was saved; times in epoch ms, NaN for what it never had. */
export interface SavedPoint {
  value: number;
  at: number;
  /** The latest reading time seen, and the time of the latest sample in the history. */
  seenAt: number;
  recordedAt: number;
  quality: Quality;
  /** Of a summed point: the sum in two parts that hold all its digits, of how many estimates it is, and what other partitions told, by their name. */
  sum?: { high: number; low: number; estimates: number };
  told?: Record<string, number>;
}

/** Times are epoch ms less all the time in which nobody watched; NaN for none. */
export interface SavedCondition {
  stands: "clear" | "held" | "raised";
  dueMs: number;
  arrivedMs: number;
}

/** A twin as it was saved by an earlier version of its definition. */
export interface SavedTwin {
  state: StateValue;
  points: Record<string, SavedPoint>;
  conditions: Record<string, SavedCondition>;
  /** When each timer is due, as `dueMs` above. */
  timers: Record<string, number>;
}

export interface Definition {
  kind: Kind;
  /** Version of what is saved of its twins, 1 when absent. To be raised when a point, condition, timer or state changes its name or meaning. */
  version?: number;
  /**
   * From a version to the next, by the older one's number; pure. None is needed where names are enough: what is new begins as it does
   * in a new twin, and what is gone is forgotten.
   */
  migrations?: Record<number, (saved: SavedTwin) => SavedTwin>;
  points: PointSpecs;
  /** Makes specs of the points that the model gives this twin (a meter's registers). */
  modelPoints?: (points: readonly PointModel[], model: TwinModel) => PointSpecs;
  /** What of the model, besides its points, `modelPoints` goes by, as text: twins with the same points and text share their specs. */
  shapedBy?: (model: TwinModel) => string;
  conditions: Record<string, Condition>;
  commands: Record<string, CommandDefinition>;
  machine: AnyStateMachine;
}

/** Declares a kind of twin. States tagged `conducting` let current or water through, states tagged `sourcing` supply a network. */
export function defineTwin(definition: Definition): Definition {
  return definition;
}

export const measured = (unit: string, rules: ReadingRules = {}): MeasuredPoint => ({
  from: "measured",
  unit,
  ...rules,
});

export const computed = (unit: string, of: readonly string[], compute: (view: View) => number): ComputedPoint => ({
  from: "computed",
  unit,
  of,
  compute,
});

/** Follows from the qualities of other points of the twin, not from their values. */
export const judged = (unit: string, of: readonly string[], compute: (view: View) => number): ComputedPoint => ({
  ...computed(unit, of, compute),
  byQuality: true,
});

export const summed = (
  unit: string,
  over: NeighbourRole,
  point: string,
  where: (neighbour: TwinModel) => boolean = () => true,
): SummedPoint => ({ from: "summed", unit, over, point, where });

export const settable = (unit: string, initial?: (model: TwinModel) => number): SetPoint => ({
  from: "set",
  unit,
  ...(initial && { initial }),
});
