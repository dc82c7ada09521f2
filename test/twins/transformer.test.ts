import { expect, test } from "vitest";
import { Bench, MINUTE } from "./harness.ts";

const transformer = (attributes = {}) => new Bench("transformer", { snMva: 0.4, tapMin: -2, tapMax: 2, ...attributes });

test("loading is apparent power over rating, from power and reactive power when it is not measured itself", () => {
  expect(transformer().read("apparentPower", 300_000).value("loadingPercent")).toBe(75);
  expect(
    transformer({ parallel: 2 }).read("power", -300_000).read("reactivePower", 400_000).value("loadingPercent"),
  ).toBe(62.5);
  expect(new Bench("transformer", { snHvMva: 40 }).read("power", 10e6).value("loadingPercent")).toBe(25);
  expect(new Bench("transformer").read("power", 10e6).value("loadingPercent")).toBeNaN();
});

test("T1 overloaded after a minute above 100 %", () => {
  const twin = transformer().read("apparentPower", 410_000).wait(MINUTE);
  expect([twin.state, ...twin.alarms]).toEqual(["inService.overloaded", "TRANSFORMER_OVERLOADED"]);
});

test("T4 a tap in the model's range is driven, one outside is refused with the range", () => {
  const twin = transformer();
  expect(twin.command("setTap", { position: 2 })).toBe("OK");
  expect(twin.drives).toEqual([{ point: "tapPosition", value: 2 }]);
  expect(twin.value("wantedTapPosition")).toBe(2);
  expect(twin.command("setTap", { position: 3 })).toBe("TRANSFORMER_TAP_RANGE");
  expect(twin.command("setTap", { position: 0.5 })).toBe("COMMAND_ARGUMENTS");
});

test("T5 hot oil is an alarm also while it is out of service", () => {
  const twin = transformer();
  twin.command("open");
  expect(twin.read("oilTemperature", 106).alarms).toContain("TRANSFORMER_HOT");
  expect([twin.state, twin.read("oilTemperature", 95).alarms.size]).toEqual(["outOfService", 0]);
});
