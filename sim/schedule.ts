// What the devices of a district publish, and when.
// Fed by    the devices, the faults asked for, a stretch of time
// Gives     the packs of that stretch, in the order in which they go out
// Q1  packs come in the order (time, device), and a stretch cut in two gives the same packs as the whole
// Q2  devices that stop and start again go on with the same readings: at most the one of the interval that runs is repeated

import { encodeSenml } from "../models/telemetry/senml.ts";
import type { SimulatedDevice } from "./device.ts";
import { absurdPack, type Faults, type Mishap, mishapOf, NO_FAULTS } from "./faults.ts";
import { hashNumber } from "./seeded.ts";

export interface Pack {
  /** When it goes out. */
  atMs: number;
  device: string;
  subject: string;
  bytes: Uint8Array;
  mishap: Mishap;
}

/** Devices of one interval, and by how much their packs are held back: the sequence repeats with each interval. */
interface Round {
  intervalMs: number;
  devices: readonly SimulatedDevice[];
  isLate: boolean;
  lateByMs: number;
}

export class Schedule {
  readonly devices: readonly SimulatedDevice[];
  /** How many packs go out in a millisecond, without faults. */
  readonly packsPerMs: number;
  readonly #district: string;
  readonly #faults: Faults;
  readonly #rounds: Round[] = [];

  constructor(district: string, devices: readonly SimulatedDevice[], faults: Faults = NO_FAULTS) {
    this.devices = devices;
    this.packsPerMs = devices.reduce((sum, { intervalMs }) => sum + 1 / intervalMs, 0);
    this.#district = district;
    this.#faults = faults;
    const byInterval = new Map<number, SimulatedDevice[]>();
    for (const device of devices) {
      const others = byInterval.get(device.intervalMs);
      if (others) others.push(device);
      else byInterval.set(device.intervalMs, [device]);
    }
    const { lateShare, lateByMs } = faults;
    for (const [intervalMs, group] of byInterval) {
      group.sort(byPhase);
      this.#rounds.push({ intervalMs, devices: group, isLate: false, lateByMs: 0 });
      if (lateShare > 0 && lateByMs > 0) this.#rounds.push({ intervalMs, devices: group, isLate: true, lateByMs });
    }
  }

  /** What goes out from `fromMs` (included) to `toMs` (excluded), save the packs that `current(startedAtMs)` has sent. */
  *packs(fromMs: number, toMs: number, startedAtMs = Number.NEGATIVE_INFINITY): Generator<Pack> {
    const cursors = this.#rounds.map((round) => new Cursor(round, fromMs));
    for (;;) {
      let next: Cursor | undefined;
      for (const cursor of cursors) if (next === undefined || cursor.isBefore(next)) next = cursor;
      if (next === undefined || next.atMs >= toMs) return;
      const { device, index, atMs, round } = next;
      next.advance();
      if (!round.isLate && index === Math.floor(startedAtMs / device.intervalMs)) continue;
      const mishap = mishapOf(this.#faults, device.hash, index);
      if (!mishap.isSilent && mishap.isLate === round.isLate) yield* this.#published(device, index, atMs, mishap);
    }
  }

  /** What devices that are all switched on at a moment publish at once: the readings of the interval that runs. */
  *current(startedAtMs: number): Generator<Pack> {
    for (const device of this.devices) {
      const index = Math.floor(startedAtMs / device.intervalMs);
      const mishap = mishapOf(this.#faults, device.hash, index);
      if (!mishap.isSilent && !mishap.isLate) yield* this.#published(device, index, startedAtMs, mishap);
    }
  }

  *#published(device: SimulatedDevice, index: number, atMs: number, mishap: Mishap): Generator<Pack> {
    const readings = device.readingsAt(index);
    const { absurdity } = mishap;
    const bytes = absurdity ? absurdPack(absurdity, readings, hashNumber(device.hash, index)) : encodeSenml(readings);
    const subject = `quartier.${this.#district}.telemetry.${device.name}`;
    const pack: Pack = { atMs, device: device.name, subject, bytes, mishap };
    yield pack;
    if (mishap.isDuplicate) yield pack;
  }
}

/** A place in the endless sequence of a round. */
class Cursor {
  readonly round: Round;
  index: number;
  #at: number;

  constructor(round: Round, fromMs: number) {
    this.round = round;
    this.index = Math.floor((fromMs - round.lateByMs) / round.intervalMs);
    const phaseMs = fromMs - round.lateByMs - this.index * round.intervalMs;
    this.#at = firstFrom(round.devices, phaseMs);
    if (this.#at === round.devices.length) this.#wrap();
  }

  get device(): SimulatedDevice {
    return this.round.devices[this.#at]!;
  }

  get atMs(): number {
    return this.index * this.round.intervalMs + this.device.phaseMs + this.round.lateByMs;
  }

  isBefore(other: Cursor): boolean {
    const apartMs = this.atMs - other.atMs;
    return apartMs < 0 || (apartMs === 0 && this.device.name < other.device.name);
  }

  advance(): void {
    if (++this.#at === this.round.devices.length) this.#wrap();
  }

  #wrap(): void {
    this.#at = 0;
    this.index++;
  }
}

function byPhase(a: SimulatedDevice, b: SimulatedDevice): number {
  return a.phaseMs - b.phaseMs || (a.name < b.name ? -1 : 1);
}

/** Position of the first device whose phase is not before a moment of the interval. */
function firstFrom(devices: readonly SimulatedDevice[], phaseMs: number): number {
  let low = 0;
  let high = devices.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (devices[middle]!.phaseMs < phaseMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
