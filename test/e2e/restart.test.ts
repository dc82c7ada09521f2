// What a stop and a start leave as it was, and what they leave behind.

import { appendFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { devices } from "./devices.ts";
import { CITY, district, FEEDER_SWITCH, HOUSES, metered } from "./districts.ts";
import { natsServerPid, temporaryFolder, until, up } from "./program.ts";
import { alarmsOf, allTwins, command, historyOf, pointValue, statusOf, twinOf } from "./twins.ts";

test("stopped and started again, every twin is as it was", async () => {
  const folder = district(HOUSES);
  const dataDir = temporaryFolder();
  const program = await up(folder, { dataDir });
  const fleet = await devices(program.natsUrl);
  const t = Math.floor(Date.now() / 1000) - 3_600;
  for (const device of ["dev-e-north", "dev-e-north-2", "dev-e-south"]) {
    await fleet.send(device, [
      { bt: t, n: "energyImport", u: "kWh", v: 100.1 },
      { n: "power", u: "W", v: 333.3 },
    ]);
  }
  await fleet.send("dev-e-south", [{ t, n: "power", u: "W", v: 334.4 }]);
  await fleet.send("dev-w-south", [
    { t, n: "volume", u: "m3", v: 5 },
    { t: t + 60, n: "volume", u: "m3", v: 4 },
  ]);
  await fleet.send("dev-e-north", "no pack");
  await command(program, { twin: FEEDER_SWITCH, name: "open" });
  await command(program, { twin: "load:mv:0", name: "shed" });
  await until(async () => (await pointValue(program, "meter:meters:e-south", "power")) === 334.4, "the correction");
  await until(
    async () => (await twinOf(program, "meter:meters:w-south")).state === "online.suspect",
    "a suspect meter",
  );
  await until(async () => (await twinOf(program, "district:e2e:e2e")).state === "disturbed", "the district knows");
  await until(async () => (await statusOf(program)).waiting === 0, "all that devices sent is in the logs");
  await until(async () => (await statusOf(program)).lag === 0, "all of the log is applied");
  const all = async (of: typeof program) => ({
    twins: await allTwins(of),
    alarms: await alarmsOf(of),
    history: await historyOf(of, "meter:meters:e-south", "power", new Date((t - 60) * 1000), new Date()),
  });
  const before = await all(program);
  expect(before.alarms.length).toBeGreaterThan(4);
  expect(await program.stop()).toMatchObject({ code: 0, signal: null });
  expect(natsServerPid(dataDir)).toBeUndefined();
  const again = await up(folder, { dataDir });
  expect(again.natsUrl).toBe(program.natsUrl);
  expect(await all(again)).toEqual(before);
  expect(await command(again, { twin: FEEDER_SWITCH, name: "close" })).toMatchObject({ outcome: "ACCEPTED" });
  await until(
    async () => (await twinOf(again, "district:e2e:e2e")).state === "normal",
    "the district is in order again",
  );
  expect((await again.stop()).code).toBe(0);
}, 90_000);

test("a start takes the district as it was kept, until one of its files changes", async () => {
  const folder = district(metered(2));
  const dataDir = temporaryFolder();
  const kept = () => statSync(join(dataDir, "district.json")).mtimeMs;
  const first = await up(folder, { dataDir });
  const fleet = await devices(first.natsUrl);
  await fleet.send("dev-0", [{ n: "power", u: "W", v: 310 }]);
  await until(async () => (await pointValue(first, "meter:meters:e-0", "power")) === 310, "the reading");
  const { revision } = await twinOf(first, "meter:meters:e-0");
  expect((await first.stop()).code).toBe(0);
  const keptAt = kept();

  const second = await up(folder, { dataDir });
  expect(kept()).toBe(keptAt);
  expect(await pointValue(second, "meter:meters:e-0", "power")).toBe(310);
  expect((await second.stop()).code).toBe(0);

  appendFileSync(join(folder, "meters.csv"), `e-new,electricity,${CITY[0]},dev-new,power:W,PT1M\n`);
  const third = await up(folder, { dataDir });
  expect(kept()).toBeGreaterThan(keptAt);
  expect(await twinOf(third, "meter:meters:e-0")).toMatchObject({ revision });
  await (await devices(third.natsUrl)).send("dev-new", [{ n: "power", u: "W", v: 42 }]);
  await until(async () => (await pointValue(third, "meter:meters:e-new", "power")) === 42, "the new meter's reading");
  expect((await third.stop()).code).toBe(0);
}, 90_000);

test("a store of one district is not taken for another", async () => {
  const dataDir = temporaryFolder();
  expect((await (await up(district(metered(1)), { dataDir })).stop()).code).toBe(0);
  await expect(up(district({ ...metered(1), id: "other" }), { dataDir })).rejects.toThrow(
    /ended with 1 .*STORE_OTHER_DISTRICT: .*e2e/s,
  );
}, 60_000);

test("two programs with one seed publish the same readings", async () => {
  // 120 times as fast: about a quarter of an hour of world time in the seconds in which both run.
  const words = ["--simulate", "--seed", "7", "--speed", "120"];
  const folder = district(metered(8));
  const [one, two] = await Promise.all([up(folder, { words }), up(folder, { words })]);
  await new Promise((resolve) => setTimeout(resolve, 6_000));
  const far = new Date(Date.now() + 1e9);
  const both = await Promise.all(
    [one, two].map(async (program) => {
      const samples = new Map<string, number>();
      for (let i = 0; i < 8; i++) {
        for (const point of ["energyImport", "power"]) {
          const history = await historyOf(program, `meter:meters:e-${i}`, point, new Date(0), far);
          for (const { at, value } of history) samples.set(`${i} ${point} ${at}`, value);
        }
      }
      return samples;
    }),
  );
  const common = [...both[0]!.keys()].filter((key) => both[1]!.has(key));
  expect(common.length).toBeGreaterThan(8 * 2 * 4);
  expect(common.map((key) => [key, both[0]!.get(key)])).toEqual(common.map((key) => [key, both[1]!.get(key)]));
  expect(await pointValue(one, CITY[0]!, "electricityPower")).toBeGreaterThan(0);
  for (const program of [one, two]) expect((await program.stop()).code).toBe(0);
}, 60_000);
