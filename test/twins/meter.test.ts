import { describe, expect, test } from "vitest";
import { Bench, HOUR, MINUTE } from "./harness.ts";

const INTERVAL_MS = 15 * MINUTE;

const electricity = (extra = {}) =>
  new Bench(
    "meter",
    { carrier: "electricity", measures: "building:b:1", device: "d", intervalMs: INTERVAL_MS, ...extra },
    [
      { name: "energyImport", unit: "kWh" },
      { name: "energyExport", unit: "kWh" },
      { name: "power", unit: "W" },
    ],
  );

describe("modes of a meter", () => {
  test("M5 it is commissioned until its first reading, however long that takes", () => {
    const meter = electricity();
    expect(meter.state).toBe("commissioned");
    expect(meter.wait(24 * HOUR).state).toBe("commissioned");
    expect(meter.read("power", 310).state).toBe("online.normal");
  });

  test("M3 it is silent after three intervals without a reading, with an alarm until it is heard again", () => {
    const meter = electricity().read("power", 310);
    expect(meter.wait(3 * INTERVAL_MS - 1).state).toBe("online.normal");
    expect(meter.wait(1).state).toBe("silent");
    expect(meter.alarms).toContain("METER_SILENT");
    expect(meter.read("power", 300).state).toBe("online.normal");
    expect(meter.alarms.size).toBe(0);
  });

  test("M2 an implausible reading is held back and named in the alarm, until a plausible one comes", () => {
    const meter = electricity().read("power", 310).wait(INTERVAL_MS).read("power", 5e6);
    expect(meter.state).toBe("online.suspect");
    expect([meter.value("power"), meter.quality("power")]).toEqual([310, "SUSPECT"]);
    expect(meter.message("METER_IMPLAUSIBLE")).toContain("power");
    meter.read("power", 320, meter.now + 1);
    expect([meter.state, meter.value("power"), meter.quality("power")]).toEqual(["online.normal", 320, "GOOD"]);
    expect(meter.alarms.size).toBe(0);
  });

  test("M4 it is faulty when readings stay implausible for three intervals, and well again with the first plausible one", () => {
    const meter = electricity().read("power", 310);
    for (let i = 0; i < 4; i++) meter.wait(INTERVAL_MS).read("power", Number.NaN);
    expect(meter.state).toBe("faulty.implausible");
    expect([...meter.alarms]).toEqual(["METER_FAULTY"]);
    expect(meter.wait(1).read("power", 300).state).toBe("online.normal");
    expect(meter.alarms.size).toBe(0);
  });

  test("M4 a reported fault stays until it is cleared, whatever is read meanwhile", () => {
    const meter = electricity().read("power", 310);
    expect(meter.command("reportFault", { reason: "seal broken" })).toBe("OK");
    expect(meter.message("METER_FAULTY")).toContain("seal broken");
    expect(meter.wait(MINUTE).read("power", 300).state).toBe("faulty.reported");
    expect(meter.command("clearFault")).toBe("OK");
    expect([meter.state, meter.alarms.size]).toEqual(["online.normal", 0]);
  });

  test("a meter that fell silent while it was decommissioned is silent when it is taken into use again", () => {
    const meter = electricity().read("power", 310);
    meter.command("decommission");
    expect([meter.wait(HOUR).state, meter.alarms.size]).toEqual(["decommissioned", 0]);
    meter.command("recommission");
    expect(meter.state).toBe("silent");
    const unheard = electricity();
    unheard.command("decommission");
    unheard.command("recommission");
    expect(unheard.state).toBe("commissioned");
  });
});

describe("registers", () => {
  test("M1 a register that falls keeps its last good reading", () => {
    const meter = electricity().read("energyImport", 1204.25).wait(INTERVAL_MS).read("energyImport", 602);
    expect([meter.value("energyImport"), meter.quality("energyImport")]).toEqual([1204.25, "SUSPECT"]);
    expect([meter.value("consumption"), meter.quality("consumption")]).toEqual([1204.25, "GOOD"]);
  });

  // 2 MW for a quarter of an hour are 500 kWh.
  test.each([
    [1204.25 + 500, "GOOD"],
    [1204.25 + 502, "SUSPECT"],
    [1204.25 * 1000, "SUSPECT"],
    [-5, "SUSPECT"],
    [Number.POSITIVE_INFINITY, "SUSPECT"],
  ])("R2 after 1204.25 kWh, %s kWh a quarter of an hour later is %s", (value, quality) => {
    const meter = electricity().read("energyImport", 1204.25).wait(INTERVAL_MS).read("energyImport", value);
    expect(meter.quality("energyImport")).toBe(quality);
    expect(meter.value("energyImport")).toBe(quality === "GOOD" ? value : 1204.25);
  });

  test("R2 a first reading that no meter could have counted is held, and no consumption comes of it", () => {
    const meter = electricity().read("energyImport", 1e12);
    expect([meter.state, meter.quality("energyImport")]).toEqual(["online.suspect", "SUSPECT"]);
    expect(meter.value("energyImport")).toBeNaN();
    expect(meter.value("consumption")).toBeNaN();
    expect(meter.wait(INTERVAL_MS).read("energyImport", 5_000).state).toBe("online.normal");
  });

  test("a meter's own columns go before the usual limits", () => {
    const meter = electricity({ maxPowerW: "20000" }).read("energyImport", 100).wait(INTERVAL_MS);
    expect(meter.read("energyImport", 107).quality("energyImport")).toBe("SUSPECT");
    expect(meter.read("power", 25_000).quality("power")).toBe("SUSPECT");
  });

  test("R4 a register that rolls over goes on counting", () => {
    const meter = electricity().read("energyImport", 99_998).wait(INTERVAL_MS).read("energyImport", 3);
    expect([meter.value("energyImport"), meter.quality("energyImport")]).toEqual([3, "GOOD"]);
    expect(meter.value("consumption")).toBe(100_003);
    expect(meter.wait(INTERVAL_MS).read("energyImport", 8).value("consumption")).toBe(100_008);
  });

  test("R4 the capacity that the table names is the one at which the register turns", () => {
    const meter = electricity({ registerCapacity: "10000" }).read("energyImport", 9_999).wait(INTERVAL_MS);
    expect(meter.read("energyImport", 1).value("consumption")).toBe(10_001);
  });

  test.each([
    [95_000, 3, "more than the connection carries would have gone through it"],
    [9.9, 0.1, "no register is that small"],
    [50_000, 2, "it did not stand in its last tenth"],
  ])("R4 a fall from %s to %s kWh is no rollover: %s", (before, after) => {
    const meter = electricity().read("energyImport", before).wait(INTERVAL_MS).read("energyImport", after);
    expect([meter.quality("energyImport"), meter.value("consumption")]).toEqual(["SUSPECT", before]);
  });

  test("exported energy is counted by itself as feed-in", () => {
    const meter = electricity().read("energyImport", 100).read("energyExport", 40);
    expect([meter.value("consumption"), meter.value("feedIn")]).toEqual([100, 40]);
  });
});

describe("exchange of a meter", () => {
  const read = () => electricity().read("energyImport", 1_000);

  test("M1 the total goes on from the final reading of the old meter", () => {
    const meter = read().wait(INTERVAL_MS);
    expect(meter.command("exchange", { finalReading: 1_002, newReading: 0.5, serial: "X-17" })).toBe("OK");
    expect([meter.value("energyImport"), meter.value("consumption")]).toEqual([0.5, 1_002]);
    meter.wait(INTERVAL_MS).read("energyImport", 3.5);
    expect([meter.state, meter.value("energyImport"), meter.value("consumption")]).toEqual([
      "online.normal",
      3.5,
      1_005,
    ]);
  });

  test("without a final reading the last one counts", () => {
    const meter = read();
    meter.command("exchange", { newReading: 7 });
    expect([meter.value("energyImport"), meter.value("consumption")]).toEqual([7, 1_000]);
  });

  test("it ends the suspicion that an exchange nobody recorded had raised", () => {
    const meter = read();
    for (let i = 1; i < 6; i++) meter.wait(INTERVAL_MS).read("energyImport", i);
    expect(meter.state).toBe("faulty.implausible");
    expect(meter.command("exchange", { newReading: 5 })).toBe("OK");
    expect([meter.state, meter.alarms.size]).toEqual(["online.normal", 0]);
    expect(meter.wait(INTERVAL_MS).read("energyImport", 6).value("consumption")).toBe(1_001);
  });

  test.each([
    [{ newReading: 0, finalReading: 999 }, "METER_FINAL_READING_TOO_LOW"],
    [{ newReading: 0, point: "power" }, "METER_NO_REGISTER"],
    [{ newReading: -1 }, "COMMAND_ARGUMENTS"],
    [{}, "COMMAND_ARGUMENTS"],
    [{ newReading: 0, reading: 1 }, "COMMAND_ARGUMENTS"],
  ])("X1 %o is refused with %s", (args, code) => {
    expect(read().command("exchange", args)).toBe(code);
  });

  test("X2 another register of the meter is exchanged by its name", () => {
    const meter = read().read("energyExport", 40);
    expect(meter.command("exchange", { newReading: 0, point: "energyExport" })).toBe("OK");
    expect([meter.value("energyExport"), meter.value("feedIn"), meter.value("consumption")]).toEqual([0, 40, 1_000]);
  });
});

describe("estimates while nothing is heard", () => {
  /** 4 kWh an hour, read every quarter. */
  const silent = () => {
    const meter = electricity();
    for (let i = 0; i <= 8; i++) meter.read("energyImport", 100 + i).wait(i < 8 ? INTERVAL_MS : 0);
    return meter.wait(3 * INTERVAL_MS);
  };

  test("M3 consumption goes on at the last rate, marked as estimated, while the register stands still", () => {
    const meter = silent();
    expect(meter.state).toBe("silent");
    meter.wait(INTERVAL_MS);
    expect(meter.value("consumption")).toBeCloseTo(108 + 4, 9);
    expect(meter.quality("consumption")).toBe("ESTIMATED");
    expect(meter.wait(2 * HOUR).value("consumption")).toBeCloseTo(108 + 12, 9);
    expect([meter.value("energyImport"), meter.quality("energyImport")]).toEqual([108, "GOOD"]);
  });

  test("M3 the next reading replaces the estimate", () => {
    const meter = silent()
      .wait(2 * HOUR)
      .read("energyImport", 110);
    expect([meter.value("consumption"), meter.quality("consumption")]).toEqual([110, "GOOD"]);
    expect(meter.wait(2 * INTERVAL_MS).value("consumption")).toBe(110);
  });

  test("M3 nothing is estimated from a single reading", () => {
    const meter = electricity()
      .read("energyImport", 100)
      .wait(3 * HOUR);
    expect([meter.state, meter.value("consumption"), meter.quality("consumption")]).toEqual(["silent", 100, "GOOD"]);
  });

  test("estimates go on after a restart", () => {
    const meter = silent();
    meter.restart();
    expect(meter.wait(INTERVAL_MS).quality("consumption")).toBe("ESTIMATED");
  });
});

describe("what counts as consumption", () => {
  const meterOf = (carrier: string, ...points: [string, string][]) =>
    new Bench(
      "meter",
      { carrier, measures: "building:b:1", intervalMs: INTERVAL_MS },
      points.map(([name, unit]) => ({ name, unit })),
    );

  test("a heat meter's energy in MWh is consumption in kWh, not its volume", () => {
    const meter = meterOf("heat", ["volume", "m3"], ["energy", "MWh"]).read("energy", 1.5).read("volume", 30);
    expect([meter.value("consumption"), meter.specs.consumption?.unit]).toEqual([1_500, "kWh"]);
  });

  test("a gas meter's volume is consumption in m3, also when it counts energy", () => {
    const meter = meterOf("gas", ["energy", "kWh"], ["volume", "l"]).read("volume", 2_500);
    expect([meter.value("consumption"), meter.specs.consumption?.unit]).toEqual([2.5, "m3"]);
  });

  test("C2 tariff registers are summed once both are known", () => {
    const meter = meterOf("electricity", ["energyImportT1", "kWh"], ["energyImportT2", "kWh"]).read(
      "energyImportT1",
      100,
    );
    expect(meter.value("consumption")).toBeNaN();
    expect(meter.read("energyImportT2", 50).value("consumption")).toBe(150);
  });

  test("a meter of feed-in alone consumes nothing", () => {
    const meter = meterOf("electricity", ["energyExport", "kWh"]).read("energyExport", 100);
    expect([meter.value("feedIn"), meter.specs.consumption]).toEqual([100, undefined]);
  });

  test("a point that the table itself calls consumption stays what is measured", () => {
    const meter = meterOf("electricity", ["consumption", "kWh"]).read("consumption", 100);
    expect([meter.value("consumption"), meter.specs.consumption?.from]).toEqual([100, "measured"]);
    expect(meter.wait(HOUR).quality("consumption")).toBe("GOOD");
  });

  test("a sensor without registers has neither", () => {
    const meter = meterOf("heat", ["temperature", "Cel"]).read("temperature", 21);
    expect([meter.state, meter.specs.consumption, meter.command("exchange", { newReading: 0 })]).toEqual([
      "online.normal",
      undefined,
      "METER_NO_REGISTER",
    ]);
  });
});
