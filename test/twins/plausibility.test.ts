import { expect, test } from "vitest";
import { Bench, MINUTE } from "./harness.ts";

const quality = (unit: string, value: number, measures = "building:b:1") =>
  new Bench("meter", { carrier: "water", measures, intervalMs: MINUTE }, [{ name: "x", unit }])
    .read("x", value)
    .quality("x");

test.each([
  ["Cel", -60, 200],
  ["K", 214, 473],
  ["%RH", 0, 100],
  ["bar", -1, 25],
  ["V", 0, 400_000],
  ["Hz", 45, 65],
  ["ppm", 0, 50_000],
  ["W", -1e6, 1e6],
  ["l/s", -20, 20],
])("P2 in %s, values from %s to %s are plausible", (unit, least, most) => {
  expect([quality(unit, least), quality(unit, most)]).toEqual(["GOOD", "GOOD"]);
});

test.each([
  ["Cel", -61],
  ["Cel", 200.1],
  ["K", 100],
  ["%RH", 100.5],
  ["%RH", -1],
  ["bar", 500],
  ["V", -230],
  ["Hz", 1_000],
  ["ppm", -1],
  ["ppm", 421_000],
  ["W", 1e8],
  ["m3/h", 1_000],
  ["count", -1],
  ["NTU", Number.NaN],
])("P1 P2 in %s, %s is not plausible", (unit, value) => {
  expect(quality(unit, value)).toBe("SUSPECT");
});

test("P3 a network element may carry more than a building", () => {
  expect([quality("W", 5e7), quality("W", 5e7, "grid:lv:0")]).toEqual(["SUSPECT", "GOOD"]);
});
