// The LMDB environment of a store, as each process that has to do with it opens it.
// V1  a file that does not begin with LMDB's two pages is not opened: LMDB would end the program by a signal

import { closeSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { open, type RootDatabase } from "lmdb";
import { QuartierError } from "../errors.ts";
import { damageOf } from "./damage.ts";

/** Readers that LMDB allows at a time; each open range of a query is one. */
const MAX_READERS = 256;
const MAX_DBS = 32;

/** In each of LMDB's two first pages, the meta pages (mdb.c, MDB_meta): what tells the file, and in the first how long a page is. */
const MAGIC_BYTES = 24;
const MAGIC = 0xbeefc0de;
const PAGE_SIZE_BYTES = 48;

/** @throws QuartierError STORE_DAMAGED */
export function openEnvironment(folder: string): RootDatabase {
  const path = join(folder, "world.lmdb");
  demandMeta(path);
  // Batches of a turn have a promise of lmdb's own, which rejects unheard when the disk is full, and would end the program.
  const options = { maxDbs: MAX_DBS, maxReaders: MAX_READERS, eventTurnBatching: false };
  try {
    return open({ path, ...options });
  } catch (error) {
    throw damageOf(error, folder);
  }
}

function demandMeta(path: string): void {
  // LMDB makes what is missing or empty.
  if (!statSync(path, { throwIfNoEntry: false })?.size) return;
  const file = openSync(path, "r");
  try {
    const word = Buffer.alloc(4);
    const at = (from: number) => (readSync(file, word, 0, 4, from) === 4 ? word.readUInt32LE() : 0);
    if (at(MAGIC_BYTES) === MAGIC && at(at(PAGE_SIZE_BYTES) + MAGIC_BYTES) === MAGIC) return;
  } finally {
    closeSync(file);
  }
  throw new QuartierError("STORE_DAMAGED", `${path} is no file of LMDB, or its beginning is damaged`);
}
