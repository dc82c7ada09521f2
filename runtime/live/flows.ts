// Flows: along which links the change of a point moves points of other twins (a meter's reading, its building's total).
// Gives     for each point of a twin, its flows, made from the model when the twin wakes
// F1  a sum moves by differences, in the order of the log, so that it costs the same for 2 and for 20,000 neighbours
// F2  values change their unit on the way; where the dimensions differ there is no flow

import { LINK_ROLES, type LinkRole, type TwinId, type TwinModel } from "../../models/district.ts";
import { convert } from "../../models/telemetry/units.ts";
import type { NeighbourRole } from "../../twins/definition.ts";
import type { Neighbours } from "./neighbours.ts";
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

/** A twin as far as flows are concerned, whether it is awake or not, and wherever it lives. */
export interface FlowEnd {
  model: TwinModel;
  shape: Shape;
}

const NO_FLOWS: readonly (readonly Flow[] | undefined)[] = [];

/** Each role with the word for the way back. */
const ROLES: readonly (readonly [role: NeighbourRole, back: NeighbourRole])[] = (
  Object.entries(LINK_ROLES) as [LinkRole, NeighbourRole][]
).flatMap(([role, back]) => [[role, back] as const, [back, role] as const]);

/** The flows that start at the points of a twin. */
export function flowsOf(
  { model, shape }: FlowEnd,
  neighbours: Neighbours,
  end: (id: TwinId) => FlowEnd | undefined,
): readonly (readonly Flow[] | undefined)[] {
  let flows: Flow[][] | undefined;
  for (const [role, back] of ROLES) {
    for (const id of neighbours.of(model.id, role)) {
      const target = end(id);
      if (!target) continue;
      for (const [i, spec] of target.shape.specs.entries()) {
        const point = target.shape.names[i]!;
        const isSum = spec.from === "summed" && spec.over === back && spec.where(model);
        const isCopy = spec.from === "measured" && role === "measures";
        const from = isSum ? spec.point : isCopy ? point : undefined;
        const source = from === undefined ? undefined : shape.index.get(from);
        if (source === undefined) continue;
        const { unit } = shape.specs[source]!;
        const factor = convert(1, unit, spec.unit);
        if (factor === undefined) continue;
        flows ??= [];
        flows[source] ??= [];
        flows[source].push({ kind: isSum ? "sum" : "copy", to: id, point, unit, toUnit: spec.unit, factor });
      }
    }
  }
  return flows ? Array.from(shape.names, (_, i) => flows[i]) : NO_FLOWS;
}
