// History: samples of all points in LMDB, read back raw or in windows.
// Fed by    commits; the key is (point number, time), so a correction replaces and a duplicate changes nothing
// Gives     samples in the order of time, suspect ones left out
// H1  windows start at the district's local midnight and never reach over it; windows of whole days are local days
// H2  a window without samples is not there

import type { Database } from "lmdb";
import { SUSPECT } from "../live/points.ts";
import type { Aggregate, SampleView } from "../views.ts";
import type { LocalDays } from "./local-days.ts";

/** At most so many samples or windows come back from one question. */
export const MAX_SAMPLES = 100_000;

const DAY_MS = 86_400_000;
const KEY_BYTES = 12;
const VALUE_BYTES = 9;

export type HistoryDb = Database<Buffer, Uint8Array>;

/** Big-endian, so that LMDB's order of bytes is the order of (point, time). Times before 1970 are in order too. */
function keyOf(point: number, atMs: number): Buffer {
  const key = Buffer.allocUnsafe(KEY_BYTES);
  key.writeUInt32BE(point, 0);
  key.writeBigInt64BE(BigInt(atMs) ^ -0x8000_0000_0000_0000n, 4);
  return key;
}

const timeOf = (key: Uint8Array): number =>
  Number(Buffer.from(key.buffer, key.byteOffset, key.byteLength).readBigInt64BE(4) ^ -0x8000_0000_0000_0000n);

export function putSample(db: HistoryDb, point: number, atMs: number, value: number, quality: number): void {
  const bytes = Buffer.allocUnsafe(VALUE_BYTES);
  bytes.writeDoubleLE(value, 0);
  bytes[8] = quality;
  db.putSync(keyOf(point, atMs), bytes);
}

export function sampleAt(db: HistoryDb, point: number, atMs: number): number | undefined {
  return db.get(keyOf(point, atMs))?.readDoubleLE(0);
}

/** Samples of a point in [fromMs, toMs), oldest first; `undefined` ends them when there are more than the limit. */
export function readSamples(
  db: HistoryDb,
  point: number,
  fromMs: number,
  toMs: number,
  window: { lengthMs: number | undefined; aggregate: Aggregate; days: LocalDays } | undefined,
): SampleView[] | undefined {
  const samples: SampleView[] = [];
  let open: Window | undefined;
  for (const { key, value } of db.getRange({ start: keyOf(point, fromMs), end: keyOf(point, toMs), snapshot: false })) {
    if (value[8] === SUSPECT) continue;
    const at = timeOf(key);
    const number = value.readDoubleLE(0);
    if (!window) samples.push({ at, value: number, count: 1 });
    else if (open && at < open.end) open.add(number);
    else {
      if (open) samples.push(open.sample(window.aggregate));
      const [start, end] =
        window.lengthMs === undefined ? [fromMs, toMs] : windowAround(at, window.lengthMs, window.days);
      open = new Window(Math.max(start, fromMs), end, number);
    }
    if (samples.length > MAX_SAMPLES) return undefined;
  }
  if (open && window) samples.push(open.sample(window.aggregate));
  return samples;
}

function windowAround(at: number, lengthMs: number, days: LocalDays): [start: number, end: number] {
  if (lengthMs % DAY_MS === 0) return days.span(at, lengthMs / DAY_MS);
  const [midnight, next] = days.span(at, 1);
  const start = midnight + Math.floor((at - midnight) / lengthMs) * lengthMs;
  return [start, Math.min(start + lengthMs, next)];
}

class Window {
  readonly end: number;
  readonly #start: number;
  readonly #first: number;
  #last: number;
  #min: number;
  #max: number;
  #sum: number;
  #count = 1;

  constructor(start: number, end: number, value: number) {
    this.#start = start;
    this.end = end;
    this.#first = this.#last = this.#min = this.#max = this.#sum = value;
  }

  add(value: number): void {
    this.#last = value;
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
    this.#sum += value;
    this.#count++;
  }

  sample(aggregate: Aggregate): SampleView {
    const values: Record<Aggregate, number> = {
      MEAN: this.#sum / this.#count,
      MIN: this.#min,
      MAX: this.#max,
      SUM: this.#sum,
      COUNT: this.#count,
      FIRST: this.#first,
      LAST: this.#last,
    };
    return { at: this.#start, value: values[aggregate], count: this.#count };
  }
}
