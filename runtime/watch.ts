// The watch: lets the clock tick as long as we listen, and writes into every log when we did not.
// Fed by    a timer; the devices' stream, which answers when NATS does
// Gives     ticks for deadlines that are due, and `resumed` events after the program or NATS stood still
// T1  the clock ticks only after what devices sent meanwhile is in the logs, so that nobody is called silent for our absence
// T2  after an absence every partition hears `resumed` before any tick
// T3  a JetStream that hangs while its server is there (nats-server 2.15.1 does, where a purge meets a disk that it cannot write) is told of;
//     not at the first time, as a program that was busy for so long hears no answer either

import type { Logger } from "pino";
import type { Clock } from "./clock.ts";
import { QuartierError } from "./errors.ts";
import type { Partition } from "./live/partition.ts";
import type { LogEvent } from "./log/events.ts";

const TURN_EVERY_MS = 250;
/** After this long the clock goes on even though devices send faster than the gateway reads. */
const CATCH_UP_LIMIT_MS = 30_000;
/** So many questions in a row that JetStream did not answer. */
const SILENCE = 2;

export interface WatchOptions {
  clock: Clock;
  partitions: readonly Pick<Partition, "name" | "nextDueMs">[];
  append: (partition: string, event: LogEvent) => Promise<unknown>;
  /** Packs that no log has yet; undefined when that is not known just now. Rejects when NATS does not answer; with LOG_SILENT when it is there. */
  unsettled: () => Promise<number | undefined>;
  /** JetStream hangs. Called again for as long as it does. */
  silent: (error: QuartierError) => void;
  log: Pick<Logger, "warn">;
}

export class Watch {
  readonly #options: WatchOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #ticking = new Set<string>();
  /** Up to when each partition knows that it was away. */
  readonly #resumedAt = new Map<string, number>();
  #isTurning = false;
  #unanswered = 0;
  /** Until then it waits for the gateway, by the monotonic clock; undefined when that has caught up. */
  #catchUpUntil: number | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#catchUpUntil = performance.now() + CATCH_UP_LIMIT_MS;
    // A server that falls silent before the first turn is over is missed from here on.
    options.clock.listenedUntil(options.clock.now());
    this.#timer = setInterval(() => {
      if (this.#isTurning) return;
      this.#isTurning = true;
      void this.#turn().finally(() => {
        this.#isTurning = false;
      });
    }, TURN_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #turn(): Promise<void> {
    const { clock, partitions, unsettled, log } = this.#options;
    let isCaughtUp: boolean;
    try {
      const waiting = await unsettled();
      this.#unanswered = 0;
      // While the inbox looks for its server we do not listen.
      if (waiting === undefined) return;
      isCaughtUp = waiting === 0;
      const unheard = clock.unheard();
      if (unheard) {
        log.warn(unheard, "nobody listened: all deadlines move on by that time");
        this.#catchUpUntil = performance.now() + CATCH_UP_LIMIT_MS;
        await Promise.all(partitions.map(({ name }) => this.#resume(name, unheard)));
      }
      clock.listenedUntil(unheard?.at ?? clock.now());
      if (unheard) return;
    } catch (error) {
      this.#missed(error);
      return;
    }
    if (this.#catchUpUntil !== undefined && !isCaughtUp && performance.now() < this.#catchUpUntil) return;
    this.#catchUpUntil = undefined;
    for (const partition of partitions) void this.#tick(partition);
  }

  /** Of a server that is away, whoever wants something of it says so. */
  #missed(error: unknown): void {
    const hangs = error instanceof QuartierError && error.code === "LOG_SILENT";
    this.#unanswered = hangs ? this.#unanswered + 1 : 0;
    if (hangs && this.#unanswered % SILENCE === 0) this.#options.silent(error);
  }

  /** Where one of several appends fails, all are tried again: nobody is to be away twice for the same time. */
  async #resume(name: string, { since, at }: { since: number; at: number }): Promise<void> {
    const from = Math.max(since, this.#resumedAt.get(name) ?? since);
    await this.#options.append(name, { type: "resumed", since: from, at });
    this.#resumedAt.set(name, at);
  }

  async #tick(partition: WatchOptions["partitions"][number]): Promise<void> {
    const { name } = partition;
    const { clock, append, log } = this.#options;
    if (this.#ticking.has(name) || partition.nextDueMs > clock.now()) return;
    this.#ticking.add(name);
    try {
      await append(name, { type: "tick", at: clock.now() });
    } catch (error) {
      log.warn({ err: error, partition: name }, "the clock could not tick; trying again");
    } finally {
      this.#ticking.delete(name);
    }
  }
}
