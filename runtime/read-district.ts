// Reads a district's folder from disk and loads it.
// Fed by    a folder with a district.yaml
// Gives     the district and all findings; a folder without a readable district.yaml is a finding too

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { LoadedDistrict } from "../models/district.ts";
import type { Finding } from "../models/finding.ts";
import { type LoadStep, loadDistrict } from "../models/load.ts";

export const MANIFEST_FILE = "district.yaml";

export async function readDistrict(
  folder: string,
  onProgress: (step: LoadStep) => void,
): Promise<{ district?: LoadedDistrict; findings: Finding[] }> {
  let manifest: string;
  try {
    manifest = await readFile(join(folder, MANIFEST_FILE), "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const finding: Finding = {
      ...{ severity: "error", code: "DISTRICT_MISSING", source: "district", file: MANIFEST_FILE, at: "" },
      message: `${folder} has no ${MANIFEST_FILE} that can be read (${code})`,
      hint: "Name the folder that holds the district.yaml.",
    };
    return { findings: [finding] };
  }
  return loadDistrict(manifest, async (path) => new Uint8Array(await readFile(join(folder, path))), onProgress);
}
