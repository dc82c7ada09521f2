// Carriers of energy and water, as enum values; and what has been used of each.

import { CARRIERS, type Json } from "../../models/district.ts";
import type { PointView, TwinView } from "../../runtime/views.ts";
import { derived, type KindField } from "./field.ts";

/** The enum value of an attribute `carrier`; null when the model does not say, or says another one. */
function carrierValue(carrier: Json | undefined): string | null {
  const known = CARRIERS.find((each) => each === carrier);
  return known ? known.toUpperCase() : null;
}

export const carrier: KindField = derived("Carrier", "What flows in it.", ({ model }: TwinView) =>
  carrierValue(model.attributes.carrier),
);

export const carrierTypeDefs = /* GraphQL */ `
  "How much of a carrier was used, as the meters count it: energy or volume, by the unit."
  type CarrierTotal {
    carrier: Carrier!
    "Name of the point that holds it; its past is in \`history\`."
    point: String!
    value: Float!
    unit: String!
    at: DateTime
    quality: Quality!
  }
`;

/** Points that total a carrier, by name. */
const TOTALS: Record<string, string> = Object.fromEntries(
  CARRIERS.map((each) => [`${each}Consumption`, each.toUpperCase()]),
);

/** What was used of each carrier: the points `electricityConsumption`, `waterConsumption` ... */
export const carrierTotals: KindField = derived(
  "[CarrierTotal!]!",
  "What was used so far, by carrier; carriers without a value are left out.",
  ({ points }: TwinView) =>
    points.flatMap((point: PointView) => {
      const of = Object.hasOwn(TOTALS, point.name) ? TOTALS[point.name] : undefined;
      return of === undefined || point.value === undefined ? [] : [{ ...point, point: point.name, carrier: of }];
    }),
);
