// The district that a start begins with: as it was kept beside the store, or as a process loads it while this one gets ready.
// Fed by    the folder of the district; where its data would be
// Gives     whose data it is, its directory, what was found in its models: each as soon as it is known
// Y1  a start is not held up by what keeping it for the next one takes, nor by the diagnosis: both are done when findings are told

import { join } from "node:path";
import type { Directory } from "../models/directory.ts";
import type { Finding } from "../models/finding.ts";
import type { LoadStep } from "../models/load.ts";
import { keep, MODELS, readKept } from "./kept-district.ts";
import { Loading } from "./versions/loading-process.ts";
import { ModelFiles } from "./versions/model-files.ts";

export interface StartingDistrict {
  /** Undefined where its district.yaml cannot be read; the findings say why. */
  id: string | undefined;
  /** Then it opens at once. */
  isKept: boolean;
  /** To be called once. `dataDir`: of this district, and of no other program. */
  open(dataDir: string): Promise<Directory>;
  /** Of all its models. Whoever opened it may ask for them when that is done. */
  findings(): Promise<Finding[]>;
  stop(): Promise<void>;
}

export interface Start {
  folder: string;
  /** Where the district may have been kept. */
  likelyDataDir: string | undefined;
  /** See loading-process.ts. */
  loadingProgram: URL;
  onStep: (step: LoadStep) => void;
  notKept: (error: Error) => void;
}

export async function startingDistrict(start: Start): Promise<StartingDistrict> {
  const { folder, likelyDataDir } = start;
  const known = likelyDataDir === undefined ? undefined : await readKept(likelyDataDir, folder);
  if (!known) return loadedDistrict(start);
  const { directory, findings } = known;
  return {
    id: directory.id,
    isKept: true,
    open: async () => directory,
    findings: async () => findings(),
    stop: async () => {},
  };
}

async function loadedDistrict({ folder, loadingProgram, onStep, notKept }: Start): Promise<StartingDistrict> {
  const loading = new Loading(loadingProgram, { folder }, onStep);
  let kept = async (): Promise<void> => {};
  return {
    id: await loading.district,
    isKept: false,
    open: async (dataDir) => {
      const models = new ModelFiles(join(dataDir, MODELS));
      loading.leaveIn(models.folder);
      const model = await loading.model;
      kept = async () => keep(dataDir, folder, (await loading.end).files, model.key).catch(notKept);
      const directory = await models.read(model);
      if (!directory) throw new Error(`what was just written to ${models.folder} is damaged`);
      return directory;
    },
    findings: async () => {
      const { findings } = await loading.end;
      await kept();
      return findings;
    },
    stop: () => loading.stop(),
  };
}
