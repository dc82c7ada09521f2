// A shape: a definition compiled for one list of points, shared by all twins that have the same.
// Gives     for each point: what is computed from it, which conditions ask for it
// S1  computed points stand after all they are computed from, so that one pass in order is enough

import type { PointModel, TwinModel } from "../../models/district.ts";
import type { Condition, StaleCondition, ThresholdCondition } from "../../twins/conditions.ts";
import type { Definition, PointSpec } from "../../twins/definition.ts";

/** Conditions of a twin are kept as bits of one small integer. */
export const MAX_CONDITIONS = 30;

/** Names of points and conditions in the order in which a twin's numbers are kept. */
export interface Layout {
  points: readonly string[];
  conditions: readonly string[];
  /** Of the definition; 1 when absent. */
  version?: number;
}

export interface Shape {
  definition: Definition;
  layout: Layout;
  names: string[];
  specs: PointSpec[];
  index: Map<string, number>;
  /** For each point, the computed points that depend on it, directly or not, in the order of computation. */
  dependents: number[][];
  /** Those of them that depend on its quality alone. */
  byQuality: boolean[];
  /** Points that are not shown and not recorded. */
  hidden: boolean[];
  conditions: { name: string; condition: Condition; raised: string; cleared: string }[];
  /** For each point, the bits of the threshold conditions that ask for it. */
  conditionBits: number[];
  /** For each measured point, the indexes of the stale conditions that watch it. */
  staleWatchers: number[][];
}

export class Shapes {
  readonly #shapes = new Map<string, Shape>();

  of(definition: Definition, model: TwinModel): Shape {
    const key = `${definition.kind}|${model.points?.map(({ name, unit }) => `${name}:${unit}`).join(";") ?? ""}|${model.attributes.carrier ?? ""}`;
    let shape = this.#shapes.get(key);
    if (!shape) {
      shape = compile(definition, model.points ?? [], model);
      this.#shapes.set(key, shape);
    }
    return shape;
  }
}

function compile(definition: Definition, modelPoints: readonly PointModel[], model: TwinModel): Shape {
  const specs = { ...definition.modelPoints?.(modelPoints, model), ...definition.points };
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
  return {
    definition,
    layout: {
      ...{ points: names, conditions: conditions.map(({ name }) => name) },
      ...((definition.version ?? 1) > 1 && { version: definition.version }),
    },
    names,
    specs: names.map((name) => specs[name]!),
    index,
    dependents,
    byQuality: names.map((name) => isByQuality(specs[name]!)),
    hidden: names.map((name) => name.startsWith("#")),
    conditions,
    conditionBits: names.map((name) =>
      conditions.reduce((bits, { condition }, i) => (asks(condition, name) ? bits | (1 << i) : bits), 0),
    ),
    staleWatchers: names.map((name) =>
      conditions.flatMap(({ condition }, i) => (condition.type === "stale" && watched(condition, name) ? [i] : [])),
    ),
  };
}

const asks = (condition: Condition, point: string): condition is ThresholdCondition =>
  condition.type === "threshold" && condition.points.includes(point);

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
