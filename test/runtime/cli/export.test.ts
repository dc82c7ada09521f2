// `quartier export`, on a district in a folder.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readArguments, UsageError } from "../../../runtime/cli/arguments.ts";
import { exportModel } from "../../../runtime/cli/export.ts";

const NET1 = readFileSync(new URL("../../fixtures/epanet/Net1.inp", import.meta.url), "utf8");

let folder: string;
let since: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "quartier-export-"));
  since = mkdtempSync(join(tmpdir(), "quartier-export-"));
});
afterEach(() => {
  for (const each of [folder, since]) rmSync(each, { recursive: true });
});

function write(into: string, inp: string): void {
  writeFileSync(join(into, "district.yaml"), "district: d\nsources:\n  - { id: w, type: epanet, file: w.inp }\n");
  writeFileSync(join(into, "w.inp"), inp);
}

async function done(...words: string[]) {
  const said = { exit: -1, complaints: [] as string[], progress: [] as string[], stdout: "" };
  const stdout = new Writable({
    write(chunk: Buffer, _encoding, next) {
      said.stdout += chunk.toString();
      next();
    },
  });
  const terminal = {
    print: () => {},
    complain: (line: string) => void said.complaints.push(line),
    progress: (line: string) => void said.progress.push(line),
  };
  said.exit = await exportModel(readArguments(["export", folder, ...words], {}), terminal, stdout);
  return said;
}

test("a source exported over its file is the same district", async () => {
  write(folder, NET1);
  const before = await done("--format", "json");
  expect(before).toMatchObject({ exit: 0, complaints: [] });
  expect(before.progress).toEqual(["loading w.inp (1 of 1)", "", ""]);
  expect((await done("--format", "epanet", "--out", join(folder, "w.inp"))).stdout).toBe("");
  expect(existsSync(join(folder, "w.inp.partial"))).toBe(false);
  expect(readFileSync(join(folder, "w.inp"), "utf8")).not.toBe(NET1);
  expect((await done("--format", "json")).stdout).toBe(before.stdout);
});

test("--since leaves out what is the same in another model, and lists what is gone", async () => {
  const earlier = NET1.replace("10530", "10000").replace(/^ 32\s.*$/m, " 32\t700\t100\n 33\t700\t0");
  write(since, earlier);
  write(folder, NET1);
  const { stdout } = await done("--format", "json", "--since", since);
  const said = JSON.parse(stdout);
  // Pipe 10 is longer, junction 32 higher, and 33 is there no more.
  expect(said.twins.map(({ id }: { id: string }) => id).sort()).toEqual(["junction:w:32", "pipe:w:10"]);
  expect(said.removed).toEqual(["junction:w:33"]);
  expect(said.links.some(({ from }: { from: string }) => from === "pipe:w:10")).toBe(true);
  const map = JSON.parse((await done("--format", "geojson", "--since", since)).stdout);
  expect([map.features.length, map.removed]).toEqual([2, ["junction:w:33"]]);
});

test("a part of a network is never written in its own format, and that is said", async () => {
  write(since, NET1);
  write(folder, NET1);
  const { exit, complaints, stdout } = await done("--format", "epanet", "--since", since);
  expect(exit).toBe(0);
  expect(complaints.join("\n")).toContain("--since has no effect");
  expect(stdout).toContain("[JUNCTIONS]");
});

test("errors in the files are told, and what could be read is exported", async () => {
  write(folder, NET1.replace("[PIPES]", "[PIPES]\n 999 nowhere 10 1 2 3"));
  const { exit, complaints } = await done("--format", "epanet");
  expect(exit).toBe(0);
  expect(complaints.join("\n")).toContain("1 errors were found");
});

test("without a district there is nothing to export", async () => {
  const { exit, complaints } = await done("--format", "json");
  expect(exit).toBe(1);
  expect(complaints.join("\n")).toContain("DISTRICT_MISSING");
});

test("wrong use says what is wanted", async () => {
  write(folder, NET1);
  await expect(done()).rejects.toThrow(
    new UsageError("quartier export wants --format, one of geojson, json, epanet, pandapower, matpower"),
  );
  await expect(done("--format", "matpower")).rejects.toThrow("the district has no source that came as matpower");
  await expect(done("--format", "json", "--source", "w")).rejects.toThrow("takes no source");
  await expect(done("--format", "json", "--out", join(folder, "no", "where"))).rejects.toThrow("ENOENT");
});
