// One sample of a block, found without the others being kept: what a question about one instant costs.
// Fed by    blocks in the form of block.ts, and an instant
// Gives     what decoding the whole block and looking the instant up would give, reading no further than needed
// Must not  allocate or calculate in doubles in its loops: a question about a district runs through them for every point

import { BITS, HEAD_BYTES, POWERS, readHead, STEPS } from "./block.ts";
import { ByteReader } from "./bytes.ts";
import type { Sample } from "./run.ts";

/** Where the sample stands in its block, and where the values begin. */
interface Found {
  index: number;
  at: number;
  values: number;
}

const found: Found = { index: 0, at: 0, values: 0 };

/** The latest sample at or before a time. */
export function sampleIn(block: Uint8Array, atMs: number): Sample | undefined {
  const { decimals, times, count, first, last } = readHead(new ByteReader(block));
  if (first > atMs) return undefined;
  let place = HEAD_BYTES;
  // Most blocks have one quality throughout.
  for (let i = 0; i < count; place = next) i += longAt(block, place + 1);
  if (times === STEPS) findBySteps(block, place, count, first, atMs);
  else findByTimes(block, place, count, first, last, atMs);
  const { index, at, values } = found;
  const value = decimals === BITS ? bitsAt(block, values, index) : wholeAt(block, values, index) / POWERS[decimals]!;
  return { at, value, quality: qualityAt(block, index) };
}

function qualityAt(block: Uint8Array, index: number): number {
  const reader = new ByteReader(block, HEAD_BYTES);
  for (let i = 0; ; ) {
    const quality = reader.byte();
    i += reader.varint();
    if (index < i) return quality;
  }
}

function findBySteps(block: Uint8Array, start: number, count: number, first: number, atMs: number): void {
  let place = start;
  let at = first;
  let step = 0;
  let i = 1;
  found.index = 0;
  found.at = first;
  // Up to the instant: one difference after the other.
  while (i < count) {
    let coded = block[place++]!;
    if (coded === 0) {
      const same = longAt(block, place) + 1;
      place = next;
      const steps = at + step * same <= atMs ? same : Math.floor((atMs - at) / step);
      at += step * steps;
      found.index = i - 1 + steps;
      found.at = at;
      i += same;
      if (steps < same) break;
      continue;
    }
    if (coded > 127) {
      const second = block[place++]!;
      if (second < 128) coded = (coded & 127) | (second << 7);
      else {
        step += signed(longAt(block, place - 2));
        place = next;
        coded = 0;
      }
    }
    step += coded & 1 ? -((coded + 1) >> 1) : coded >> 1;
    if (at + step > atMs) {
      i++;
      break;
    }
    at += step;
    found.index = i++;
    found.at = at;
  }
  // Behind it, only the place of the values is looked for: as many differences as are left.
  while (i < count) {
    const byte = block[place++]!;
    if (byte === 0) {
      i += longAt(block, place) + 1;
      place = next;
      continue;
    }
    if (byte > 127) while (block[place++]! > 127);
    i++;
  }
  found.values = place;
}

function findByTimes(block: Uint8Array, start: number, count: number, first: number, last: number, atMs: number): void {
  const reader = new ByteReader(block, start);
  found.index = 0;
  found.at = first;
  for (let i = 1; i < count; i++) {
    const at = i === count - 1 ? last : reader.double();
    if (at > atMs) continue;
    found.index = i;
    found.at = at;
  }
  found.values = start + Math.max(0, count - 2) * 8;
}

function wholeAt(block: Uint8Array, start: number, index: number): number {
  let place = start;
  let whole = 0;
  for (let i = 0; i <= index; i++) {
    let coded = block[place++]!;
    if (coded === 0) {
      i += longAt(block, place);
      place = next;
      continue;
    }
    if (coded > 127) {
      const second = block[place++]!;
      if (second < 128) coded = (coded & 127) | (second << 7);
      else {
        whole += signed(longAt(block, place - 2));
        place = next;
        coded = 0;
      }
    }
    whole += coded & 1 ? -((coded + 1) >> 1) : coded >> 1;
  }
  return whole;
}

/** Where the number ends that `longAt` has read. */
let next = 0;

/** A number of any length. Most are of one or two bytes, which the loops above read themselves: in integers, as doubles are slower. */
function longAt(block: Uint8Array, start: number): number {
  let place = start;
  let byte = block[place++]!;
  let value = byte & 127;
  for (let weight = 128; byte > 127; weight *= 128) {
    byte = block[place++]!;
    value += (byte & 127) * weight;
  }
  next = place;
  return value;
}

const signed = (coded: number): number => (coded % 2 === 0 ? coded / 2 : -(coded + 1) / 2);

function bitsAt(block: Uint8Array, start: number, index: number): number {
  const reader = new ByteReader(block, start);
  let value = 0;
  for (let i = 0; i <= index; i++) value = reader.bits();
  return value;
}
