import { expect, test } from "vitest";
import { Bench } from "./harness.ts";

test("A1 without a measured power it does what it was told", () => {
  const twin = new Bench("storage", { snMva: 0.01 });
  expect(twin.command("charge", { powerW: 5_000 })).toBe("OK");
  expect([twin.state, twin.value("wantedPower")]).toEqual(["charging", 5_000]);
  twin.command("discharge", { powerW: 2_000 });
  expect([twin.state, twin.drives.at(-1)]).toEqual(["discharging", { point: "wantedPower", value: -2_000 }]);
  twin.command("idle");
  expect(twin.state).toBe("idle");
});

test("A1 with a measured power it is what that says", () => {
  const twin = new Bench("storage").read("power", 0);
  twin.command("charge", { powerW: 5_000 });
  expect(twin.state).toBe("idle");
  expect(twin.read("power", 4_900).state).toBe("charging");
  expect(twin.read("power", -300).state).toBe("discharging");
  expect(twin.read("power", 5).state).toBe("idle");
});

test("A2 charging ends at full, discharging at empty", () => {
  const twin = new Bench("storage").read("stateOfCharge", 50);
  twin.command("charge", { powerW: 1_000 });
  expect(twin.read("stateOfCharge", 99.5).state).toBe("full");
  expect(twin.drives.at(-1)).toEqual({ point: "wantedPower", value: 0 });
  twin.command("discharge", { powerW: 1_000 });
  expect(twin.read("stateOfCharge", 40).read("stateOfCharge", 0.5).state).toBe("empty");
  expect(twin.read("stateOfCharge", 3).state).toBe("idle");
});

test("A3 what it cannot do is refused with the reason", () => {
  const twin = new Bench("storage", { maxPMw: 0.005 }).read("stateOfCharge", 100);
  expect(twin.command("charge", { powerW: 1_000 })).toBe("STORAGE_FULL");
  expect(twin.command("discharge", { powerW: 6_000 })).toBe("STORAGE_POWER_ABOVE_RATING");
  expect(twin.read("stateOfCharge", 0).command("discharge", { powerW: 1_000 })).toBe("STORAGE_EMPTY");
  expect(twin.command("charge", { powerW: -1 })).toBe("COMMAND_ARGUMENTS");
});

test("A4 unsupplied with its bus, and back to what it does", () => {
  const twin = new Bench("storage").send("supply.lost");
  expect([twin.state, twin.command("charge", { powerW: 1 })]).toEqual(["unsupplied", "COMMAND_NOT_ALLOWED"]);
  expect(twin.read("power", 800).send("supply.restored").state).toBe("charging");
});
