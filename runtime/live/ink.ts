// Ink: JSON put together by hand, as bytes, in memory that is used again and again: new memory costs more than what is written into it.
// Fed by    whoever writes the same few fields again and again: batches of the outbox, chapters, messages
// I1  what is quoted is what JSON.stringify makes of it, in UTF-8
// I2  what was written is good until it is cleared

const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const TILDE = 0x7e;
const LINE_END = 0x0a;
/** UTF-8 takes no more for a character of a string. */
const MAX_CHARACTER_BYTES = 3;
const FIRST_BYTES = 16_384;
const ZERO = 0x30;
/** Numbers are written in two halves, each of which is small enough to be reckoned with fast. */
const HALF = 10_000_000;
const HALF_DIGITS = 7;

export class Ink {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  /** Bytes written so far. */
  length = 0;

  /** Empty again, with its memory. */
  clear(): this {
    this.length = 0;
    return this;
  }

  /** What was written from that byte on, not copied. It stays as it is, whatever is written after it. */
  since(from: number): Buffer {
    return this.#bytes.subarray(from, this.length);
  }

  put(text: string): this {
    const at = this.#room(text.length * MAX_CHARACTER_BYTES);
    const bytes = this.#bytes;
    const { length } = text;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > TILDE) {
        this.length = at + bytes.write(text, at);
        return this;
      }
      bytes[at + i] = code;
    }
    this.length = at + length;
    return this;
  }

  /** In quotes, with escapes. */
  quote(text: string): this {
    const { length } = text;
    const at = this.#room(length + 2);
    const bytes = this.#bytes;
    bytes[at] = QUOTE;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code < SPACE || code > TILDE || code === QUOTE || code === BACKSLASH) return this.put(JSON.stringify(text));
      bytes[at + 1 + i] = code;
    }
    bytes[at + 1 + length] = QUOTE;
    this.length = at + length + 2;
    return this;
  }

  append(bytes: Uint8Array): this {
    const at = this.#room(bytes.length);
    this.#bytes.set(bytes, at);
    this.length = at + bytes.length;
    return this;
  }

  /** All that another one has. */
  add(other: Ink): this {
    return this.addFrom(other, 0, other.length);
  }

  /** Those bytes of another one. */
  addFrom(other: Ink, from: number, to: number): this {
    const at = this.#room(to - from);
    other.#bytes.copy(this.#bytes, at, from, to);
    this.length = at + to - from;
    return this;
  }

  /** As JSON has it. */
  number(value: number): this {
    if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER && Math.floor(value) === value))
      return this.put(String(value));
    const high = Math.floor(value / HALF);
    if (high > 0) return this.#digits(high, 0).#digits(value - high * HALF, HALF_DIGITS);
    return this.#digits(value, 0);
  }

  /** A whole number that 32 bits hold, with at least so many digits. */
  #digits(value: number, least: number): this {
    let digits = 1;
    for (let power = 10; power <= value; power *= 10) digits++;
    if (digits < least) digits = least;
    const at = this.#room(digits);
    const bytes = this.#bytes;
    let left = value;
    for (let i = at + digits - 1; i >= at; i--) {
      const rest = (left / 10) | 0;
      bytes[i] = ZERO + left - 10 * rest;
      left = rest;
    }
    this.length = at + digits;
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
      const larger = Buffer.allocUnsafeSlow(2 * needed);
      larger.set(this.since(0));
      this.#bytes = larger;
    }
    return this.length;
  }
}
