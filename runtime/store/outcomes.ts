// Outcomes of commands, by their keys: of the whole world, and of each partition that decided.
// O1  an outcome is remembered for OUTCOME_RETENTION_MS, so that a repeated key gives the same answer

import type { Database, RootDatabase } from "lmdb";
import type { DecidedOutcome } from "../live/changes.ts";

export const OUTCOME_RETENTION_MS = 7 * 24 * 3_600_000;

type KeptOutcome = DecidedOutcome & { at: number };

export class Outcomes {
  readonly #all: Database<KeptOutcome, string>;
  readonly #own: Database<KeptOutcome, [partition: string, id: string]>;

  constructor(root: RootDatabase) {
    this.#all = root.openDB({ name: "outcomes", encoding: "msgpack" });
    this.#own = root.openDB({ name: "outcomes-of-partitions", encoding: "msgpack" });
  }

  get(id: string): DecidedOutcome | undefined {
    return this.#all.get(id);
  }

  ofPartition(partition: string, id: string): DecidedOutcome | undefined {
    return this.#own.get([partition, id]);
  }

  /** Inside a batch. */
  put(partition: string, outcomes: ReadonlyMap<string, DecidedOutcome>, nowMs: number): void {
    for (const [id, outcome] of outcomes) {
      void this.#all.put(id, { ...outcome, at: nowMs });
      void this.#own.put([partition, id], { ...outcome, at: nowMs });
    }
  }

  /** Inside a transaction: forgets those that are too old to be asked for again. */
  prune(nowMs: number): void {
    const isOld = ({ at }: KeptOutcome) => at < nowMs - OUTCOME_RETENTION_MS;
    for (const { key, value } of this.#all.getRange({})) if (isOld(value)) this.#all.removeSync(key);
    for (const { key, value } of this.#own.getRange({})) if (isOld(value)) this.#own.removeSync(key);
  }
}
