// The outbox: what is to leave a partition, after it is on disk and in its order.
// Fed by    batches of entries that are on disk, and at a start those that had not left yet
// Gives     signals in the logs of other partitions, alarms and set values on NATS
// O1  an entry leaves at least once; its id (partition, sequence, index) lets the receiver take it once
// O2  a batch that cannot leave holds back those behind it; the signals of a batch to one partition are as few messages of its log as can
//     be, one after the other: the receiver takes nothing from before what it has seen
// O3  what the stream of events has is not published again by a store that does not know of it (log/left.ts)

import { encodeSenml } from "../models/telemetry/senml.ts";
import type { OutboxEntry } from "./live/changes.ts";
import type { Ink } from "./live/ink.ts";
import type { SignalsEvent } from "./log/events.ts";
import { isBehind, type LeftPlace, NOTHING_LEFT } from "./log/left.ts";
import { inParts } from "./log/parts.ts";
import type { Message } from "./log/publisher.ts";
import type { Streams } from "./log/streams.ts";
import { batchLeft, writeAlarmOf } from "./store/outbox-batch.ts";
import type { Store } from "./store/store.ts";
import type { AlarmState } from "./views.ts";

const RETRY_MS = 1_000;
/** Entries that are on disk and have not left; beyond that the partition waits. */
const MAX_LEAVING = 20_000;

const ALARM_SUBJECTS: Record<AlarmState, string> = {
  RAISED: "alarm.raised",
  ACKNOWLEDGED: "alarm.acknowledged",
  CLEARED: "alarm.cleared",
};

/** Where entries leave for, and where they are struck out; so little that a simulation can stand in for it. */
type Ways = Pick<Streams, "append" | "publish">;
type Strikes = Pick<Store, "outbox" | "sent">;

export class Outbox {
  readonly #partition: string;
  readonly #streams: Ways;
  readonly #store: Strikes;
  readonly #now: () => number;
  readonly #failed: (error: unknown) => void;
  readonly #left: LeftPlace;
  readonly #batches: (readonly OutboxEntry[])[];
  #leaving: number;
  #running: Promise<void> | undefined;
  /** The first batch leaves, or fails to. */
  #moved: Promise<void> = Promise.resolve();
  #closed = false;

  /** `left`: what left of it is in the stream of events up to there, whatever the store knows. */
  constructor(
    partition: string,
    streams: Ways,
    store: Strikes,
    now: () => number,
    failed: (error: unknown) => void,
    left: LeftPlace = NOTHING_LEFT,
  ) {
    this.#partition = partition;
    this.#streams = streams;
    this.#store = store;
    this.#now = now;
    this.#failed = failed;
    this.#left = left;
    this.#batches = store.outbox(partition);
    this.#leaving = this.#batches.reduce((sum, { length }) => sum + length, 0);
  }

  /** Undefined while there is room for more, or nothing is sent yet; else resolves when there is. */
  room(): Promise<void> | undefined {
    return this.#isFull ? this.#untilRoom() : undefined;
  }

  get #isFull(): boolean {
    return this.#leaving > MAX_LEAVING && this.#running !== undefined && !this.#closed;
  }

  async #untilRoom(): Promise<void> {
    while (this.#isFull) await this.#moved;
  }

  /** Takes a batch that is on disk, and sends what waits. */
  send(batch: readonly OutboxEntry[]): void {
    if (batch.length > 0) this.#batches.push(batch);
    this.#leaving += batch.length;
    if (this.#batches.length > 0 && !this.#closed) this.#running ??= this.#run().catch(this.#failed);
  }

  /** Resolves when nothing waits to leave. */
  async empty(): Promise<void> {
    while (this.#leaving > 0 && !this.#closed) await (this.#running ? this.#moved : new Promise(setImmediate));
  }

  /** Stops sending; what waits is in the store and leaves at the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#batches.length > 0 && !this.#closed) {
      this.#moved = this.#first();
      await this.#moved;
    }
    this.#running = undefined;
  }

  async #first(): Promise<void> {
    const [batch] = this.#batches as [readonly OutboxEntry[]];
    try {
      await this.#leave(batch);
    } catch (error) {
      this.#failed(error);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      return;
    }
    await this.#store.sent(this.#partition, batch);
    batchLeft(batch);
    this.#batches.shift();
    this.#leaving -= batch.length;
  }

  async #leave(batch: readonly OutboxEntry[]): Promise<void> {
    const at = this.#now();
    const signals = new Map<string, SignalsEvent["entries"]>();
    const messages: Message[] = [];
    for (const [i, { sequence, index, out }] of batch.entries()) {
      const id = `${this.#partition}-${sequence}-${index}`;
      if (out.kind === "signal") {
        const entries = signals.get(out.partition) ?? [];
        signals.set(out.partition, entries);
        entries.push([sequence, index, out.signal]);
      } else if (isBehind(this.#left, { sequence, index })) {
        // It left before the store was put back, or made anew.
      } else if (out.kind === "alarm") {
        const write = (ink: Ink) => writeAlarmOf(batch, i, out.alarm, ink);
        messages.push({ subject: ALARM_SUBJECTS[out.alarm.state], id, write });
      } else {
        const reading = { point: out.point, unit: out.unit, value: out.value, timeMs: at };
        messages.push({ subject: `command.${out.device}`, id, write: (ink) => ink.append(encodeSenml([reading])) });
      }
    }
    const leaving: Promise<unknown>[] = [this.#streams.publish(messages)];
    for (const [partition, entries] of signals) leaving.push(this.#signal(partition, entries, at));
    const failure = (await Promise.allSettled(leaving)).find(({ status }) => status === "rejected");
    if (failure) throw (failure as PromiseRejectedResult).reason;
  }

  async #signal(partition: string, all: SignalsEvent["entries"], at: number): Promise<void> {
    for (const entries of inParts(all)) {
      const [sequence, index] = entries[0]!;
      const id = `${this.#partition}-${sequence}-${index}`;
      await this.#streams.append(partition, { type: "signals", at, from: this.#partition, entries }, id);
    }
  }
}
