import { expect, test } from "vitest";
import { Bench, MINUTE } from "./harness.ts";

test.each([
  [{}, "open.confirmed"],
  [{ initialStatus: "closed" }, "closed.confirmed"],
  [{ initialStatus: "active" }, "throttled.confirmed"],
  [{ inService: false }, "closed.confirmed"],
])("with %o it is born %s", (attributes, state) => {
  const twin = new Bench("valve", attributes);
  expect(twin.state).toBe(state);
  expect(twin.is("conducting")).toBe(!state.startsWith("closed"));
});

test("V2 without a device commands are done at once", () => {
  const twin = new Bench("valve", { setting: 30 });
  twin.command("throttle", { value: 25 });
  expect([twin.state, twin.value("setting")]).toEqual(["throttled.confirmed", 25]);
  twin.command("close");
  expect([twin.state, twin.is("conducting")]).toEqual(["closed.confirmed", false]);
});

test("V1 on its way it is where it is reported, and there when it arrives", () => {
  const twin = new Bench("valve").read("position", 1);
  twin.command("close");
  expect(twin.state).toBe("open.moving");
  expect(twin.read("position", 0.5).state).toBe("throttled.moving");
  expect([twin.read("position", 0).state, twin.alarms.size]).toEqual(["closed.confirmed", 0]);
});

test("V3 stuck on the way is an alarm until it gets there", () => {
  const twin = new Bench("valve").read("position", 1);
  twin.command("close");
  twin.read("position", 0.4).wait(3 * MINUTE);
  expect(twin.message("VALVE_STUCK")).toBe("the valve should close and is not there");
  expect(twin.read("position", 0.01).alarms.size).toBe(0);
});

test("V3 a valve that somebody turns by hand is an alarm until it is told to be there", () => {
  const twin = new Bench("valve").read("position", 1).read("position", 0);
  expect([twin.state, ...twin.wait(3 * MINUTE).alarms]).toEqual(["closed.moving", "VALVE_STUCK"]);
  twin.command("close");
  expect([twin.state, twin.alarms.size]).toEqual(["closed.confirmed", 0]);
});
