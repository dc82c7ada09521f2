// Points that are measured where they stand: temperatures, pressures, voltages, air, light, positions.
// Fed by    the weather, the hour and its people, the load of the meter
// Gives     the signal of a point by its unit and its name
// P1  every value is within the bounds of its quantity, also for a point that is not known

import { dimensionOf } from "../models/telemetry/units.ts";
import { airTemperature, humidity } from "./air-signals.ts";
import { type Behind, inUnit, type Signal } from "./behind.ts";
import { summer } from "./demand-shapes.ts";
import { takenFromGridKwh } from "./flows.ts";
import { drawn, noise } from "./seeded.ts";
import { occupancy } from "./use.ts";

const HOUR_MS = 3_600_000;
const HOURS_A_YEAR = 8_760;
/** How far voltage falls at full load, and what else moves it, in per unit. */
const DROOP_PU = 0.03;
const VOLTAGE_NOISE_PU = 0.006;
/** Power at which a connection counts as fully loaded, against its mean. */
const PEAK_OF_MEAN = 5;
const BATTERY_LIFE_MS = 2 * 365 * 24 * HOUR_MS;

/** The signal of any point that is not counted: the last resort knows its unit alone. */
export function sensor(name: string, unit: string, behind: Behind): Signal {
  const known = knownSensor(name, unit, behind);
  if (known) return known;
  const [low, high] = BOUNDS[unit] ?? [0, 100];
  const { hash } = behind;
  const middle = drawn(hash, "middle", 0.3, 0.7);
  return inUnit(
    (timeMs) => low + (high - low) * (middle + 0.25 * noise(hash, timeMs, 6 * HOUR_MS)),
    unit,
    unit,
    0.001,
  )!;
}

/** Bounds of the units that no rule below knows. */
const BOUNDS: Record<string, readonly [number, number]> = {
  pH: [6.8, 8.2],
  NTU: [0.05, 0.8],
  "S/m": [0.03, 0.08],
  pu: [0.9, 1.1],
};

function knownSensor(name: string, unit: string, behind: Behind): Signal | undefined {
  const { shared, hash, consumer } = behind;
  const wobble = (periodMs: number) => (timeMs: number) => noise(hash, timeMs, periodMs);
  switch (dimensionOf(unit)) {
    case "temperature":
      return inUnit(airTemperature(name, behind), "Cel", unit, 0.1);
    case "relativeHumidity":
      return inUnit(humidity(name, behind), "%RH", unit, 0.1);
    case "ratio":
      return ratio(name, unit, behind);
    case "pressure":
      return inUnit(pressureBar(name, behind), "bar", unit, 0.001);
    case "length": {
      const [low, high] = /level|stand|tank|fill/i.test(name) ? levelBounds(behind) : [35, 55];
      return inUnit((timeMs) => high - (high - low) * tide(behind, timeMs), "m", unit, 0.01);
    }
    case "voltage":
      return inUnit(voltageV(name, unit, behind), "V", unit, 0.1);
    case "perUnit":
      return inUnit((timeMs, intervalMs) => voltagePu(behind, timeMs, intervalMs), "pu", unit, 0.0001);
    case "frequency":
      return inUnit((timeMs) => 50 + 0.03 * wobble(HOUR_MS / 12)(timeMs), "Hz", unit, 0.001);
    case "irradiance":
      return inUnit((timeMs) => shared.weather.globalWm2(timeMs), "W/m2", unit, 1);
    case "illuminance":
      return inUnit(
        (timeMs) => 20 + 400 * occupancy(consumer.use, shared.calendar, timeMs) + 2 * shared.weather.globalWm2(timeMs),
        "lx",
        unit,
        1,
      );
    case "velocity":
      return /wind/i.test(name)
        ? inUnit((timeMs) => shared.weather.windMS(timeMs), "m/s", unit, 0.1)
        : inUnit((timeMs, intervalMs) => 0.1 + 1.4 * load(behind, timeMs, intervalMs), "m/s", unit, 0.01);
    case "time":
      // Operating hours: a register.
      return inUnit(
        (timeMs) => drawn(hash, "duty", 0.3, 0.9) * shared.steady.years(timeMs) * HOURS_A_YEAR,
        "h",
        unit,
        0.01,
      );
    case "count":
      return inUnit(
        (timeMs) => drawn(hash, "people", 1, 30) * occupancy(consumer.use, shared.calendar, timeMs),
        "count",
        unit,
        1,
      );
    case "batteryLevel": {
      const phaseMs = drawn(hash, "battery", 0, BATTERY_LIFE_MS);
      const used = (timeMs: number) => ((timeMs + phaseMs) % BATTERY_LIFE_MS) / BATTERY_LIFE_MS;
      return inUnit((timeMs) => 100 - 90 * used(timeMs), "%EL", unit, 1);
    }
    case "soundPressureLevel":
    case "level":
      return inUnit(
        (timeMs) => 40 + 20 * occupancy(consumer.use, shared.calendar, timeMs) + 3 * wobble(HOUR_MS)(timeMs),
        unit,
        unit,
        0.1,
      );
    default:
      return undefined;
  }
}

function ratio(name: string, unit: string, behind: Behind): Signal | undefined {
  const { shared, hash, consumer } = behind;
  if (/co2|carbon/i.test(name) || unit === "ppm" || unit === "ppb" || unit === "ppt") {
    const people = (timeMs: number) => occupancy(consumer.use, shared.calendar, timeMs - HOUR_MS / 2);
    const crowd = drawn(hash, "crowd", 250, 800);
    const ppm: Signal = (timeMs) => 420 + crowd * people(timeMs) * (1 + 0.2 * noise(hash, timeMs, HOUR_MS / 2));
    return inUnit(ppm, "ppm", unit, 1);
  }
  if (/humid|feucht/i.test(name)) {
    const percent = humidity(name, behind);
    return inUnit((timeMs, intervalMs) => percent(timeMs, intervalMs), "%", unit, 0.1);
  }
  if (/open|closed|status|switch|alarm|state/i.test(name)) {
    return inUnit((timeMs) => (noise(hash, timeMs, 24 * HOUR_MS) > 0.6 ? 1 : 0), "/", unit, 1);
  }
  if (/cos|factor/i.test(name)) return inUnit((timeMs) => 0.94 + 0.04 * noise(hash, timeMs, HOUR_MS), "/", unit, 0.001);
  return inUnit((timeMs, intervalMs) => 0.1 + 0.8 * load(behind, timeMs, intervalMs), "/", unit, 0.001);
}

function pressureBar(name: string, behind: Behind): Signal {
  const { carrier, hash, shared } = behind;
  if (/baro|atmos|air|ambient/i.test(name)) return (timeMs) => shared.weather.pressurePa(timeMs) / 1e5;
  const [low, high] = { water: [3.5, 5.5], gas: [0.02, 0.024], heat: [4, 6.5], electricity: [1, 6] }[carrier] as [
    number,
    number,
  ];
  const isReturn = carrier === "heat" && /return|rück|rueck/i.test(name);
  const own = drawn(behind.consumer.hash, "pressure", 0.4, 1) - (isReturn ? 0.4 : 0);
  return (timeMs, intervalMs) =>
    low +
    (high - low) *
      Math.min(1, Math.max(0, own - 0.3 * load(behind, timeMs, intervalMs) + 0.04 * noise(hash, timeMs, HOUR_MS / 4)));
}

/** Level between the bounds that the model gives a tank, or those of a small one. */
function levelBounds({ consumer }: Behind): [number, number] {
  const { minLevelM, maxLevelM } = consumer.attributes;
  const isKnown = typeof minLevelM === "number" && typeof maxLevelM === "number" && maxLevelM > minLevelM;
  return isKnown ? [minLevelM, maxLevelM] : [1, 5];
}

/** How far a tank is emptied: most in the evening, least after the pumps of the night. */
function tide({ hash, shared }: Behind, timeMs: number): number {
  const localMs = shared.calendar.localMs(timeMs);
  const daily = (1 + Math.cos((2 * Math.PI * (localMs / HOUR_MS - 19)) / 24)) / 2;
  return 0.1 + 0.5 * daily + 0.15 * (1 + noise(hash, timeMs, 3 * HOUR_MS)) + 0.1 * summer(localMs);
}

function voltageV(name: string, unit: string, behind: Behind): Signal {
  const { vnKv } = behind.consumer.attributes;
  const isLineToLine = /l[123]-?l[123]|ll$|line/i.test(name);
  const ownV = typeof vnKv === "number" && vnKv > 0 ? vnKv * 1000 : unit === "kV" ? 20_000 : 400;
  // A meter at low voltage reads one line against neutral.
  const nominalV = ownV <= 1000 && !isLineToLine ? ownV / Math.sqrt(3) : ownV;
  return (timeMs, intervalMs) => nominalV * voltagePu(behind, timeMs, intervalMs);
}

function voltagePu(behind: Behind, timeMs: number, intervalMs: number): number {
  const own = drawn(behind.consumer.hash, "voltage", 0.995, 1.025);
  return own - DROOP_PU * load(behind, timeMs, intervalMs) + VOLTAGE_NOISE_PU * noise(behind.hash, timeMs, HOUR_MS / 6);
}

/** How loaded the meter's connection is over the interval, from 0 to 1. */
function load({ flows, carrier, consumer }: Behind, timeMs: number, intervalMs: number): number {
  const amount = carrier === "water" ? flows.volume : flows.taken;
  const aYear = {
    water: consumer.waterM3,
    electricity: takenFromGridKwh(consumer),
    heat: consumer.heatKwh,
    gas: consumer.heatKwh,
  };
  const mean = (aYear[carrier] * intervalMs) / (HOURS_A_YEAR * HOUR_MS);
  return Math.min(1, Math.max(0, (amount(timeMs) - amount(timeMs - intervalMs)) / (mean * PEAK_OF_MEAN)));
}
