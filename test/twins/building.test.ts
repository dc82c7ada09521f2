import { describe, expect, test } from "vitest";
import { Bench, MINUTE } from "./harness.ts";

const region = (twin: Bench, name: string) =>
  twin.state
    .split("|")
    .find((path) => path.startsWith(name))
    ?.slice(name.length + 1);
const operation = (twin: Bench) => region(twin, "operation");
const comfort = (twin: Bench) => region(twin, "comfort");
const supply = (twin: Bench) => region(twin, "supply");

describe("operation", () => {
  test("what is wanted of the heating follows the mode", () => {
    const twin = new Bench("building");
    twin.command("setTemperature", { degC: 22 });
    twin.command("setBack");
    twin.command("switchOff");
    twin.command("occupy");
    expect(twin.drives.map(({ value }) => value)).toEqual([22, 18, 8, 22]);
    expect([operation(twin), twin.value("setPointTemperature")]).toEqual(["occupied", 22]);
  });

  test("a set-point of an empty building waits until it is occupied", () => {
    const twin = new Bench("building");
    twin.command("switchOff");
    expect(twin.command("setTemperature", { degC: 20 })).toBe("OK");
    expect(twin.drives.map(({ value }) => value)).toEqual([8]);
    twin.command("occupy");
    expect(twin.drives.at(-1)).toEqual({ point: "setPointTemperature", value: 20 });
    expect(twin.command("setTemperature", { degC: 35 })).toBe("COMMAND_ARGUMENTS");
  });

  test("G2 frost protection comes below 5 degrees and goes at 7, back to what was before", () => {
    const off = new Bench("building");
    off.command("switchOff");
    expect(operation(off.read("temperature", 4.9))).toBe("frostProtection.switchedOff");
    expect(operation(off.read("temperature", 6.9))).toBe("frostProtection.switchedOff");
    expect(operation(off.read("temperature", 7))).toBe("off");
    const back = new Bench("building");
    back.command("setBack");
    expect(operation(back.read("temperature", 4))).toBe("frostProtection.setBack");
    expect(operation(back.read("temperature", 8))).toBe("setback");
  });

  test("G2 an occupied building heats anyway, and is protected once it is left", () => {
    const twin = new Bench("building").read("temperature", 3);
    expect(operation(twin)).toBe("occupied");
    twin.command("switchOff");
    expect(operation(twin)).toBe("frostProtection.switchedOff");
  });
});

describe("comfort", () => {
  test("G3 unknown without a temperature, lost after a quarter of an hour outside of 20 to 26 degrees", () => {
    const twin = new Bench("building");
    expect(comfort(twin)).toBe("unknown.notMeasured");
    expect(comfort(twin.read("temperature", 19))).toBe("kept");
    expect(comfort(twin.wait(15 * MINUTE))).toBe("lost");
    expect(comfort(twin.read("temperature", 20.2))).toBe("lost");
    expect(comfort(twin.read("temperature", 20.5))).toBe("kept");
  });

  test("G3 not judged while nobody is there", () => {
    const twin = new Bench("building").read("temperature", 28).wait(15 * MINUTE);
    expect(comfort(twin)).toBe("lost");
    twin.command("setBack");
    expect(comfort(twin)).toBe("unknown.notOccupied");
    twin.command("switchOff");
    expect(comfort(twin.read("temperature", 22))).toBe("unknown.notOccupied");
    twin.command("occupy");
    expect(comfort(twin)).toBe("kept");
  });
});

describe("supply", () => {
  test("G4 one alarm names the carriers that are missing, until all are back", () => {
    const twin = new Bench("building").send("supply.lost", { carrier: "electricity", via: "bus:lv:1" });
    expect([supply(twin), twin.value("electricitySupplied")]).toEqual(["unsupplied", 0]);
    expect(twin.message("BUILDING_UNSUPPLIED")).toBe("no supply of electricity");
    twin.send("supply.lost", { carrier: "water" });
    expect(twin.message("BUILDING_UNSUPPLIED")).toBe("no supply of electricity, water");
    twin.send("supply.restored", { carrier: "electricity" });
    expect([supply(twin), twin.message("BUILDING_UNSUPPLIED")]).toEqual(["unsupplied", "no supply of water"]);
    twin.send("supply.restored", { carrier: "water" });
    expect([supply(twin), twin.alarms.size, twin.value("waterSupplied")]).toEqual(["supplied", 0, 1]);
  });

  test("its district hears once that it is unsupplied, and once that it is supplied", () => {
    const twin = new Bench("building");
    for (const type of ["supply.lost", "supply.lost", "supply.restored", "supply.restored"]) {
      twin.send(type, { carrier: "gas" }).send(type, { carrier: "heat" });
    }
    expect(twin.told).toEqual(["isPartOf building.unsupplied", "isPartOf building.supplied"]);
  });

  test("a signal without a carrier that is known changes nothing", () => {
    expect(supply(new Bench("building").send("supply.lost").send("supply.lost", { carrier: "steam" }))).toBe(
      "supplied",
    );
  });
});

describe("totals", () => {
  test("each counts the meters of its carrier only", () => {
    const { specs } = new Bench("building");
    const meter = (carrier: string) => new Bench("meter", { carrier }, [{ name: "energy", unit: "kWh" }]).model;
    const counted = (point: string) => {
      const spec = specs[point];
      return (
        spec?.from === "summed" &&
        ["electricity", "heat", "gas", "water"].filter((carrier) => spec.where(meter(carrier)))
      );
    };
    expect(counted("electricityConsumption")).toEqual(["electricity"]);
    expect(counted("heatPower")).toEqual(["heat"]);
    expect(counted("gasConsumption")).toEqual(["gas"]);
    expect(counted("waterFlow")).toEqual(["water"]);
  });

  test("D2 a district sums what its buildings sum, in the same units", () => {
    const [building, district] = [new Bench("building").specs, new Bench("district").specs];
    const summed = Object.entries(district).filter(([, spec]) => spec.from === "summed");
    expect(summed.length).toBe(8);
    for (const [name, spec] of summed) expect([name, spec.unit]).toEqual([name, building[name]?.unit]);
  });
});
