// One sample of a block, found without the others being kept: what a question about one instant costs.
// Fed by    blocks in the form of block.ts, and an instant
// Gives     what decoding the whole block and looking the instant up would give, reading no further than needed
// Must not  allocate or calculate in doubles in its loops: a question about a district runs through them for every point

import { BITS, HEAD_BYTES, MARKED, OLD_MARKED, POWERS, readHead, STEPS } from "./block.ts";
import { ByteReader, varintAt, varintEnd } from "./bytes.ts";
import { MARK_SAMPLES, type Mark, OLD_MARK_SAMPLES, seekMark } from "./marks.ts";
import type { Sample } from "./run.ts";

const mark: Mark = { index: 0, timePlace: 0, valuePlace: 0, at: 0, step: 0, whole: 0 };

/** The latest sample at or before a time. */
export function sampleIn(block: Uint8Array, atMs: number): Sample | undefined {
  const { form, decimals, times, count, first, last } = readHead(block);
  if (first > atMs) return undefined;
  let place = HEAD_BYTES;
  // Most blocks have one quality throughout.
  for (let i = 0; i < count; place = varintEnd()) i += varintAt(block, place + 1);
  // The first time is in the head; the first value is a difference to nothing.
  mark.index = mark.step = mark.whole = 0;
  mark.timePlace = place;
  mark.valuePlace = NOT_KNOWN;
  mark.at = first;
  if (form === MARKED) seekMark(block, atMs, MARK_SAMPLES, mark);
  else if (form === OLD_MARKED) seekMark(block, atMs, OLD_MARK_SAMPLES, mark);
  const { index: from, whole } = mark;
  // Samples are at whole milliseconds.
  if (times === STEPS) findBySteps(block, count, Math.floor(atMs));
  else findByTimes(block, count, last, atMs);
  const { index, at, valuePlace } = mark;
  const quality = qualityAt(block, index);
  if (decimals === BITS) return { at, value: bitsAt(block, valuePlace, index), quality };
  return { at, value: wholeAt(block, valuePlace, from, index, whole) / POWERS[decimals]!, quality };
}

const NOT_KNOWN = -1;

function qualityAt(block: Uint8Array, index: number): number {
  let place = HEAD_BYTES;
  for (let i = 0; ; place = varintEnd()) {
    i += varintAt(block, place + 1);
    if (index < i) return block[place]!;
  }
}

/** Goes on from the mark to the last sample that is not later; without marks, on to where the values begin. */
function findBySteps(block: Uint8Array, count: number, atMs: number): void {
  let { timePlace: place, step } = mark;
  // What is left until the instant.
  let restMs = atMs - mark.at;
  let i = Math.max(1, mark.index);
  let index = i - 1;
  // Up to the instant: one difference after the other.
  while (i < count) {
    let coded = block[place++]!;
    if (coded === 0) {
      const same = varintAt(block, place) + 1;
      place = varintEnd();
      const steps = step * same <= restMs ? same : Math.floor(restMs / step);
      restMs -= step * steps;
      index = i - 1 + steps;
      i += same;
      if (steps < same) break;
      continue;
    }
    if (coded > 127) {
      const second = block[place++]!;
      if (second < 128) coded = (coded & 127) | (second << 7);
      else {
        step += signed(varintAt(block, place - 2));
        place = varintEnd();
        coded = 0;
      }
    }
    step += (coded >> 1) ^ -(coded & 1);
    i++;
    if (step > restMs) break;
    restMs -= step;
    index = i - 1;
  }
  mark.at = atMs - restMs;
  mark.index = index;
  if (mark.valuePlace !== NOT_KNOWN) return;
  while (i < count) {
    const byte = block[place++]!;
    if (byte === 0) {
      i += varintAt(block, place) + 1;
      place = varintEnd();
      continue;
    }
    if (byte > 127) while (block[place++]! > 127);
    i++;
  }
  mark.valuePlace = place;
}

function findByTimes(block: Uint8Array, count: number, last: number, atMs: number): void {
  const reader = new ByteReader(block, mark.timePlace);
  for (let i = 1; i < count; i++) {
    const at = i === count - 1 ? last : reader.double();
    if (at > atMs) continue;
    mark.index = i;
    mark.at = at;
  }
  mark.valuePlace = mark.timePlace + Math.max(0, count - 2) * 8;
}

/** The whole number of a sample, from that of the one before `from` on. */
function wholeAt(block: Uint8Array, start: number, from: number, index: number, before: number): number {
  let place = start;
  let whole = before;
  // Differences of one or two bytes, of which 65,535 make a small integer.
  let small = 0;
  for (let i = from; i <= index; i++) {
    let coded = block[place++]!;
    if (coded === 0) {
      i += varintAt(block, place);
      place = varintEnd();
      continue;
    }
    if (coded > 127) {
      const second = block[place++]!;
      if (second > 127) {
        whole += signed(varintAt(block, place - 2));
        place = varintEnd();
        continue;
      }
      coded = (coded & 127) | (second << 7);
    }
    small = (small + ((coded >> 1) ^ -(coded & 1))) | 0;
  }
  return whole + small;
}

const signed = (coded: number): number => (coded % 2 === 0 ? coded / 2 : -(coded + 1) / 2);

function bitsAt(block: Uint8Array, start: number, index: number): number {
  const reader = new ByteReader(block, start);
  let value = 0;
  for (let i = 0; i <= index; i++) value = reader.bits();
  return value;
}
