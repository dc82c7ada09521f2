// What runs through a meter: electricity, heat, gas or water, as amounts that only grow.
// Fed by    the consumer behind the meter, the curves of the surroundings
// Gives     for each flow the amount that has run through by a moment, in kWh or m3
// R1  an amount never falls, and is a function of the moment alone: a device that starts again goes on where it was
// R2  a calendar year adds what the consumer takes in a year

import type { Carrier } from "../models/district.ts";
import type { Consumer } from "./consumer.ts";
import { drawn, hashText, rearranged } from "./seeded.ts";
import type { Surroundings } from "./surroundings.ts";

/** Amount that has run through by a moment, in kWh or m3, counted from 1970. */
export type Amount = (timeMs: number) => number;

export interface Flows {
  /** kWh: electricity from the grid, heat, or what is in the gas. */
  taken: Amount;
  /** kWh into the grid. */
  fed: Amount;
  /** kWh made from the sun. */
  generated: Amount;
  /** m3 of water or gas, or of the water that carries the heat. */
  volume: Amount;
}

/** Of gas H in Germany, at the state in which it is metered. */
const GAS_KWH_M3 = 10.6;
/** Heat that a cubic metre of water carries for each kelvin. */
const WATER_KWH_M3_K = 1.16;
/** What a generator takes for itself in a year. */
const STANDBY_KWH = 50;
/** How lively a flow is within two hours: one home's tap, a building's sockets, a heating with its inertia. */
const LIVELINESS = { home: 0.7, work: 0.3, heat: 0.3, tap: 1, taps: 0.5 } as const;

const NOTHING: Amount = () => 0;

export function flowsOf(consumer: Consumer, carrier: Carrier, meterHash: number, shared: Surroundings): Flows {
  switch (carrier) {
    case "electricity":
      return electricity(consumer, meterHash, shared);
    case "heat": {
      const taken = heat(consumer, meterHash, shared);
      const kwhM3 = WATER_KWH_M3_K * heatSpreadK(consumer);
      return { taken, fed: NOTHING, generated: NOTHING, volume: (timeMs) => taken(timeMs) / kwhM3 };
    }
    case "gas": {
      const taken = heat(consumer, meterHash, shared);
      return { taken, fed: NOTHING, generated: NOTHING, volume: (timeMs) => taken(timeMs) / GAS_KWH_M3 };
    }
    case "water": {
      const curve = shared.water[consumer.use];
      const hash = hashText(meterHash, "water");
      const liveliness = consumer.use === "household" ? LIVELINESS.tap : LIVELINESS.taps;
      const volume: Amount = (timeMs) => consumer.waterM3 * curve.years(rearranged(hash, timeMs, liveliness));
      // Energy of a water meter: that of warm water, heated by 50 K.
      return { taken: (timeMs) => volume(timeMs) * WATER_KWH_M3_K * 50, fed: NOTHING, generated: NOTHING, volume };
    }
  }
}

/** Difference between flow and return for which a consumer's heating is laid out. */
export function heatSpreadK(consumer: Consumer): number {
  return drawn(consumer.hash, "spread", 18, 35);
}

function electricity(consumer: Consumer, meterHash: number, shared: Surroundings): Flows {
  const { pv, use } = consumer;
  const hash = hashText(meterHash, "electricity");
  const liveliness = use === "household" ? LIVELINESS.home : LIVELINESS.work;
  // The sun is not rearranged: nothing is made at night.
  const generated: Amount = pv ? (timeMs) => pv.annualKwh * pv.roof.curve.years(timeMs) : NOTHING;
  const fed: Amount = pv ? (timeMs) => generated(timeMs) * (1 - pv.selfUseShare) : NOTHING;
  if (consumer.kind === "generator") {
    return { taken: (timeMs) => STANDBY_KWH * shared.steady.years(timeMs), fed, generated, volume: NOTHING };
  }
  const curve = pv && use === "household" ? shared.electricityBesidePv : shared.electricity[use];
  const takenKwh = takenFromGridKwh(consumer);
  const taken: Amount = (timeMs) => takenKwh * curve.years(rearranged(hash, timeMs, liveliness));
  return { taken, fed, generated, volume: NOTHING };
}

/** kWh a year from the grid: what is used, less what the own roof gives of it. */
export function takenFromGridKwh({ electricityKwh, pv }: Consumer): number {
  return pv ? Math.max(electricityKwh - pv.annualKwh * pv.selfUseShare, electricityKwh / 2) : electricityKwh;
}

function heat(consumer: Consumer, meterHash: number, shared: Surroundings): Amount {
  const { use, heatKwh, hotWaterShare } = consumer;
  const hash = hashText(meterHash, "heat");
  const heating = shared.heating[use];
  const hotWater = shared.hotWater[use];
  return (timeMs) => {
    const movedMs = rearranged(hash, timeMs, LIVELINESS.heat);
    return heatKwh * ((1 - hotWaterShare) * heating.years(movedMs) + hotWaterShare * hotWater.years(movedMs));
  };
}
