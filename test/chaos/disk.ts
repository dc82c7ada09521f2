// Disk: stands between the keeper of a partition and the store, so that the simulation says when a transaction is written and when
// the keeper hears of it.
// Fed by    what the keeper wants written, in that order
// D1  what was asked for first is written first, and heard of first, as the store has it
// D2  what is torn leaves nothing behind: the program is dead then

import type { Checkpoint } from "../../runtime/live/checkpoint.ts";
import type { Store, StreamIdentity } from "../../runtime/store/store.ts";
import type { Told } from "../../runtime/store/tellings.ts";

type Taken = Checkpoint & { told: Told };
type Part = "rares" | "samples" | "journal" | "alarms" | "told" | "outbox" | "outcomes";

/** Where a checkpoint may be torn, and where a telling. */
export const CHECKPOINT_PARTS = ["rares", "samples", "journal", "alarms", "told"] as const satisfies readonly Part[];
export const TOLD_PARTS = ["outbox", "outcomes"] as const satisfies readonly Part[];

interface Writing {
  isCheckpoint: boolean;
  write: (tornAt: Part | undefined) => Promise<void>;
  heard: () => void;
}

export interface DiskHost {
  store: Store;
  /** What is written in place of what was taken. */
  instead: { checkpoint: (taken: Taken) => Taken; told: (told: Told) => Told };
  /** At the moment of taking; gives what to do when it is on disk. */
  taking: (told: Told, isCheckpoint: boolean) => () => void;
}

export class Disk implements Pick<Store, "draft" | "tell" | "checkpoint" | "keepUp" | "isBehind"> {
  readonly #host: DiskHost;
  readonly #waiting: Writing[] = [];
  readonly #written: Writing[] = [];
  /** What the keeper does after a checkpoint, and before the next. */
  #upkeep: Promise<void> = Promise.resolve();

  constructor(host: DiskHost) {
    this.#host = host;
  }

  get isBehind(): boolean {
    return this.#host.store.isBehind;
  }

  draft(saves: Parameters<Store["draft"]>[0]): void {
    this.#host.store.draft(saves);
  }

  keepUp(nowMs: number): Promise<void> {
    this.#upkeep = this.#host.store.keepUp(nowMs);
    return this.#upkeep;
  }

  /** What is to be written next. */
  get next(): "checkpoint" | "telling" | undefined {
    const [next] = this.#waiting;
    return next && (next.isCheckpoint ? "checkpoint" : "telling");
  }

  tell(partition: string, take: () => Told, nowMs: number): Promise<void> {
    const { store, instead, taking } = this.#host;
    return this.#wait(false, async (tornAt) => {
      let onDisk = () => {};
      const taken = () => {
        const told = take();
        onDisk = taking(told, false);
        return torn(instead.told(told), tornAt);
      };
      await store.tell(partition, taken, nowMs);
      onDisk();
    });
  }

  checkpoint(partition: string, stream: StreamIdentity, take: () => Taken, nowMs: number): Promise<void> {
    const { store, instead, taking } = this.#host;
    return this.#wait(true, async (tornAt) => {
      let onDisk = () => {};
      const taken = () => {
        const all = take();
        onDisk = taking(all.told, true);
        return torn(instead.checkpoint(all), tornAt);
      };
      await store.checkpoint(partition, stream, taken, nowMs);
      onDisk();
    });
  }

  #wait(isCheckpoint: boolean, write: Writing["write"]): Promise<void> {
    return new Promise((heard) => this.#waiting.push({ isCheckpoint, write, heard }));
  }

  /** Writes what waits longest, or tears it. Tells whether there was something. */
  async write(tornAt?: Part): Promise<boolean> {
    const writing = this.#waiting.shift();
    if (!writing) return false;
    const written = writing.write(tornAt);
    if (tornAt !== undefined) await written.catch(() => {});
    else {
      await written;
      this.#written.push(writing);
    }
    return true;
  }

  /** Lets the keeper hear of what was written first, and do what it does then. Tells whether there was something. */
  async hear(): Promise<boolean> {
    const writing = this.#written.shift();
    writing?.heard();
    await new Promise(setImmediate);
    await this.#upkeep;
    await new Promise(setImmediate);
    return writing !== undefined;
  }
}

/** As it was taken, up to that part. */
function torn<T extends object>(taken: T, part: Part | undefined): T {
  if (part === undefined) return taken;
  const cutOff = () => {
    throw new Error("cut off");
  };
  return Object.create(taken, { [part]: { get: cutOff } }) as T;
}
