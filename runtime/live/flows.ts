// Flows: along which links the change of a point moves points of other twins (a meter's reading, its building's total).
// Gives     for each point of a twin, its flows, made from the model when the twin wakes
// F1  a sum moves by the terms that change, in the order of the log, so that it costs the same for 2 and for 20,000 neighbours
// F2  values change their unit on the way; where the dimensions differ there is no flow
// F3  what may flow between twins of two classes is worked out once for all of them

import { ROLES } from "../../models/directory.ts";
import type { TwinId, TwinModel } from "../../models/district.ts";
import { convert } from "../../models/telemetry/units.ts";
import type { Population } from "./population.ts";
import type { Shape } from "./shape.ts";

export interface Flow {
  kind: "sum" | "copy";
  to: TwinId;
  point: string;
  /** Of the point here, and of the point there. */
  unit: string;
  toUnit: string;
  /** For sums: what one unit here is there. */
  factor: number;
}

/** A term is `now` in the place of `before`, since `at`, epoch ms. */
export interface TermMoved {
  before: number;
  now: number;
  at: number;
  moreEstimates: number;
  /** What it was before was wrong. */
  isCorrection: boolean;
}

/** What goes along flows to twins of other partitions; times in epoch ms. */
export interface FlowsOut {
  sumOut: (flow: Flow, term: TermMoved) => void;
  /** A sum was so much more from a time on: in pairs, so that its present is what it is. */
  stepOut: (flow: Flow, atMs: number, more: number) => void;
  /** A value, in the unit of the point there. */
  copyOut: (flow: Flow, value: number, atMs: number, isSuspect: boolean) => void;
  /** A value that was copied for a time does not count. */
  voidOut: (flow: Flow, value: number, atMs: number) => void;
}

/** A flow that twins of one class may have to those of another. */
interface Channel {
  /** But for whom it goes to. */
  flow: Omit<Flow, "to">;
  /** Index of the point here. */
  source: number;
  /** Which twins of the class have it; all when undefined. */
  where: ((model: TwinModel) => boolean) | undefined;
}

/** Another twin to which one of that class has flows. */
interface Linked {
  role: number;
  other: number;
  channels: readonly Channel[];
}

export type FlowsOfPoints = readonly (readonly Flow[] | undefined)[];

const NO_FLOWS: FlowsOfPoints = [];

export class Flows {
  readonly #population: Population;
  /** By role and the classes at both ends. */
  readonly #channels = new Map<number, readonly Channel[]>();

  constructor(population: Population) {
    this.#population = population;
  }

  /** The flows that start at the points of a twin. */
  of(i: number): FlowsOfPoints {
    const { directory } = this.#population;
    // Most twins have a link or two, of which none or one has flows.
    const links: Linked[] = [];
    directory.eachLink(i, (as, other) => {
      const role = ROLES.indexOf(as);
      const channels = this.#between(i, role, other);
      if (channels.length > 0) links.push({ role, other, channels });
    });
    if (links.length === 0) return NO_FLOWS;
    if (links.length > 1) links.sort((a, b) => a.role - b.role);
    let model: TwinModel | undefined;
    const flows: Flow[][] = new Array(this.#population.shapeAt(i).names.length);
    for (const { other, channels } of links) {
      for (const { source, where, flow } of channels) {
        if (where) {
          model ??= directory.modelAt(i);
          if (!where(model)) continue;
        }
        flows[source] ??= [];
        flows[source].push({ ...flow, to: directory.idAt(other) });
      }
    }
    return flows;
  }

  #between(from: number, role: number, to: number): readonly Channel[] {
    const { directory } = this.#population;
    const { length } = directory.classes;
    const key = (directory.classAt(from) * length + directory.classAt(to)) * ROLES.length + role;
    let channels = this.#channels.get(key);
    if (!channels) {
      channels = channelsOf(this.#population.shapeAt(from), role, this.#population.shapeAt(to));
      this.#channels.set(key, channels);
    }
    return channels;
  }
}

/** `role`: its place among the roles, which stand in pairs with the way back. */
function channelsOf(from: Shape, role: number, to: Shape): Channel[] {
  const back = ROLES[role ^ 1];
  return to.specs.flatMap((spec, i): Channel[] => {
    const point = to.names[i]!;
    const isSum = spec.from === "summed" && spec.over === back;
    const isCopy = spec.from === "measured" && ROLES[role] === "measures";
    const sourceName = isSum ? spec.point : isCopy ? point : undefined;
    const source = sourceName === undefined ? undefined : from.index.get(sourceName);
    if (source === undefined) return [];
    const { unit } = from.specs[source]!;
    const factor = convert(1, unit, spec.unit);
    if (factor === undefined) return [];
    const where = isSum ? spec.where : undefined;
    return [{ source, where, flow: { kind: isSum ? "sum" : "copy", point, unit, toUnit: spec.unit, factor } }];
  });
}
