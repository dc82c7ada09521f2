import { expect, test } from "vitest";
import { Bench, MINUTE } from "./harness.ts";

test("N1 it trips with its network, unless it is the slack", () => {
  const twin = new Bench("generator").send("supply.lost");
  expect([twin.state, twin.is("sourcing"), ...twin.alarms]).toEqual(["tripped", false, "GENERATOR_TRIPPED"]);
  const slack = new Bench("generator", { slack: true }).send("supply.lost");
  expect([slack.state, slack.is("sourcing")]).toEqual(["running.free", true]);
});

test("N2 it comes back a minute after its network did, and not when that fails again", () => {
  const twin = new Bench("generator").send("supply.lost").send("supply.restored").wait(30_000).send("supply.lost");
  expect(twin.wait(10 * MINUTE).state).toBe("tripped");
  expect(twin.send("supply.restored").wait(MINUTE - 1).state).toBe("tripped");
  expect([twin.wait(1).state, twin.alarms.size]).toEqual(["running.free", 0]);
});

test("N3 curtailed until the limit is taken away; feeding in more for five minutes is an alarm", () => {
  const twin = new Bench("generator").read("power", 5_000);
  expect(twin.command("curtail", { powerW: 3_000 })).toBe("OK");
  expect([twin.state, twin.value("powerLimit")]).toEqual(["running.curtailed", 3_000]);
  expect(twin.drives).toEqual([{ point: "powerLimit", value: 3_000 }]);
  expect([...twin.wait(5 * MINUTE).alarms]).toEqual(["GENERATOR_OVER_LIMIT"]);
  expect(twin.read("power", 3_100).alarms.size).toBe(0);
  expect(twin.command("uncurtail")).toBe("OK");
  expect([twin.state, twin.value("powerLimit")]).toEqual(["running.free", Number.NaN]);
});

test("a limit outlives a trip", () => {
  const twin = new Bench("generator");
  twin.command("curtail", { powerW: 0 });
  twin.send("supply.lost").send("supply.restored").wait(MINUTE);
  expect(twin.state).toBe("running.curtailed");
});

test("started without its network it waits for that", () => {
  const twin = new Bench("generator", { inService: false }).send("supply.lost");
  expect(twin.state).toBe("stopped");
  twin.command("start");
  expect(twin.state).toBe("tripped");
  expect(twin.send("supply.restored").wait(MINUTE).state).toBe("running.free");
});
