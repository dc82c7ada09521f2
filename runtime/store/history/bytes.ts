// Bytes: numbers of few bytes, written one after the other and read back in the same order.
// Y1  a whole number of up to 2^53 takes one byte for each seven bits; the sign is its last bit (zigzag)
// Y2  differences that are zero are counted, not written

const FIRST_BYTES = 4_096;
/** More than any one number takes. */
const ROOM_BYTES = 24;

/** One number as its eight bytes. */
const double = new Float64Array(1);
const bytesOfDouble = new Uint8Array(double.buffer);

export class ByteWriter {
  #bytes = new Uint8Array(FIRST_BYTES);
  #at = 0;
  #zeros = 0;
  readonly #before = new Uint8Array(8);

  restart(): void {
    this.#at = this.#zeros = 0;
    this.#before.fill(0);
  }

  finish(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#at));
  }

  /** Bytes written so far. */
  get place(): number {
    return this.#at;
  }

  /** A whole number below 2^52, with its sign. */
  signed(value: number): void {
    this.varint(value >= 0 ? value * 2 : value * -2 - 1);
  }

  byte(value: number): void {
    this.#room();
    this.#bytes[this.#at++] = value;
  }

  uint16(value: number): void {
    this.byte(value & 0xff);
    this.byte(value >> 8);
  }

  double(value: number): void {
    this.#room();
    double[0] = value;
    this.#bytes.set(bytesOfDouble, this.#at);
    this.#at += 8;
  }

  varint(value: number): void {
    this.#room();
    const bytes = this.#bytes;
    let rest = value;
    while (rest >= 0x8000_0000) {
      bytes[this.#at++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    while (rest >= 128) {
      bytes[this.#at++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    bytes[this.#at++] = rest;
  }

  /** A whole number below 2^52, by preference a small one. `endDifferences` must come after the last of a row. */
  difference(value: number): void {
    if (value === 0) {
      this.#zeros++;
      return;
    }
    if (this.#zeros > 0) this.endDifferences();
    this.signed(value);
  }

  endDifferences(): void {
    if (this.#zeros === 0) return;
    this.varint(0);
    this.varint(this.#zeros - 1);
    this.#zeros = 0;
  }

  /** Any number, as the bytes in which it differs from the one before: one byte (leading equal ones, how many differ), then those. */
  bits(value: number): void {
    this.#room();
    double[0] = value;
    const before = this.#before;
    let high = 7;
    while (high >= 0 && before[high] === bytesOfDouble[high]) high--;
    let low = 0;
    while (low < high && before[low] === bytesOfDouble[low]) low++;
    this.#bytes[this.#at++] = ((high + 1) << 4) | low;
    for (let i = low; i <= high; i++) this.#bytes[this.#at++] = before[i] = bytesOfDouble[i]!;
  }

  #room(): void {
    if (this.#at + ROOM_BYTES <= this.#bytes.length) return;
    const larger = new Uint8Array(this.#bytes.length * 2);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

let end = 0;

/** A number as `varint` writes it, wherever it stands. */
export function varintAt(bytes: Uint8Array, start: number): number {
  let place = start;
  let byte = bytes[place++]!;
  let value = byte & 127;
  for (let weight = 128; byte > 127; weight *= 128) {
    byte = bytes[place++]!;
    value += (byte & 127) * weight;
  }
  end = place;
  return value;
}

/** Where the number ended that was read last. */
export const varintEnd = (): number => end;

/** A number as `double` writes it, wherever it stands. */
export function doubleAt(bytes: Uint8Array, start: number): number {
  for (let i = 0; i < 8; i++) bytesOfDouble[i] = bytes[start + i]!;
  return double[0]!;
}

export class ByteReader {
  readonly #bytes: Uint8Array;
  #at: number;
  #zeros = 0;
  /** Made when the first bits are read: most blocks have none. */
  #before: Uint8Array | undefined;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  byte(): number {
    return this.#bytes[this.#at++]!;
  }

  double(): number {
    this.#at += 8;
    return doubleAt(this.#bytes, this.#at - 8);
  }

  varint(): number {
    const bytes = this.#bytes;
    let byte = bytes[this.#at++]!;
    if (byte < 128) return byte;
    let value = byte & 127;
    for (let weight = 128; ; weight *= 128) {
      byte = bytes[this.#at++]!;
      value += (byte & 127) * weight;
      if (byte < 128) return value;
    }
  }

  difference(): number {
    if (this.#zeros > 0) {
      this.#zeros--;
      return 0;
    }
    const coded = this.varint();
    if (coded === 0) {
      this.#zeros = this.varint();
      return 0;
    }
    return coded % 2 === 0 ? coded / 2 : -(coded + 1) / 2;
  }

  endDifferences(): void {
    this.#zeros = 0;
  }

  bits(): number {
    const code = this.byte();
    this.#before ??= new Uint8Array(8);
    const before = this.#before;
    for (let i = code & 15, end = code >> 4; i < end; i++) before[i] = this.#bytes[this.#at++]!;
    for (let i = 0; i < 8; i++) bytesOfDouble[i] = before[i]!;
    return double[0]!;
  }
}
