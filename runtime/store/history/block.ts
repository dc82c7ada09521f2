// A block: some hundred samples of one point, compressed, as one record.
// Form      u8 form, u8 values, u8 times, u16 count, f64 time of the first and of the last sample (little endian), then
//           qualities: pairs of (quality, how many); times: differences of differences; values: differences of decimals
//           (value * 10^n, whole), or, where they are no short decimals, what differs in their bits from the one before; then, in the
//           forms MARKED and OLD_MARKED, marks, see marks.ts: long blocks of differences have them
// B1  what is decoded is what was encoded, bit for bit: a form that cannot say a block exactly is not used for it
// B2  meters read in steps of time and in short decimals: a regular time costs nothing, a value one to three bytes

import { ByteReader, ByteWriter, doubleAt } from "./bytes.ts";
import { MARK_SAMPLES, Marks } from "./marks.ts";
import type { Run } from "./run.ts";

const FORM = 1;
/** With a mark at each 256th sample: read as ever, and no longer written. */
export const OLD_MARKED = 2;
export const MARKED = 3;
/** Samples of a block that is read through sooner than its marks would be. */
const MOST_UNMARKED = 256;
const COUNT_AT = 3;
const FIRST_AT = 5;
const LAST_AT = 13;
/** What stands before the qualities. */
export const HEAD_BYTES = 21;
/** Values that are no decimals of up to MAX_DECIMALS digits are kept as bits. */
export const BITS = 255;
const MAX_DECIMALS = 12;
export const POWERS = Array.from({ length: MAX_DECIMALS + 1 }, (_, n) => 10 ** n);
/** Times: as differences, or, where they lie too far apart for exact ones, as they are. */
export const STEPS = 0;
const ABSOLUTE = 1;
/** Whole numbers below it have exact differences, and differences of those. */
const MAX_EXACT = 2 ** 50;

export interface BlockHead {
  count: number;
  /** Epoch ms. */
  first: number;
  last: number;
}

const writer = new ByteWriter();
const marks = new Marks();
const scaled = new Float64Array(0xffff);

/** Encodes the samples [from, to) of a run, 65,535 at the most. */
export function encodeBlock(run: Run, from: number, to: number): Buffer {
  const decimals = findDecimals(run.value, from, to);
  const times = areNear(run.at, from, to) ? STEPS : ABSOLUTE;
  const isMarked = to - from > MOST_UNMARKED && times === STEPS && decimals !== BITS;
  const markEvery = isMarked ? MARK_SAMPLES : Number.POSITIVE_INFINITY;
  writer.restart();
  if (isMarked) marks.restart();
  writer.byte(isMarked ? MARKED : FORM);
  writer.byte(decimals);
  writer.byte(times);
  writer.uint16(to - from);
  writer.double(run.at[from]!);
  writer.double(run.at[to - 1]!);
  writeQualities(run.quality, from, to);
  const timesAt = writer.place;
  if (times === STEPS) writeTimes(run.at, from, to, markEvery);
  else for (let i = from + 1; i < to - 1; i++) writer.double(run.at[i]!);
  const valuesAt = writer.place;
  if (decimals === BITS) for (let i = from; i < to; i++) writer.bits(run.value[i]!);
  else writeScaled(to - from, markEvery);
  if (isMarked) marks.write(writer, timesAt, valuesAt, run.at[from]!);
  return writer.finish();
}

export function blockHead(block: Uint8Array): BlockHead {
  return readHead(block);
}

/** Appends the block's samples to a run. Throws a RangeError when it is of another form. */
export function decodeBlock(block: Uint8Array, into: Run): void {
  const { decimals, times, count, first, last } = readHead(block);
  const reader = new ByteReader(block, HEAD_BYTES);
  const from = into.length;
  const to = from + count;
  into.reserve(to);
  into.length = to;
  for (let i = from; i < to; ) {
    const quality = reader.byte();
    const end = i + reader.varint();
    into.quality.fill(quality, i, end);
    i = end;
  }
  const { at, value } = into;
  at[from] = first;
  if (times === STEPS) {
    let step = 0;
    for (let i = from + 1; i < to; i++) {
      step += reader.difference();
      at[i] = at[i - 1]! + step;
    }
    reader.endDifferences();
  } else {
    for (let i = from + 1; i < to - 1; i++) at[i] = reader.double();
    at[to - 1] = last;
  }
  if (decimals === BITS) {
    for (let i = from; i < to; i++) value[i] = reader.bits();
    return;
  }
  const power = POWERS[decimals]!;
  let whole = 0;
  for (let i = from; i < to; i++) {
    whole += reader.difference();
    value[i] = whole / power;
  }
}

export function readHead(block: Uint8Array): BlockHead & { form: number; decimals: number; times: number } {
  const form = block[0]!;
  if (form < FORM || form > MARKED) throw new RangeError(`a block of the unknown form ${form}`);
  const count = block[COUNT_AT]! | (block[COUNT_AT + 1]! << 8);
  const [first, last] = [doubleAt(block, FIRST_AT), doubleAt(block, LAST_AT)];
  return { form, decimals: block[1]!, times: block[2]!, count, first, last };
}

/** The least number of decimals that says all values exactly, with the values in whole numbers in `scaled`; or BITS. */
function findDecimals(value: Float64Array, from: number, to: number): number {
  let decimals = 0;
  for (let i = from; i < to; i++) {
    while (!(Math.round(value[i]! * POWERS[decimals]!) / POWERS[decimals]! === value[i]!)) {
      if (++decimals > MAX_DECIMALS) return BITS;
    }
  }
  const power = POWERS[decimals]!;
  for (let i = from; i < to; i++) {
    const number = value[i]!;
    const whole = Math.round(number * power);
    const isExact = Math.abs(whole) < MAX_EXACT && whole / power === number && !Object.is(number, -0);
    if (!isExact) return BITS;
    scaled[i - from] = whole;
  }
  return decimals;
}

function areNear(at: Float64Array, from: number, to: number): boolean {
  return at[to - 1]! - at[from]! < MAX_EXACT;
}

function writeQualities(quality: Uint8Array, from: number, to: number): void {
  for (let i = from; i < to; ) {
    const start = i;
    while (i < to && quality[i] === quality[start]) i++;
    writer.byte(quality[start]!);
    writer.varint(i - start);
  }
}

function writeTimes(at: Float64Array, from: number, to: number, markEvery: number): void {
  let step = 0;
  // Counted on, as a remainder for each sample would cost more than all the rest.
  let nextMark = from + markEvery;
  for (let i = from + 1; i < to; i++) {
    if (i === nextMark) {
      nextMark += markEvery;
      writer.endDifferences();
      marks.time(writer.place, at[i - 1]!, step);
    }
    const next = at[i]! - at[i - 1]!;
    writer.difference(next - step);
    step = next;
  }
  writer.endDifferences();
}

function writeScaled(count: number, markEvery: number): void {
  let before = 0;
  let nextMark = markEvery;
  for (let i = 0; i < count; i++) {
    if (i === nextMark) {
      nextMark += markEvery;
      writer.endDifferences();
      marks.value(writer.place, before);
    }
    writer.difference(scaled[i]! - before);
    before = scaled[i]!;
  }
  writer.endDifferences();
}
