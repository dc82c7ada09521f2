import { expect, test } from "vitest";
import { Bench, MINUTE } from "./harness.ts";

const bus = (attributes = {}) => new Bench("bus", { vnKv: 20, ...attributes });

test("B1 a low voltage counts after a minute, and is over half a percent inside of the band", () => {
  const twin = bus()
    .read("voltage", 17_900)
    .wait(MINUTE - 1);
  expect(twin.state).toBe("inBand");
  expect(twin.wait(1).state).toBe("low");
  expect(twin.message("BUS_VOLTAGE_LOW")).toBe("the voltage is low: 89.5 % of nominal");
  expect(twin.read("voltage", 18_050).state).toBe("low");
  expect(twin.read("voltage", 18_101).state).toBe("inBand");
  expect(twin.alarms.size).toBe(0);
});

test("B1 a dip that is over within the minute is none", () => {
  const twin = bus().read("voltage", 17_000).wait(30_000).read("voltage", 20_000).read("voltage", 17_000).wait(45_000);
  expect(twin.state).toBe("inBand");
});

test("a voltage that jumps from low to high is high in the end", () => {
  const twin = bus().read("voltage", 17_000).wait(MINUTE).read("voltage", 23_000).wait(MINUTE);
  expect([twin.state, ...twin.alarms]).toEqual(["high", "BUS_VOLTAGE_HIGH"]);
});

test.each([
  [{ minVmPu: 0.95, maxVmPu: 1.05 }, 18_900, "low"],
  [{ vminPu: 0.94, vmaxPu: 1.06 }, 21_300, "high"],
  [{ minVmPu: 0 }, 18_100, "inBand"],
])("B2 with %o, %s V is %s", (attributes, voltage, state) => {
  expect(bus(attributes).read("voltage", voltage).wait(MINUTE).state).toBe(state);
});

test("B3 a dead bus is not judged; it is where its voltage is when the supply is back", () => {
  const twin = bus().feeding(1).send("supply.lost");
  expect([twin.state, ...twin.alarms]).toEqual(["dead", "BUS_DEAD"]);
  twin.read("voltage", 0).wait(MINUTE);
  expect([twin.state, ...twin.alarms]).toEqual(["dead", "BUS_DEAD"]);
  twin.send("supply.restored");
  expect([twin.state, ...twin.alarms]).toEqual(["low", "BUS_VOLTAGE_LOW"]);
  expect(twin.read("voltage", 20_100).state).toBe("inBand");
});

test.each([
  [230.94, 1],
  [400, 1],
  [253, 1.0955],
  [360, 0.9],
  [0, 0],
])("B4 at 0.4 kV, %s V are %s of the nominal voltage", (voltage, pu) => {
  expect(bus({ vnKv: 0.4 }).read("voltage", voltage).value("vmPu")).toBeCloseTo(pu, 3);
});

test("the newer of a voltage in V and one in pu counts", () => {
  const twin = bus().read("voltage", 20_000).wait(1).read("voltagePu", 1.02);
  expect(twin.value("vmPu")).toBe(1.02);
  expect(twin.wait(1).read("voltage", 19_800).value("vmPu")).toBeCloseTo(0.99, 12);
});

test("a bus that is out of service in the model stays so", () => {
  expect(bus({ inService: false }).send("supply.lost").state).toBe("outOfService");
});

test("a dead bus that feeds nobody raises no alarm of its own", () => {
  const twin = bus().send("supply.lost");
  expect([twin.state, ...twin.alarms]).toEqual(["dead"]);
});
