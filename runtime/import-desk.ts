// The import desk: puts samples of the past into the logs of their partitions, and tells what became of them.
// Fed by    samples and faults of a file, batch by batch; what partitions counted, after each run of events
// Gives     imported events; at the end the newest sample of each measured point once more, to move it; a report
// M1  every sample that is taken is in a log (L1) and was applied before the report says so
// M2  at most MAX_MESSAGES messages of an import wait to be applied: a file is read as fast as it is applied
// M3  what was read when an import breaks off stays, and its points move; the whole file again adds what is missing
// M4  at most MAX_IMPORTS run at a time; more are refused
// M5  samples go where their twin is when they leave; what a change of the model overtakes on its way there is counted as refused

import { randomUUID } from "node:crypto";
import type { TwinId } from "../models/district.ts";
import type { HistoryBatch, HistoryFault, HistoryRow } from "../models/telemetry/history-rows.ts";
import { convert } from "../models/telemetry/units.ts";
import { ERRORS, type ErrorName, QuartierError } from "./errors.ts";
import { MAX_AHEAD_MS } from "./gateway.ts";
import type { RecordedPoint } from "./history-export.ts";
import type { ImportRefusal, ImportReport } from "./history-views.ts";
import { messagesOf, put, type Waiting, type WaitingRow } from "./import-messages.ts";
import type { ImportCounts } from "./live/changes.ts";
import type { ImportedEvent, ImportedRow } from "./log/events.ts";
import type { Streams } from "./log/streams.ts";

export const MAX_IMPORTS = 4;
/** Rows gathered by twin before they are sent: a file in the order of time then costs one look-up for many samples of a point. */
const MAX_WAITING_ROWS = 20_000;
const MAX_MESSAGES = 64;
const MAX_REFUSALS = 100;

export interface ImportHost {
  streams: Pick<Streams, "append">;
  pointsOf: (twin: TwinId) => readonly RecordedPoint[] | undefined;
  partitionOf: (twin: TwinId) => string | undefined;
  /** Whether the model had it and does not have it any more. */
  isRetired: (twin: TwinId) => boolean;
  /** Resolves when the district is not just turning to another version of its model. */
  stands: () => Promise<void>;
  now: () => number;
}

export class ImportDesk {
  readonly #host: ImportHost;
  readonly #running = new Map<string, Import>();
  #isClosed = false;

  constructor(host: ImportHost) {
    this.#host = host;
  }

  async take(batches: AsyncIterable<HistoryBatch>): Promise<ImportReport> {
    if (this.#isClosed) throw new QuartierError("STOPPING", "the program is stopping");
    if (this.#running.size >= MAX_IMPORTS) {
      throw new QuartierError("OVERLOADED", `${MAX_IMPORTS} imports are running`);
    }
    const id = randomUUID();
    const running = new Import(id, this.#host);
    this.#running.set(id, running);
    try {
      try {
        for await (const batch of batches) await running.take(batch);
      } finally {
        await running.finish();
      }
      return running.report();
    } finally {
      this.#running.delete(id);
    }
  }

  /** What a run of events did. */
  counted(imports: ReadonlyMap<string, ImportCounts>): void {
    for (const [id, counts] of imports) this.#running.get(id)?.counted(counts);
  }

  close(): void {
    this.#isClosed = true;
    for (const running of this.#running.values()) running.close();
  }
}

class Import {
  readonly #id: string;
  readonly #host: ImportHost;
  #waiting: Waiting = new Map();
  #waitingRows = 0;
  /** For each measured point its newest good sample. */
  readonly #newest = new Map<string, WaitingRow & { twin: TwinId }>();
  /** Samples of a twin come in runs. */
  #lastTwin: TwinId | undefined;
  #lastPoints: readonly RecordedPoint[] | undefined;
  #messages = 0;
  #underWay = 0;
  #wake: () => void = () => {};
  #failure: QuartierError | undefined;
  #read = 0;
  #refused = 0;
  /** Of those that were refused: by a partition, which knows no lines. */
  #overtaken = 0;
  #lastLine = 0;
  readonly #refusals: ImportRefusal[] = [];
  readonly #counts = { new: 0, duplicates: 0, corrected: 0 };

  constructor(id: string, host: ImportHost) {
    this.#id = id;
    this.#host = host;
  }

  async take({ rows, faults }: HistoryBatch): Promise<void> {
    for (const row of rows) {
      this.#read++;
      this.#lastLine = row.line;
      this.#add(row);
      if (this.#waitingRows >= MAX_WAITING_ROWS) await this.#sendWaiting();
    }
    for (const fault of faults) {
      if (fault.code === "HISTORY_HEADER") throw new QuartierError(fault.code, fault.reason);
      this.#read++;
      this.#refuse(fault);
    }
  }

  #add({ line, twin, point, unit, at, value, quality }: HistoryRow): void {
    if (twin !== this.#lastTwin) {
      this.#lastTwin = twin;
      this.#lastPoints = this.#host.pointsOf(twin);
    }
    const points = this.#lastPoints;
    const known = points?.find(({ name }) => name === point);
    if (!points) {
      this.#refuse({ line, ...this.#absence(twin) });
    } else if (!known) {
      const names = points.map(({ name }) => name).join(", ");
      this.#refuse({ line, code: "POINT_UNKNOWN", reason: `the twin ${twin} has no point ${point}; it has: ${names}` });
    } else {
      const inUnit = unit === undefined || unit === known.unit ? value : convert(value, unit, known.unit);
      if (inUnit === undefined || !Number.isFinite(inUnit)) {
        const reason = `${point} is in ${known.unit}; ${value} ${unit} cannot be converted to it`;
        this.#refuse({ line, code: "UNIT_MISMATCH", reason });
      } else if (at > this.#host.now() + MAX_AHEAD_MS) {
        this.#refuse({ line, code: "TIME_IN_FUTURE", reason: `${point} is dated ${new Date(at).toISOString()}` });
      } else {
        const row: ImportedRow = quality === "GOOD" ? [point, at, inUnit] : [point, at, inUnit, quality];
        if (known.isMeasured && quality === "GOOD") this.#keepNewest(twin, { line, row });
        put(this.#waiting, twin, { line, row });
        this.#waitingRows++;
      }
    }
  }

  /** Why nothing can be imported for a twin that the model does not have. */
  #absence(twin: TwinId): Pick<ImportRefusal, "reason"> & { code: ErrorName } {
    return this.#host.isRetired(twin)
      ? { code: "TWIN_RETIRED", reason: `the twin ${twin} is retired: the model does not have it any more` }
      : { code: "TWIN_UNKNOWN", reason: `there is no twin ${twin}` };
  }

  #keepNewest(twin: TwinId, { line, row }: WaitingRow): void {
    const key = `${twin} ${row[0]}`;
    const newest = this.#newest.get(key);
    if (!newest) this.#newest.set(key, { twin, line, row });
    else if (row[1] >= newest.row[1]) newest.row = row;
  }

  #refuse({ line, code, reason }: Omit<HistoryFault, "code"> & { code: ErrorName }): void {
    this.#refused++;
    if (this.#refusals.length < MAX_REFUSALS) this.#refusals.push({ line, code, reason, hint: ERRORS[code].hint });
  }

  async #sendWaiting(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = new Map();
    this.#waitingRows = 0;
    await this.#send(waiting, false);
  }

  /** Goes on until all of it has left: what another version of the model moves meanwhile is sent to where it is then (M5). */
  async #send(waiting: Waiting, moves: boolean): Promise<void> {
    for (let left = waiting; left.size > 0; ) {
      const moved: Waiting = new Map();
      for (const [partition, twins] of this.#byPartition(left, moves)) {
        for (const entries of messagesOf(twins)) await this.#append(partition, entries, moves, moved);
      }
      left = moved;
    }
  }

  /** `moves`: what was sent before is not refused, as it was counted then. */
  #byPartition(all: Waiting, moves: boolean): Map<string, Waiting> {
    const found = new Map<string, Waiting>();
    for (const [twin, rows] of all) {
      const partition = this.#host.partitionOf(twin);
      if (partition !== undefined) {
        const twins = found.get(partition) ?? new Map();
        found.set(partition, twins.set(twin, rows));
      } else if (!moves) for (const { line } of rows) this.#refuse({ line, ...this.#absence(twin) });
    }
    return found;
  }

  /** `moved`: takes up what is not in that partition any more. */
  async #append(partition: string, all: Iterable<[TwinId, WaitingRow[]]>, moves: boolean, moved: Waiting) {
    await this.#until(MAX_MESSAGES - 1);
    const { streams, now, stands, partitionOf } = this.#host;
    await stands();
    const entries: ImportedEvent["entries"] = [];
    for (const [twin, rows] of all) {
      if (partitionOf(twin) === partition) entries.push([twin, rows.map(({ row }) => row)]);
      else for (const each of rows) put(moved, twin, each);
    }
    if (entries.length === 0) return;
    const id = `import-${this.#id}-${this.#messages++}`;
    this.#underWay++;
    try {
      // Nothing may be waited for before it leaves: a turn that begins now comes after it.
      await streams.append(partition, { type: "imported", at: now(), id: this.#id, entries, moves }, id);
    } catch (error) {
      this.#underWay--;
      const message = `the log did not take the samples: ${(error as Error).message}; what it took before stays`;
      this.#failure ??= new QuartierError("LOG_UNAVAILABLE", message);
      throw this.#failure;
    }
  }

  /** Waits until no more than so many messages are to be applied. */
  async #until(underWay: number): Promise<void> {
    while (this.#underWay > underWay && !this.#failure) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#failure) throw this.#failure;
  }

  /** Sends what waits, then what moves, and waits until all of it is applied. */
  async finish(): Promise<void> {
    await this.#sendWaiting();
    const moving: Waiting = new Map();
    for (const { twin, ...newest } of this.#newest.values()) put(moving, twin, newest);
    this.#newest.clear();
    await this.#send(moving, true);
    await this.#until(0);
  }

  counted({ messages, fresh, duplicates, corrected, refused }: ImportCounts): void {
    this.#underWay -= messages;
    this.#counts.new += fresh;
    this.#counts.duplicates += duplicates;
    this.#counts.corrected += corrected;
    this.#refused += refused;
    this.#overtaken += refused;
    this.#wake();
  }

  close(): void {
    this.#failure ??= new QuartierError("STOPPING", "the program is stopping");
    this.#wake();
  }

  report(): ImportReport {
    const refusals = this.#refusals.sort((a, b) => a.line - b.line);
    if (this.#overtaken > 0) {
      const reason = `${this.#overtaken} samples found their twin, or its point, gone or failed when they came to it`;
      refusals.push({ line: this.#lastLine, code: "HISTORY_OVERTAKEN", reason, hint: ERRORS.HISTORY_OVERTAKEN.hint });
    }
    return { read: this.#read, ...this.#counts, refused: this.#refused, refusals };
  }
}
