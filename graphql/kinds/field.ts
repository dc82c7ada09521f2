// How the fields of a kind are said: one line each, with where the value comes from.
// F1  what is not known is null: a field never invents a value, and never shows an attribute of another type
// F2  a field that leads to other twins follows the links of the model, and stays at the instant of its twin

import type { Kind, TwinId } from "../../models/district.ts";
import { convert } from "../../models/telemetry/units.ts";
import type { LinkView, TwinView } from "../../runtime/views.ts";
import type { Context, Resolver } from "../context.ts";
import { pointOf } from "../schema/point.ts";

export interface KindField {
  /** In schema language. */
  type: string;
  description: string;
  /** Made with the field's own name, which most often is the attribute's or the point's, too. */
  resolver: (field: string) => Resolver;
  /** The points that it reads, best first, and the unit that it gives them in. */
  reads?: { points: readonly string[]; unit: string };
}

export interface KindType {
  kind: Kind;
  /** Name of the object type. */
  type: string;
  description: string;
  fields: Record<string, KindField>;
}

type Role = LinkView["role"];
type Scalar = "Float" | "Int" | "String" | "Boolean";

const IS: Record<Scalar, (value: unknown) => boolean> = {
  Float: (value) => typeof value === "number" && Number.isFinite(value),
  Int: (value) => Number.isInteger(value) && Math.abs(value as number) < 2 ** 31,
  String: (value) => typeof value === "string",
  Boolean: (value) => typeof value === "boolean",
};

/** An attribute of the model: the field's name, or one of `factors`, which say what one unit of each is in the field's. */
export function attribute(type: Scalar, description: string, factors?: Record<string, number>): KindField {
  const resolver = (field: string) => {
    const sources = Object.entries(factors ?? { [field]: 1 });
    return ({ model }: TwinView) => {
      for (const [name, factor] of sources) {
        const value = model.attributes[name];
        if (IS[type](value)) return factor === 1 ? value : Number(((value as number) * factor).toPrecision(12));
      }
      return null;
    };
  };
  return { type, description, resolver };
}

/** The live value, in the unit of the field's name, of the first of the named points that has one. */
export function pointValue(unit: string, description: string, ...names: string[]): KindField {
  const resolve = (view: TwinView) => {
    for (const name of names) {
      const point = pointOf(view, name);
      if (point?.value !== undefined) return convert(point.value, point.unit, unit) ?? null;
    }
    return null;
  };
  return { ...derived("Float", description, resolve), reads: { points: names, unit } };
}

export function derived(type: string, description: string, resolve: Resolver): KindField {
  return { type, description, resolver: () => resolve };
}

/** Neighbours of a kind, by any role or the one that is named, each once, in the order of the links. */
export function neighbours(view: TwinView, { world }: Context, kind?: Kind, role?: Role): TwinView[] {
  const found: TwinView[] = [];
  for (const id of new Set((view.moment ?? world).links(view.id, role).map((link) => link.twin))) {
    const twin = (view.moment ?? world).twin(id);
    if (twin && (kind === undefined || twin.kind === kind)) found.push(twin);
  }
  return found;
}

/** A list of other twins. */
export function twins(
  type: string,
  description: string,
  find: (view: TwinView, context: Context) => TwinView[],
): KindField {
  const resolve: Resolver = (view: TwinView, _: unknown, context, info) => {
    const found = find(view, context);
    context.budget.spend(info, found.length);
    return found;
  };
  return derived(`[${type}!]!`, description, resolve);
}

/** One other twin, or null. */
export function twin(
  type: string,
  description: string,
  find: (view: TwinView, context: Context) => TwinView | undefined,
): KindField {
  const resolve: Resolver = (view: TwinView, _: unknown, context, info) => {
    context.budget.spend(info, 1);
    return find(view, context) ?? null;
  };
  return derived(type, description, resolve);
}

/** All neighbours of a kind. */
export function linked(type: string, kind: Kind, description: string, role?: Role): KindField {
  return twins(type, description, (view, context) => neighbours(view, context, kind, role));
}

/** The first neighbour of a kind. */
export function linkedOne(type: string, kind: Kind, description: string, role?: Role): KindField {
  return twin(type, description, (view, context) => neighbours(view, context, kind, role)[0]);
}

/** All twins of a kind that are contained in this one, at any depth. */
export function contained(type: string, kind: Kind, description: string): KindField {
  return twins(type, description, (view, { world, budget }) => {
    const inside = reached(view.id, (id) => (view.moment ?? world).links(id, "contains").map((link) => link.twin));
    budget.spendFields(inside.length);
    const found: TwinView[] = [];
    for (const id of inside) {
      const each = (view.moment ?? world).twin(id);
      if (each?.kind === kind) found.push(each);
    }
    return found;
  });
}

/** The nearest twin of a kind that contains this one. */
export function containing(type: string, kind: Kind, description: string): KindField {
  return twin(type, description, (view, { world }) => {
    for (const id of reached(view.id, (each) =>
      (view.moment ?? world).links(each, "isPartOf").map((link) => link.twin),
    )) {
      const found = (view.moment ?? world).twin(id);
      if (found?.kind === kind) return found;
    }
    return undefined;
  });
}

/** Every twin that can be reached by `next`, nearest first, each once. */
function reached(start: TwinId, next: (id: TwinId) => TwinId[]): TwinId[] {
  const seen = new Set([start]);
  for (const id of seen) for (const each of next(id)) seen.add(each);
  seen.delete(start);
  return [...seen];
}

/** Whether the state is in one of those named (or with `false`: in none of them); null while it is not to be trusted. */
export function stateIs(description: string, names: readonly string[], expected = true): KindField {
  return derived("Boolean", `${description}; null while it is quarantined.`, ({ state }: TwinView) =>
    isInState(state, "quarantined") ? null : names.some((name) => isInState(state, name)) === expected,
  );
}

/** Whether a state is, in one of its parallel regions, the named one or within it. */
function isInState(state: string, name: string): boolean {
  return state.split("|").some((region) => region.split(".").includes(name));
}
