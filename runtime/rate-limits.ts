// Rate limits: thins out what a device sends too often, down to the last value.
// Fed by    the readings of each pack, and the time at which JetStream took it: a backlog is judged by when it came, not when it is read
// Gives     readings that go to the logs; packs that may be settled; devices that began to flood, or are calm again
// F1  a reading is left out only when it is too dense twice: more than BURST of its point came, and RATE_PER_S were exceeded, and the
//     reading that replaces it was measured less than DENSE_MS from it. So what devices catch up on is never thinned out, however
//     fast it comes, and neither are several readings of one point in one pack
// F2  what is left out was replaced by a later value; the pack of that one stays in the stream until it is in a log
// F3  nothing is held longer than HOLD_MS, and no more than MAX_HELD readings are

import { type TwinId, twinId } from "../models/district.ts";
import { METERS_SOURCE } from "../models/meters.ts";
import type { Binding } from "./bindings.ts";
import type { ReadingRow } from "./log/readings.ts";
import type { AlarmView } from "./views.ts";

/** Readings of one point of a device: in the long run, and at once. */
export const RATE_PER_S = 20;
export const BURST = 100;
export const DENSE_MS = 1_000 / RATE_PER_S;
export const HOLD_MS = 250;
/** Far less than the stream gives out unsettled (log/inbox.ts), of which those behind a held pack are some: there is room for other devices. */
export const MAX_HELD = 1_024;
/** A device is calm again when nothing of it was left out for so long. */
export const CALM_MS = 10_000;
const FIRST_POINTS = 1_024;

export interface BoundRow {
  binding: Binding;
  row: ReadingRow;
}

interface Held<Pack> extends BoundRow {
  device: string;
  pack: Pack;
  untilMs: number;
}

/** A device began to flood, or is calm again after so many of its readings were left out. */
export interface FloodTurn {
  device: string;
  on: boolean;
  coalesced: number;
}

export class RateLimits<Pack extends { sequence: number }> {
  readonly #nowMs: () => number;
  /** When the bucket of a point is full again, on the clock of arrivals, by the numbers of bindings; 0 where nothing came yet. */
  #fullAtMs = new Float64Array(FIRST_POINTS);
  #arrivedMs = Number.NEGATIVE_INFINITY;
  /** By the numbers of their bindings, oldest first. */
  readonly #held = new Map<number, Held<Pack>>();
  readonly #heldOf = new Map<Pack, number>();
  /** Devices that flood; the one that was quiet longest first. */
  readonly #floods = new Map<string, { coalesced: number; calmAtMs: number }>();
  #released: BoundRow[] = [];
  #freed: Pack[] = [];
  #turns: FloodTurn[] = [];
  #coalesced = 0;

  /** `nowMs`: a monotonic clock. `flooding`: devices that flooded when the program last ran. */
  constructor(nowMs: () => number, flooding: Iterable<string>) {
    this.#nowMs = nowMs;
    for (const device of flooding) this.#floods.set(device, { coalesced: 0, calmAtMs: nowMs() + CALM_MS });
  }

  /** Takes the readings of one pack; gives those of them that go now. What of earlier packs goes before them is in `released`. */
  admit(device: string, pack: Pack, rows: readonly BoundRow[], arrivedMs: number): BoundRow[] {
    const series = seriesOf(rows);
    return rows.filter((each) => {
      const { binding } = each;
      const isWithin = this.#isWithin(binding.number, arrivedMs);
      const held = this.#held.get(binding.number);
      if (series?.has(binding)) this.#release(held);
      else if (held) return this.#meets(held, { ...each, device, pack, untilMs: held.untilMs }, isWithin);
      else if (!isWithin) {
        this.#hold({ ...each, device, pack, untilMs: this.#nowMs() + HOLD_MS });
        return false;
      }
      return true;
    });
  }

  /** Earlier readings that were held and go now. */
  released(): BoundRow[] {
    const nowMs = this.#held.size > 0 ? this.#nowMs() : 0;
    for (const held of this.#held.values()) {
      if (held.untilMs > nowMs && this.#held.size <= MAX_HELD) break;
      this.#release(held);
    }
    const released = this.#released;
    if (released.length > 0) this.#released = [];
    return released;
  }

  holds(pack: Pack): boolean {
    // Asked of every pack, which would get an identity of its own for a map that is mostly empty.
    return this.#heldOf.size > 0 && this.#heldOf.has(pack);
  }

  /** Packs that were held: all of their readings went by now, or were replaced. */
  freed(): Pack[] {
    const freed = this.#freed;
    if (freed.length > 0) this.#freed = [];
    return freed;
  }

  /** How many readings were left out since the last call. */
  coalesced(): number {
    const coalesced = this.#coalesced;
    this.#coalesced = 0;
    return coalesced;
  }

  turns(): FloodTurn[] {
    const nowMs = this.#nowMs();
    for (const [device, { coalesced, calmAtMs }] of this.#floods) {
      if (calmAtMs > nowMs) break;
      this.#floods.delete(device);
      this.#turns.push({ device, on: false, coalesced });
    }
    const turns = this.#turns;
    if (turns.length > 0) this.#turns = [];
    return turns;
  }

  /** How long until something held is to go, or a device is calm; infinite when there is nothing to wait for. */
  waitMs(): number {
    const [held] = this.#held.values();
    const [flood] = this.#floods.values();
    const nextMs = Math.min(held?.untilMs ?? Number.POSITIVE_INFINITY, flood?.calmAtMs ?? Number.POSITIVE_INFINITY);
    return Math.max(0, nextMs - this.#nowMs());
  }

  /** Whether the bucket of a point has room for one more reading (generic cell rate algorithm, ITU-T I.371). */
  #isWithin(point: number, arrivedAtMs: number): boolean {
    // A pack that comes again, behind those that came after it, does not turn the clock back.
    const arrivedMs = Math.max(this.#arrivedMs, arrivedAtMs);
    this.#arrivedMs = arrivedMs;
    if (point >= this.#fullAtMs.length) this.#grow(point);
    const fullAtMs = Math.max(this.#fullAtMs[point]!, arrivedMs);
    if (fullAtMs - arrivedMs > (BURST - 1) * DENSE_MS) return false;
    this.#fullAtMs[point] = fullAtMs + DENSE_MS;
    return true;
  }

  #grow(point: number): void {
    const larger = new Float64Array(2 * Math.max(this.#fullAtMs.length, point));
    larger.set(this.#fullAtMs);
    this.#fullAtMs = larger;
  }

  /** A reading comes while another one of its point is held. Tells whether it goes now. */
  #meets(held: Held<Pack>, next: Held<Pack>, isWithin: boolean): boolean {
    const [, heldMs] = held.row;
    const [, nextMs] = next.row;
    if (Math.abs(nextMs - heldMs) >= DENSE_MS) {
      this.#release(held);
      if (!isWithin) this.#hold({ ...next, untilMs: this.#nowMs() + HOLD_MS });
      return isWithin;
    }
    // A stream gives a pack again when the connection broke. To settle it now would leave it nowhere but here (F2).
    if (next.pack.sequence === held.pack.sequence) this.#heldOf.delete(held.pack);
    else this.#leaveOut(next.device);
    if (nextMs < heldMs) {
      if (isWithin) this.#release(held);
      return false;
    }
    this.#forget(held, isWithin);
    if (!isWithin) this.#hold(next);
    return isWithin;
  }

  #hold(held: Held<Pack>): void {
    this.#held.set(held.binding.number, held);
    this.#heldOf.set(held.pack, (this.#heldOf.get(held.pack) ?? 0) + 1);
  }

  #release(held: Held<Pack> | undefined): void {
    if (!held) return;
    this.#forget(held, true);
    this.#released.push(held);
  }

  /** One that is replaced keeps its place: its point is not held longer for it. */
  #forget({ binding, pack }: Held<Pack>, losesPlace: boolean): void {
    if (losesPlace) this.#held.delete(binding.number);
    const left = (this.#heldOf.get(pack) ?? 0) - 1;
    if (left > 0) this.#heldOf.set(pack, left);
    else if (this.#heldOf.delete(pack)) this.#freed.push(pack);
  }

  #leaveOut(device: string): void {
    this.#coalesced++;
    const flood = this.#floods.get(device);
    if (flood) this.#floods.delete(device);
    else this.#turns.push({ device, on: true, coalesced: 1 });
    this.#floods.set(device, { coalesced: (flood?.coalesced ?? 0) + 1, calmAtMs: this.#nowMs() + CALM_MS });
  }
}

/** The twin of a device of meters.csv. */
export const twinOfDevice = (device: string): TwinId => twinId("device", METERS_SOURCE, device);

/** Devices that flooded when the program ended: they are to be told when they are calm. */
export function floodingDevices(standing: readonly AlarmView[]): string[] {
  const start = twinOfDevice("").length;
  return standing.filter(({ code }) => code === "DEVICE_FLOODING").map(({ twin }) => twin.slice(start));
}

/** The points of which a pack holds several readings. */
function seriesOf(rows: readonly BoundRow[]): Set<Binding> | undefined {
  if (rows.length < 2) return undefined;
  const once = new Set<Binding>();
  return new Set(rows.flatMap(({ binding }) => (once.size === once.add(binding).size ? [binding] : [])));
}
