// A segment: samples of one checkpoint, in columns, as one record. Written so that it costs a copy of memory.
// Form      u32 form, u32 count, then the columns: f64 time, f64 value, u32 number of the point, u8 quality (host order: little endian)

const FORM = 1;
const HEADER_BYTES = 8;
const SAMPLE_BYTES = 8 + 8 + 4 + 1;

/** So many samples fit into a processor's cache while they are sorted, and LMDB finds room for their record without a search. */
export const MAX_SEGMENT_SAMPLES = 32_768;

/** Samples of any points, in the order in which they were added. */
export interface Samples {
  readonly length: number;
  readonly number: ArrayLike<number>;
  /** Epoch ms, whole. */
  readonly at: ArrayLike<number>;
  readonly value: ArrayLike<number>;
  readonly quality: ArrayLike<number>;
}

export interface SegmentColumns extends Samples {
  readonly number: Uint32Array;
  readonly at: Float64Array;
  readonly value: Float64Array;
  readonly quality: Uint8Array;
  /** All of it, as it is kept. */
  readonly bytes: Uint8Array;
}

/**
 * Encodes segments, full ones in the memory of those that nobody needs any more: V8 marks its whole heap for every 64 MB of new memory that
 * outlives the young generation.
 */
export class SegmentMemory {
  #spare: ArrayBuffer[] = [];

  /** As `encodeSegment`. */
  encode(samples: Samples, from: number, to: number): SegmentColumns {
    return encodeSegment(samples, from, to, to - from === MAX_SEGMENT_SAMPLES ? this.#spare.pop() : undefined);
  }

  /** Kept are as many as come now, and as many of those before: where fewer come, fewer are needed. */
  free(full: readonly SegmentColumns[]): void {
    const buffers = full.map(({ bytes }) => bytes.buffer as ArrayBuffer);
    this.#spare = [...buffers, ...this.#spare.slice(0, buffers.length)];
  }
}

const bytesOf = (length: number): number => HEADER_BYTES + length * SAMPLE_BYTES;

/**
 * The samples [from, to), in that memory, which is as long as their record. Throws a RangeError when a time is no whole number of ms: such a
 * sample could never be found again.
 */
export function encodeSegment(
  samples: Samples,
  from = 0,
  to = samples.length,
  buffer = new ArrayBuffer(bytesOf(to - from)),
): SegmentColumns {
  const length = to - from;
  new Uint32Array(buffer, 0, 2).set([FORM, length]);
  const segment = columnsOf(buffer, length);
  const { number, at, value, quality } = segment;
  for (let i = 0; i < length; i++) {
    const time = samples.at[from + i]!;
    if (!Number.isSafeInteger(time)) throw new RangeError(`${time} is no time for a sample`);
    at[i] = time;
  }
  for (let i = 0; i < length; i++) value[i] = samples.value[from + i]!;
  for (let i = 0; i < length; i++) number[i] = samples.number[from + i]!;
  for (let i = 0; i < length; i++) quality[i] = samples.quality[from + i]!;
  return segment;
}

export function decodeSegment(record: Uint8Array): SegmentColumns {
  // A copy of its own: views of doubles must begin at a multiple of eight bytes.
  const { buffer } = new Uint8Array(record);
  const [form, length] = new Uint32Array(buffer, 0, 2) as unknown as [number, number];
  if (form !== FORM) throw new RangeError(`a segment of the unknown form ${form}`);
  return columnsOf(buffer, length);
}

function columnsOf(buffer: ArrayBuffer, length: number): SegmentColumns {
  const values = HEADER_BYTES + length * 8;
  const numbers = values + length * 8;
  return {
    length,
    at: new Float64Array(buffer, HEADER_BYTES, length),
    value: new Float64Array(buffer, values, length),
    number: new Uint32Array(buffer, numbers, length),
    quality: new Uint8Array(buffer, numbers + length * 4, length),
    bytes: new Uint8Array(buffer),
  };
}
