import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeSenml } from "../../models/telemetry/senml.ts";
import { simulatedDevices } from "../../sim/device.ts";
import { type Faults, NO_FAULTS } from "../../sim/faults.ts";
import { type Pack, Schedule } from "../../sim/schedule.ts";
import { districtOf } from "./district-of-meters.ts";

const START = Date.UTC(2026, 2, 1, 11, 7, 3);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const district = districtOf(
  Array.from({ length: 60 }, (_, index) => ({
    id: `m-${index}`,
    carrier: "electricity",
    points: "energyImport:kWh;power:W;voltage:V",
    intervalMs: [60_000, 900_000, 3_600_000][index % 3]!,
  })),
);
const devices = simulatedDevices(district, 1);
const scheduleWith = (faults: Partial<Faults> = {}) => new Schedule("altstadt", devices, { ...NO_FAULTS, ...faults });
const textOf = ({ atMs, subject, bytes }: Pack) => `${atMs} ${subject} ${new TextDecoder().decode(bytes)}`;
const texts = (packs: Iterable<Pack>) => Array.from(packs, textOf);
const timeOf = (pack: Pack) => decodeSenml(pack.bytes, 0).records[0]!.timeMs;

describe("the schedule of synthetic devices", () => {
  test("a pack is what a device publishes: SenML on the subject of the contract, that is read without an error", () => {
    const [pack] = scheduleWith().packs(START, START + HOUR_MS);
    expect(pack!.subject).toBe(`quartier.altstadt.telemetry.${pack!.device}`);
    const { records, errors } = decodeSenml(pack!.bytes, START);
    expect(errors).toEqual([]);
    expect(records.map(({ point, unit }) => `${point}:${unit}`)).toEqual(["energyImport:kWh", "power:W", "voltage:V"]);
  });

  test("every device publishes each of its intervals once, at its own moment of it", () => {
    const packs = [...scheduleWith().packs(START, START + 6 * HOUR_MS)];
    for (const device of devices) {
      const own = packs.filter((pack) => pack.device === device.name);
      expect(own).toHaveLength((6 * HOUR_MS) / device.intervalMs);
      for (const [at, pack] of own.entries()) {
        expect(pack.atMs - timeOf(pack)).toBe(device.phaseMs);
        if (at > 0) expect(timeOf(pack) - timeOf(own[at - 1]!)).toBe(device.intervalMs);
      }
    }
    const phases = devices.map((device) => device.phaseMs / device.intervalMs);
    expect(Math.min(...phases)).toBeLessThan(0.15);
    expect(Math.max(...phases)).toBeGreaterThan(0.85);
  });

  test("Q1: packs are in the order of time and device, and cutting a stretch changes nothing", () => {
    const schedule = scheduleWith({
      duplicateShare: 0.1,
      lateShare: 0.2,
      lateByMs: 400_000,
      dropoutShare: 0.1,
      absurdShare: 0.1,
    });
    const whole = [...schedule.packs(START, START + 2 * HOUR_MS)];
    for (const [at, pack] of whole.entries()) {
      if (at === 0) continue;
      const before = whole[at - 1]!;
      expect(before.atMs < pack.atMs || (before.atMs === pack.atMs && before.device <= pack.device)).toBe(true);
    }
    fc.assert(
      fc.property(fc.array(fc.nat(2 * HOUR_MS), { maxLength: 5 }), (cuts) => {
        const ends = [0, ...cuts.sort((a, b) => a - b), 2 * HOUR_MS];
        const parts = ends.slice(1).flatMap((end, at) => [...schedule.packs(START + ends[at]!, START + end)]);
        expect(parts.map(textOf)).toEqual(whole.map(textOf));
      }),
      { numRuns: 20 },
    );
  });

  test("Q2: devices that stop and start again miss no interval and change no reading", () => {
    const schedule = scheduleWith({ lateShare: 0.2, lateByMs: 400_000 });
    const stopMs = START + HOUR_MS + 12_345;
    const endMs = START + 3 * HOUR_MS;
    const run = (fromMs: number, toMs: number) => [
      ...schedule.current(fromMs),
      ...schedule.packs(fromMs, toMs, fromMs),
    ];
    const reading = (pack: Pack) => `${pack.device} ${new TextDecoder().decode(pack.bytes)}`;
    const interrupted = new Set([...run(START, stopMs), ...run(stopMs, endMs)].map(reading));
    expect(interrupted).toEqual(new Set(run(START, endMs).map(reading)));
  });

  test("at the start every device publishes at once the interval that runs, and then never again", () => {
    const schedule = scheduleWith();
    const first = [...schedule.current(START)];
    expect(first.map(({ device }) => device)).toEqual(devices.map(({ name }) => name));
    for (const pack of first) expect(START - timeOf(pack)).toBeLessThan(3_600_000);
    const all = [...first, ...schedule.packs(START, START + 3 * HOUR_MS, START)];
    expect(new Set(all.map((pack) => `${pack.device} ${timeOf(pack)}`)).size).toBe(all.length);
  });

  test("faults are the same for the same seed", () => {
    const faults = { duplicateShare: 0.1, lateShare: 0.2, lateByMs: 400_000, dropoutShare: 0.1, absurdShare: 0.3 };
    const again = new Schedule("altstadt", simulatedDevices(district, 1), { ...NO_FAULTS, ...faults });
    const other = new Schedule("altstadt", simulatedDevices(district, 2), { ...NO_FAULTS, ...faults });
    const hour = (schedule: Schedule) => texts(schedule.packs(START, START + HOUR_MS));
    expect(hour(again)).toEqual(hour(scheduleWith(faults)));
    expect(hour(other)).not.toEqual(hour(again));
  });
});

describe("faults happen in the share that was asked for", () => {
  const until = START + DAY_MS;
  const count = (faults: Partial<Faults>) => [...scheduleWith(faults).packs(START, until)];
  const plain = count({});

  test("silence", () => {
    // Silent stretches are of 12 intervals, so the share comes out roughly.
    expect(Math.abs(1 - count({ dropoutShare: 0.2 }).length / plain.length - 0.2)).toBeLessThan(0.05);
    expect(count({ dropoutShare: 1 })).toHaveLength(0);
  });

  test("duplicates, byte for byte", () => {
    const packs = count({ duplicateShare: 0.1 });
    expect(Math.abs(packs.length / plain.length - 1.1)).toBeLessThan(0.01);
    expect(new Set(packs.map(textOf)).size).toBe(plain.length);
  });

  test("late packs, by as much as was asked, none lost", () => {
    const packs = count({ lateShare: 0.1, lateByMs: 500_000 });
    const late = packs.filter((pack) => pack.mishap.isLate);
    expect(Math.abs(late.length / plain.length - 0.1)).toBeLessThan(0.01);
    const phases = new Map(devices.map((device) => [device.name, device.phaseMs]));
    for (const pack of late.slice(0, 50)) expect(pack.atMs - timeOf(pack)).toBe(phases.get(pack.device)! + 500_000);
    expect(Math.abs(packs.length - plain.length)).toBeLessThan(60);
  });

  test("absurd packs, of every sort", () => {
    const packs = count({ absurdShare: 0.1 });
    const absurd = packs.filter((pack) => pack.mishap.absurdity);
    expect(Math.abs(absurd.length / plain.length - 0.1)).toBeLessThan(0.01);
    const of = (absurdity: string) => absurd.filter((pack) => pack.mishap.absurdity === absurdity).slice(0, 200);
    const records = (pack: Pack) => decodeSenml(pack.bytes, 0).records;
    for (const pack of of("garbage")) expect(decodeSenml(pack.bytes, 0).errors[0]!.code).toBe("SENML_NOT_JSON");
    for (const pack of of("negative")) expect(records(pack).some(({ value }) => value < 0)).toBe(true);
    for (const pack of of("spike")) expect(records(pack).some(({ value }) => value >= 1000)).toBe(true);
    for (const pack of of("wrongUnit")) expect(records(pack).some(({ unit }) => unit === "Cel")).toBe(true);
    for (const pack of of("unknownPoint")) expect(records(pack).some(({ point }) => point.endsWith("X"))).toBe(true);
    expect(of("fallenRegister").length).toBeGreaterThan(0);
  });
});
