import { expect, test } from "vitest";
import { Bench, MINUTE } from "./harness.ts";

const junction = (attributes = {}) => new Bench("junction", { carrier: "water", elevationM: 100, ...attributes });

test.each([
  [{}, 1.4, "low"],
  [{}, 3, "inBand"],
  [{}, 11, "high"],
  [{ minPressureBar: 2 }, 1.9, "low"],
  [{ carrier: "gas" }, 0.022, "inBand"],
  [{ carrier: "gas" }, 0.012, "low"],
  [{ carrier: "heat" }, 12, "inBand"],
])("J2 with %o, %s bar is %s", (attributes, pressure, state) => {
  expect(junction(attributes).read("pressure", pressure).wait(MINUTE).state).toBe(state);
});

test("J1 low after a minute, in band again five percent above the limit", () => {
  const twin = junction()
    .read("pressure", 1.4)
    .wait(MINUTE - 1);
  expect(twin.state).toBe("inBand");
  expect([...twin.wait(1).alarms]).toEqual(["JUNCTION_PRESSURE_LOW"]);
  expect(twin.read("pressure", 1.55).state).toBe("low");
  expect(twin.read("pressure", 1.58).state).toBe("inBand");
});

test("J3 dead while no source reaches it", () => {
  const twin = junction().feeding(1).send("supply.lost").read("pressure", 0).wait(MINUTE);
  expect([twin.state, ...twin.alarms]).toEqual(["dead", "JUNCTION_DEAD"]);
  expect(twin.send("supply.restored").state).toBe("low");
});

test("the head of water is its elevation and 10.197 m for each bar; gas has none", () => {
  expect(junction().read("pressure", 4).value("head")).toBeCloseTo(100 + 40.789, 3);
  expect(junction({ carrier: "gas" }).read("pressure", 0.022).value("head")).toBeNaN();
});
