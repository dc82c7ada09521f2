// Outcomes of commands, by their keys: of the whole world, and of each partition that decided.
// O1  an outcome is remembered for OUTCOME_RETENTION_MS, so that a repeated key gives the same answer
// O2  what is older is swept away while the program runs, some of it after each commit: a program may run for years

import type { Database, Key, RootDatabase } from "lmdb";
import type { DecidedOutcome } from "../live/changes.ts";
import { Sweep } from "./sweep.ts";

export const OUTCOME_RETENTION_MS = 7 * 24 * 3_600_000;
const SWEEP_EVERY_MS = 3_600_000;

type KeptOutcome = DecidedOutcome & { at: number };

export class Outcomes {
  readonly #root: RootDatabase;
  readonly #all: Database<KeptOutcome, string>;
  readonly #own: Database<KeptOutcome, [partition: string, id: string]>;

  #sweeps: { step(): boolean }[] = [];
  #sweptMs = Number.NEGATIVE_INFINITY;

  constructor(root: RootDatabase) {
    this.#root = root;
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

  /** To be awaited after each commit: forgets those that are too old to be asked for again, in small steps, once an hour. */
  async keepUp(nowMs: number): Promise<void> {
    if (this.#sweeps.length === 0) {
      if (nowMs - this.#sweptMs < SWEEP_EVERY_MS) return;
      this.#sweptMs = nowMs;
      const isOld = (_: Key, value: () => KeptOutcome) => value().at < nowMs - OUTCOME_RETENTION_MS;
      this.#sweeps = [new Sweep(this.#all, isOld), new Sweep(this.#own, isOld)];
    }
    await this.#root.transaction(() => {
      if (this.#sweeps[0]?.step()) this.#sweeps.shift();
    });
  }
}
