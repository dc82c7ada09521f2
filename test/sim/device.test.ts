import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { convert } from "../../models/telemetry/units.ts";
import { type SimulatedDevice, simulatedDevices } from "../../sim/device.ts";
import { districtOf, type MeterOn, valueAt } from "./district-of-meters.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NEW_YEAR = Date.UTC(2026, 0, 1);
const NEXT_NEW_YEAR = Date.UTC(2027, 0, 1);

const ELECTRICITY = "energyImport:kWh;energyExport:kWh;power:W;pvPower:W;voltage:V;current:A;reactiveEnergy:kvarh";
const METERS: MeterOn[] = [
  { id: "home", carrier: "electricity", points: ELECTRICITY, attributes: { function: "residential", pvKwp: 0 } },
  { id: "sunny", carrier: "electricity", points: ELECTRICITY, attributes: { function: "Wohngebäude", pvKwp: 8 } },
  { id: "office", carrier: "electricity", points: ELECTRICITY, attributes: { usage: "office", netFloorAreaM2: 2_000 } },
  {
    id: "solar",
    carrier: "electricity",
    kind: "generator",
    points: "energyExport:kWh;power:kW",
    attributes: { pMw: 0.03 },
  },
  {
    id: "warm",
    carrier: "heat",
    points: "energy:kWh;power:kW;volume:m3;flow:m3/h;flowTemperature:Cel;returnTemperature:Cel",
  },
  { id: "stove", carrier: "gas", points: "energy:kWh;volume:m3;flow:m3/h" },
  { id: "tap", carrier: "water", points: "volume:m3;flow:l/h;pressure:bar", attributes: { function: "residential" } },
  { id: "room", carrier: "heat", kind: "space", points: "temperature:Cel;humidity:%RH;co2:ppm;outdoorTemperature:K" },
];
const byName = (seed: number, meters = METERS) =>
  new Map(simulatedDevices(districtOf(meters), seed).map((device) => [device.name.slice(4), device]));
const devices = byName(1);
const device = (name: string): SimulatedDevice => devices.get(name)!;

/** What a register gains between two moments. */
const gain = (name: string, point: string, fromMs: number, toMs: number) =>
  valueAt(device(name), point, toMs) - valueAt(device(name), point, fromMs);

describe("synthetic devices", () => {
  test("D1: the same seed gives the same readings in any order, another seed gives others", () => {
    const index = NEW_YEAR / 900_000 + 4_321;
    const readings = (seed: number, from: Map<string, SimulatedDevice> = byName(seed)) =>
      [...from.values()].map((each) => each.readingsAt(index));
    for (const each of devices.values()) each.readingsAt(index - 77_777);
    expect(readings(1, devices)).toEqual(readings(1));
    for (const [at, ofDevice] of readings(2).entries()) expect(ofDevice).not.toEqual(readings(1)[at]);
  });

  test("D2: a device does not change with the others of its district", () => {
    const alone = byName(1, METERS.slice(0, 1)).get("home")!;
    expect(alone.readingsAt(2_000_000)).toEqual(device("home").readingsAt(2_000_000));
    expect(alone.phaseMs).toBe(device("home").phaseMs);
  });

  test("readings stand on the grid of the interval and say their points' units", () => {
    const readings = device("tap").readingsAt(1_963_584);
    expect(readings.map(({ point, unit, timeMs }) => [point, unit, timeMs])).toEqual([
      ["volume", "m3", 1_963_584 * 900_000],
      ["flow", "l/h", 1_963_584 * 900_000],
      ["pressure", "bar", 1_963_584 * 900_000],
    ]);
  });

  test("R1: no register falls in a year of quarter-hours, over both changes of legal time", () => {
    const registers = [
      ["home", "energyImport"],
      ["sunny", "energyImport"],
      ["sunny", "energyExport"],
      ["home", "reactiveEnergy"],
      ["warm", "energy"],
      ["stove", "volume"],
      ["tap", "volume"],
    ] as const;
    const fallen: string[] = [];
    for (const name of new Set(registers.map(([of]) => of))) {
      const last = new Map<string, number>();
      for (let index = NEW_YEAR / 900_000; index <= NEXT_NEW_YEAR / 900_000; index++) {
        for (const { point, value } of device(name).readingsAt(index)) {
          if (!registers.some(([of, register]) => of === name && register === point)) continue;
          if (value < (last.get(point) ?? 0)) fallen.push(`${name} ${point} at ${index}`);
          last.set(point, value);
        }
      }
    }
    expect(fallen).toEqual([]);
  });

  test("R1: no register falls between any two moments, at any interval", () => {
    const quick = byName(
      1,
      METERS.map((meter) => ({ ...meter, intervalMs: 1_000 })),
    );
    const place = fc.constantFrom(
      ["sunny", "energyExport"],
      ["home", "energyImport"],
      ["warm", "energy"],
      ["tap", "volume"],
    );
    fc.assert(
      fc.property(place, fc.integer({ min: 1.6e9, max: 1.8e9 }), fc.nat(1_000), ([name, point], second, later) => {
        const before = valueAt(quick.get(name!)!, point!, second * 1000);
        expect(valueAt(quick.get(name!)!, point!, (second + later) * 1000)).toBeGreaterThanOrEqual(before);
      }),
    );
  });

  test("R2: a year adds what the model says: 60 kWh a square metre of an office, within its spread", () => {
    const year = (at: number) => gain("office", "energyImport", Date.UTC(at, 0, 1), Date.UTC(at + 1, 0, 1));
    expect(year(2026)).toBeGreaterThan(2_000 * 60 * 0.6 * 0.5);
    expect(year(2026)).toBeLessThan(2_000 * 60 * 1.5);
    for (const at of [2023, 2024, 2025]) expect(Math.abs(year(at) / year(2026) - 1)).toBeLessThan(0.01);
  });

  test("R2: a load of a network model takes 4000 hours of its power in a year", () => {
    const meters: MeterOn[] = [
      {
        id: "load",
        carrier: "electricity",
        kind: "load",
        points: "energyImport:MWh",
        attributes: { pMw: 0.5, function: "farm" },
      },
    ];
    const load = byName(9, meters).get("load")!;
    const mwh = valueAt(load, "energyImport", NEXT_NEW_YEAR) - valueAt(load, "energyImport", NEW_YEAR);
    expect(Math.abs(mwh / 2_000 - 1)).toBeLessThan(0.01);
  });

  test("R2: power is the slope of the registers over the interval", () => {
    for (const name of ["home", "sunny"]) {
      for (let index = 0; index < 300; index++) {
        const toMs = Date.UTC(2026, 5, 1) + index * 900_000;
        const slopeW =
          (gain(name, "energyImport", toMs - 900_000, toMs) - gain(name, "energyExport", toMs - 900_000, toMs)) * 4_000;
        // Each of four register values is rounded to 1 Wh: four times half a watt-hour in a quarter of an hour.
        expect(Math.abs(valueAt(device(name), "power", toMs) - slopeW)).toBeLessThanOrEqual(9);
      }
    }
  });

  test("flow is the slope of volume, and heat is what the water carries by its spread", () => {
    const toMs = Date.UTC(2026, 0, 20, 7);
    const litres = gain("tap", "volume", toMs - 900_000, toMs) * 1000;
    expect(Math.abs(valueAt(device("tap"), "flow", toMs) - litres * 4)).toBeLessThanOrEqual(5);
    const spreadK =
      valueAt(device("warm"), "flowTemperature", toMs) - valueAt(device("warm"), "returnTemperature", toMs);
    const kwh = gain("warm", "energy", NEW_YEAR, NEXT_NEW_YEAR);
    // 1.16 kWh for a cubic metre and kelvin; the temperatures have noise of half a kelvin each.
    expect(Math.abs(kwh / (gain("warm", "volume", NEW_YEAR, NEXT_NEW_YEAR) * 1.16) - spreadK)).toBeLessThan(1.2);
  });

  test("the sun makes nothing at night, and of a year about 1000 kWh for each kWp", () => {
    for (let index = 0; index < 365; index++) {
      const midnight = NEW_YEAR + index * DAY_MS - HOUR_MS;
      expect(valueAt(device("sunny"), "pvPower", midnight)).toBe(0);
      expect(gain("solar", "energyExport", midnight - 2 * HOUR_MS, midnight + 2 * HOUR_MS)).toBe(0);
    }
    const kwhPerKwp = gain("solar", "energyExport", NEW_YEAR, NEXT_NEW_YEAR) / 30;
    expect(kwhPerKwp).toBeGreaterThan(800);
    expect(kwhPerKwp).toBeLessThan(1_100);
    expect(valueAt(device("solar"), "power", Date.UTC(2026, 5, 21, 11))).toBeGreaterThan(1);
    expect(gain("home", "energyExport", NEW_YEAR, NEXT_NEW_YEAR)).toBe(0);
    expect(gain("sunny", "energyExport", NEW_YEAR, NEXT_NEW_YEAR)).toBeGreaterThan(3_000);
  });

  test("about a quarter of the buildings of which nothing is known have photovoltaics", () => {
    const meters = Array.from({ length: 400 }, (_, index) => ({
      id: `b-${index}`,
      carrier: "electricity" as const,
      points: "energyExport:kWh",
    }));
    const all = simulatedDevices(districtOf(meters), 3);
    const feeding = all.filter((each) => valueAt(each, "energyExport", NEXT_NEW_YEAR) > 0);
    expect(feeding.length).toBeGreaterThan(75);
    expect(feeding.length).toBeLessThan(125);
  });

  test("heat is used in winter, and its water is hottest then", () => {
    const month = (from: number) => gain("warm", "energy", Date.UTC(2026, from, 1), Date.UTC(2026, from + 1, 1));
    expect(month(0)).toBeGreaterThan(4 * month(6));
    expect(month(6)).toBeGreaterThan(0);
    const flow = (monthOf: number) => valueAt(device("warm"), "flowTemperature", Date.UTC(2026, monthOf, 15, 3));
    expect(flow(0)).toBeGreaterThan(flow(6) + 3);
  });

  test("a home draws water in the morning rather than at night, on its own clock", () => {
    const between = (from: number, to: number) => {
      let sum = 0;
      for (let index = 0; index < 360; index++) {
        // Months of summer time and of standard time alike: hours of local time, by the offset of the month.
        const midnight = NEW_YEAR + index * DAY_MS - (index > 87 && index < 297 ? 2 : 1) * HOUR_MS;
        sum += gain("tap", "volume", midnight + from * HOUR_MS, midnight + to * HOUR_MS);
      }
      return sum;
    };
    expect(between(6, 10)).toBeGreaterThan(4 * between(1, 5));
  });

  test("meters of a carrier on one building share what it takes", () => {
    const meters: MeterOn[] = ["a", "b"].map((id) => ({
      id,
      carrier: "electricity",
      element: "shared",
      points: "energyImport:kWh",
      attributes: { function: "office", netFloorAreaM2: 1_000 },
    }));
    const sum = (all: Map<string, SimulatedDevice>) =>
      [...all.values()].reduce(
        (kwh, each) => kwh + valueAt(each, "energyImport", NEXT_NEW_YEAR) - valueAt(each, "energyImport", NEW_YEAR),
        0,
      );
    const alone = byName(1, meters.slice(0, 1));
    expect(sum(byName(1, meters)) / sum(alone)).toBeCloseTo(1, 3);
  });

  test("a device that feeds several meters reads all of their points, at the shortest interval", () => {
    const meters: MeterOn[] = [
      { id: "a", carrier: "electricity", device: "dev-x", points: "power:W", intervalMs: 900_000 },
      { id: "b", carrier: "water", device: "dev-x", points: "volume:m3", intervalMs: 60_000 },
    ];
    const [both] = simulatedDevices(districtOf(meters), 1);
    expect(both!.intervalMs).toBe(60_000);
    expect(both!.readingsAt(1).map(({ point }) => point)).toEqual(["power", "volume"]);
  });

  test("any point of any unit on any twin gives finite numbers that stay in bounds", () => {
    const units =
      "W kWh m3 m3/h Cel K %RH % / ppm bar mbar m V kV A Hz lx W/m2 m/s h count %EL dB pH NTU Bq S/m pu kg t/h var deg rad l/s VA";
    const bounds: Record<string, [number, number]> = {
      Cel: [-40, 110],
      K: [230, 390],
      "%RH": [0, 100],
      "%": [0, 100],
      "/": [0, 1],
      ppm: [300, 2_500],
      Hz: [49.5, 50.5],
      pu: [0.9, 1.1],
      "%EL": [0, 100],
    };
    const kinds = ["building", "space", "bus", "line", "junction", "tank", "plant", "transformer"] as const;
    const carriers = ["electricity", "water", "gas", "heat"] as const;
    const names = ["x", "flowTemperature", "outdoorHumidity", "level", "powerL1", "status", "1-0:2.8.0"];
    const meters = units.split(" ").flatMap((unit) =>
      kinds.flatMap((kind) =>
        carriers.map((carrier) => ({
          id: `${kind}-${carrier}-${unit}`,
          kind,
          carrier,
          points: names.map((name) => `${name}:${unit}`).join(";"),
        })),
      ),
    );
    const wrong: string[] = [];
    for (const each of simulatedDevices(districtOf(meters), 5)) {
      for (const index of [1_963_584, 1_980_007, 1_999_999]) {
        for (const { point, unit, value } of each.readingsAt(index)) {
          const [low, high] = bounds[unit!] ?? [-1e9, 1e9];
          if (!(value >= low && value <= high)) wrong.push(`${each.name} ${point} ${value}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  test("rooms are warm, the air outside is the weather's, and voltage is near its nominal", () => {
    for (let index = 0; index < 200; index++) {
      const timeMs = NEW_YEAR + index * 44 * HOUR_MS;
      const outside = convert(valueAt(device("room"), "outdoorTemperature", timeMs), "K", "Cel")!;
      expect(outside).toBeGreaterThan(-15);
      expect(valueAt(device("room"), "temperature", timeMs)).toBeGreaterThan(17);
      expect(valueAt(device("room"), "temperature", timeMs)).toBeLessThan(30);
      // EN 50160: 230 V within 10 %.
      expect(Math.abs(valueAt(device("home"), "voltage", timeMs) / 230 - 1)).toBeLessThan(0.1);
    }
  });
});
