// The simulator at work: gives every device of a district a synthetic twin that publishes as the real one would.
// Fed by    a district, a clock that runs at the world's speed, a NATS connection or where to make one
// Gives     SenML packs on `quartier.DISTRICT.telemetry.DEVICE`, and counters of what was sent
// Must not  reach into the runtime: it knows NATS subjects only, and waits for no answer, as devices do
// P1  all devices publish at once when it starts, and then each at its own moment of its interval
// P2  it is never further ahead of the server than one batch: what waits longer is published later, or skipped and counted

import { connect, type NatsConnection } from "@nats-io/transport-node";
import type { District } from "../models/district.ts";
import { simulatedDevices } from "./device.ts";
import { type Faults, NO_FAULTS } from "./faults.ts";
import { type Pack, Schedule } from "./schedule.ts";

/** Packs that are published before the server must have taken them. */
const BATCH_PACKS = 500;
/** Packs behind the clock beyond which the oldest are skipped: more than that is a machine that slept, or too high a speed. */
const MAX_BACKLOG_PACKS = 200_000;
const MIN_SLEEP_MS = 10;
const MAX_SLEEP_MS = 1_000;
/** Wait after a flush that failed, while the connection mends itself. */
const RETRY_MS = 1_000;
/** How long a stop waits for a server that does not answer. */
const STOP_LIMIT_MS = 5_000;

interface SimulatorLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface SimulatorOptions {
  district: District;
  /** A connection that stays the caller's, or the address for one of its own. */
  nats: NatsConnection | string;
  seed: number;
  /** World seconds for each second of the wall clock. */
  speed: number;
  /** The world's time, which runs at that speed. */
  nowMs: () => number;
  log: SimulatorLog;
  faults?: Faults;
}

interface SimulatorCounters {
  sent: number;
  sentBytes: number;
  duplicated: number;
  late: number;
  absurd: number;
  /** Packs that were not sent because the simulator fell too far behind the clock. About. */
  skipped: number;
}

export interface Simulator {
  readonly devices: number;
  readonly counters: Readonly<SimulatorCounters>;
  /** Publishes no more, and resolves when the server has taken what was published, or does not answer. */
  stop(): Promise<void>;
}

/**
 * Starts the synthetic devices of a district. Rejects when its time zone is unknown or the server cannot be reached; later
 * troubles with the connection are logged, and lived through.
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { district, nats, seed, log } = options;
  const devices = simulatedDevices(district, seed);
  const connection =
    typeof nats === "string" ? await connect({ servers: nats, name: "quartier-sim", maxReconnectAttempts: -1 }) : nats;
  const publisher = new Publisher(options, new Schedule(district.id, devices, options.faults ?? NO_FAULTS), connection);
  log.info({ devices: devices.length, seed, speed: options.speed }, "simulator started");
  const running = publisher.run().catch((error) => log.warn({ error: String(error) }, "simulator stopped by an error"));
  return {
    devices: devices.length,
    counters: publisher.counters,
    async stop() {
      publisher.stop();
      await within(STOP_LIMIT_MS, running);
      if (typeof nats === "string") await leave(connection);
      log.info({ ...publisher.counters }, "simulator stopped");
    },
  };
}

/** Closes a connection when its server has taken everything, or is gone. */
async function leave(connection: NatsConnection): Promise<void> {
  await within(STOP_LIMIT_MS, connection.drain()).catch(() => undefined);
  if (!connection.isClosed()) await connection.close();
}

/** Waits for a promise, but no longer than a limit. */
async function within(limitMs: number, promise: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

class Publisher {
  readonly counters: SimulatorCounters = { sent: 0, sentBytes: 0, duplicated: 0, late: 0, absurd: 0, skipped: 0 };
  readonly #options: SimulatorOptions;
  readonly #schedule: Schedule;
  readonly #connection: NatsConnection;
  #isStopped = false;
  #wake: () => void = () => {};

  constructor(options: SimulatorOptions, schedule: Schedule, connection: NatsConnection) {
    this.#options = options;
    this.#schedule = schedule;
    this.#connection = connection;
  }

  stop(): void {
    this.#isStopped = true;
    this.#wake();
  }

  async run(): Promise<void> {
    const { nowMs } = this.#options;
    const startedAtMs = Math.floor(nowMs());
    let doneMs = startedAtMs;
    await this.#publish(this.#schedule.current(startedAtMs));
    while (!this.#isStopped) {
      const now = Math.floor(nowMs());
      if (now > doneMs) {
        await this.#publish(this.#schedule.packs(this.#caughtUp(doneMs, now), now, startedAtMs));
        doneMs = now;
      }
      await this.#sleep(this.#untilNextMs(doneMs, startedAtMs));
    }
  }

  /** Publishes packs in batches, each of which the server has taken before the next. */
  async #publish(packs: Iterable<Pack>): Promise<void> {
    let waiting = 0;
    for (const pack of packs) {
      if (this.#isStopped) break;
      this.#send(pack);
      if (++waiting < BATCH_PACKS) continue;
      await this.#flush();
      waiting = 0;
    }
    if (waiting > 0) await this.#flush();
  }

  #send({ subject, bytes, mishap }: Pack): void {
    try {
      this.#connection.publish(subject, bytes);
    } catch (error) {
      this.#lost(error);
      return;
    }
    this.counters.sent++;
    this.counters.sentBytes += bytes.length;
    if (mishap.isDuplicate) this.counters.duplicated++;
    if (mishap.isLate) this.counters.late++;
    if (mishap.absurdity) this.counters.absurd++;
  }

  async #flush(): Promise<void> {
    while (!this.#connection.isClosed()) {
      try {
        await this.#connection.flush();
        return;
      } catch (error) {
        if (this.#connection.isClosed()) break;
        this.#options.log.warn({ error: String(error) }, "the server did not take the simulator's packs yet");
        if (this.#isStopped) return;
        await this.#sleep(RETRY_MS);
      }
    }
    this.#lost(new Error("the connection is closed"));
  }

  /** The connection is gone for good: the devices fall silent, and the rest of the runtime goes on. */
  #lost(error: unknown): void {
    if (this.#isStopped) return;
    this.#options.log.warn({ error: String(error) }, "simulator stopped: its NATS connection is gone");
    this.stop();
  }

  /** From where to go on: from where it was, or later when too much has piled up. */
  #caughtUp(doneMs: number, now: number): number {
    const { packsPerMs } = this.#schedule;
    const backlog = (now - doneMs) * packsPerMs;
    if (backlog <= MAX_BACKLOG_PACKS) return doneMs;
    const skipped = Math.round(backlog - MAX_BACKLOG_PACKS);
    this.counters.skipped += skipped;
    this.#options.log.warn({ skipped }, "simulator fell behind the clock and skipped readings");
    return Math.floor(now - MAX_BACKLOG_PACKS / packsPerMs);
  }

  #untilNextMs(doneMs: number, startedAtMs: number): number {
    const { nowMs, speed } = this.#options;
    const horizonMs = doneMs + MAX_SLEEP_MS * speed;
    const next = this.#schedule.packs(doneMs, horizonMs, startedAtMs).next();
    const dueMs = next.done ? horizonMs : next.value.atMs + 1;
    return Math.min(MAX_SLEEP_MS, Math.max(MIN_SLEEP_MS, (dueMs - nowMs()) / speed));
  }

  #sleep(durationMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#isStopped ? 0 : durationMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
