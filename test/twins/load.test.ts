import { expect, test } from "vitest";
import { Bench } from "./harness.ts";

test("D1 a load that was shed stays shed when its bus lives again, and knows that it died when it is reconnected", () => {
  const twin = new Bench("load");
  expect(twin.command("shed")).toBe("OK");
  expect(twin.send("supply.lost").send("supply.restored").state).toBe("shed");
  twin.send("supply.lost").command("reconnect");
  expect(twin.state).toBe("unsupplied");
  expect(twin.send("supply.restored").state).toBe("connected");
});

test("D2 the wanted position goes to its device", () => {
  const twin = new Bench("load");
  twin.command("shed");
  twin.command("reconnect");
  expect(twin.drives).toEqual([
    { point: "connected", value: 0 },
    { point: "connected", value: 1 },
  ]);
});

test("a load out of service in the model is born so", () => {
  const twin = new Bench("load", { inService: false });
  expect([twin.state, twin.value("connected"), twin.takes("shed")]).toEqual(["outOfService", 0, false]);
});
