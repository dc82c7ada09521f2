import { expect, test } from "vitest";
import { Bench, MINUTE } from "./harness.ts";

test("U1 U2 a command is done at once, or when its drive confirms it", () => {
  const twin = new Bench("pump");
  twin.command("stop");
  expect([twin.state, twin.is("conducting")]).toEqual(["stopped.confirmed", false]);
  twin.read("running", 0).command("start");
  expect([twin.state, twin.is("conducting")]).toEqual(["stopped.starting", false]);
  expect([twin.read("running", 1).state, twin.is("conducting")]).toEqual(["running.confirmed", true]);
});

test("U3 an alarm when the drive does not follow within a minute", () => {
  const twin = new Bench("pump").read("running", 1);
  twin.command("stop");
  expect([...twin.wait(MINUTE).alarms]).toEqual(["PUMP_NOT_CONFIRMED"]);
  twin.command("start");
  expect([twin.state, twin.alarms.size]).toEqual(["running.confirmed", 0]);
});

test("U4 it stands without electricity and runs again with it; losing its water does not stop it", () => {
  const twin = new Bench("pump").send("supply.lost", { carrier: "water" });
  expect(twin.is("conducting")).toBe(true);
  twin.send("supply.lost", { carrier: "electricity" });
  expect([twin.state, twin.is("conducting"), ...twin.alarms]).toEqual(["unpowered", false, "PUMP_UNPOWERED"]);
  expect(twin.send("supply.restored", { carrier: "water" }).state).toBe("unpowered");
  expect([twin.send("supply.restored", { carrier: "electricity" }).state, twin.alarms.size]).toEqual([
    "running.confirmed",
    0,
  ]);
});

test("U4 started without electricity it waits for it", () => {
  const twin = new Bench("pump", { initialStatus: "closed" }).send("supply.lost", { carrier: "electricity" });
  expect(twin.state).toBe("stopped.confirmed");
  twin.command("start");
  expect(twin.state).toBe("unpowered");
});

test("its speed is set as a part of the rated one", () => {
  const twin = new Bench("pump", { speed: 0.9 });
  expect(twin.value("wantedSpeed")).toBe(0.9);
  expect(twin.command("setSpeed", { ratio: 1.1 })).toBe("OK");
  expect([twin.value("wantedSpeed"), twin.drives.at(-1)]).toEqual([1.1, { point: "speed", value: 1.1 }]);
  expect(twin.command("setSpeed", { ratio: 3 })).toBe("COMMAND_ARGUMENTS");
});
