import { expect, test } from "vitest";
import { Bench, MINUTE } from "./harness.ts";

test("velocity is flow over cross-section, whichever unit the model has for the diameter", () => {
  // 100 m3/h through 200 mm: 0.0277778 m3/s over 0.0314159 m2.
  expect(new Bench("pipe", { diameterMm: 200 }).read("flow", -100).value("velocity")).toBeCloseTo(0.884194, 6);
  expect(new Bench("pipe", { diameterM: 0.2 }).read("flow", 100).value("velocity")).toBeCloseTo(0.884194, 6);
  expect(new Bench("pipe", { diameterMm: 0 }).read("flow", 100).value("velocity")).toBeNaN();
});

test("I1 too fast for five minutes is overloaded; gas may be faster", () => {
  const twin = new Bench("pipe", { diameterMm: 100, carrier: "water" }).read("flow", 90).wait(5 * MINUTE);
  expect([twin.state, ...twin.alarms]).toEqual(["inService.overloaded", "PIPE_OVERLOADED"]);
  const gas = new Bench("pipe", { diameterMm: 100, carrier: "gas" }).read("flow", 90).wait(5 * MINUTE);
  expect(gas.state).toBe("inService.normal");
});

test.each([
  [{ initialStatus: "closed" }, "outOfService"],
  [{ inService: false }, "outOfService"],
  [{ initialStatus: "cv" }, "inService.normal"],
  [{ initialStatus: "open" }, "inService.normal"],
])("with %o it is born %s", (attributes, state) => {
  expect(new Bench("pipe", attributes).state).toBe(state);
});

test("I2 I3 a burst shuts it off until it is mended and opened", () => {
  const twin = new Bench("pipe");
  twin.command("reportFault");
  expect([twin.state, twin.is("conducting"), ...twin.alarms]).toEqual(["faulted", false, "PIPE_FAULTED"]);
  twin.command("clearFault");
  expect([twin.is("conducting"), twin.command("open"), twin.is("conducting")]).toEqual([false, "OK", true]);
});
