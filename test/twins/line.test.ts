import { expect, test } from "vitest";
import { Bench, MINUTE } from "./harness.ts";

const line = (attributes = {}) => new Bench("line", { maxIKa: 0.2, ...attributes });

// pandapower, `loading_percent`: i_ka / (max_i_ka * df * parallel) * 100
test.each([
  [{}, 100, 50],
  [{ parallel: 2 }, 100, 25],
  [{ df: 0.8, parallel: 2 }, -160, 50],
])("loading with %o at %s A is %s %", (attributes, current, percent) => {
  expect(line(attributes).read("current", current).value("loadingPercent")).toBeCloseTo(percent, 12);
});

test("without a rated current, MATPOWER's rating is what it is loaded against; without both nothing is known", () => {
  expect(new Bench("line", { rateAMva: 250 }).read("power", 100e6).value("loadingPercent")).toBe(40);
  expect(new Bench("line", { rateAMva: 0 }).read("power", 100e6).value("loadingPercent")).toBeNaN();
});

test("L1 it is overloaded after a minute above 100 %, until it is at 95 %", () => {
  const twin = line().read("current", 210);
  expect(twin.wait(MINUTE - 1).state).toBe("inService.normal");
  expect(twin.wait(1).state).toBe("inService.overloaded");
  expect(twin.message("LINE_OVERLOADED")).toBe("loaded to 105 %");
  expect(twin.read("current", 195).state).toBe("inService.overloaded");
  expect(twin.read("current", 190).state).toBe("inService.normal");
  expect(twin.alarms.size).toBe(0);
});

test("L2 an isolated line still conducts, an open one does not", () => {
  const twin = line().send("supply.lost", { carrier: "electricity" });
  expect([twin.state, twin.is("conducting")]).toEqual(["inService.isolated", true]);
  expect(twin.command("open")).toBe("OK");
  expect([twin.state, twin.is("conducting")]).toEqual(["outOfService", false]);
  expect(twin.command("open")).toBe("COMMAND_NOT_ALLOWED");
});

test("what happened while it was open is known when it is closed", () => {
  const twin = line();
  twin.command("open");
  twin.send("supply.lost").command("close");
  expect(twin.state).toBe("inService.isolated");
  twin.command("open");
  twin.send("supply.restored").read("current", 300).wait(MINUTE).command("close");
  expect([twin.state, ...twin.alarms]).toEqual(["inService.overloaded", "LINE_OVERLOADED"]);
});

test("L3 a fault trips it; clearing the fault does not close it", () => {
  const twin = line();
  expect(twin.command("reportFault", { reason: "digger" })).toBe("OK");
  expect([twin.state, twin.is("conducting"), twin.message("LINE_FAULTED")]).toEqual([
    "faulted",
    false,
    "a fault was reported: digger",
  ]);
  expect(twin.command("close")).toBe("COMMAND_NOT_ALLOWED");
  twin.command("clearFault");
  expect([twin.state, twin.alarms.size]).toEqual(["outOfService", 0]);
});

test("a line out of service in the model is born so, and can be closed", () => {
  const twin = line({ inService: false });
  expect(twin.state).toBe("outOfService");
  twin.command("close");
  expect(twin.state).toBe("inService.normal");
});
