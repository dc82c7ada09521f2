import { expect, test } from "vitest";
import { Bench } from "./harness.ts";

const tank = () => new Bench("tank", { minLevelM: 1, maxLevelM: 6, diameterM: 10 });

test.each([
  [0.9, "empty", false],
  [1, "empty", false],
  [1.4, "low", true],
  [3, "normal", true],
  [5.6, "high", true],
  [6, "full", true],
])("K1 K2 K3 at %s m of 1 to 6 m it is %s, sourcing: %s", (level, state, sourcing) => {
  const twin = tank().read("level", level);
  expect([twin.state, twin.is("sourcing")]).toEqual([state, sourcing]);
});

test("K1 it goes through its states with its level, and one alarm stands at a time", () => {
  const twin = tank();
  const states = [3, 1.3, 1, 1.05, 1.2, 3, 5.7, 6.1, 3].map((level) => {
    twin.read("level", level);
    return `${twin.state} ${[...twin.alarms]}`.trim();
  });
  expect(states).toEqual([
    "normal",
    "low TANK_LOW",
    "empty TANK_EMPTY",
    "empty TANK_EMPTY",
    "low TANK_LOW",
    "normal",
    "high",
    "full TANK_FULL",
    "normal",
  ]);
});

test("its volume is that of a cylinder", () => {
  expect(tank().read("level", 4).value("volume")).toBeCloseTo(314.159, 3);
});

test("a tank without levels in the model supplies and judges nothing", () => {
  const twin = new Bench("tank").read("level", 0);
  expect([twin.state, twin.is("sourcing")]).toEqual(["normal", true]);
});
