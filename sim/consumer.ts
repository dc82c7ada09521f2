// What stands behind a meter: how much it takes in a year, of what kind it is, whether it makes electricity itself.
// Fed by    the model of what the meter measures, and the seed where the model is silent
// Gives     one `Consumer` for a meter
// C1  meters of one building see the same building: what is drawn for it is drawn from its own id
// C2  several meters of a carrier on one building share what it takes

import type { Attributes, District, TwinId, TwinModel } from "../models/district.ts";
import { drawn, hashText } from "./seeded.ts";
import type { SolarRoof, Surroundings } from "./surroundings.ts";
import { type Use, useOf } from "./use.ts";

/** Share of buildings with photovoltaics, where the model says nothing of it. */
const PV_SHARE = 0.25;
/** Buildings without an area have one between these. */
const AREA_M2 = { household: [80, 250], commercial: [300, 3_000], farm: [150, 600] } as const;
/** kWh, kWh and m3 a year for a square metre of floor: typical German values (BDEW, dena, BMWK), rounded. */
const ELECTRICITY_KWH_M2 = { household: 30, commercial: 60, farm: 40 } as const;
const HEAT_KWH_M2 = { household: 130, commercial: 100, farm: 120 } as const;
const WATER_M3_M2 = { household: 1, commercial: 0.4, farm: 1.5 } as const;
/** How far a building is from the typical one. */
const SPREAD = [0.6, 1.5] as const;
/** A shed with a meter counts as this much floor. */
const MIN_FLOOR_M2 = 40;
/** Of the footprint is floor, on each storey. */
const FLOOR_OF_FOOTPRINT = 0.8;
/** Hours a year at the power of a load in a network model, which is near its peak, and at the rating of a transformer. */
const LOAD_HOURS_A_YEAR = 4_000;
const TRANSFORMER_HOURS_A_YEAR = 2_500;
const HOURS_A_YEAR = 8_760;
/** Between these lies what a network element carries in a year. */
const NETWORK_KWH = [200e3, 2e6] as const;
const NETWORK_M3 = [5e3, 100e3] as const;
const MAX_MEASURED_STEPS = 4;

interface Pv {
  roof: SolarRoof;
  annualKwh: number;
  /** Share that does not reach the grid. */
  selfUseShare: number;
}

export interface Consumer {
  use: Use;
  kind: TwinModel["kind"] | undefined;
  attributes: Attributes;
  /** Drawn from the id of what is measured: the same for all of its meters. */
  hash: number;
  electricityKwh: number;
  heatKwh: number;
  /** Share of the heat that is hot water, and does not follow the weather. */
  hotWaterShare: number;
  waterM3: number;
  pv: Pv | undefined;
}

/** How many meters of a carrier measure a twin; keys by `metersKey`. */
export type MeterCounts = ReadonlyMap<string, number>;

export function metersKey(meter: TwinModel): string {
  return `${meter.attributes.carrier}|${meter.attributes.measures}`;
}

export function consumerOf(
  district: District,
  meter: TwinModel,
  counts: MeterCounts,
  seed: number,
  surroundings: Surroundings,
): Consumer {
  const measured = measuredBy(district, meter);
  const attributes = measured?.attributes ?? {};
  const hash = hashText(seed, measured?.id ?? meter.id);
  const part = 1 / (counts.get(metersKey(meter)) ?? 1);
  const use = useOf(attributes, hash);
  const isBuilding = measured === undefined || ["building", "storey", "space", "district"].includes(measured.kind);
  const typical = isBuilding ? ofBuilding(attributes, use, hash) : ofNetwork(attributes, hash);
  return {
    use,
    kind: measured?.kind,
    attributes,
    hash,
    electricityKwh: typical.electricityKwh * part,
    heatKwh: typical.heatKwh * part,
    hotWaterShare:
      isBuilding && use === "commercial" ? drawn(hash, "hot water", 0.03, 0.1) : drawn(hash, "hot water", 0.12, 0.3),
    waterM3: typical.waterM3 * part,
    pv: pvOf(measured, use, hash, typical.electricityKwh * part, surroundings),
  };
}

/** What a meter measures; behind a meter that measures a meter, what that one measures. */
function measuredBy(district: District, meter: TwinModel): TwinModel | undefined {
  let twin: TwinModel | undefined = meter;
  for (let step = 0; step < MAX_MEASURED_STEPS && twin?.kind === "meter"; step++) {
    twin = district.twins.get(twin.attributes.measures as TwinId);
  }
  return twin?.kind === "meter" ? undefined : twin;
}

function ofBuilding(attributes: Attributes, use: Use, hash: number) {
  const known = floorAreaM2(attributes);
  const areaM2 =
    known !== undefined ? Math.max(known, MIN_FLOOR_M2) : drawn(hash, "area", AREA_M2[use][0], AREA_M2[use][1]);
  return {
    electricityKwh: areaM2 * ELECTRICITY_KWH_M2[use] * drawn(hash, "electricity", ...SPREAD),
    heatKwh: areaM2 * HEAT_KWH_M2[use] * drawn(hash, "heat", ...SPREAD),
    waterM3: areaM2 * WATER_M3_M2[use] * drawn(hash, "water", ...SPREAD),
  };
}

function ofNetwork(attributes: Attributes, hash: number) {
  const powerMw = positive(attributes.pMw);
  const ratedMva = positive(attributes.snMva);
  const demandLps = positive(attributes.baseDemandLps);
  const annualMwh = powerMw ? powerMw * LOAD_HOURS_A_YEAR : ratedMva ? ratedMva * TRANSFORMER_HOURS_A_YEAR : undefined;
  return {
    electricityKwh: annualMwh ? annualMwh * 1e3 : drawn(hash, "electricity", ...NETWORK_KWH),
    heatKwh: drawn(hash, "heat", ...NETWORK_KWH),
    waterM3: demandLps ? demandLps * 3.6 * HOURS_A_YEAR : drawn(hash, "water", ...NETWORK_M3),
  };
}

function floorAreaM2(attributes: Attributes): number | undefined {
  const { netFloorAreaM2, grossFloorAreaM2, floorAreaM2: given } = attributes;
  const floor = positive(netFloorAreaM2) ?? positive(grossFloorAreaM2) ?? positive(given);
  if (floor !== undefined) return floor;
  const footprint = positive(attributes.footprintAreaM2);
  if (footprint === undefined) return undefined;
  const storeys =
    positive(attributes.storeysAboveGround) ?? Math.max(1, Math.round((positive(attributes.heightM) ?? 6) / 3));
  return footprint * storeys * FLOOR_OF_FOOTPRINT;
}

function pvOf(
  measured: TwinModel | undefined,
  use: Use,
  hash: number,
  electricityKwh: number,
  { roofs }: Surroundings,
): Pv | undefined {
  const isGenerator = measured?.kind === "generator";
  const said = saidKwp(measured?.attributes ?? {}, isGenerator);
  const isOnRoof = measured === undefined || measured.kind === "building";
  if (said === 0 || (said === undefined && !isGenerator && !(isOnRoof && drawn(hash, "pv", 0, 1) < PV_SHARE)))
    return undefined;
  const roof = roofs[Math.floor(drawn(hash, "roof", 0, roofs.length))]!;
  const low = use === "household" ? 4 : 10;
  // A roof is sized after what is used below it: about a kWp for each MWh.
  const drawnKwp = isGenerator
    ? drawn(hash, "kwp", 20, 300)
    : Math.max(low, (electricityKwh / 1000) * drawn(hash, "kwp", 0.5, 1.5));
  const selfUseShare = isGenerator ? 0 : drawn(hash, "self use", 0.2, 0.4) + (use === "household" ? 0 : 0.3);
  return { roof, annualKwh: (said ?? drawnKwp) * roof.yieldKwh, selfUseShare };
}

/** kWp that the model gives: `pvKwp`, or the power of a generator. Undefined when it says nothing. */
function saidKwp(attributes: Attributes, isGenerator: boolean): number | undefined {
  if (typeof attributes.pvKwp === "number" && attributes.pvKwp >= 0) return attributes.pvKwp;
  const powerMw = isGenerator ? positive(attributes.pMw) : undefined;
  return powerMw === undefined ? undefined : powerMw * 1e3;
}

function positive(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : undefined;
}
