// Flows: along which links the change of a point moves points of other twins (a meter's reading, its building's total).
// Gives     for each twin and point, its flows, made once from the model
// F1  a sum moves by differences, in the order of the log, so that it costs the same for 2 and for 20,000 neighbours
// F2  values change their unit on the way; where the dimensions differ there is no flow

import type { TwinId } from "../../models/district.ts";
import { convert } from "../../models/telemetry/units.ts";
import type { LiveTwin } from "./live-twin.ts";
import type { Neighbours } from "./neighbours.ts";
import { ESTIMATED } from "./points.ts";

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

/** Gives every twin the flows that start at its points. Twins are those of all partitions. */
export function wireFlows(twins: ReadonlyMap<TwinId, LiveTwin>, neighbours: Neighbours): void {
  for (const target of twins.values()) {
    for (const [i, spec] of target.shape.specs.entries()) {
      const point = target.shape.names[i]!;
      if (spec.from === "summed") {
        for (const id of neighbours.of(target.id, spec.over)) {
          const source = twins.get(id);
          if (source && spec.where(source.model)) connect(source, spec.point, "sum", target, point, spec.unit);
        }
      } else if (spec.from === "measured") {
        for (const id of neighbours.of(target.id, "measuredBy")) {
          const meter = twins.get(id);
          if (meter) connect(meter, point, "copy", target, point, spec.unit);
        }
      }
    }
  }
}

function connect(
  source: LiveTwin,
  from: string,
  kind: Flow["kind"],
  target: LiveTwin,
  point: string,
  toUnit: string,
): void {
  const i = source.shape.index.get(from);
  if (i === undefined) return;
  const { unit } = source.shape.specs[i]!;
  const factor = convert(1, unit, toUnit);
  if (factor === undefined) return;
  if (source.flows.length === 0) source.flows = new Array(source.shape.names.length).fill(undefined);
  source.flows[i] ??= [];
  source.flows[i].push({ kind, to: target.id, point, unit, toUnit, factor });
}

/** One more or one less of the inputs of a summed point is an estimate. Gives how many are. */
export function countEstimate(twin: LiveTwin, i: number, more: number): number {
  if (more === 0) return twin.estimates?.[i] ?? 0;
  twin.estimates ??= new Array(twin.shape.names.length).fill(0);
  twin.estimates[i] = twin.estimates[i]! + more;
  return twin.estimates[i]!;
}

/** After a restart: how many of the inputs of each sum are estimates. Counts for twins of one partition, as sums across partitions do. */
export function countEstimates(twins: ReadonlyMap<TwinId, LiveTwin>): void {
  for (const twin of twins.values()) {
    for (const [i, flows] of twin.flows.entries()) {
      if (!flows || twin.table.quality[twin.base + i] !== ESTIMATED) continue;
      for (const { kind, to, point } of flows) {
        const target = twins.get(to);
        const at = target?.shape.index.get(point);
        if (kind === "sum" && target && at !== undefined) countEstimate(target, at, 1);
      }
    }
  }
}
