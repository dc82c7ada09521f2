// Model records: which version of its model a district stands on, those it stood on before, and twins that none has any more.
// Fed by    starts, and applied models
// V1  the version on which the pages of the store stand is known at any moment: a turn to another one that was cut off is gone through with
// V2  a twin that left the model keeps what it was: its model, its last values, and under which numbers its points are in the history

import type { Database, RootDatabase } from "lmdb";
import type { TwinId, TwinModel } from "../../models/district.ts";
import type { PointView } from "../views.ts";
import type { Write } from "./writing.ts";

/** On which version the district stands. */
export interface Standing {
  version: string;
  /** Versions that the folder of the district has shown since a start took it from there: none of them is news. */
  seen: string[];
  /** Turns that were begun, in all. */
  turns: number;
  /** The two versions of the turn that is under way: `version` is the one until all is told before it, and then the other. */
  turning?: { to: string; from: string };
}

/** A version that the district stood on, from an instant on. */
export interface Turned {
  version: string;
  /** World time, epoch ms. */
  at: number;
}

/** A twin that left the model. */
export interface RetiredTwin {
  model: TwinModel;
  at: number;
  revision: number;
  points: (PointView & { number: number })[];
}

const STANDING = "standing";
/** Turns that are remembered. */
const MAX_TURNS = 1_000;
/** Retired twins that are written in one go. */
const SOME = 5_000;

export class ModelRecords {
  readonly #said: Database<Standing | Turned[], string>;
  readonly #retired: Database<RetiredTwin, string>;
  readonly #root: RootDatabase;
  readonly #write: Write;

  /** `write` resolves when it is on disk. */
  constructor(root: RootDatabase, write: Write) {
    this.#root = root;
    this.#said = root.openDB({ name: "models", encoding: "msgpack" });
    this.#retired = root.openDB({ name: "retired", encoding: "msgpack" });
    this.#write = write;
  }

  get standing(): Standing | undefined {
    return this.#said.get(STANDING) as Standing | undefined;
  }

  /** Oldest first. */
  get turns(): Turned[] {
    return (this.#said.get("turns") as Turned[] | undefined) ?? [];
  }

  retired(id: TwinId): RetiredTwin | undefined {
    return this.#retired.get(id);
  }

  /** Of all of them. */
  retiredIds(): Iterable<TwinId> {
    return this.#retired.getKeys();
  }

  /** The district stands on a version with which nothing is to be done: its first one, or the same in another form. */
  async stands(version: string, seen: string[], at: number): Promise<void> {
    const turns = this.standing?.turns ?? 0;
    await this.#change(() => {
      this.#said.putSync(STANDING, { version, seen, turns } satisfies Standing);
      if (this.turns.at(-1)?.version !== version) this.#turned(version, at);
    });
  }

  /** It is going to stand on another one. The same turn, begun again, is the same. */
  async begins(to: string): Promise<void> {
    const standing = this.standing!;
    const { version: from, turning } = standing;
    if (turning?.to === to && turning.from === from) return;
    const turns = standing.turns + 1;
    await this.#change(() =>
      this.#said.putSync(STANDING, { ...standing, turns, turning: { to, from } } satisfies Standing),
    );
  }

  /** All that was done with the earlier version is in the store. From here on the later one counts. */
  async turned(retired: ReadonlyMap<TwinId, RetiredTwin>, at: number): Promise<void> {
    const { turning, seen, turns } = this.standing!;
    const { to } = turning!;
    const all = [...retired];
    for (let from = 0; from < all.length; from += SOME) {
      await this.#change(() => {
        for (const [id, twin] of all.slice(from, from + SOME)) this.#retired.putSync(id, twin);
      });
    }
    await this.#change(() => {
      const known = [...new Set([...seen, to])];
      this.#said.putSync(STANDING, { version: to, seen: known, turns, turning: turning! } satisfies Standing);
      this.#turned(to, at);
    });
  }

  /** The twins have heard of it. `returned`: those that came back. */
  async isThrough(returned: readonly TwinId[]): Promise<void> {
    const { version, seen, turns } = this.standing!;
    await this.#change(() => {
      for (const id of returned) this.#retired.removeSync(id);
      this.#said.putSync(STANDING, { version, seen, turns } satisfies Standing);
    });
  }

  #turned(version: string, at: number): void {
    this.#said.putSync("turns", [...this.turns, { version, at }].slice(-MAX_TURNS));
  }

  async #change(change: () => unknown): Promise<void> {
    await this.#write(() => this.#root.transaction(change));
  }
}
