// Totals by carrier: what a building takes and gives by its meters, and a district by its buildings.
// T1  the points of a district are those of its buildings, name by name
// T2  a meter counts for one carrier only, its own

import type { Carrier, TwinModel } from "../models/district.ts";
import { type PointSpecs, summed } from "./definition.ts";

interface CarrierTotal {
  carrier: Carrier;
  /** Point of the meter. */
  point: string;
  unit: string;
}

const TOTALS: Record<string, CarrierTotal> = {
  electricityConsumption: { carrier: "electricity", point: "consumption", unit: "kWh" },
  electricityFeedIn: { carrier: "electricity", point: "feedIn", unit: "kWh" },
  electricityPower: { carrier: "electricity", point: "power", unit: "W" },
  heatConsumption: { carrier: "heat", point: "consumption", unit: "kWh" },
  heatPower: { carrier: "heat", point: "power", unit: "W" },
  gasConsumption: { carrier: "gas", point: "consumption", unit: "m3" },
  waterConsumption: { carrier: "water", point: "consumption", unit: "m3" },
  waterFlow: { carrier: "water", point: "flow", unit: "m3/h" },
};

const isMeterOf = (carrier: Carrier) => (twin: TwinModel) =>
  twin.kind === "meter" && twin.attributes.carrier === carrier;
const isBuilding = (twin: TwinModel) => twin.kind === "building";

export const totalsOfMeters: PointSpecs = Object.fromEntries(
  Object.entries(TOTALS).map(([name, { carrier, point, unit }]) => [
    name,
    summed(unit, "measuredBy", point, isMeterOf(carrier)),
  ]),
);

export const totalsOfBuildings: PointSpecs = Object.fromEntries(
  Object.entries(TOTALS).map(([name, { unit }]) => [name, summed(unit, "contains", name, isBuilding)]),
);
