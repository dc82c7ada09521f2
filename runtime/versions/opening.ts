// Opening: on which version of its model a district opens, and to which it turns when it has caught up.
// Fed by    what its folder was loaded to; the standing that the store remembers
// O1  a folder that shows what it has shown before is no news: a version that was applied since stays, also after a start
// O2  a folder that was changed is applied at the start, by a turn like any other
// O3  where the version on which the store stands is not kept any more, the folder's takes its place without a turn

import type { Directory } from "../../models/directory.ts";
import type { ModelRecords } from "../store/model-records.ts";
import type { ModelFiles } from "./model-files.ts";
import type { ModelVersions } from "./versions.ts";

export interface Opening {
  directory: Directory;
  /** Turns to it when it has caught up. */
  next?: Directory;
  /** Stands on its version already, but not all twins have heard: what they were told of came from this one. */
  cameFrom?: Directory;
}

export async function openingOf(folders: Directory, records: ModelRecords, versions: ModelVersions): Promise<Opening> {
  const { standing } = records;
  const stand = async (directory: Directory, seen: string[]): Promise<Opening> => {
    await records.stands(directory.key, seen, Date.now());
    return { directory };
  };
  if (!standing) {
    // The first one counts from the beginning.
    await records.stands(folders.key, [folders.key], 0);
    return { directory: folders };
  }
  const { version, seen, turning } = standing;
  if (version === folders.key && !turning) {
    // A start that finds all as it was writes nothing.
    return String(seen) === version ? { directory: folders } : stand(folders, [folders.key]);
  }
  const running = version === folders.key ? folders : await versions.open(version);
  if (!running) return stand(folders, [folders.key]);
  // The same model, in the form of this program.
  if (running.key !== version && !turning) await records.stands(running.key, [...seen, running.key], Date.now());
  if (turning) {
    const other = await versions.open(turning.to === version ? turning.from : turning.to);
    if (!other) return stand(running, seen);
    return turning.to === version ? { directory: running, cameFrom: other } : { directory: running, next: other };
  }
  if (seen.includes(folders.key) || running.key === folders.key) return { directory: running };
  return { directory: running, next: folders };
}

/** @throws QuartierError MODEL_DAMAGED where a version that it needs is not as it was written */
export async function demandSound({ directory, next, cameFrom }: Opening, files: ModelFiles): Promise<void> {
  await Promise.all([directory, next, cameFrom].map((each) => each && files.demandSound(each.key)));
}
