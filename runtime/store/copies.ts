// Copies: of what is live, for a write that goes on while it changes; in memory that is used again, as new memory costs more than the copy.

interface Copied {
  list: Buffer[];
  memory: Buffer;
}

/** Memory is taken in pieces of so many bytes. */
const PIECE_BYTES = 1024 * 1024;

export class Copies {
  #spare: Buffer | undefined;

  of(all: readonly Uint8Array[]): Copied {
    const bytes = all.reduce((sum, { length }) => sum + length, 0);
    const spare = this.#spare;
    this.#spare = undefined;
    const isEnough = spare !== undefined && spare.length >= bytes;
    const memory = isEnough ? spare : Buffer.allocUnsafeSlow(Math.ceil(bytes / PIECE_BYTES) * PIECE_BYTES);
    const list: Buffer[] = [];
    let at = 0;
    for (const each of all) {
      memory.set(each, at);
      list.push(memory.subarray(at, at + each.length));
      at += each.length;
    }
    return { list, memory };
  }

  /** To be called when nobody reads them any more. */
  free({ memory }: Copied): void {
    if (!this.#spare || this.#spare.length < memory.length) this.#spare = memory;
  }
}
