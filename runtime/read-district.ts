// Reads a district's folder from disk and loads it.
// Fed by    a folder with a district.yaml
// Gives     the district and all findings; a folder without a readable district.yaml is a finding too

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { MANIFEST_FILE } from "../models/district.ts";
import type { Finding } from "../models/finding.ts";
import { type DistrictLoad, type LoadStep, loadManifest } from "../models/load.ts";
import { type ManifestRead, readManifest } from "../models/manifest.ts";
import type { DistrictFolder } from "../models/source-folder.ts";
import { type Stamp, type Stamps, stampOf } from "./kept-district.ts";

/** A folder whose district.yaml was read. */
export interface OpenFolder extends DistrictFolder {
  manifest: ManifestRead;
  /** All files and folders that were asked for so far, also those that are not there, as they were before they were read. */
  files: Stamps;
  /** Those that could be read. */
  readFiles: ReadonlySet<string>;
}

export interface ReadDistrict extends DistrictLoad {
  /** Files of the folder that could be read. */
  read: ReadonlySet<string>;
}

export async function readDistrict(folder: string, onProgress: (step: LoadStep) => void): Promise<ReadDistrict> {
  const opened = await openFolder(folder);
  return { ...(await loadManifest(opened.manifest, opened, onProgress)), read: opened.readFiles };
}

export async function openFolder(folder: string): Promise<OpenFolder> {
  const files = new Map<string, Stamp>();
  const readFiles = new Set<string>();
  const read = async (path: string) => {
    files.set(path, stampOf(join(folder, path)));
    const bytes = await readFile(join(folder, path));
    readFiles.add(path);
    return bytes;
  };
  const list = async (path: string) => {
    files.set(path, stampOf(join(folder, path)));
    return namesIn(join(folder, path));
  };
  const manifest = await read(MANIFEST_FILE).then(
    (bytes) => readManifest(bytes.toString("utf8")),
    ({ code }: NodeJS.ErrnoException) => ({ findings: [missing(folder, code)] }),
  );
  return { manifest, files, readFiles, list, read: async (path) => new Uint8Array(await read(path)) };
}

const missing = (folder: string, code = "unreadable"): Finding => ({
  ...{ severity: "error", code: "DISTRICT_MISSING", source: "district", file: MANIFEST_FILE, at: "" },
  message: `${folder} has no ${MANIFEST_FILE} that can be read (${code})`,
  hint: "Name the folder that holds the district.yaml.",
});

async function namesIn(folder: string): Promise<string[] | undefined> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
  } catch {
    return undefined; // a file, or nothing: what is wrong with it is said when it is read
  }
}
