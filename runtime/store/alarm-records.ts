// Alarm records: those that stand and those cleared last, for a start; all of the last PAST_RETENTION_MS, for questions about the past.
// Fed by    chapters, when they are moved
// Gives     all alarms that are worth showing; those that stood at an instant, as they were then
// Form      standing alarms by their id; cleared ones in runs, the youngest MAX_CLEARED_ALARMS and what else is in their run; all of them
//           by (twin, code, raised at, sequence, index), or, of one twin and code that were cleared in one move, by that of the first
// P1  of a twin and code at most one alarm stands at a time: so each code of each twin costs one look-up, however many alarms there were
// P2  an alarm that stands has a record of its own; once it is cleared it never changes again, and may be in one with those after it

import type { Database, RootDatabase } from "lmdb";
import { MAX_CLEARED_ALARMS } from "../alarm-book.ts";
import { alarmOf } from "../live/alarms.ts";
import type { AlarmView } from "../views.ts";
import { AlarmCodes, type AlarmKey } from "./alarm-codes.ts";
import { type AlarmLine, clearedAtIn, raisedAtIn } from "./alarm-lines.ts";
import type { AlarmTail, ChapterTail } from "./chapter-tail.ts";
import type { Chapters } from "./chapters.ts";
import { inOrder } from "./in-order.ts";
import { RecordStarts } from "./record-starts.ts";

const RUN_ALARMS = 500;
/** In a record of one twin and code. */
const MOST_TOGETHER = 32;
const END_OF_LINE = "\n";
/** The encoding that has a character for each byte. */
const BYTES = "latin1";
type RunKey = [run: number, alarms: number];

export interface AlarmDbs {
  standing: Database<Buffer, string>;
  cleared: Database<Buffer, RunKey>;
  ofTwins: Database<Buffer, AlarmKey>;
}

export function alarmDbs(root: RootDatabase): AlarmDbs {
  return {
    standing: root.openDB({ name: "alarms-standing", encoding: "binary" }),
    cleared: root.openDB({ name: "alarms-cleared", encoding: "binary" }),
    ofTwins: root.openDB({ name: "alarms-of-twins", encoding: "binary" }),
  };
}

export class AlarmRecords {
  readonly #chapters: Chapters;
  readonly #dbs: AlarmDbs;
  readonly #codes: AlarmCodes;
  readonly #starts: RecordStarts<[twin: string, code: string]>;

  constructor(root: RootDatabase, chapters: Chapters) {
    this.#chapters = chapters;
    this.#dbs = alarmDbs(root);
    this.#codes = new AlarmCodes(this.#dbs.ofTwins);
    this.#starts = new RecordStarts(this.#dbs.ofTwins);
    chapters.join({ moved: (tail) => this.#moved(tail) });
  }

  get ofTwins(): AlarmDbs["ofTwins"] {
    return this.#dbs.ofTwins;
  }

  /** Those that stand, and those cleared last, in any order. */
  all(): AlarmView[] {
    const all = new Map<string, AlarmView>();
    const add = (alarm: AlarmView) => all.set(alarm.id, alarm);
    for (const { value } of this.#dbs.standing.getRange({})) add(alarmOf(value.toString()));
    for (const { value } of this.#dbs.cleared.getRange({})) alarmsIn(value).forEach(add);
    for (const { alarms } of this.#chapters.tails) for (const alarm of alarms) add(alarm);
    return [...all.values()];
  }

  /** Those that stood at a time, as they were then: twin by twin, in the order of twins. */
  *at(atMs: number): Iterable<AlarmView[]> {
    const twins = new Set(this.#codes.twins());
    for (const { alarms } of this.#chapters.tails) for (const twin of alarms.twins()) twins.add(twin);
    for (const twin of [...twins].sort()) yield this.of(twin, atMs);
  }

  /** Those of one twin. */
  of(twin: string, atMs: number): AlarmView[] {
    const late = new Map<string, AlarmView>();
    for (const { alarms } of this.#chapters.tails) for (const alarm of alarms.of(twin)) late.set(alarm.id, alarm);
    const found = new Map<string, AlarmView>();
    for (const alarm of this.#lastRaised(twin, atMs)) found.set(alarm.id, late.get(alarm.id) ?? alarm);
    for (const [id, alarm] of late) if (alarm.raisedAt <= atMs) found.set(id, alarm);
    return [...found.values()]
      .map((alarm) => asOf(alarm, atMs))
      .filter(({ state }) => state !== "CLEARED")
      .sort((a, b) => a.raisedAt - b.raisedAt);
  }

  /** The last alarm of each code that was raised up to a time, as far as it is in the table, and not cleared by then. */
  *#lastRaised(twin: string, atMs: number): Iterable<AlarmView> {
    for (const code of this.#codes.of(twin)) {
      const record = this.#record([twin, code], atMs);
      // Of most, the last one was cleared by then, and so were those before it.
      const line = record === undefined || isCleared(record, atMs) ? undefined : lineAt(record, atMs);
      if (line !== undefined && !isCleared(line, atMs)) yield alarmOf(Buffer.from(line, BYTES).toString());
    }
  }

  /** The last one of a twin and code that begins at a time or before: a character for each of its bytes. */
  #record(of: [twin: string, code: string], atMs: number): string | undefined {
    for (;;) {
      const key = this.#starts.before(of, atMs);
      if (!key) return undefined;
      const bytes = this.ofTwins.getBinaryFast(key);
      // LMDB's own: what lies behind their length is of something else. To look for something in bytes costs many times as much.
      if (bytes) return bytes.toString(BYTES, 0, bytes.length);
      this.#starts.forget(of);
    }
  }

  *#moved({ alarms }: ChapterTail): Iterable<void> {
    for (const alarm of alarms) {
      this.#codes.add(alarm);
      this.#starts.forget([alarm.twin, alarm.code]);
      yield;
    }
  }
}

/** Puts them, inside transactions: each step is one put, or less. `mayBeMoved`: some may be in their table already. */
export function* movingAlarms(dbs: AlarmDbs, alarms: AlarmTail<AlarmLine>, mayBeMoved: boolean): Iterable<void> {
  const stood = new Set(dbs.standing.getKeys({}));
  const cleared: AlarmLine[] = [];
  for (const twin of inOrder(alarms.twins())) {
    if (twin === undefined) {
      yield;
      continue;
    }
    for (const together of recordsOf(alarms.of(twin), mayBeMoved ? 1 : MOST_TOGETHER)) {
      const bytes = linesOf(together);
      dbs.ofTwins.putSync(keyOf(together[0]!), bytes);
      for (const alarm of together) {
        if (alarm.clearedAt === undefined) dbs.standing.putSync(alarm.id, bytes);
        else {
          if (stood.has(alarm.id)) dbs.standing.removeSync(alarm.id);
          cleared.push(alarm);
        }
      }
      yield;
    }
  }
  // The order in which they were cleared counts for which of them are dropped first.
  cleared.sort((a, b) => a.clearedAt! - b.clearedAt!);
  for (let from = Math.max(0, cleared.length - MAX_CLEARED_ALARMS); from < cleared.length; from += RUN_ALARMS) {
    addRun(dbs.cleared, cleared.slice(from, from + RUN_ALARMS));
    yield;
  }
}

function addRun(runs: AlarmDbs["cleared"], run: AlarmLine[]): void {
  const keys = [...runs.getKeys({})];
  runs.putSync([(keys.at(-1)?.[0] ?? 0) + 1, run.length], linesOf(run));
  let count = run.length + keys.reduce((sum, [, alarms]) => sum + alarms, 0);
  for (const key of keys) {
    if (count - key[1] < MAX_CLEARED_ALARMS) break;
    runs.removeSync(key);
    count -= key[1];
  }
}

function linesOf(alarms: readonly AlarmLine[]): Buffer {
  const [first] = alarms as [AlarmLine];
  return Buffer.from(alarms.length === 1 ? first.text : alarms.map(({ text }) => text).join(END_OF_LINE));
}

const alarmsIn = (lines: Buffer): AlarmView[] => lines.toString().split(END_OF_LINE).map(alarmOf);
export const lastAlarmIn = (lines: Buffer): AlarmView => alarmsIn(lines).at(-1)!;

/** Of one twin's alarms, those that may come into one record, with the oldest first. */
function recordsOf(alarms: readonly AlarmLine[], most: number): AlarmLine[][] {
  const records: AlarmLine[][] = [];
  for (const alarm of alarms) {
    // Most often there is one. The last record of its code is the only one that may be open.
    const known = records.findLast(([first]) => first!.code === alarm.code);
    const last = known?.at(-1);
    const mayJoin =
      known &&
      known.length < most &&
      alarm.clearedAt !== undefined &&
      last!.clearedAt !== undefined &&
      last!.raisedAt <= alarm.raisedAt;
    if (mayJoin) known.push(alarm);
    else records.push([alarm]);
  }
  return records;
}

/** An alarm's id ends in `/SEQUENCE`, or `/SEQUENCE.INDEX`: see live/alarms.ts. */
function keyOf({ id, twin, code, raisedAt }: AlarmLine): AlarmKey {
  const [sequence, index = 0] = id
    .slice(id.lastIndexOf("/") + 1)
    .split(".")
    .map(Number);
  return [twin, code, raisedAt, sequence!, index];
}

/** The text of the last one that was raised by then: those of a record stand in the order in which they were raised. */
function lineAt(record: string, atMs: number): string | undefined {
  let found: string | undefined;
  for (let low = 0, high = record.length; low < high; ) {
    const middle = (low + high) >> 1;
    const start = record.lastIndexOf(END_OF_LINE, middle - 1) + 1;
    const nextEnd = record.indexOf(END_OF_LINE, middle);
    const end = nextEnd < 0 ? record.length : nextEnd;
    const line = record.slice(start, end);
    if (raisedAtIn(line)! <= atMs) {
      found = line;
      low = end + 1;
    } else high = start;
  }
  return found;
}

/** Whether the text of alarms says that the last one was cleared by then: most were, and need not be read. */
function isCleared(text: string, atMs: number): boolean {
  const clearedAt = clearedAtIn(text);
  return clearedAt !== undefined && clearedAt <= atMs;
}

/** What is known of an alarm today, without what came after a time. */
function asOf(alarm: AlarmView, atMs: number): AlarmView {
  const { acknowledgedAt, clearedAt } = alarm;
  if (clearedAt !== undefined && clearedAt <= atMs) return alarm;
  const isAcknowledged = acknowledgedAt !== undefined && acknowledgedAt <= atMs;
  const state = isAcknowledged ? "ACKNOWLEDGED" : "RAISED";
  return { ...alarm, state, acknowledgedAt: isAcknowledged ? acknowledgedAt : undefined, clearedAt: undefined };
}
