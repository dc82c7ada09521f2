// Imports: the past of a twin from a file, as far as it is not known yet.
// Fed by    imported events: samples of any points, in any order; at the end of an import the newest of each measured point
// Gives     samples for the history; how many were new, known, and corrected; points that moved on
// J1  the same import again changes nothing: a sample's identity is (twin, point, time), as a reading's is (I1)
// J2  another value for a known time, or another quality, is a correction: the history has the new one, the journal both; where it is
//     another value of the newest reading, the point has it too
// J3  the history has what the file says, with its quality: the rules that admit readings judge what devices send now
// J4  only a point that is measured moves, only forward, by a GOOD sample, and only once in an import: alarms are not raised for
//     what was overcome long ago, and an exchange of the meter in between is none of the register's falls
// J5  what follows from a point that moved so follows without a sample in the history: the past has what was imported for it
// J6  a device is not heard by an import: nothing silent comes back, and no deadline moves
// J7  each sample is counted: what finds no twin, no point, or a twin that fails on it, as refused
// J8  the total of a register that moves so for the first time goes on from the one that the file has of that time

import type { PointSpec, Reading } from "../../twins/definition.ts";
import type { ImportedEvent, ImportedRow } from "../log/events.ts";
import type { Changes, ImportCounts } from "./changes.ts";
import type { Intake } from "./deliver.ts";
import type { Known } from "./known.ts";
import type { LiveTwin } from "./live-twin.ts";
import { AT_MS, ESTIMATED, GOOD, qualityName, SEEN_AT_MS, SUSPECT, VALUE } from "./page.ts";
import type { Roster } from "./roster.ts";
import { RAW_RETENTION_MS } from "./samples.ts";
import type { Steps } from "./steps.ts";
import { ViewThen } from "./view-then.ts";
import type { Writes } from "./writes.ts";
import type { KnownSample } from "./young.ts";

export interface ImportsHost {
  twins: Pick<Roster, "get">;
  changes: Changes;
  intake: Intake;
  writes: Writes;
  steps: Steps;
  known: Known;
  now: () => number;
}

export class Imports {
  readonly #host: ImportsHost;

  constructor(host: ImportsHost) {
    this.#host = host;
  }

  take({ id, entries, moves }: ImportedEvent): void {
    const { twins, changes, steps } = this.#host;
    const counts = changes.importOf(id);
    counts.messages++;
    for (const [twinId, rows] of entries) {
      const twin = twins.get(twinId);
      const before = taken(counts);
      try {
        if (twin && moves) for (const row of rows) this.#move(twin, row);
        else if (twin) for (const [i, ofPoint] of byPoint(twin, rows)) this.#record(twin, i, ofPoint, counts);
      } catch (error) {
        steps.quarantine(twin!, "an import", error);
      }
      if (!moves) counts.refused += rows.length - (taken(counts) - before);
    }
  }

  /** `rows`: of one point, oldest first. */
  #record(twin: LiveTwin, i: number, rows: readonly ImportedRow[], counts: ImportCounts): void {
    const { changes } = this.#host;
    const number = twin.numberOf(i);
    const known = this.#host.known.of(number).near(rows.map(([, timeMs]) => timeMs));
    const isClosed = this.#host.known.closed(number, rows[0]![1], rows.at(-1)![1]);
    for (const [, timeMs, value, name = "GOOD"] of rows) {
      const before = known.get(timeMs);
      const quality = QUALITY[name];
      const isSame = before?.value === value && (before.quality === quality || this.#isRolledUp(before, quality));
      if (isSame || isClosed(timeMs)) {
        counts.duplicates++;
        continue;
      }
      known.set(timeMs, { at: timeMs, value, quality });
      changes.touch(twin);
      if (before === undefined) counts.fresh++;
      else {
        counts.corrected++;
        if (before.value !== value && quality === GOOD && this.#correctsNewest(twin, i, timeMs)) {
          this.#takeIn(twin, i, timeMs, value);
          continue;
        }
        this.#remark(twin, i, before, { at: timeMs, value, quality });
      }
      changes.samples.add(number, timeMs, value, quality);
    }
  }

  /** What is left of old samples does not say which of them were estimated. */
  #isRolledUp({ at, quality: known }: KnownSample, quality: number): boolean {
    return known === GOOD && quality === ESTIMATED && at < this.#host.now() - RAW_RETENTION_MS;
  }

  #remark(twin: LiveTwin, i: number, before: KnownSample, { at, value, quality }: KnownSample): void {
    const { changes, now } = this.#host;
    const what = `${twin.shape.names[i]} at ${new Date(at).toISOString()}`;
    if (before.value !== value) changes.remark(twin, now(), `corrected ${what}`, String(before.value), String(value));
    else
      changes.remark(
        twin,
        now(),
        `corrected the quality of ${what}`,
        qualityName(before.quality),
        qualityName(quality),
      );
  }

  #correctsNewest(twin: LiveTwin, i: number, timeMs: number): boolean {
    const row = twin.row(i);
    const isNewest = twin.cells[row + AT_MS] === timeMs && twin.cells[row + SEEN_AT_MS]! >= timeMs;
    return twin.shape.specs[i]!.from === "measured" && isNewest;
  }

  #move(twin: LiveTwin, [point, timeMs, value]: ImportedRow): void {
    const { cells, shape } = twin;
    const i = shape.index.get(point);
    if (i === undefined || shape.specs[i]!.from !== "measured") return;
    const row = twin.row(i);
    if (timeMs <= cells[row + SEEN_AT_MS]! || timeMs <= cells[row + AT_MS]!) return;
    const isFirst = Number.isNaN(cells[row + VALUE]!);
    this.#unrecorded(() => this.#takeIn(twin, i, timeMs, value));
    if (isFirst && cells[row + AT_MS] === timeMs) this.#goOn(twin, shape.specs[i]!, { timeMs, value });
  }

  /** What is shown goes on from what the file says of that time; what is not was so before, where a correction of the reading looks for it. */
  #goOn(twin: LiveTwin, spec: PointSpec, reading: Reading): void {
    const { writes, known } = this.#host;
    if (spec.from !== "measured" || !spec.goesOn) return;
    const { timeMs } = reading;
    for (const [name, value] of spec.goesOn(reading, new ViewThen(twin, known, timeMs))) {
      const i = twin.shape.index.get(name)!;
      if (twin.shape.hidden[i]) writes.write(twin, i, value, timeMs - 1, GOOD, true);
      else this.#unrecorded(() => writes.write(twin, i, value, timeMs, GOOD, false));
    }
  }

  #unrecorded(change: () => void): void {
    const { writes } = this.#host;
    writes.isRecording = false;
    try {
      change();
    } finally {
      writes.isRecording = true;
    }
  }

  /** As a reading. A rule that holds it back leaves it in the history as suspect, where it is what the file says (J3). */
  #takeIn(twin: LiveTwin, i: number, timeMs: number, value: number): void {
    const { intake, changes, now } = this.#host;
    intake.take(twin, i, timeMs, value, now(), changes);
    if (twin.cells[twin.row(i) + AT_MS] !== timeMs) changes.samples.add(twin.numberOf(i), timeMs, value, GOOD);
  }
}

const taken = ({ fresh, duplicates, corrected }: ImportCounts): number => fresh + duplicates + corrected;

const QUALITY = { GOOD, ESTIMATED, SUSPECT } as const;

/** The rows of each point, oldest first; of the same time, in the order of the file. */
function byPoint(twin: LiveTwin, rows: readonly ImportedRow[]): Map<number, ImportedRow[]> {
  const points = new Map<number, ImportedRow[]>();
  for (const row of rows) {
    const i = twin.shape.index.get(row[0]);
    if (i === undefined) continue;
    const ofPoint = points.get(i);
    if (ofPoint) ofPoint.push(row);
    else points.set(i, [row]);
  }
  for (const ofPoint of points.values()) ofPoint.sort((a, b) => a[1] - b[1]);
  return points;
}
