// Alarm codes: which codes each twin has had an alarm of, in memory, so that the alarms of an instant are looked for by their keys.
// Fed by    the keys of the table of alarms, when all are first asked for; told of every alarm that was put there
// Gives     the codes of one twin, or of each
// C1  none is missing; one whose alarms were swept away, or not written in the end, may be too many, and costs a look-up

import type { Database, RangeOptions } from "lmdb";
import type { AlarmView } from "../views.ts";
import type { RecordKey } from "./record-starts.ts";

export type AlarmKey = RecordKey<[twin: string, code: string]>;

/** Sorts after all times, and before all longer codes and twins. */
const LAST = Number.POSITIVE_INFINITY;
/** Sorts after all codes, which are upper case. */
const UPPERMOST = "\uffff";
/** Of each twin: with more than so many they are read from the table each time. Each takes some hundred bytes. */
const MAX_CODES = 1_000_000;

export class AlarmCodes {
  readonly #db: Database<Buffer, AlarmKey>;
  readonly #known = new Map<string, string[]>();
  #count = 0;
  /** Whether those of the table are among the known ones. */
  #isRead = false;

  constructor(db: Database<Buffer, AlarmKey>) {
    this.#db = db;
  }

  of(twin: string): readonly string[] {
    const known = this.#known.get(twin) ?? [];
    if (this.#isRead) return known;
    return [...new Set([...[...this.#read(twin)].map(([, code]) => code), ...known])];
  }

  /** Those that have had any. */
  twins(): string[] {
    if (!this.#isRead) {
      for (const [twin, code] of this.#read()) this.#note(twin, code);
      this.#isRead = true;
    }
    const twins = [...this.#known.keys()];
    this.#trim();
    return twins;
  }

  /** To be called for every alarm that was put into the table, while it is known from elsewhere, too (C1). */
  add({ twin, code }: Pick<AlarmView, "twin" | "code">): void {
    this.#note(twin, code);
    this.#trim();
  }

  #note(twin: string, code: string): void {
    const codes = this.#known.get(twin);
    if (codes?.includes(code)) return;
    if (codes) codes.push(code);
    else this.#known.set(twin, [code]);
    this.#count++;
  }

  #trim(): void {
    if (this.#count <= MAX_CODES) return;
    this.#known.clear();
    this.#count = 0;
    this.#isRead = false;
  }

  /** Each once, by one seek: from the first alarm of a twin and code on to what comes after the last. */
  *#read(of?: string): Iterable<[twin: string, code: string]> {
    let start: RangeOptions["start"] = of === undefined ? undefined : [of];
    const end: RangeOptions = of === undefined ? {} : { end: [of, UPPERMOST] };
    for (;;) {
      let next: AlarmKey | undefined;
      for (const key of this.#db.getKeys({ ...(start && { start }), ...end, limit: 1 })) next = key;
      if (!next) return;
      const [twin, code]: AlarmKey = next;
      yield [twin, code];
      start = [twin, code, LAST];
    }
  }
}
