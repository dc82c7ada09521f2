// The program of the loading process: reads the model of a district, and leaves it where it is told to.
// Fed by    a folder or an archive; orders of loading-process.ts
// Gives     a version of the model, or why there is none
// L1  it ends with the process that started it

import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { DirectoryParts } from "../../models/directory.ts";
import { MANIFEST_FILE } from "../../models/district.ts";
import { diagnosed, readSources } from "../../models/load.ts";
import { readManifest } from "../../models/manifest.ts";
import { CATALOGUE } from "../../twins/catalogue.ts";
import { QuartierError } from "../errors.ts";
import { programText } from "../kept-district.ts";
import { directoryParts } from "../partitions.ts";
import { type OpenFolder, openFolder } from "../read-district.ts";
import { writeFailure } from "../store/writing.ts";
import type { LoadingOrder, LoadingReport, ModelPlace } from "./loading-process.ts";
import { ModelFiles, type WrittenModel } from "./model-files.ts";
import { packedFolder } from "./packed-folder.ts";

process.on("disconnect", () => process.exit());
process.on("SIGINT", () => {}).on("SIGTERM", () => {});

async function openArchive(archive: string): Promise<OpenFolder> {
  const packed = packedFolder(readFileSync(archive));
  const manifest = readManifest(Buffer.from(await packed.read(MANIFEST_FILE)).toString("utf8"));
  return { ...packed, manifest, files: new Map(), readFiles: new Set() };
}

const say = (report: LoadingReport): Promise<void> =>
  new Promise((resolve) => process.send!(report, undefined, undefined, () => resolve()));

async function written(models: ModelFiles, parts: DirectoryParts): Promise<WrittenModel> {
  try {
    return await models.write(parts);
  } catch (error) {
    const { message, errno = 0 } = error as NodeJS.ErrnoException;
    throw writeFailure(models.folder, message, -errno);
  }
}

async function load(place: ModelPlace): Promise<void> {
  const ordered = once(process, "message") as Promise<[LoadingOrder]>;
  const folder = "folder" in place ? await openFolder(place.folder) : await openArchive(place.archive);
  const id = folder.manifest.manifest?.district;
  if (id !== undefined) await say({ type: "district", id });
  const read = await readSources(folder.manifest, folder, (step) => void say({ type: "step", step }));
  const files = [...folder.files];
  const { district } = read;
  if (!district) return say({ type: "end", findings: read.findings, files });
  const parts = directoryParts(district, CATALOGUE);
  const [{ modelsDir }] = await ordered;
  const models = new ModelFiles(modelsDir);
  const model = await written(models, parts);
  await say({ type: "model", model });
  const { findings } = diagnosed(read);
  const about = { district: district.id, program: programText(), loadedAt: Date.now(), twins: district.twins.size };
  await models.describe(model, about, findings);
  await say({ type: "end", findings, files });
}

try {
  await load(JSON.parse(process.argv[2]!) as ModelPlace);
} catch (error) {
  const { message, code } = error as Error & { code?: string };
  await say({ type: "failed", message, code: error instanceof QuartierError ? code : undefined });
}
process.disconnect();
