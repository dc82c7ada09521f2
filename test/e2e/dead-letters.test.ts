// A dead letter from the device to its replay: found, its cause mended, sent again by the command line.

import { expect, test } from "vitest";
import { devices } from "./devices.ts";
import { district, HOUSES, SOUTH } from "./districts.ts";
import { type Ended, type Program, run, temporaryFolder, until, up } from "./program.ts";
import { historyOf, pointValue } from "./twins.ts";

const FROM = new Date("2025-01-01T00:00:00Z");
const TO = new Date("2100-01-01T00:00:00Z");
const METER = "meter:meters:e-late";

interface Letter {
  id: string;
  at: string;
  code: string;
  subject: string;
  payload: string;
}

const quartier = (program: Program, ...words: string[]): Promise<Ended> =>
  run(["dead-letters", ...words, "--url", program.url]);

/** Youngest first. */
async function letters(program: Program): Promise<Letter[]> {
  const { code, stdout, stderr } = await quartier(program, "list", "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Letter);
}

const theOnly = (program: Program) =>
  until(async () => {
    const all = await letters(program);
    return all.length === 1 && all[0];
  }, "one dead letter");

test("a pack of a device that meters.csv did not name is replayed after it does, and is dated as it came first", async () => {
  const dataDir = temporaryFolder();
  const before = await up(district(HOUSES), { dataDir });
  // No time: it is that of its arrival.
  await (await devices(before.natsUrl)).send("dev-late", '[ {"n":"power","u":"W","v":310} ]');
  const letter = await theOnly(before);
  const subject = "quartier.e2e.telemetry.dev-late";
  expect(letter).toMatchObject({ code: "DEVICE_UNKNOWN", subject, payload: '[ {"n":"power","u":"W","v":310} ]' });

  // As long as nothing was mended it is a dead letter again, under the id that was told, as old as it was.
  const again = await quartier(before, "replay", letter.id, "--json");
  const { nextId } = JSON.parse(again.stdout) as { nextId: string };
  expect(nextId).not.toBe(letter.id);
  const still = await until(async () => (await letters(before)).find(({ id }) => id === nextId), "the letter is back");
  expect(still).toEqual({ ...letter, id: nextId });
  expect(await letters(before)).toHaveLength(1);
  expect((await before.stop()).code).toBe(0);

  const meters = [...HOUSES.meters!, `e-late,electricity,${SOUTH},dev-late,power:W,PT1M`];
  const after = await up(district({ ...HOUSES, meters }), { dataDir });
  expect(await pointValue(after, METER, "power")).toBeUndefined();
  const { code, stdout } = await quartier(after, "replay", nextId);
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(`^replayed ${nextId} on ${subject}; `) });
  await until(async () => (await pointValue(after, METER, "power")) === 310, "the reading is in its twin");
  expect(await historyOf(after, METER, "power", FROM, TO)).toEqual([{ at: letter.at, value: 310, count: 1 }]);
  expect(await letters(after)).toEqual([]);

  // Once is once.
  const gone = await quartier(after, "replay", nextId);
  expect(gone).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(/^DEAD_LETTER_UNKNOWN: .*\n$/) });
}, 120_000);

test("one that nobody wants is dropped; wrong use and nobody there are told apart", async () => {
  const program = await up(district(HOUSES));
  await (await devices(program.natsUrl)).send("dev-e-south", [{ n: "colour", u: "W", v: 1 }]);
  const { id } = await theOnly(program);
  expect(await quartier(program, "drop", id)).toMatchObject({ code: 0, stdout: `dropped ${id}\n` });
  expect(await letters(program)).toEqual([]);
  expect(await quartier(program, "drop", id)).toMatchObject({ code: 0, stdout: `${id} is not there any more\n` });
  const noId = { code: 1, stderr: expect.stringMatching(/^DEAD_LETTER_UNKNOWN: nope is no id/) };
  expect(await quartier(program, "drop", "nope")).toMatchObject(noId);
  expect(await quartier(program, "burn")).toMatchObject({ code: 2, stderr: expect.stringMatching(/^quartier dead-l/) });
  await program.stop();
  expect(await quartier(program)).toMatchObject({ code: 1, stderr: expect.stringMatching(/ECONNREFUSED/) });
}, 60_000);
