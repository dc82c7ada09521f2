// The program of the loading process: reads the model of a district from an archive, and leaves it beside the others.
// Fed by    the path of an archive, the folder of model files, what tells the program (loading-process.ts)
// Gives     a version of the model, or why there is none
// L1  it ends with the process that started it

import { readFileSync } from "node:fs";
import { loadDistrict } from "../../models/load.ts";
import { MANIFEST_FILE } from "../../models/district.ts";
import { CATALOGUE } from "../../twins/catalogue.ts";
import { QuartierError } from "../errors.ts";
import { directoryParts } from "../partitions.ts";
import type { LoadingReport } from "./loading-process.ts";
import { type ModelAbout, ModelFiles } from "./model-files.ts";
import { packedFolder } from "./packed-folder.ts";

process.on("disconnect", () => process.exit());
process.on("SIGINT", () => {}).on("SIGTERM", () => {});

async function load(archive: string, modelsDir: string, program: string): Promise<LoadingReport> {
  const folder = packedFolder(readFileSync(archive));
  const manifest = Buffer.from(await folder.read(MANIFEST_FILE)).toString("utf8");
  const { district, findings } = await loadDistrict(manifest, folder);
  if (!district) {
    const [first] = findings;
    throw new QuartierError("MODEL_UNREADABLE", `${MANIFEST_FILE} cannot be read: ${first?.at}: ${first?.message}`);
  }
  const parts = directoryParts(district, CATALOGUE);
  const about: ModelAbout = {
    ...{ district: district.id, program, loadedAt: Date.now(), twins: district.twins.size, findings },
  };
  await new ModelFiles(modelsDir).save(parts, about);
  return { version: parts.key };
}

const [archive, modelsDir, program] = process.argv.slice(2) as [string, string, string];
try {
  process.send!(await load(archive, modelsDir, program));
} catch (error) {
  const { message, code } = error as Error & { code?: string };
  process.send!({ message, ...(error instanceof QuartierError && { code }) } satisfies LoadingReport);
}
process.disconnect();
