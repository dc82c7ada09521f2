import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { convert, dimensionOf, isUnit } from "../../../models/telemetry/units.ts";

// The symbols of the IANA registries "SenML Units" and "Secondary Units".
const REGISTERED =
  "m kg g s A K cd mol Hz rad sr N Pa J W C V F Ohm S Wb T H Cel lm lx Bq Gy Sv kat m2 m3 l m/s m/s2 m3/s l/s W/m2 cd/m2 " +
  "bit bit/s lat lon pH dB dBW Bspl count / % %RH %EL EL 1/s 1/min beat/min beats S/m B VA VAs var vars J/m kg/m3 deg NTU " +
  "ms min h MHz kW kVA kvar Ah Wh kWh varh kvarh kVAh Wh/km KiB GB Mbit/s B/s MB/s mV mA dBm ug/m3 mm/h m/h ppm /100 /1000 " +
  "hPa mm cm km km/h ppb ppt VAh mg/l ug/l g/l";
const UTILITIES =
  "bar mbar kPa MPa mH2O psi m3/h l/h l/min gpm MW GW MWh GWh kJ MJ GJ kV kA MVA Mvar pu degC degF t/h kg/s %";

describe("units", () => {
  test("every unit of the SenML registries is known", () => {
    expect(REGISTERED.split(" ").filter((unit) => !isUnit(unit))).toEqual([]);
  });

  test("the units of utilities are known", () => {
    expect(UTILITIES.split(" ").filter((unit) => !isUnit(unit))).toEqual([]);
  });

  test("a unit that is not in the table is none, also not by another case or an object's own words", () => {
    for (const unit of ["", "kwh", "KWH", "constructor", "__proto__", "°C", " W"])
      expect(isUnit(unit), unit).toBe(false);
    expect(convert(1, "furlong", "m")).toBeUndefined();
    expect(convert(1, "m", "furlong")).toBeUndefined();
    expect(convert(1, "furlong", "furlong")).toBeUndefined();
  });

  // RFC 8798, tables 2 and 3, and the definitions of the units.
  test.each([
    [1, "kWh", "J", 3.6e6],
    [1, "kvarh", "vars", 3.6e6],
    [1, "kVAh", "VAs", 3.6e6],
    [1, "Wh/km", "J/m", 3.6],
    [1, "GJ", "kWh", 277.77777777777777],
    [1, "MWh", "GJ", 3.6],
    [310, "W", "kW", 0.31],
    [0.31, "kW", "W", 310],
    [3.6, "m3/h", "l/h", 3600],
    [3.6, "m3/h", "l/s", 1],
    [1, "m3/s", "m3/h", 3600],
    [90, "km/h", "m/s", 25],
    [1, "bar", "kPa", 100],
    [2.5, "bar", "mbar", 2500],
    [10, "mH2O", "bar", 0.980665],
    [1, "MPa", "bar", 10],
    [0.4, "kV", "V", 400],
    [1, "kA", "A", 1000],
    [180, "deg", "rad", Math.PI],
    [1, "KiB", "B", 1024],
    [8, "Mbit/s", "MB/s", 1],
    [30, "dBm", "dBW", 0],
    [1, "kg/m3", "mg/l", 1000],
    [20, "Cel", "K", 293.15],
    [68, "degF", "Cel", 20],
    [-40, "degC", "degF", -40],
    [0, "K", "degC", -273.15],
    [50, "%", "/", 0.5],
    [50, "%", "/100", 50],
    [420, "ppm", "%", 0.042],
    [1, "d", "h", 24],
    [1, "gpm", "l/min", 3.785411784],
  ])("%d %s is %s: %d", (value, from, to, expected) => {
    expect(convert(value, from, to)).toBeCloseTo(expected, 10);
  });

  test("conversions by powers of ten are exact", () => {
    expect(convert(1204.25, "kWh", "Wh")).toBe(1_204_250);
    expect(convert(0.3, "m3", "l")).toBe(300);
    expect(convert(231.7, "V", "kV")).toBe(0.2317);
  });

  test("U1: active, apparent and reactive power and energy never convert into each other", () => {
    for (const family of [
      ["W", "VA", "var"],
      ["Wh", "VAh", "varh"],
      ["J", "VAs", "vars"],
    ]) {
      for (const from of family) {
        for (const to of family) {
          if (from !== to) expect(convert(1, from, to), `${from} ${to}`).toBeUndefined();
        }
      }
    }
  });

  test("U3: humidity and battery levels are not ratios, and a water column's pressure is not a length", () => {
    expect(convert(50, "%", "%RH")).toBeUndefined();
    expect(convert(50, "%EL", "%")).toBeUndefined();
    expect(convert(10, "mH2O", "m")).toBeUndefined();
    expect(dimensionOf("%RH")).toBe("relativeHumidity");
    expect(dimensionOf("Wh")).toBe(dimensionOf("GJ"));
    expect(dimensionOf("smoot")).toBeUndefined();
  });

  test("U2: there and back gives the value again", () => {
    const units = [...new Set(`${REGISTERED} ${UTILITIES}`.split(" "))];
    const pairs = units.flatMap((a) =>
      units.filter((b) => dimensionOf(a) === dimensionOf(b)).map((b) => [a, b] as const),
    );
    fc.assert(
      fc.property(fc.constantFrom(...pairs), fc.double({ min: -1e6, max: 1e6, noNaN: true }), ([a, b], value) => {
        const back = convert(convert(value, a, b)!, b, a)!;
        expect(Math.abs(back - value)).toBeLessThanOrEqual(1e-12 * Math.max(300, Math.abs(value)));
      }),
    );
  });
});
