// Damage: what LMDB and its decoder say when they read what was not written, by its name in the catalogue.
// Fed by    whatever the program ends on: LMDB meets a damaged page when it is first looked at, which may be days after the start
// D1  a page that is damaged in another way fails an assertion of LMDB, which ends the program by SIGABRT before anybody can name it

import { QuartierError } from "../errors.ts";

/** Of LMDB: a transaction is bad (BAD_TXN) after what was read in it. Then of msgpackr, for records. */
const DAMAGES =
  /MDB_(CORRUPTED|PAGE_NOTFOUND|INVALID|PANIC|BAD_TXN)|^(Data read, but end of buffer|Unexpected end of (MessagePack|buffer)|Unknown MessagePack token|Record id is not defined)/;

/** The error itself when it says nothing of a damaged file. `folder`: in which the store lies. */
export function damageOf(error: unknown, folder: string): unknown {
  if (!(error instanceof Error) || error instanceof QuartierError || !DAMAGES.test(error.message)) return error;
  return new QuartierError("STORE_DAMAGED", `the store in ${folder} is damaged: ${error.message}`);
}
