// A shape: a definition compiled for one list of points, shared by all twins that have the same.
// Gives     for each point: what is computed from it, which conditions ask for it
// S1  computed points stand after all they are computed from, so that one pass in order is enough

import type { PointModel, TwinModel } from "../../models/district.ts";
import type { Condition, StaleCondition, ThresholdCondition } from "../../twins/conditions.ts";
import type { Definition, PointSpec } from "../../twins/definition.ts";
import type { Dictionary } from "./dictionary.ts";
import { type Form, formOf, pointAt, sizeOf } from "./page.ts";

/** Conditions of a twin are kept as bits of one small integer. */
export const MAX_CONDITIONS = 30;

/** Names of points and conditions in the order in which a twin's numbers are kept. */
export interface Layout {
  points: readonly string[];
  conditions: readonly string[];
  /** Of the definition; 1 when absent. */
  version?: number;
}

/** Hidden points of a summed one: its sum in two parts (see exact-sum.ts), and how many of its inputs are estimates. */
export interface SumPoints {
  high: number;
  low: number;
  estimates: number;
}

export interface Shape {
  definition: Definition;
  layout: Layout;
  form: Form;
  /** Numbers of a twin. */
  size: number;
  /** Where the numbers of points begin, counted from where those of the twin do. */
  pointsAt: number;
  names: string[];
  specs: PointSpec[];
  index: Map<string, number>;
  /** For each point, the computed points that depend on it, directly or not, in the order of computation. */
  dependents: number[][];
  /** Those of them that depend on its quality alone. */
  byQuality: boolean[];
  /** For each summed point, what stands beside it. */
  sums: (SumPoints | undefined)[];
  /** Points that are not shown. */
  hidden: boolean[];
  /** Points of which there is a history: those that are shown, and those whose past must be known all the same. */
  recorded: boolean[];
  /** For each measured point, those that its readings set besides, and that have a history. */
  companions: number[][];
  conditions: { name: string; condition: Condition; raised: string; cleared: string }[];
  conditionIndex: Map<string, number>;
  /** For each point, the bits of the threshold conditions that ask for it. */
  conditionBits: number[];
  /** For each measured point, the indexes of the stale conditions that watch it. */
  staleWatchers: number[][];
}

/** `model`: of any of the twins that have this shape. */
export function compileShape(
  definition: Definition,
  modelPoints: readonly PointModel[],
  model: TwinModel,
  layouts: Dictionary<Layout>,
): Shape {
  const specs = withSums({ ...definition.modelPoints?.(modelPoints, model), ...definition.points });
  const names = inOrder(specs);
  const index = new Map(names.map((name, i) => [name, i]));
  const conditions = Object.entries(definition.conditions).map(([name, condition]) => ({
    name,
    condition,
    raised: `${name}.raised`,
    cleared: `${name}.cleared`,
  }));
  if (conditions.length > MAX_CONDITIONS)
    throw new Error(`${definition.kind} has more than ${MAX_CONDITIONS} conditions`);
  const dependents = names.map((name) => dependentsOf(name, names, specs));
  const watched = (condition: StaleCondition, name: string) =>
    specs[name]!.from === "measured" && (condition.points.length === 0 || condition.points.includes(name));
  const { version = 1 } = definition;
  const layout = { points: names, conditions: conditions.map(({ name }) => name), ...(version > 1 && { version }) };
  const form = formOf(layouts.numberOf(layout), layout);
  return {
    definition,
    layout,
    form,
    size: sizeOf(form),
    pointsAt: pointAt(conditions.length, 0),
    names,
    specs: names.map((name) => specs[name]!),
    index,
    dependents,
    byQuality: names.map((name) => isByQuality(specs[name]!)),
    sums: names.map((name) =>
      specs[name]!.from === "summed"
        ? {
            ...{ high: index.get(highOf(name))!, low: index.get(lowOf(name))! },
            estimates: index.get(estimatesOf(name))!,
          }
        : undefined,
    ),
    hidden: names.map(isHidden),
    recorded: names.map((name) => !isHidden(name) || isKept(specs[name]!)),
    companions: names.map((name) => setBy(specs[name]!).flatMap((other) => index.get(other) ?? [])),
    conditions,
    conditionIndex: new Map(conditions.map(({ name }, i) => [name, i])),
    conditionBits: names.map((name) =>
      conditions.reduce((bits, { condition }, i) => (asks(condition, name) ? bits | (1 << i) : bits), 0),
    ),
    staleWatchers: names.map((name) =>
      conditions.flatMap(({ condition }, i) => (condition.type === "stale" && watched(condition, name) ? [i] : [])),
    ),
  };
}

/** The hidden points of a summed one. */
export const sumNames = (point: string) => [highOf(point), lowOf(point), estimatesOf(point)] as const;
const highOf = (point: string): string => `#high:${point}`;
const lowOf = (point: string): string => `#low:${point}`;
const estimatesOf = (point: string): string => `#estimates:${point}`;

function withSums(specs: Record<string, PointSpec>): Record<string, PointSpec> {
  const all: Record<string, PointSpec> = {};
  for (const [name, spec] of Object.entries(specs)) {
    all[name] = spec;
    if (spec.from !== "summed") continue;
    const { unit } = spec;
    all[highOf(name)] = { from: "set", unit };
    all[lowOf(name)] = { from: "set", unit };
    all[estimatesOf(name)] = { from: "set", unit: "count" };
  }
  return all;
}

const asks = (condition: Condition, point: string): condition is ThresholdCondition =>
  condition.type === "threshold" && condition.points.includes(point);

const isHidden = (name: string): boolean => name.startsWith("#");
const isKept = (spec: PointSpec): boolean => spec.from === "set" && spec.isKept === true;
const setBy = (spec: PointSpec): readonly string[] => (spec.from === "measured" ? (spec.sets ?? []) : []);

const isByQuality = (spec: PointSpec): boolean => spec.from === "computed" && spec.byQuality === true;

const inputsOf = (spec: PointSpec): readonly string[] => (spec.from === "computed" ? spec.of : []);

/** Names such that each stands after its inputs; declaration order otherwise. */
function inOrder(specs: Record<string, PointSpec>): string[] {
  const order = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) throw new Error(`points are computed in a circle: ${[...path, name].join(" -> ")}`);
    const spec = specs[name];
    if (!spec || order.has(name)) return;
    for (const input of inputsOf(spec)) visit(input, [...path, name]);
    order.add(name);
  };
  for (const name of Object.keys(specs)) visit(name, []);
  return [...order];
}

function dependentsOf(name: string, names: readonly string[], specs: Record<string, PointSpec>): number[] {
  const reached = new Set([name]);
  const dependents: number[] = [];
  for (const [i, candidate] of names.entries()) {
    if (candidate === name || !inputsOf(specs[candidate]!).some((input) => reached.has(input))) continue;
    reached.add(candidate);
    dependents.push(i);
  }
  return dependents;
}
