// Temperatures and humidity: of rooms, of the air outside, of the water in pipes, of transformers.
// Fed by    the weather, the people in the building, the heating curve
// Gives     signals in degrees Celsius and percent

import type { Behind, Signal } from "./behind.ts";
import { dayMeanDegC, HEATING_LIMIT_DEG_C, summer } from "./demand-shapes.ts";
import { heatSpreadK } from "./flows.ts";
import { drawn, noise } from "./seeded.ts";
import { occupancy } from "./use.ts";

const HOUR_MS = 3_600_000;
/** The heating curve runs from hot water alone, at the heating limit, to its hottest at the design temperature. */
const DESIGN_DEG_C = -12;
const FLOW_DEG_C = { atLimit: [55, 65], atDesign: [75, 95] } as const;

const OUTSIDE = /out|ambient|aussen|außen|weather/i;
const FLOW = /flow|supply|vorlauf|forward/i;
const RETURN = /return|rücklauf|ruecklauf|back/i;
const HOT_WATER = /hot|dhw|boiler|storage|speicher|warmwasser/i;

/** Temperature in degrees Celsius, by what the point's name and the meter's carrier say it is of. */
export function airTemperature(name: string, behind: Behind): Signal {
  const { shared, hash, consumer, carrier } = behind;
  if (OUTSIDE.test(name))
    return (timeMs) => shared.weather.temperatureDegC(timeMs) + 0.3 * noise(hash, timeMs, HOUR_MS);
  if (RETURN.test(name)) return heating(behind, heatSpreadK(consumer));
  if (FLOW.test(name)) return heating(behind, 0);
  if (HOT_WATER.test(name)) return (timeMs) => 57 + 3 * noise(hash, timeMs, 2 * HOUR_MS);
  if (carrier === "water") {
    return (timeMs) => 9 + 7 * summer(timeMs - 30 * 24 * HOUR_MS) + 0.5 * noise(hash, timeMs, 6 * HOUR_MS);
  }
  if (carrier === "heat" && consumer.kind !== "building" && consumer.kind !== "space" && consumer.kind !== "storey") {
    return heating(behind, 0);
  }
  if (consumer.kind === "transformer" || consumer.kind === "line") {
    return (timeMs) => 25 + shared.weather.temperatureDegC(timeMs) + 8 * noise(hash, timeMs, 6 * HOUR_MS);
  }
  return room(behind);
}

/** A room: heated to what its people like, warmer with them in it, and with the summer. */
function room({ shared, hash, consumer }: Behind): Signal {
  const setpoint = drawn(hash, "setpoint", 20, 22.5);
  return (timeMs) => {
    const people = occupancy(consumer.use, shared.calendar, timeMs);
    const heat = Math.max(0, shared.weather.temperatureDegC(timeMs - 3 * HOUR_MS) - HEATING_LIMIT_DEG_C);
    return setpoint - 1 + 1.2 * people + 0.25 * heat + 0.4 * noise(hash, timeMs, 2 * HOUR_MS);
  };
}

/** Flow by the heating curve, or what returns of it `spreadK` cooler. */
function heating({ shared, consumer, hash }: Behind, spreadK: number): Signal {
  const atLimit = drawn(consumer.hash, "flow at limit", ...FLOW_DEG_C.atLimit);
  const atDesign = drawn(consumer.hash, "flow at design", ...FLOW_DEG_C.atDesign);
  return (timeMs) => {
    const cold = (HEATING_LIMIT_DEG_C - dayMeanDegC(shared.weather, timeMs)) / (HEATING_LIMIT_DEG_C - DESIGN_DEG_C);
    const flow = atLimit + (atDesign - atLimit) * Math.min(1, Math.max(0, cold));
    return flow - spreadK + 0.5 * noise(hash, timeMs, HOUR_MS / 2);
  };
}

/** Relative humidity in percent: the weather's, or a room's, which is drier in winter. */
export function humidity(name: string, { shared, hash, consumer }: Behind): Signal {
  if (OUTSIDE.test(name)) return (timeMs) => Math.min(100, Math.max(0, shared.weather.humidityPercent(timeMs)));
  return (timeMs) => {
    const people = occupancy(consumer.use, shared.calendar, timeMs);
    return 36 + 14 * summer(shared.calendar.localMs(timeMs)) + 5 * people + 4 * noise(hash, timeMs, 3 * HOUR_MS);
  };
}
