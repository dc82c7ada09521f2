// The history from one program to another: exported, imported twice, and exported again, as CSV and as SenML.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { devices } from "./devices.ts";
import { district, HOUSES, SOUTH } from "./districts.ts";
import { type Ended, type Program, run, temporaryFolder, until, up } from "./program.ts";
import { historyOf, pointValue, statusOf, twinOf } from "./twins.ts";

const METER = "meter:meters:e-south";
const T = Date.UTC(2026, 0, 1) / 1000;
const QUARTERS = 96;

const quartier = (program: Program, ...words: string[]): Promise<Ended> =>
  run(["history", ...words, "--url", program.url]);

async function exported(program: Program, out: string, ...words: string[]): Promise<string> {
  const end = await quartier(program, "export", "--out", out, ...words);
  expect(end).toMatchObject({ code: 0, stdout: "", stderr: "" });
  return readFileSync(out, "utf8");
}

async function imported(program: Program, file: string): Promise<string> {
  const { code, stdout, stderr } = await quartier(program, "import", file);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout.trim();
}

const summary = (read: number, fresh: number) =>
  `${read} samples read: ${fresh} new, ${read - fresh} duplicates, 0 corrected, 0 refused`;

/** A day of two meters: quarter-hours, one value that cannot be, one that came late. */
async function live(program: Program): Promise<void> {
  const south = await devices(program.natsUrl);
  for (let i = 0; i < QUARTERS; i++) {
    const t = T + i * 900;
    const energyImport = { n: "energyImport", u: "kWh", t, v: 1_000 + i / 3 };
    if (i !== 40)
      await south.send("dev-e-south", [energyImport, { n: "power", u: "W", t, v: i === 50 ? 9e12 : 300.25 + i }]);
    await south.send("dev-w-south", [{ n: "volume", u: "m3", t, v: 7 + i / 100 }]);
  }
  await south.send("dev-e-south", [{ n: "power", u: "W", t: T + 40 * 900, v: 1e-7 }]);
  await until(async () => (await statusOf(program)).readings.late === 1, "all readings are in their twins");
}

test("a district's history goes to an empty district of the same model, twice, and comes out of it the same", async () => {
  const folder = temporaryFolder("files");
  const model = district(HOUSES);
  const [first, second] = [await up(model), await up(model)];
  await live(first);
  // Both have seen their own twins born since: the set points of the buildings.
  const span = ["--to", "2026-01-02T00:00:00Z"];
  const csv = await exported(first, join(folder, "first.csv"), ...span);
  const lines = csv.split("\r\n");
  expect(lines[0]).toBe("twin,point,unit,at,value,quality");
  expect(lines).toContain(`${METER},power,W,2026-01-01T12:30:00.000Z,9000000000000,SUSPECT`);
  expect(lines).toContain(`${METER},power,W,2026-01-01T10:00:00.000Z,1e-7,GOOD`);
  const count = lines.length - 2;
  expect(count).toBeGreaterThan(3 * QUARTERS);

  expect(await imported(second, join(folder, "first.csv"))).toBe(summary(count, count));
  expect(await exported(second, join(folder, "second.csv"), ...span)).toBe(csv);
  for (const [id, point] of [
    [METER, "energyImport"],
    [METER, "power"],
    ["meter:meters:w-south", "volume"],
    [SOUTH, "electricityPower"],
  ] as const) {
    expect(await pointValue(second, id, point), `${id} ${point}`).toBe(await pointValue(first, id, point));
  }

  // The second time nothing happens, whichever form it comes in, and also after a restart.
  const { revision } = await twinOf(second, METER);
  expect(await imported(second, join(folder, "first.csv"))).toBe(summary(count, 0));
  await exported(first, join(folder, "first.senml"), "--format", "senml", ...span);
  expect(await imported(second, join(folder, "first.senml"))).toBe(summary(count, 0));
  expect((await twinOf(second, METER)).revision).toBe(revision);
  await second.kill();
  const again = await up(model, { dataDir: second.dataDir });
  expect(await exported(again, join(folder, "again.csv"), ...span)).toBe(csv);

  // What devices send goes on from there.
  await (await devices(again.natsUrl)).send("dev-e-south", [{ n: "power", u: "W", t: T + QUARTERS * 900, v: 42 }]);
  await until(
    async () => (await pointValue(again, SOUTH, "electricityPower")) === 42,
    "the reading is in its building",
  );
  await Promise.all([first.stop(), again.stop()]);
}, 240_000);

test("SenML is as good; a broken line, an unknown twin and a wrong unit are named and leave the rest", async () => {
  const folder = temporaryFolder("files");
  const program = await up(district(HOUSES));
  const good = Array.from({ length: 1_500 }, (_, i) => ({ t: T + i, v: i }));
  const packs = [
    JSON.stringify(good.slice(0, 1_000).map((each) => ({ n: `${METER}/power`, u: "kW", ...each }))),
    JSON.stringify([{ bn: `${METER}/power`, bu: "kW" }, ...good.slice(1_000)]),
    "[{ broken",
    JSON.stringify([{ n: "meter:meters:gone/power", u: "W", t: T, v: 1 }]),
    JSON.stringify([{ n: `${METER}/power`, u: "kWh", t: T, v: 1 }]),
  ];
  const file = join(folder, "packs");
  writeFileSync(file, `${packs.join("\n")}\n`);
  const { code, stdout, stderr } = await quartier(program, "import", file);
  expect({ code, stdout: stdout.trim() }).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^1503 .* 1500 new,.* 3 refused$/),
  });
  for (const place of [":3: HISTORY_SENML: SENML_NOT_JSON", ":4: TWIN_UNKNOWN", ":5: UNIT_MISMATCH"]) {
    expect(stderr).toContain(`${file}${place}`);
  }
  const [from, to] = [new Date(T * 1000), new Date((T + 1_500) * 1000)];
  const samples = await historyOf(program, METER, "power", from, to);
  expect(samples).toHaveLength(1_500);
  expect(samples.at(-1)).toMatchObject({ value: 1_499_000 });
  expect(await pointValue(program, METER, "power")).toBe(1_499_000);

  const nothing = await quartier(program, "export", "--twin", "meter:meters:gone");
  expect(nothing).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(/^TWIN_UNKNOWN: /) });
  expect(await quartier(program, "exports")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^quartier history/),
  });
  await program.stop();
}, 120_000);
