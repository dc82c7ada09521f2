// The command desk: puts a command into the log of the twin's partition and waits for the outcome.
// K1  one key, one outcome: asked again, also after a restart, it is answered without doing anything
// K2  at most MAX_WAITING_COMMANDS wait at a time; more are refused

import { createHash, randomUUID } from "node:crypto";
import { QuartierError } from "./errors.ts";
import type { AcknowledgeEvent, CommandEvent } from "./log/events.ts";
import type { Streams } from "./log/streams.ts";
import type { CommandOutcome } from "./views.ts";

const MAX_WAITING_COMMANDS = 1_000;
const OUTCOME_TIMEOUT_MS = 30_000;
const MAX_KEY_CHARS = 200;

type Issued = Omit<CommandEvent, "at" | "id"> | Omit<AcknowledgeEvent, "at" | "id">;

interface Waiting {
  outcome: Promise<CommandOutcome>;
  resolve: (outcome: CommandOutcome) => void;
  reject: (error: Error) => void;
}

export class CommandDesk {
  readonly #streams: Pick<Streams, "append">;
  readonly #known: (id: string) => CommandOutcome | undefined;
  readonly #now: () => number;
  readonly #waiting = new Map<string, Waiting>();

  constructor(streams: Pick<Streams, "append">, known: (id: string) => CommandOutcome | undefined, now: () => number) {
    this.#streams = streams;
    this.#known = known;
    this.#now = now;
  }

  async issue(partition: string, event: Issued, key?: string): Promise<CommandOutcome> {
    if (key !== undefined && (key.length === 0 || key.length > MAX_KEY_CHARS)) {
      throw new QuartierError("INPUT_INVALID", `a key has 1 to ${MAX_KEY_CHARS} characters`);
    }
    const id = key ?? randomUUID();
    const known = this.#known(id);
    if (known) return known;
    const before = this.#waiting.get(id);
    if (before) return before.outcome;
    if (this.#waiting.size >= MAX_WAITING_COMMANDS) {
      throw new QuartierError("OVERLOADED", `${MAX_WAITING_COMMANDS} commands are waiting for their outcome`);
    }
    const waiting = newWaiting();
    this.#waiting.set(id, waiting);
    const timer = setTimeout(() => {
      const message = `the command was not decided within ${OUTCOME_TIMEOUT_MS / 1000} s`;
      waiting.reject(new QuartierError("COMMAND_TIMEOUT", message));
    }, OUTCOME_TIMEOUT_MS);
    try {
      // Whoever asked with the same key waits for the same outcome, and is to hear of the failure, too.
      await this.#append(partition, { ...event, id, at: this.#now() }).catch(waiting.reject);
      return await waiting.outcome;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(id);
    }
  }

  /** Outcomes that are on disk. */
  decided(outcomes: ReadonlyMap<string, CommandOutcome>): void {
    if (this.#waiting.size === 0) return;
    for (const [id, outcome] of outcomes) this.#waiting.get(id)?.resolve(outcome);
  }

  close(): void {
    for (const { reject } of this.#waiting.values()) reject(new QuartierError("STOPPING", "the program is stopping"));
  }

  async #append(partition: string, event: CommandEvent | AcknowledgeEvent): Promise<void> {
    try {
      await this.#streams.append(partition, event, `command-${digest(event.id)}`);
    } catch (error) {
      throw new QuartierError("LOG_UNAVAILABLE", `the log did not take the command: ${(error as Error).message}`);
    }
  }
}

/** A key may be any text; the id of a message is a header, which holds no line breaks. */
function digest(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

function newWaiting(): Waiting {
  let resolve!: Waiting["resolve"];
  let reject!: Waiting["reject"];
  const outcome = new Promise<CommandOutcome>((resolveIt, rejectIt) => {
    resolve = resolveIt;
    reject = rejectIt;
  });
  // The rejection is seen by whoever awaits; one that comes after the append failed is nobody's.
  outcome.catch(() => {});
  return { outcome, resolve, reject };
}
