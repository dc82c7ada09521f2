// Model files: damage that leaves them as long as they were has a name, and a way on (M4).

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ERRORS } from "../../../runtime/errors.ts";
import { directoryParts } from "../../../runtime/partitions.ts";
import { ModelFiles } from "../../../runtime/versions/model-files.ts";
import { CATALOGUE } from "../../../twins/catalogue.ts";
import { districtOf, meterOf } from "../live/harness.ts";

const METER = "meter:meters:m-1";
const DAMAGED = { code: "MODEL_DAMAGED", hint: ERRORS.MODEL_DAMAGED.hint };

let folder: string;
let files: ModelFiles;
let key: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "quartier-model-files-"));
  files = new ModelFiles(folder);
  const parts = directoryParts(districtOf({ [METER]: meterOf("", { power: "W" }) }, []), CATALOGUE);
  ({ key } = parts);
  await files.save(parts, { district: "test", program: "this", loadedAt: 0, twins: 1 }, []);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const pathOf = (ending: string): string => join(folder, `${key}.${ending}`);

function damage(ending: string, at: number, bits: number): void {
  const bytes = readFileSync(pathOf(ending));
  bytes[at]! ^= bits;
  writeFileSync(pathOf(ending), bytes);
}

test("a version as it was written is sound, and one that is not there need not be", async () => {
  await files.demandSound(key);
  await files.demandSound("0123456789abcdef");
});

test.each(["bin", "texts"])("a bit flipped anywhere in what is .%s is told, with the file", async (ending) => {
  const { length } = readFileSync(pathOf(ending));
  for (let at = 0; at < length; at += Math.ceil(length / 50)) {
    damage(ending, at, 0x10);
    const told = { ...DAMAGED, message: expect.stringContaining(pathOf(ending)) };
    await expect(files.demandSound(key)).rejects.toMatchObject(told);
    damage(ending, at, 0x10);
  }
  await files.demandSound(key);
});

test("whatever bit of the columns is flipped, it opens, is no version, or is told", async () => {
  const { length } = readFileSync(pathOf("bin"));
  const ways = new Set<string>();
  for (let at = 0; at < length; at += 3) {
    damage("bin", at, 0x04);
    const way = await files.open(key).then(
      (found) => (found ? "opens" : "no version"),
      (error) => error.code,
    );
    ways.add(way);
    damage("bin", at, 0x04);
  }
  expect([...ways].sort()).toEqual(["MODEL_DAMAGED", "no version", "opens"]);
});

test("a text that cannot be read any more is told when it is asked for", async () => {
  damage("texts", 0, 0x01);
  const { directory } = (await files.open(key))!;
  expect(() => directory.twins.get(METER)).toThrow(
    expect.objectContaining({ ...DAMAGED, message: expect.stringContaining(pathOf("texts")) }),
  );
});

test("findings that are as long as they were, and no JSON, are told", async () => {
  const { length } = readFileSync(pathOf("json"));
  damage("json", length - 1, 0x01);
  const { findings } = files.described(key)!;
  expect(() => findings()).toThrow(expect.objectContaining(DAMAGED));
});

test("what an earlier program wrote has no checksum, and is taken as it is", async () => {
  const [head, findings] = readFileSync(pathOf("json"), "utf8").split("\n") as [string, string];
  const { sum, textSum, ...earlier } = JSON.parse(head);
  expect([typeof sum, typeof textSum]).toEqual(["number", "number"]);
  writeFileSync(pathOf("json"), `${JSON.stringify(earlier)}\n${findings}`);
  damage("bin", readFileSync(pathOf("bin")).length - 1, 1);
  await files.demandSound(key);
});
