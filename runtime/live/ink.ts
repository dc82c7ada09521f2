// Ink: JSON put together by hand, as bytes, in one piece of memory.
// Fed by    whoever writes the same few fields again and again: batches of the outbox, chapters, messages
// I1  what is quoted is what JSON.stringify makes of it, in UTF-8

const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const TILDE = 0x7e;
const LINE_END = 0x0a;
/** UTF-8 takes no more for a character of a string. */
const MAX_CHARACTER_BYTES = 3;

export class Ink {
  #bytes: Buffer;
  /** Bytes written so far. */
  length = 0;

  /** `bytes`: for so many there is room from the start. */
  constructor(bytes = 16_384) {
    this.#bytes = Buffer.allocUnsafe(bytes);
  }

  /** What was written from that byte on, not copied: it stays as it is, whatever is written after it. */
  since(from: number): Buffer {
    return this.#bytes.subarray(from, this.length);
  }

  put(text: string): this {
    const at = this.#room(text.length * MAX_CHARACTER_BYTES);
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > TILDE) {
        this.length = at + this.#bytes.write(text, at);
        return this;
      }
      this.#bytes[at + i] = code;
    }
    this.length = at + text.length;
    return this;
  }

  /** In quotes, with escapes. */
  quote(text: string): this {
    const at = this.#room(text.length + 2);
    this.#bytes[at] = QUOTE;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code < SPACE || code > TILDE || code === QUOTE || code === BACKSLASH) return this.put(JSON.stringify(text));
      this.#bytes[at + 1 + i] = code;
    }
    this.#bytes[at + 1 + text.length] = QUOTE;
    this.length = at + text.length + 2;
    return this;
  }

  endLine(): this {
    const at = this.#room(1);
    this.#bytes[at] = LINE_END;
    this.length = at + 1;
    return this;
  }

  /** Where the next byte goes; there is room for so many. */
  #room(bytes: number): number {
    const needed = this.length + bytes;
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(2 * needed);
      larger.set(this.since(0));
      this.#bytes = larger;
    }
    return this.length;
  }
}
