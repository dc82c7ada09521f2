// The kept district: the same as was loaded, for as long as nothing of it changed (K1).

import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { Directory } from "../../models/directory.ts";
import { loadManifest } from "../../models/load.ts";
import { keep, MODELS, programText, readKept } from "../../runtime/kept-district.ts";
import { directoryParts } from "../../runtime/partitions.ts";
import { openFolder } from "../../runtime/read-district.ts";
import { ModelFiles } from "../../runtime/versions/model-files.ts";
import { CATALOGUE } from "../../twins/catalogue.ts";

const YAML = "district: test\nname: Test\ntimezone: Europe/Berlin\nsources: []\nmeters: meters.csv\n";
const METERS = "id,carrier,measures,device,points,interval\nm-1,electricity,building:x:1,d-1,power:W,PT15M\n";

const folders: string[] = [];
let folder: string;
let dataDir: string;
beforeEach(async () => {
  const all = mkdtempSync(join(tmpdir(), "quartier-kept-"));
  folders.push(all);
  [folder, dataDir] = [join(all, "district"), join(all, "data")];
  for (const each of [folder, dataDir]) mkdirSync(each);
  writeFileSync(join(folder, "district.yaml"), YAML);
  writeFileSync(join(folder, "meters.csv"), METERS);
  await keepAnew();
});
afterAll(() => {
  for (const each of folders) rmSync(each, { recursive: true, force: true });
});

const modelFile = (ending: string): string =>
  join(dataDir, MODELS, readdirSync(join(dataDir, MODELS)).find((name) => name.endsWith(ending))!);

async function keepAnew(): Promise<Directory> {
  const opened = await openFolder(folder);
  const { district, findings } = await loadManifest(opened.manifest, opened);
  const parts = directoryParts(district!, CATALOGUE);
  const about = { district: district!.id, program: programText(), loadedAt: 0, twins: district!.twins.size };
  await new ModelFiles(join(dataDir, MODELS)).save(parts, about, findings);
  await keep(dataDir, folder, opened.files, parts.key);
  return Directory.of(parts);
}

test("what was kept is read again: directory, models and findings", async () => {
  const loaded = await keepAnew();
  const { directory, findings } = (await readKept(dataDir, folder))!;
  expect(directory.key).toBe(loaded.key);
  expect([...directory.twins.values()]).toEqual([...loaded.twins.values()]);
  expect(findings().map(({ code }) => code)).toContain("METER_MEASURES_UNKNOWN");
});

test("what an earlier program described in one line has its findings, too", async () => {
  await keepAnew();
  const path = modelFile(".json");
  const [head, findings] = readFileSync(path, "utf8").split("\n") as [string, string];
  const { about, bytes, textBytes } = JSON.parse(head);
  writeFileSync(path, JSON.stringify({ about: { ...about, findings: JSON.parse(findings) }, bytes, textBytes }));
  const kept = (await readKept(dataDir, folder))!;
  expect(kept.findings()).toEqual(JSON.parse(findings));
  expect(kept.findings().map(({ code }) => code)).toContain("METER_MEASURES_UNKNOWN");
});

test("the same model is the same version, and another one another", async () => {
  const { key } = await keepAnew();
  expect(readdirSync(join(dataDir, MODELS)).sort()).toEqual([`${key}.bin`, `${key}.json`, `${key}.texts`]);
  writeFileSync(join(folder, "meters.csv"), METERS.replace("PT15M", "PT5M"));
  const other = await keepAnew();
  expect(other.key).not.toBe(key);
  expect(readdirSync(join(dataDir, MODELS))).toHaveLength(6);
});

test.each<[what: string, change: () => void]>([
  ["a file that was written again", () => writeFileSync(join(folder, "meters.csv"), METERS)],
  ["a file that is gone", () => rmSync(join(folder, "meters.csv"))],
  ["a change of district.yaml", () => writeFileSync(join(folder, "district.yaml"), `${YAML}# later\n`)],
  [
    "a copy in place of a file",
    () => {
      copyFileSync(join(folder, "meters.csv"), join(folder, "copy.csv"));
      rmSync(join(folder, "meters.csv"));
      copyFileSync(join(folder, "copy.csv"), join(folder, "meters.csv"));
    },
  ],
  ["half a file of what was kept", () => truncateSync(modelFile(".bin"), 500)],
  [
    "half a file of models",
    () => {
      truncateSync(modelFile(".texts"), 10);
    },
  ],
  ["half of the findings", () => truncateSync(modelFile(".json"), statSync(modelFile(".json")).size - 5)],
  ["nothing kept", () => rmSync(join(dataDir, "district.json"))],
])("after %s the models are read", async (_, change) => {
  expect(await readKept(dataDir, folder)).toBeDefined();
  change();
  expect(await readKept(dataDir, folder)).toBeUndefined();
});

test.each([".bin", ".texts"])(
  "what is as long as it was, and damaged, is written anew when the models are read: %s",
  async (ending) => {
    const path = modelFile(ending);
    const whole = readFileSync(path);
    writeFileSync(path, Buffer.alloc(whole.length));
    await keepAnew();
    expect(readFileSync(path)).toEqual(whole);
    const { directory } = (await readKept(dataDir, folder))!;
    expect([...directory.twins.keys()]).toContain("meter:meters:m-1");
  },
);

test("a file that was missed and is there now, or the same district in another folder, is read", async () => {
  rmSync(join(folder, "meters.csv"));
  await keepAnew();
  expect((await readKept(dataDir, folder))!.findings().map(({ code }) => code)).toContain("DISTRICT_FILE_UNREADABLE");
  writeFileSync(join(folder, "meters.csv"), METERS);
  expect(await readKept(dataDir, folder)).toBeUndefined();
  await keepAnew();
  const elsewhere = join(folder, "..", "elsewhere");
  mkdirSync(elsewhere);
  for (const name of ["district.yaml", "meters.csv"]) copyFileSync(join(folder, name), join(elsewhere, name));
  expect(await readKept(dataDir, elsewhere)).toBeUndefined();
});
