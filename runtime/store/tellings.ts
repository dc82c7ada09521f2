// Tellings: what is to leave, and up to which place of the log it was told, on disk before it leaves.
// Fed by    told news and checkpoints, inside their batch
// Gives     what has not left yet, in the order in which it is to leave
// T1  the place up to which was told never goes back: events that are replayed after a crash are behind what was told before it

import type { Database, RootDatabase } from "lmdb";
import type { News, OutboxEntry } from "../live/changes.ts";
import type { LogMark } from "../log/continuity.ts";
import { batchOf, bytesOfBatch } from "./outbox-batch.ts";
import type { Outcomes } from "./outcomes.ts";

/** What is told with one transaction, up to a place of the log, and the mark of the message there. */
export type Told = Pick<News, "upTo" | "outbox" | "outcomes"> & { mark?: LogMark | undefined };

export interface ToldPlace {
  upTo: number;
  mark?: LogMark;
}

export type EncodedTold = Told & { mark: LogMark | undefined; bytes: Buffer | undefined };

type BatchKey = [partition: string, sequence: number, index: number];
const keyOfBatch = (of: string, [first]: readonly OutboxEntry[]): BatchKey => [of, first!.sequence, first!.index];

export class Tellings {
  readonly #places: Database<ToldPlace, string>;
  /** Batches, by the place of their first entry. */
  readonly #outbox: Database<Buffer, BatchKey>;
  readonly #outcomes: Outcomes;
  /** By partition, as it was written last: it may not be in LMDB yet. */
  readonly #upTo = new Map<string, number>();

  constructor(root: RootDatabase, outcomes: Outcomes) {
    this.#places = root.openDB({ name: "told", encoding: "msgpack" });
    this.#outbox = root.openDB({ name: "outbox", encoding: "binary" });
    this.#outcomes = outcomes;
  }

  place(partition: string): ToldPlace {
    return this.#places.get(partition) ?? { upTo: 0 };
  }

  /** Everything that may throw, before anything is put. */
  encoded({ upTo, mark, outbox, outcomes }: Told): EncodedTold {
    return { upTo, mark, outbox, bytes: outbox.length > 0 ? bytesOfBatch(outbox) : undefined, outcomes };
  }

  /** Inside a batch. */
  put(partition: string, { upTo, mark, outbox, bytes, outcomes }: EncodedTold, nowMs: number): void {
    if (bytes) void this.#outbox.put(keyOfBatch(partition, outbox), bytes);
    this.#outcomes.put(partition, outcomes, nowMs);
    if (upTo <= (this.#upTo.get(partition) ?? this.place(partition).upTo)) return;
    this.#upTo.set(partition, upTo);
    void this.#places.put(partition, { upTo, ...(mark && { mark }) });
  }

  waiting(partition: string): OutboxEntry[][] {
    const range = this.#outbox.getRange({ start: [partition, 0, 0], end: [partition, Number.POSITIVE_INFINITY, 0] });
    return [...range].map(({ value }) => batchOf(value));
  }

  /** Strikes out a batch that has left. */
  sent(partition: string, batch: readonly OutboxEntry[]): Promise<boolean> {
    return this.#outbox.remove(keyOfBatch(partition, batch));
  }
}
