// Text table: texts in few arrays in place of an object each, found by their number or by themselves.
// Fed by    texts, each once; or the columns in which they were put before
// X1  the number of a text is its place among those that it was made of

import type { Column } from "./columns.ts";

/** FNV-1a, 32 bits, over UTF-16 code units: http://www.isthe.com/chongo/tech/comp/fnv/ */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** Places of the hash table for each text, at the least. */
const ROOM = 2;
const MAX_BYTES = 2 ** 32 - 1;
const FIRST_BYTES = 65_536;

/** Texts one after the other, in UTF-8, as they come. */
export class TextColumn {
  readonly #ends: Uint32Array;
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #used = 0;
  #count = 0;

  constructor(count: number) {
    this.#ends = new Uint32Array(count);
  }

  add(text: string): void {
    // A UTF-16 code unit takes three bytes at the most.
    if (this.#used + 3 * text.length > this.#bytes.length) this.#grow(3 * text.length);
    this.#used += this.#bytes.write(text, this.#used);
    this.#ends[this.#count++] = this.#used;
  }

  /** All texts, one after the other. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#used);
  }

  /** Where each text ends. */
  get ends(): Uint32Array {
    return this.#ends;
  }

  #grow(more: number): void {
    const wanted = this.#used + more;
    if (wanted > MAX_BYTES) throw new RangeError("a district's texts do not fit into 4 GiB");
    const larger = Buffer.allocUnsafe(Math.min(MAX_BYTES, Math.max(wanted, this.#bytes.length * 2)));
    this.#bytes.copy(larger, 0, 0, this.#used);
    this.#bytes = larger;
  }
}

export class TextTable {
  readonly length: number;
  readonly #bytes: Buffer;
  readonly #ends: Uint32Array;
  readonly #places: Int32Array;

  static columns(texts: readonly string[], name: string): Record<string, Column> {
    const column = new TextColumn(texts.length);
    let size = ROOM;
    while (size < ROOM * texts.length) size *= 2;
    const places = new Int32Array(size);
    for (const [i, text] of texts.entries()) {
      column.add(text);
      let at = fnv1a(text) & (size - 1);
      while (places[at] !== 0) at = (at + 1) & (size - 1);
      places[at] = i + 1;
    }
    return { [`${name}Bytes`]: column.bytes, [`${name}Ends`]: column.ends, [`${name}Places`]: places };
  }

  constructor(columns: Readonly<Record<string, Column>>, name: string) {
    const bytes = columns[`${name}Bytes`]!;
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#ends = columns[`${name}Ends`] as Uint32Array;
    this.#places = columns[`${name}Places`] as Int32Array;
    this.length = this.#ends.length;
  }

  at(i: number): string {
    return this.#bytes.toString("utf8", i === 0 ? 0 : this.#ends[i - 1], this.#ends[i]);
  }

  /** Number of a text; -1 when it is not here. */
  indexOf(text: string): number {
    const mask = this.#places.length - 1;
    for (let at = fnv1a(text) & mask; ; at = (at + 1) & mask) {
      const i = this.#places[at]! - 1;
      if (i < 0 || this.#is(i, text)) return i;
    }
  }

  /** Nearly all texts are ASCII, in which a text is as long as its bytes: they are compared without making text of them. */
  #is(i: number, text: string): boolean {
    const from = i === 0 ? 0 : this.#ends[i - 1]!;
    const length = this.#ends[i]! - from;
    if (length > text.length) return this.at(i) === text;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code > 0x7f || code !== this.#bytes[from + at]) return false;
    }
    return length === text.length;
  }
}
