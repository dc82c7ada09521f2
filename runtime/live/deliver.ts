// Deliver: what a reading does to a twin, from its identity to all that follows from it at once.
// Fed by    readings in the point's unit, in any order, any number of times
// Gives     an outcome (applied, duplicate, corrected, late); new values and samples, by way of writes.ts and, for the past, late.ts
// I1  the same reading again changes nothing at all: its identity is (twin, point, time)
// I2  another value for the same time is a correction: the history has the new one, the journal both. That of the value at which a point
//     stands is judged by what was before it; it sets, or takes back, whatever the first one had set
// I3  a reading older than the point's value goes to the history, and to that of all that follows from it, and leaves the value as it is;
//     it is judged by what the history has before and after it
//     What the history has rolled up has it, or does without: it is taken for known
// I4  a reading that the twin's rule holds back is in the history as suspect, and leaves the value as it is, and what the history has of it

import type { Admission, PointValue, Reading, View } from "../../twins/definition.ts";
import type { Changes } from "./changes.ts";
import type { Known } from "./known.ts";
import type { Late } from "./late.ts";
import type { LiveTwin } from "./live-twin.ts";
import { AT_MS, GOOD, QUALITY, SEEN_AT_MS, SUSPECT, VALUE } from "./page.ts";
import { ViewThen } from "./view-then.ts";
import type { Writes } from "./writes.ts";

export type IntakeOutcome = "applied" | "duplicates" | "corrected" | "late";

export class Intake {
  readonly #writes: Writes;
  readonly #late: Late;
  readonly #known: Known;
  /** The one that a rule is asked about, which keeps nothing: one for each would be most of what the collector finds. */
  readonly #reading: Reading = { value: Number.NaN, timeMs: Number.NaN };

  constructor(writes: Writes, late: Late, known: Known) {
    this.#writes = writes;
    this.#late = late;
    this.#known = known;
  }

  /** Takes one reading of a measured point. `nowMs`: world time, for the journal. */
  take(twin: LiveTwin, i: number, timeMs: number, value: number, nowMs: number, changes: Changes): IntakeOutcome {
    const row = twin.row(i);
    const seenAt = twin.cells[row + SEEN_AT_MS]!;
    if (timeMs > seenAt) {
      this.#admit(twin, i, timeMs, value, nowMs, changes);
      return "applied";
    }
    const number = twin.numberOf(i);
    const known = this.#known.valueAt(number, timeMs);
    if (known === value || this.#known.closed(number, timeMs, timeMs)(timeMs)) return "duplicates";
    changes.touch(twin);
    if (known !== undefined) {
      const cause = `corrected ${twin.shape.names[i]} at ${new Date(timeMs).toISOString()}`;
      changes.remark(twin, nowMs, cause, String(known), String(value));
    }
    const standsAt = twin.cells[row + AT_MS]!;
    if (timeMs < standsAt) this.#takeLate(twin, i, timeMs, value, nowMs, changes);
    else if (timeMs === standsAt)
      this.#writes.correcting(() => this.#correctNewest(twin, i, timeMs, value, nowMs, changes));
    else {
      this.#admit(twin, i, timeMs, value, nowMs, changes);
      this.#holdAgain(twin, i, seenAt);
    }
    return known === undefined ? "late" : "corrected";
  }

  /** What was held back after the value at which a point stands now is so still. */
  #holdAgain(twin: LiveTwin, i: number, seenAt: number): void {
    const { cells } = twin;
    const row = twin.row(i);
    if (cells[row + SEEN_AT_MS] === seenAt) return;
    cells[row + SEEN_AT_MS] = seenAt;
    if (cells[row + QUALITY] !== GOOD || this.#known.of(twin.numberOf(i)).at(seenAt)?.quality !== SUSPECT) return;
    this.#writes.write(twin, i, cells[row + VALUE]!, cells[row + AT_MS]!, SUSPECT, false);
  }

  #takeLate(twin: LiveTwin, i: number, timeMs: number, value: number, nowMs: number, changes: Changes): void {
    const { names, companions } = twin.shape;
    const before = this.#before(twin, i, timeMs);
    const admission = judge(twin, i, { value, timeMs }, before);
    const contradiction = admission.hold
      ? undefined
      : this.#contradiction(twin, i, { value, timeMs }, admission, before);
    const reason = contradiction ?? admission.reason;
    if (reason !== undefined) changes.remark(twin, nowMs, reason, String(before.value(names[i]!)), String(value));
    const isGood = contradiction === undefined && admission.quality === "GOOD";
    const next = this.#known.of(twin.numberOf(i)).firstGood(timeMs + 1);
    this.#late.record(twin, i, timeMs, value, isGood ? GOOD : SUSPECT);
    for (const k of companions[i]!) {
      if (this.#recount(twin, i, k, timeMs, next?.at)) continue;
      const set = isGood ? setValue(admission.also, names[k]!) : undefined;
      if (set === undefined && this.#known.valueAt(twin.numberOf(k), timeMs) === undefined) continue;
      // What it stood at was so at the next reading, too, though nothing was recorded of that.
      if (next) this.#late.pin(twin, k, next.at);
      if (set === undefined) this.#writes.voidSample(twin, k, timeMs, GOOD);
      else this.#late.record(twin, k, timeMs, set, GOOD);
    }
  }

  /** The twin as it was before a reading: other points have what they had at the very same time. */
  #before(twin: LiveTwin, i: number, timeMs: number): ViewThen {
    const { names, companions } = twin.shape;
    const own = new Set([i, ...companions[i]!].map((k) => names[k]!));
    return new ViewThen(twin, this.#known, timeMs, own);
  }

  /**
   * Counts what follows from several measured points anew, from the time of a reading of the i-th on, up to its next one. Gives false where
   * the k-th is none of that kind.
   */
  #recount(twin: LiveTwin, i: number, k: number, fromMs: number, nextMs: number | undefined): boolean {
    const spec = twin.shape.specs[i]!;
    const recount = spec.from === "measured" ? spec.recount : undefined;
    if (!recount || recount.point !== twin.shape.names[k]) return false;
    if (nextMs !== undefined) this.#late.pin(twin, k, nextMs);
    const standsAt = twin.cells[twin.row(k) + AT_MS]!;
    const point = this.#known.of(twin.numberOf(k));
    const samples = point.span(fromMs + 1, nextMs ?? standsAt).filter(({ quality }) => quality === GOOD);
    for (const atMs of [fromMs, ...samples.map(({ at }) => at)]) {
      const value = recount.of(new ViewThen(twin, this.#known, atMs));
      if (!Number.isNaN(value) && atMs < standsAt) this.#late.record(twin, k, atMs, value, GOOD);
    }
    const isPresent = nextMs === undefined && twin.cells[twin.row(k) + QUALITY] === GOOD;
    const now = isPresent ? recount.of(twin) : Number.NaN;
    if (!Number.isNaN(now)) this.#writes.write(twin, k, now, standsAt, GOOD, true);
    return true;
  }

  /** Why a reading cannot stand before the next one of its point. */
  #contradiction(twin: LiveTwin, i: number, reading: Reading, admission: Admission, before: View): string | undefined {
    const spec = twin.shape.specs[i]!;
    if (spec.from !== "measured" || !spec.contradiction) return undefined;
    const next = this.#known.of(twin.numberOf(i)).firstGood(reading.timeMs + 1);
    return next && spec.contradiction(reading, admission, before, new ViewThen(twin, this.#known, next.at));
  }

  #correctNewest(twin: LiveTwin, i: number, timeMs: number, value: number, nowMs: number, changes: Changes): void {
    const { names, companions, index } = twin.shape;
    const before = this.#before(twin, i, timeMs);
    const { hold, reason, also = [] } = judge(twin, i, { value, timeMs }, before);
    if (reason !== undefined) changes.remark(twin, nowMs, reason, String(before.value(names[i]!)), String(value));
    if (hold) {
      changes.samples.add(twin.numberOf(i), timeMs, value, SUSPECT);
      this.#writes.revert(twin, i, timeMs, SUSPECT);
    } else this.#writes.write(twin, i, value, timeMs, GOOD, true);
    for (const k of companions[i]!) {
      if (this.#recount(twin, i, k, timeMs, undefined)) continue;
      const set = hold ? undefined : setValue(also, names[k]!);
      if (set === undefined) this.#writes.voidSample(twin, k, timeMs, GOOD);
      else this.#writes.write(twin, k, set, timeMs, GOOD, true);
    }
    this.#set(
      twin,
      i,
      also.filter(([name]) => !companions[i]!.includes(index.get(name)!)),
      timeMs,
    );
  }

  #admit(twin: LiveTwin, i: number, timeMs: number, value: number, nowMs: number, changes: Changes): void {
    const { cells, shape } = twin;
    const row = twin.row(i);
    const spec = shape.specs[i]!;
    const name = shape.names[i]!;
    const reading = this.#reading;
    reading.value = value;
    reading.timeMs = timeMs;
    const admission = spec.from === "measured" ? spec.admit?.(reading, name, twin) : undefined;
    cells[row + SEEN_AT_MS] = timeMs;
    if (!admission) {
      this.#writes.write(twin, i, value, timeMs, GOOD, true);
      return;
    }
    if (admission.reason) changes.remark(twin, nowMs, admission.reason, String(cells[row + VALUE]), String(value));
    const quality = admission.quality === "SUSPECT" ? SUSPECT : GOOD;
    if (admission.hold) {
      changes.touch(twin);
      changes.samples.add(twin.numberOf(i), timeMs, value, SUSPECT);
      this.#writes.write(twin, i, cells[row + VALUE]!, cells[row + AT_MS]!, quality, false);
    } else {
      this.#writes.write(twin, i, value, timeMs, quality, true);
    }
    this.#set(twin, i, admission.also, timeMs);
  }

  #set(twin: LiveTwin, i: number, values: readonly PointValue[] | undefined, timeMs: number): void {
    for (const [other, value] of values ?? []) {
      const k = twin.shape.index.get(other);
      if (k === undefined) continue;
      const row = twin.row(k);
      // Another of the points that it follows from has been heard since.
      const isPast = timeMs < twin.cells[row + AT_MS]! && twin.cells[row + QUALITY] === GOOD;
      if (isPast && this.#recount(twin, i, k, timeMs, undefined)) continue;
      this.#writes.write(twin, k, value, timeMs, GOOD, false);
    }
  }
}

const PLAIN: Admission = { quality: "GOOD", hold: false };

/** What the rule of a point says of a reading, with the twin as it was before it. */
function judge(twin: LiveTwin, i: number, reading: Reading, before: View): Admission {
  const spec = twin.shape.specs[i]!;
  return (spec.from === "measured" ? spec.admit?.(reading, twin.shape.names[i]!, before) : undefined) ?? PLAIN;
}

const setValue = (values: readonly PointValue[] = [], name: string): number | undefined =>
  values.find(([point]) => point === name)?.[1];
