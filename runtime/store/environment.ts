// The LMDB environment of a store, as each process that has to do with it opens it.

import { join } from "node:path";
import { open, type RootDatabase } from "lmdb";

/** Readers that LMDB allows at a time; each open range of a query is one. */
const MAX_READERS = 256;
const MAX_DBS = 32;

export function openEnvironment(folder: string): RootDatabase {
  // Batches of a turn have a promise of lmdb's own, which rejects unheard when the disk is full, and would end the program.
  const options = { maxDbs: MAX_DBS, maxReaders: MAX_READERS, eventTurnBatching: false };
  return open({ path: join(folder, "world.lmdb"), ...options });
}
