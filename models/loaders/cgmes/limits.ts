// Operational limits of equipment and nodes.
// Fed by    limit sets at terminals, equipment and nodes
// Gives     `limits`, every limit as the file has it; `maxIKa` and the voltage band for those that ask for one number
// O1  of several current limits the one counts that may last: limitType patl, or the longest acceptable duration, and of
//     several ends the lower
// Source: IEC 61970-301, OperationalLimits package; ENTSO-E's limit types

import type { Attributes } from "../../district.ts";
import type { Grid } from "./grid.ts";
import type { CimObject } from "./model.ts";
import type { Terminal } from "./terminals.ts";
import { quantity } from "./units.ts";

/** Classes of limits: attribute of the value, and the property whose unit it has. */
const VALUES: Record<string, readonly [name: string, like: string]> = {
  CurrentLimit: ["valueA", ""],
  VoltageLimit: ["valueKv", "v"],
  ActivePowerLimit: ["valueMw", "p"],
  ReactivePowerLimit: ["valueMvar", "q"],
  ApparentPowerLimit: ["valueMva", "basePower"],
};
/** Without a duration, limits of these types last: permanent admissible loading, and voltages. */
const LASTING = /patl|voltage/i;
/** CIMHub writes 5E9 s for a limit that always holds. */
const FOREVER_S = 1e9;

interface Limit {
  className: string;
  value: number;
  direction: string;
  durationS: number;
  attributes: Attributes;
}

export class Limits {
  readonly #grid: Grid;
  readonly #ofSet = new Map<CimObject, Limit[]>();

  constructor(grid: Grid) {
    this.#grid = grid;
  }

  /** `limits`, and `maxIKa` when there is a current limit that lasts. */
  of(object: CimObject, terminals: readonly Terminal[]): Attributes {
    const limits = this.#heldBy([object, ...terminals.map((terminal) => terminal.object)]);
    if (limits.length === 0) return {};
    const currents = limits.filter(({ className }) => className === "CurrentLimit");
    const lasting = ofLongest(currents).map(({ value }) => value);
    return {
      limits: limits.map(({ attributes }) => attributes),
      ...(lasting.length > 0 ? { maxIKa: Math.min(...lasting) / 1000 } : {}),
    };
  }

  /** `limits`, `minVmPu` and `maxVmPu` of a node: its own, those of its voltage level, those of equipment there. */
  ofNode(
    node: CimObject,
    level: CimObject | undefined,
    terminals: readonly Terminal[],
    vnKv: number | undefined,
  ): Attributes {
    const held = this.#heldBy([node, ...terminals.map(({ object }) => object)]);
    const limits = held.filter(({ className }) => className === "VoltageLimit");
    const lasting = ofLongest(limits);
    const low = lasting.filter(({ direction }) => direction === "low").map(({ value }) => value);
    const high = lasting.filter(({ direction }) => direction === "high").map(({ value }) => value);
    const { dialect } = this.#grid;
    const minKv = low.length > 0 ? Math.max(...low) : quantity(level, "lowVoltageLimit", dialect);
    const maxKv = high.length > 0 ? Math.min(...high) : quantity(level, "highVoltageLimit", dialect);
    const attributes: Attributes = limits.length > 0 ? { limits: limits.map((limit) => limit.attributes) } : {};
    if (vnKv === undefined || !(vnKv > 0)) return attributes;
    if (minKv !== undefined && minKv > 0) attributes.minVmPu = perUnit(minKv, vnKv);
    if (maxKv !== undefined && maxKv > 0) attributes.maxVmPu = perUnit(maxKv, vnKv);
    return attributes;
  }

  /** Each set once: the terminals of a line often share one. */
  #heldBy(holders: readonly CimObject[]): Limit[] {
    const { model } = this.#grid;
    const sets = holders.flatMap((holder) => [
      ...holder.allReferences("OperationalLimitSet").flatMap((key) => model.get(key) ?? []),
      ...model.referring(holder.className === "Terminal" ? "Terminal" : "Equipment", holder),
    ]);
    return [...new Set(sets)]
      .filter(({ className }) => className === "OperationalLimitSet")
      .flatMap((set) => this.#inSet(set));
  }

  #inSet(set: CimObject): Limit[] {
    const known = this.#ofSet.get(set);
    if (known) return known;
    set.fate ??= "kept";
    const limits = this.#grid.model.referring("OperationalLimitSet", set).flatMap((object) => this.#limit(object, set));
    this.#ofSet.set(set, limits);
    return limits;
  }

  #limit(object: CimObject, set: CimObject): Limit[] {
    if (!Object.hasOwn(VALUES, object.className)) return [];
    const [name, like] = VALUES[object.className]!;
    const { model, dialect } = this.#grid;
    const value = object.number("value") ?? object.number("normalValue");
    object.fate ??= "kept";
    if (value === undefined) return [];
    const divisor = like === "" ? 1 : like === "v" ? dialect.perKilo : dialect.perMega;
    const type = model.referenced(object, "OperationalLimitType");
    if (type) type.fate ??= "kept";
    const kind = type?.text("limitType") ?? type?.text("kind") ?? "";
    const duration = type?.number("acceptableDuration");
    const isLasting = type?.flag("isInfiniteDuration") === true || (duration === undefined && LASTING.test(kind));
    const durationS = isLasting ? Number.POSITIVE_INFINITY : (duration ?? 0);
    const direction = type?.text("direction") ?? (/low/i.test(kind) ? "low" : /high/i.test(kind) ? "high" : "");
    const attributes: Attributes = { id: object.id, cimClass: object.className };
    const label = object.name ?? set.name;
    if (label) attributes.name = label;
    attributes[name] = value / divisor;
    if (kind) attributes.limitType = kind;
    if (direction) attributes.direction = direction;
    if (duration !== undefined) attributes.acceptableDurationS = duration;
    return [{ className: object.className, value: value / divisor, direction, durationS, attributes }];
  }
}

function ofLongest(limits: readonly Limit[]): Limit[] {
  const longest = limits.reduce((most, { durationS }) => Math.max(most, durationS), 0);
  return limits.filter(({ durationS }) => durationS === longest || durationS >= FOREVER_S);
}

function perUnit(kv: number, vnKv: number): number {
  return Number((kv / vnKv).toPrecision(9));
}
