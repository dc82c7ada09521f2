// Alarm records: those that stand and those cleared last, for a start; all of the last PAST_RETENTION_MS, for questions about the past.
// Fed by    chapters, when they are moved
// Gives     all alarms that are worth showing; those that stood at an instant, as they were then
// Form      standing alarms by their id; cleared ones in runs, the youngest MAX_CLEARED_ALARMS and what else is in their run; all of them
//           by (twin, code, raised at, sequence, index)
// P1  of a twin and code at most one alarm stands at a time: so each code of each twin costs one seek, however many alarms there were

import type { Database, RangeOptions, RootDatabase } from "lmdb";
import { MAX_CLEARED_ALARMS } from "../alarm-book.ts";
import { alarmOf, writeAlarm } from "../live/alarms.ts";
import { Ink } from "../live/ink.ts";
import type { AlarmView } from "../views.ts";
import { AlarmCodes, type AlarmKey } from "./alarm-codes.ts";
import type { ChapterTail } from "./chapter-tail.ts";
import type { Chapters } from "./chapters.ts";

const RUN_ALARMS = 500;
const END = Number.POSITIVE_INFINITY;
/** Behind the message, and with quotes that a message cannot have. */
const CLEARED_AT = '"clearedAt":';
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

  constructor(root: RootDatabase, chapters: Chapters) {
    this.#chapters = chapters;
    this.#dbs = alarmDbs(root);
    this.#codes = new AlarmCodes(this.#dbs.ofTwins);
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
    for (const { value } of this.#dbs.cleared.getRange({})) value.toString().split("\n").map(alarmOf).forEach(add);
    for (const { alarms } of this.#chapters.tails) for (const alarm of alarms.byId.values()) add(alarm);
    return [...all.values()];
  }

  /** Those that stood at a time, as they were then: twin by twin, in the order of twins. */
  *at(atMs: number): Iterable<AlarmView[]> {
    const twins = new Set(this.#codes.twins());
    for (const { alarms } of this.#chapters.tails) for (const { twin } of alarms.byId.values()) twins.add(twin);
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

  /** The last alarm of each code that was raised up to a time, as far as it is in the table. */
  *#lastRaised(twin: string, atMs: number): Iterable<AlarmView> {
    for (const code of this.#codes.of(twin)) {
      const before: RangeOptions = { start: [twin, code, atMs, END], end: [twin, code], reverse: true, limit: 1 };
      for (const { value } of this.ofTwins.getRange(before)) {
        if (!isCleared(value, atMs)) yield alarmOf(value.toString());
      }
    }
  }

  *#moved({ alarms }: ChapterTail): Iterable<void> {
    for (const alarm of alarms.byId.values()) {
      this.#codes.add(alarm);
      yield;
    }
  }
}

/** Puts what a tail has of them, inside transactions: each step is one put. */
export function* movingAlarms(dbs: AlarmDbs, { alarms }: ChapterTail): Iterable<void> {
  const inOrder = [...alarms.byId.keys()].sort().map((id) => alarms.byId.get(id)!);
  const cleared: AlarmView[] = [];
  for (const alarm of inOrder) {
    const bytes = linesOf([alarm]);
    dbs.ofTwins.putSync(keyOf(alarm), bytes);
    if (alarm.state === "CLEARED") {
      dbs.standing.removeSync(alarm.id);
      cleared.push(alarm);
    } else dbs.standing.putSync(alarm.id, bytes);
    yield;
  }
  // The order in which they were cleared counts for which of them are dropped first.
  cleared.sort((a, b) => a.clearedAt! - b.clearedAt!);
  for (let from = 0; from < cleared.length; from += RUN_ALARMS) {
    addRun(dbs.cleared, cleared.slice(from, from + RUN_ALARMS));
    yield;
  }
}

function addRun(runs: AlarmDbs["cleared"], run: AlarmView[]): void {
  const keys = [...runs.getKeys({})];
  runs.putSync([(keys.at(-1)?.[0] ?? 0) + 1, run.length], linesOf(run));
  let count = run.length + keys.reduce((sum, [, alarms]) => sum + alarms, 0);
  for (const key of keys) {
    if (count - key[1] < MAX_CLEARED_ALARMS) break;
    runs.removeSync(key);
    count -= key[1];
  }
}

const ink = new Ink();

/** To be put inside a transaction, before the next are written: they lie in the same memory. */
function linesOf(alarms: readonly AlarmView[]): Buffer {
  ink.clear();
  for (const alarm of alarms) writeAlarm(ink.length > 0 ? ink.endLine() : ink, alarm);
  return ink.since(0);
}

/** An alarm's id ends in `/SEQUENCE`, or `/SEQUENCE.INDEX`: see live/alarms.ts. */
function keyOf({ id, twin, code, raisedAt }: AlarmView): AlarmKey {
  const [sequence, index = 0] = id
    .slice(id.lastIndexOf("/") + 1)
    .split(".")
    .map(Number);
  return [twin, code, raisedAt, sequence!, index];
}

/** Whether an alarm's text says that it was cleared by then: most were, and need not be read. */
function isCleared(text: Buffer, atMs: number): boolean {
  const place = text.lastIndexOf(CLEARED_AT);
  return place >= 0 && Number.parseInt(text.toString("latin1", place + CLEARED_AT.length), 10) <= atMs;
}

/** What is known of an alarm today, without what came after a time. */
function asOf(alarm: AlarmView, atMs: number): AlarmView {
  const { acknowledgedAt, clearedAt } = alarm;
  if (clearedAt !== undefined && clearedAt <= atMs) return alarm;
  const isAcknowledged = acknowledgedAt !== undefined && acknowledgedAt <= atMs;
  const state = isAcknowledged ? "ACKNOWLEDGED" : "RAISED";
  return { ...alarm, state, acknowledgedAt: isAcknowledged ? acknowledgedAt : undefined, clearedAt: undefined };
}
