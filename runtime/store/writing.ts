// Writing: what a write to LMDB that fails is called, and that nobody waits for another one after it.
// Fed by    all writes of the store
// Gives     STORE_FULL, STORE_UNWRITABLE or STORE_DAMAGED: the program stops then; what was not written is in the log, and a start goes on from there
// V1  after a write that failed, LMDB never again says that something is on disk: every wait ends with the failure instead
// V2  an error that is not of the disk (a callback that threw) is passed on as it is
// V3  where it can be known before that there is no room, LMDB is not asked: lmdb 3.5.6 prints what it could not write into 100 bytes,
//     which may be too few, and then ends the program by a signal

import { statfsSync } from "node:fs";
import { constants } from "node:os";
import { dirname } from "node:path";
import { QuartierError } from "../errors.ts";
import { damageOf } from "./damage.ts";

/** With less than that free on its disk, a store that cannot be written is full, whatever LMDB says: of a page that was half written it says "Input/output error". */
const ROOM_BYTES = 16 * 1024 * 1024;
/** With less than that nothing is written. */
const LEAST_ROOM_BYTES = 1024 * 1024;
const { ENOSPC, EDQUOT } = constants.errno;

/** LMDB rejects with a sentence, and tells the cause in a promise of its own. */
type CommitError = Error & { commitError?: Promise<never>; code?: unknown };

/** Begins a write at once, if there is room for it; resolves with its outcome. */
export type Write = <T>(begin: () => PromiseLike<T>) => Promise<T>;

export class Writing {
  readonly #folder: string;
  #failure: QuartierError | undefined;
  #fail!: (failure: QuartierError) => void;
  readonly #failed = new Promise<never>((_, reject) => {
    this.#fail = reject;
  });

  constructor(folder: string) {
    this.#folder = folder;
    this.#failed.catch(() => {});
  }

  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  /** Throws where a write failed, and where there is no room for another one. */
  demandRoom(): void {
    if (this.#failure) throw this.#failure;
    if (freeBytes(this.#folder) < LEAST_ROOM_BYTES) throw this.#end("there is no room", ENOSPC);
  }

  /** A `Write`, with its failure by name. */
  async write<T>(begin: () => PromiseLike<T>): Promise<T> {
    this.demandRoom();
    return this.done(begin());
  }

  /** The outcome of a write that was begun, or of waiting for the disk; its failure by name. */
  async done<T>(write: PromiseLike<T>): Promise<T> {
    // Of several writes that fail the first one is waited for; the causes of the others would end the program unheard.
    write.then(undefined, (error: CommitError) => error.commitError?.catch(() => {}));
    try {
      return await Promise.race([write, this.#failed]);
    } catch (error) {
      throw await this.#named(error as CommitError);
    }
  }

  async #named(error: CommitError): Promise<Error> {
    const cause = await causeOf(error);
    if (error instanceof QuartierError || typeof cause.code !== "number") return error;
    return this.#end(cause.message, cause.code);
  }

  /** Ends every wait for the disk. Of several failures the first one counts. */
  #end(message: string, errno: number): QuartierError {
    this.#failure ??= writeFailure(this.#folder, message, errno);
    this.#fail(this.#failure);
    return this.#failure;
  }
}

/** What made a write to LMDB fail, with its number; the error itself when it says so. */
export async function causeOf(error: CommitError): Promise<CommitError> {
  return error.commitError ? await error.commitError.catch((reason: CommitError) => reason) : error;
}

/** The error by its name in the catalogue. `errno`: as the operating system numbers its errors. */
export function writeFailure(folder: string, message: string, errno: number): QuartierError {
  const free = freeBytes(folder);
  const isFull = errno === ENOSPC || errno === EDQUOT || free < ROOM_BYTES;
  const damage = damageOf(new Error(message), folder);
  if (!isFull && damage instanceof QuartierError) return damage;
  const room = Number.isFinite(free) ? `; ${Math.floor(free / 1024 / 1024)} MiB are free there` : "";
  return new QuartierError(
    isFull ? "STORE_FULL" : "STORE_UNWRITABLE",
    `the data folder ${folder} could not be written: ${message}${room}`,
  );
}

/** What this user may still write there, or where it would be; without end on a file system that does not say how large it is. */
export function freeBytes(folder: string): number {
  try {
    const { blocks, bavail, bsize } = statfsSync(folder);
    return blocks === 0 ? Number.POSITIVE_INFINITY : bavail * bsize;
  } catch (error) {
    const above = dirname(folder);
    if (above === folder) throw error;
    return freeBytes(above);
  }
}
