// Scripts for the tests of the OpenDSS loader: the fixtures with their folders, and small ones written in a test.

import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Attributes, TwinModel } from "../../../models/district.ts";
import type { DistrictPart } from "../../../models/loaders/loader.ts";
import { loadOpenDss } from "../../../models/loaders/opendss.ts";
import { dirOf, folderOf } from "../../../models/source-folder.ts";

const FIXTURES = fileURLToPath(new URL("../../fixtures/opendss/", import.meta.url));

/** A file below test/fixtures/opendss, with all that lies there beside it. */
export async function loadFixture(file: string): Promise<DistrictPart> {
  const disk = {
    read: async (path: string) => new Uint8Array(await readFile(FIXTURES + path)),
    list: async (path: string) => {
      const entries = await readdir(FIXTURES + path, { withFileTypes: true }).catch(() => undefined);
      return entries?.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
    },
  };
  return loadOpenDss({ source: "g", file, bytes: await disk.read(file), folder: folderOf(dirOf(file), disk) });
}

export async function fixtureText(file: string): Promise<string> {
  return readFile(FIXTURES + file, "utf8");
}

/** A script, and the files around it by their paths; it is itself `main.dss`. */
export async function loadScript(script: string | Uint8Array, files: Record<string, string | Uint8Array> = {}) {
  const bytesOf = (text: string | Uint8Array) => (typeof text === "string" ? new TextEncoder().encode(text) : text);
  const all = new Map(Object.entries({ "main.dss": script, ...files }));
  const list = async (dir: string) => {
    const start = dir === "" ? "" : `${dir}/`;
    const inside = [...all.keys()].filter((path) => path.startsWith(start)).map((path) => path.slice(start.length));
    return [...new Set(inside.map((path) => path.replace(/\/.*/, "/")))].sort();
  };
  const read = async (path: string) => bytesOf(all.get(path)!);
  return loadOpenDss({ source: "g", file: "main.dss", bytes: bytesOf(script), folder: folderOf("", { read, list }) });
}

/** A circuit with a source at 12.47 kV, bus `sourcebus`, and these lines behind it. */
export const circuit = (...lines: string[]) =>
  loadScript(["New Circuit.test basekv=12.47", ...lines, "Set VoltageBases=[12.47 0.4]"].join("\n"));

export const codes = (part: DistrictPart) => part.findings.map(({ code }) => code);

export const twin = (part: DistrictPart, id: string): TwinModel => {
  const found = part.twins.find((one) => one.id === id);
  if (!found) throw new Error(`there is no ${id}`);
  return found;
};

export const attributes = (part: DistrictPart, id: string): Attributes => twin(part, id).attributes;

export const count = (part: DistrictPart, kind: string) => part.twins.filter((one) => one.kind === kind).length;

/** The sum of an attribute over a kind. */
export const total = (part: DistrictPart, kind: string, attribute: string) =>
  part.twins.filter((one) => one.kind === kind).reduce((sum, one) => sum + Number(one.attributes[attribute] ?? 0), 0);
