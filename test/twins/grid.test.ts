import { expect, test } from "vitest";
import { Bench } from "./harness.ts";

test("E1 it supplies while it is connected and the network above lives", () => {
  const twin = new Bench("grid");
  expect([twin.state, twin.is("sourcing")]).toEqual(["supplied", true]);
  twin.send("supply.lost");
  expect([twin.state, twin.is("sourcing"), ...twin.alarms]).toEqual(["dead", false, "GRID_DEAD"]);
  twin.command("disconnect");
  expect([twin.state, twin.alarms.size]).toEqual(["disconnected", 0]);
  twin.command("connect");
  expect(twin.state).toBe("dead");
  expect(twin.send("supply.restored").state).toBe("supplied");
});

test("a grid out of service in the model is disconnected", () => {
  const twin = new Bench("grid", { inService: false });
  expect([twin.state, twin.is("sourcing"), twin.command("connect"), twin.state]).toEqual([
    "disconnected",
    false,
    "OK",
    "supplied",
  ]);
});
