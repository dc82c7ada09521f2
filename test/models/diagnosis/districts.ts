// Districts for the tests of the diagnosis: the example, and one source of a fixture.
// Fed by    models/examples/altstadt, test/fixtures

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { LoadedDistrict } from "../../../models/district.ts";
import type { Finding } from "../../../models/finding.ts";
import { loadDistrict } from "../../../models/load.ts";
import type { SourceType } from "../../../models/manifest.ts";

const ROOT = join(import.meta.dirname, "../../..");
const EXAMPLE = join(ROOT, "models/examples/altstadt");

export interface Loaded {
  district: LoadedDistrict;
  findings: Finding[];
}

async function load(manifest: string, folder: string): Promise<Loaded> {
  const { district, findings } = await loadDistrict(manifest, {
    read: async (path) => readFileSync(join(folder, path)),
    list: async (path) =>
      statSync(join(folder, path)).isDirectory() ? readdirSync(join(folder, path)).sort() : undefined,
  });
  return { district: district!, findings };
}

export const example = () => load(readFileSync(join(EXAMPLE, "district.yaml"), "utf8"), EXAMPLE);

/** Fixtures of one type by their paths, as the sources `s`, `s2` ... */
export const fixture = (type: SourceType, ...files: string[]) => {
  const sources = files.map(
    (file, at) => `{ id: s${at === 0 ? "" : at + 1}, type: ${type}, file: ${JSON.stringify(file)} }`,
  );
  return load(`district: d\nname: D\ntimezone: UTC\nsources: [${sources.join(", ")}]\n`, join(ROOT, "test/fixtures"));
};
