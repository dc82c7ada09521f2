// Readings: the one load that everybody gets, made from a seed.
// Gives     readings of random meters, of which exactly the wanted share changes a condition of its meter
// R1  a reading is one value of one point of one meter at one time; the times of a meter rise
// R2  a change is an implausible power (the condition `suspect` is raised) or the next plausible one of that meter (it is
//     cleared); a meter that is suspect sends a plausible power next, so nothing else ever changes a condition

export const POINTS = ["energyImport", "power"];
export const [ENERGY, POWER] = [0, 1];
/** Above the 2 MW that twins/plausibility.ts allows a connection. */
export const IMPLAUSIBLE_W = 5_000_000;
export const INTERVAL_MS = 900_000;
const DAY_MS = 86_400_000;
/** Far enough back that no reading of a run lies ahead of the clock. */
const START_DAYS_AGO = 60;

export const meterName = (/** @type {number} */ i) => `m-${i}`;
export const deviceName = (/** @type {number} */ i) => `dev-${i}`;
export const meterId = (/** @type {number} */ i) => `meter:meters:${meterName(i)}`;

/** Mulberry32: numbers in [0, 1) from a seed. */
export function seeded(/** @type {number} */ seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** @typedef {{ count: number, meter: Int32Array, point: Uint8Array, value: Float64Array, time: Float64Array }} Readings */

export class Readings {
  /** @param {number} count */
  constructor(count) {
    this.count = count;
    this.meter = new Int32Array(count);
    this.point = new Uint8Array(count);
    this.value = new Float64Array(count);
    this.time = new Float64Array(count);
    /** 0 nothing, 1 raises `suspect`, 2 clears it. */
    this.change = new Uint8Array(count);
  }
}

export class Load {
  #random;
  #start = Math.floor((Date.now() - START_DAYS_AGO * DAY_MS) / INTERVAL_MS) * INTERVAL_MS;
  #due = 0;

  /**
   * @param {number} meters
   * @param {number} share of the readings that change a condition
   * @param {number} seed
   * @param {number} active so many of the first meters send again after their first readings
   */
  constructor(meters, share, seed, active = meters) {
    this.active = active;
    this.meters = meters;
    this.share = share;
    this.#random = seeded(seed);
    this.sent = new Int32Array(meters);
    this.energy = new Float64Array(meters);
    this.power = new Float64Array(meters).fill(Number.NaN);
    this.suspect = new Uint8Array(meters);
  }

  /** Both points of each meter once, so that every meter is on line and all its points are known. */
  first() {
    const readings = new Readings(2 * this.meters);
    for (let k = 0; k < readings.count; k++) this.#put(readings, k, k >> 1, k & 1, 0);
    return readings;
  }

  /** @param {number} count */
  take(count) {
    const readings = new Readings(count);
    for (let k = 0; k < count; k++) {
      const meter = Math.floor(this.#random() * this.active);
      this.#due += this.share;
      const change = this.suspect[meter] ? 2 : this.#due >= 1 ? 1 : 0;
      if (change > 0) this.#due -= 1;
      this.#put(readings, k, meter, change > 0 ? POWER : this.sent[meter] & 1, change);
    }
    return readings;
  }

  /**
   * @param {Readings} readings
   * @param {number} k
   * @param {number} meter
   * @param {number} point
   * @param {number} change
   */
  #put(readings, k, meter, point, change) {
    readings.meter[k] = meter;
    readings.point[k] = point;
    readings.change[k] = change;
    readings.time[k] = this.#start + ++this.sent[meter] * INTERVAL_MS;
    if (change > 0) this.suspect[meter] = change === 1 ? 1 : 0;
    if (point === ENERGY) {
      this.energy[meter] = Math.round((this.energy[meter] + this.#random()) * 1000) / 1000;
      readings.value[k] = this.energy[meter];
    } else if (change === 1) readings.value[k] = IMPLAUSIBLE_W;
    else {
      this.power[meter] = Math.round(this.#random() * 100_000) / 10;
      readings.value[k] = this.power[meter];
    }
  }

  /** What is to be read of a meter when all was done: last good values, and whether it is suspect. */
  expected(/** @type {number} */ meter) {
    return { energyImport: this.energy[meter], power: this.power[meter], suspect: this.suspect[meter] === 1 };
  }
}

/**
 * Canonical messages of a partition's log (runtime/log/events.ts), `size` readings in each.
 * @param {Readings} readings
 * @param {number} size
 * @param {(meter: number) => boolean} lives whether a meter lives in the partition
 */
export function logMessages(readings, size, lives) {
  const messages = [];
  let entries = [];
  for (let k = 0; k <= readings.count; k++) {
    const isFull = entries.length === size || (k === readings.count && entries.length > 0);
    if (isFull) messages.push(JSON.stringify({ type: "readings", at: Date.now(), entries }));
    if (isFull) entries = [];
    if (k === readings.count || !lives(readings.meter[k])) continue;
    entries.push([meterId(readings.meter[k]), [[POINTS[readings.point[k]], readings.time[k], readings.value[k]]]]);
  }
  return messages;
}

/** What a device sends: a SenML pack (RFC 8428) with one record. */
export function senmlPack(/** @type {Readings} */ readings, /** @type {number} */ k) {
  const unit = readings.point[k] === ENERGY ? "kWh" : "W";
  return `[{"n":"${POINTS[readings.point[k]]}","u":"${unit}","v":${readings.value[k]},"t":${readings.time[k] / 1000}}]`;
}
