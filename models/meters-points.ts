// The `points` cell of meters.csv: `energyImport:kWh;power:W`.

import type { PointModel } from "./district.ts";
import type { Findings } from "./finding.ts";
import type { METERS_FINDINGS } from "./meters-findings.ts";
import { isUnit } from "./telemetry/units.ts";

/** What SenML lets a name consist of (RFC 8428, clause 4.5.1). */
const POINT_NAME = /^[A-Za-z0-9][A-Za-z0-9\-:./_]*$/;

/** Points of one meter that can be read; the others are findings. The unit stands behind the last colon. */
export function readPoints(
  cell: string,
  meter: string,
  at: string,
  findings: Findings<typeof METERS_FINDINGS>,
): PointModel[] {
  const points = new Map<string, PointModel>();
  const words = cell.split(";").map((word) => word.trim());
  for (const word of words.filter((each) => each !== "")) {
    const colon = word.lastIndexOf(":");
    const name = word.slice(0, Math.max(colon, 0)).trim();
    const unit = word.slice(colon + 1).trim();
    if (!POINT_NAME.test(name)) findings.add("METER_POINTS", at, `the point ${word} of meter ${meter} is no name:unit`);
    else if (!isUnit(unit)) findings.add("METER_UNIT", at, `the unit ${unit} of the point ${name} is unknown`);
    else if (points.has(name)) findings.add("METER_POINT_TWICE", at, `meter ${meter} has two points ${name}`);
    else points.set(name, { name, unit });
  }
  if (words.every((word) => word === "")) findings.add("METER_POINTS", at, `meter ${meter} has no points`);
  return [...points.values()];
}
