// What is made of parts: a district of its buildings, a storey of its spaces, and the space itself; a device.
import { expect, test } from "vitest";
import { Bench, HOUR, MINUTE } from "./harness.ts";

test("D1 a district is disturbed until the last of its buildings is supplied again", () => {
  const twin = new Bench("district").send("building.unsupplied").send("building.unsupplied").send("building.supplied");
  expect([twin.state, twin.value("unsuppliedBuildings"), ...twin.alarms]).toEqual([
    "disturbed",
    1,
    "DISTRICT_DISTURBED",
  ]);
  twin.send("building.supplied");
  expect([twin.state, twin.value("unsuppliedBuildings"), twin.alarms.size]).toEqual(["normal", 0, 0]);
});

test("Y1 a storey is disturbed while one of its spaces is uncomfortable", () => {
  const twin = new Bench("storey").send("space.comfortLost").send("space.comfortLost").send("space.comfortBack");
  expect([twin.state, twin.value("uncomfortableSpaces")]).toEqual(["disturbed", 1]);
  expect(twin.send("space.comfortBack").state).toBe("normal");
});

test("P1 P3 the regions of a space are unknown until they are measured", () => {
  const twin = new Bench("space");
  expect(twin.state).toBe("occupancy.unknown|comfort.unknown.notMeasured|air.unknown");
  twin.read("people", 3).read("temperature", 21).read("co2", 600);
  expect(twin.state).toBe("occupancy.occupied|comfort.kept|air.fresh");
  twin.read("co2", 1_500).wait(5 * MINUTE);
  expect(twin.state).toBe("occupancy.occupied|comfort.kept|air.stuffy");
});

test("P2 a vacant space is not judged, and its storey hears every loss and every end of it", () => {
  const twin = new Bench("space")
    .read("temperature", 18)
    .read("occupancy", 1)
    .wait(15 * MINUTE);
  expect(twin.state).toContain("comfort.lost");
  expect(twin.read("occupancy", 0).state).toContain("comfort.unknown.vacant");
  expect(twin.read("occupancy", 1).state).toContain("comfort.lost");
  expect(twin.read("temperature", 21).state).toContain("comfort.kept");
  expect(twin.told).toEqual(["Lost", "Back", "Lost", "Back"].map((change) => `isPartOf space.comfort${change}`));
});

test("a space drives its set-point", () => {
  const twin = new Bench("space");
  expect(twin.command("setTemperature", { degC: 19.5 })).toBe("OK");
  expect(twin.drives).toEqual([{ point: "setPointTemperature", value: 19.5 }]);
});

test("V1 a device is unseen, online, silent and online again, as it is heard and missed", () => {
  const twin = new Bench("device", { intervalMs: MINUTE });
  expect(twin.wait(HOUR).state).toBe("unseen");
  expect(twin.send("heard.raised").state).toBe("online");
  expect([twin.send("silent.raised").state, ...twin.alarms]).toEqual(["silent", "DEVICE_SILENT"]);
  expect([twin.send("silent.cleared").state, twin.alarms.size]).toEqual(["online", 0]);
});

test("V2 V3 a device of the building model is installed, and retired for good", () => {
  const twin = new Bench("device", { ifcClass: "IfcFlowTerminal" });
  expect(twin.state).toBe("installed");
  twin.command("reportFault");
  twin.command("clearFault");
  expect(twin.state).toBe("installed");
  twin.command("retire");
  expect([twin.send("heard.raised").state, twin.takes("clearFault")]).toEqual(["retired", false]);
  expect(new Bench("device", { brickClass: "Luminaire" }).state).toBe("installed");
});
