// Reservoir, plant and exchanger: what feeds a network of pipes, and what takes heat from it.
import { expect, test } from "vitest";
import { Bench, MINUTE } from "./harness.ts";

test("R1 a reservoir supplies unless it is taken out", () => {
  const twin = new Bench("reservoir");
  expect([twin.is("sourcing"), twin.is("conducting")]).toEqual([true, true]);
  twin.command("takeOut");
  expect([twin.state, twin.is("sourcing"), twin.is("conducting")]).toEqual(["outOfService", false, false]);
  twin.command("putBack");
  expect(twin.is("sourcing")).toBe(true);
});

test("P1 P2 a plant supplies and lets through while it runs, and stands without electricity", () => {
  const twin = new Bench("plant").send("supply.lost", { carrier: "electricity" });
  expect([twin.state, twin.is("sourcing"), ...twin.alarms]).toEqual(["unpowered", false, "PLANT_UNPOWERED"]);
  twin.send("supply.restored", { carrier: "electricity" });
  expect([twin.state, twin.is("sourcing"), twin.is("conducting")]).toEqual(["running.normal", true, true]);
  twin.command("stop");
  expect([twin.state, twin.is("sourcing"), twin.value("wantedRunning")]).toEqual(["stopped", false, 0]);
  expect(twin.is("conducting")).toBe(false);
});

test("P3 a plant is cold when it stays more than 5 K below its set-point", () => {
  const twin = new Bench("plant").read("supplyTemperature", 70);
  expect(twin.wait(60 * MINUTE).state).toBe("running.normal");
  twin.command("setSupplyTemperature", { degC: 80 });
  expect(twin.wait(15 * MINUTE).state).toBe("running.cold");
  expect(twin.read("supplyTemperature", 77).state).toBe("running.normal");
});

test("H1 an exchanger is cold below what hot water needs; the model may need less", () => {
  expect(new Bench("exchanger").read("supplyTemperature", 45).wait(15 * MINUTE).state).toBe("inService.cold");
  const modest = new Bench("exchanger", { minSupplyDegC: 40 }).read("supplyTemperature", 45).wait(15 * MINUTE);
  expect(modest.state).toBe("inService.normal");
});

test("H2 H3 an exchanger lets water through while in service, supplied or not", () => {
  const twin = new Bench("exchanger").send("supply.lost", { carrier: "heat" });
  expect([twin.state, twin.is("conducting")]).toEqual(["inService.unsupplied", true]);
  twin.command("reportFault");
  twin.command("clearFault");
  expect([twin.state, twin.is("conducting")]).toEqual(["outOfService", false]);
  twin.command("open");
  expect(twin.state).toBe("inService.unsupplied");
});

test("an exchanger knows how far it cools its water", () => {
  const twin = new Bench("exchanger").read("supplyTemperature", 80).read("returnTemperature", 45);
  expect(twin.value("temperatureSpread")).toBe(35);
});
