// Reads a district's folder from disk and loads it.
// Fed by    a folder with a district.yaml
// Gives     the district and all findings; a folder without a readable district.yaml is a finding too

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { MANIFEST_FILE } from "../models/district.ts";
import type { Finding } from "../models/finding.ts";
import { type DistrictLoad, type LoadStep, loadDistrict } from "../models/load.ts";
import { type Stamp, type Stamps, stampOf } from "./kept-district.ts";

export interface ReadDistrict extends DistrictLoad {
  /** All files and folders that were asked for, also those that are not there, as they were before they were read. */
  files: Stamps;
  /** Those that could be read. */
  read: ReadonlySet<string>;
}

export async function readDistrict(folder: string, onProgress: (step: LoadStep) => void): Promise<ReadDistrict> {
  const files = new Map<string, Stamp>();
  const readFiles = new Set<string>();
  const read = async (path: string) => {
    files.set(path, stampOf(join(folder, path)));
    const bytes = await readFile(join(folder, path));
    readFiles.add(path);
    return bytes;
  };
  let manifest: string;
  try {
    manifest = (await read(MANIFEST_FILE)).toString("utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const finding: Finding = {
      ...{ severity: "error", code: "DISTRICT_MISSING", source: "district", file: MANIFEST_FILE, at: "" },
      message: `${folder} has no ${MANIFEST_FILE} that can be read (${code})`,
      hint: "Name the folder that holds the district.yaml.",
    };
    return { findings: [finding], censuses: [], files, read: readFiles };
  }
  const list = async (path: string) => {
    files.set(path, stampOf(join(folder, path)));
    return namesIn(join(folder, path));
  };
  const loaded = await loadDistrict(
    manifest,
    { read: async (path) => new Uint8Array(await read(path)), list },
    onProgress,
  );
  return { ...loaded, files, read: readFiles };
}

async function namesIn(folder: string): Promise<string[] | undefined> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
  } catch {
    return undefined; // a file, or nothing: what is wrong with it is said when it is read
  }
}
