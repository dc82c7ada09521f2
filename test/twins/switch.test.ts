import { expect, test } from "vitest";
import { Bench } from "./harness.ts";

test("S2 without a device a command is done at once", () => {
  const twin = new Bench("switch");
  expect(twin.is("conducting")).toBe(true);
  expect(twin.command("open")).toBe("OK");
  expect([twin.state, twin.is("conducting"), twin.value("wantedPosition")]).toEqual(["open.confirmed", false, 0]);
  expect(twin.command("open")).toBe("COMMAND_NOT_ALLOWED");
});

test("S1 with a device it is where the device says", () => {
  const twin = new Bench("switch").read("position", 1);
  twin.command("open");
  expect([twin.state, twin.is("conducting"), twin.drives.at(-1)]).toEqual([
    "closed.opening",
    true,
    { point: "position", value: 0 },
  ]);
  expect(twin.read("position", 0).state).toBe("open.confirmed");
});

test("S3 a position that is not confirmed in 30 s is an alarm, until it is", () => {
  const twin = new Bench("switch").read("position", 1);
  twin.command("open");
  expect([...twin.wait(30_000).alarms]).toEqual(["SWITCH_NOT_CONFIRMED"]);
  expect(twin.read("position", 0).alarms.size).toBe(0);
});

test("a switch that is open in the model is born open", () => {
  const twin = new Bench("switch", { closed: false });
  expect([twin.state, twin.value("wantedPosition")]).toEqual(["open.confirmed", 0]);
});
