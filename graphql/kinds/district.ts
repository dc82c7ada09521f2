// The kind district: the one twin that stands for the whole.

import { carrierTotals } from "./carrier.ts";
import { attribute, contained, type KindType, pointValue } from "./field.ts";

export const district: KindType = {
  kind: "district",
  type: "District",
  description: "The district as a whole.",
  fields: {
    timezone: attribute("String", "IANA name of its time zone: Europe/Berlin."),
    buildings: contained("Building", "building", "Its buildings."),
    totals: carrierTotals,
    unsuppliedBuildings: pointValue("count", "How many of its buildings are without a supply.", "unsuppliedBuildings"),
  },
};
