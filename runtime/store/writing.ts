// Writing: what a write to LMDB that fails is called, and that nobody waits for another one after it.
// Fed by    all writes of the store
// Gives     STORE_FULL or STORE_UNWRITABLE: the program stops then; what was not written is in the log, and a start goes on from there
// V1  after a write that failed, LMDB never again says that something is on disk: every wait ends with the failure instead
// V2  an error that is not of the disk (a callback that threw) is passed on as it is

import { statfs } from "node:fs/promises";
import { constants } from "node:os";
import { QuartierError } from "../errors.ts";

/** With less than that free on its disk, a store that cannot be written is full, whatever LMDB says: of a page that was half written it says "Input/output error". */
const ROOM_BYTES = 16 * 1024 * 1024;
const { ENOSPC, EDQUOT } = constants.errno;

/** LMDB rejects with a sentence, and tells the cause in a promise of its own. */
type CommitError = Error & { commitError?: Promise<never>; code?: unknown };

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

  /** The outcome of a write, or of waiting for the disk; its failure by name. */
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
    this.#failure ??= await writeFailure(this.#folder, cause.message, cause.code);
    this.#fail(this.#failure);
    return this.#failure;
  }
}

/** What made a write to LMDB fail, with its number; the error itself when it says so. */
export async function causeOf(error: CommitError): Promise<CommitError> {
  return error.commitError ? await error.commitError.catch((reason: CommitError) => reason) : error;
}

/** The error by its name in the catalogue. `errno`: as the operating system numbers its errors. */
export async function writeFailure(folder: string, message: string, errno: number): Promise<QuartierError> {
  const { bavail, bsize } = await statfs(folder);
  const isFull = errno === ENOSPC || errno === EDQUOT || bavail * bsize < ROOM_BYTES;
  const room = `${Math.floor((bavail * bsize) / 1024 / 1024)} MiB are free there`;
  return new QuartierError(
    isFull ? "STORE_FULL" : "STORE_UNWRITABLE",
    `the data folder ${folder} could not be written: ${message}; ${room}`,
  );
}
