// The outbox: what is to leave a partition, after its commit and in its order.
// Fed by    committed entries, and at a start those that had not left yet
// Gives     signals in the logs of other partitions, alarms and set values on NATS
// O1  an entry leaves at least once; its id (partition, sequence, index) lets the receiver take it once
// O2  nothing overtakes: an entry that cannot leave holds back those behind it

import { encodeSenml } from "../models/telemetry/senml.ts";
import type { OutboxEntry } from "./live/changes.ts";
import type { Streams } from "./log/streams.ts";
import type { Store } from "./store/store.ts";

const RETRY_MS = 1_000;
/** Entries sent before they are struck out together. */
const MAX_BATCH_ENTRIES = 500;

/** Where entries leave for, and where they are struck out; so little that a simulation can stand in for it. */
type Ways = Pick<Streams, "append" | "publish">;
type Strikes = Pick<Store, "outbox" | "sent">;

export class Outbox {
  readonly #partition: string;
  readonly #streams: Ways;
  readonly #store: Strikes;
  readonly #now: () => number;
  readonly #failed: (error: unknown) => void;
  #waiting: OutboxEntry[];
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(partition: string, streams: Ways, store: Strikes, now: () => number, failed: (error: unknown) => void) {
    this.#partition = partition;
    this.#streams = streams;
    this.#store = store;
    this.#now = now;
    this.#failed = failed;
    this.#waiting = store.outbox(partition);
  }

  /** Takes committed entries and sends what waits. */
  send(entries: readonly OutboxEntry[]): void {
    for (const entry of entries) this.#waiting.push(entry);
    if (this.#waiting.length > 0 && !this.#closed) this.#running ??= this.#run().catch(this.#failed);
  }

  /** Stops sending; what waits is in the store and leaves at the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#closed) {
      const batch = this.#waiting.slice(0, MAX_BATCH_ENTRIES);
      let sent = 0;
      try {
        for (const entry of batch) {
          await this.#leave(entry);
          sent++;
        }
      } catch (error) {
        this.#failed(error);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
      await this.#store.sent(this.#partition, batch.slice(0, sent));
      this.#waiting.splice(0, sent);
    }
    this.#running = undefined;
  }

  async #leave({ sequence, index, out }: OutboxEntry): Promise<void> {
    const id = `${this.#partition}-${sequence}-${index}`;
    const at = this.#now();
    if (out.kind === "signal") {
      const { partition, signal } = out;
      await this.#streams.append(partition, { type: "signal", at, from: this.#partition, sequence, index, signal }, id);
    } else if (out.kind === "alarm") {
      const bytes = new TextEncoder().encode(JSON.stringify(out.alarm));
      await this.#streams.publish(`alarm.${out.alarm.state.toLowerCase()}`, bytes, id);
    } else {
      const reading = { point: out.point, unit: out.unit, value: out.value, timeMs: at };
      await this.#streams.publish(`command.${out.device}`, encodeSenml([reading]), id);
    }
  }
}
