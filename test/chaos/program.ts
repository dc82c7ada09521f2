// Program: one life of the program, from a start to a crash, over the real partitions, store, gateway and outboxes.
// Fed by    the ground; the simulation says what is done next and where it is cut off
// Z1  a step that is cut off gives false: the program is dead, and only the ground goes on
// Z2  nothing here waits for a clock; what is cut off never returns

import type { JsMsg } from "@nats-io/jetstream";
import { runGateway } from "../../runtime/gateway.ts";
import type { Changes } from "../../runtime/live/changes.ts";
import type { Partition, PartitionRecord } from "../../runtime/live/partition.ts";
import { freeze } from "../../runtime/live/snapshot.ts";
import { decodeEvent, encodeEvent, type LogEvent } from "../../runtime/log/events.ts";
import { Outbox } from "../../runtime/outbox.ts";
import { floodingDevices, HOLD_MS, RateLimits } from "../../runtime/rate-limits.ts";
import { Store } from "../../runtime/store/store.ts";
import { TestWorld, textOf } from "../runtime/live/harness.ts";
import type { Ground, Pack } from "./ground.ts";
import type { Plant } from "./plants.ts";

const NEVER = new Promise<never>(() => {});
const LETTER = { subject: "log", code: "LOG_UNREADABLE", reason: "unreadable", payload: new Uint8Array() };

/** Where a commit is cut off: nowhere, within its transaction, or when it is on disk and nobody knows. */
export type Cut = "whole" | "torn" | "unknown";

export class Program {
  readonly world: TestWorld;
  readonly store: Store;
  readonly #ground: Ground;
  readonly #plant: Plant;
  readonly #limits: RateLimits<JsMsg>;
  readonly #outboxes = new Map<string, Outbox>();
  /** Committed, and not handed to the outbox yet. */
  readonly #toSend = new Map<string, Changes["outbox"]>();
  readonly #waiting = new Map<string, number>();
  /** Messages that may still leave before the program is cut off. */
  #mayLeave = Number.POSITIVE_INFINITY;
  #struckOut: () => void = () => {};
  #cutOff: () => void = () => {};

  constructor(ground: Ground, plant: Plant) {
    this.#ground = ground;
    this.#plant = plant;
    const store = new Store(ground.folder, ground.district.id);
    this.store = store;
    this.world = new TestWorld(ground.district, { cells: ground.cellOf, store, numbers: ground.numbers });
    const standing = store.alarms().filter(({ state }) => state !== "CLEARED");
    this.#limits = new RateLimits(() => ground.now, floodingDevices(standing));
    for (const [id, text] of ground.frozen) {
      const woken = textOf(freeze(this.world.twin(id)));
      if (woken !== text) ground.broken.push(`${id} was committed as ${text} and woke as ${woken}`);
    }
    for (const name of this.names) {
      this.#toSend.set(name, []);
      this.#outboxes.set(name, this.#outbox(name));
      this.append(name, { type: "resumed", at: ground.now });
    }
  }

  get names(): string[] {
    return [...this.world.partitions.keys()];
  }

  partition(name: string): Partition {
    return this.world.partitions.get(name)!;
  }

  append(name: string, event: LogEvent): void {
    this.#ground.append(name, encodeEvent(event));
  }

  /** The gateway takes packs; it dies before the given append, or, when `isStored`, right after it. */
  async receive(packs: Pack[], diesAt: number, isStored: boolean): Promise<boolean> {
    let closed = false;
    let left = diesAt;
    let taken = false;
    let ended = false;
    const settle = (done: readonly JsMsg[]) => {
      for (const pack of done as unknown as Pack[]) pack.settled = true;
    };
    const take = async (_most: number, withinMs = Number.POSITIVE_INFINITY) => {
      const all = packs as unknown as JsMsg[];
      if (taken) {
        // What is held goes in this turn, and a device that floods is calm in one of the next.
        if (withinMs > HOLD_MS) ended = true;
        else this.#ground.now += withinMs;
        return [];
      }
      taken = true;
      if (this.#plant.settlesEarly) settle(all);
      return all;
    };
    const append = async (partition: string, event: LogEvent) => {
      if (left-- > 0) return this.#ground.append(partition, encodeEvent(event));
      if (isStored) this.#ground.append(partition, encodeEvent(event));
      closed = true;
      throw new Error("cut off");
    };
    const inbox = {
      ...{ take, settle },
      get closed() {
        return closed || ended;
      },
    };
    const { bindings, cellOf } = this.#ground;
    const gates = { bindings, limits: this.#limits, cellOf: (twin: string) => cellOf.get(twin) };
    const host = { failed: () => {}, counted: () => {}, deadLetters: this.store.deadLetters };
    await runGateway({ inbox, streams: { append }, ...gates, now: () => this.#ground.now, ...host });
    return !closed;
  }

  /** Delivers up to that many messages of a log. */
  async deliver(name: string, most: number): Promise<number> {
    const partition = this.partition(name);
    const log = this.#ground.logs.get(name)!;
    const next = partition.position + 1;
    const count = Math.min(most, log.length - partition.position);
    const sequences = Array.from({ length: count }, (_, i) => next + i);
    for (const sequence of this.#plant.batch?.(sequences) ?? sequences) {
      const event = decodeEvent(log[sequence - 1]!);
      if (typeof event === "string") {
        await this.store.deadLetters.add([{ ...LETTER, at: this.#ground.now, place: `${name}-${sequence}` }]);
      } else {
        for (const each of this.#plant.applied?.(event, sequence) ?? [event]) partition.apply(each, sequence);
      }
      partition.passed(sequence);
    }
    return count;
  }

  async commit(name: string, cut: Cut): Promise<boolean> {
    const ground = this.#ground;
    const partition = this.partition(name);
    const changes = partition.takeChanges();
    const before = this.store.partition(name);
    const record =
      this.#plant.record?.(partition.record(), before as PartitionRecord | undefined) ?? partition.record();
    const stored = { ...record, stream: name, created: "1" };
    if (cut === "torn") {
      // The transaction has written twins, journal and alarms by now.
      const torn = Object.create(changes, {
        outbox: {
          get: () => {
            throw new Error("cut off");
          },
        },
      }) as Changes;
      await this.store.commit(name, stored, torn, ground.now).catch(() => {});
      return false;
    }
    await this.store.commit(name, stored, this.#plant.changes?.(changes) ?? changes, ground.now);
    ground.noteCommit(name, changes);
    for (const [id, twin] of partition.twins) ground.frozen.set(id, textOf(freeze(twin)));
    if (cut === "unknown") return false;
    this.#toSend.get(name)!.push(...changes.outbox);
    return true;
  }

  /** Lets leave what was committed; cut off when so many messages have left, and none of them is struck out then. */
  async send(name: string, mayLeave = Number.POSITIVE_INFINITY): Promise<boolean> {
    const committed = this.#toSend.get(name)!.splice(0);
    const entries = this.#plant.waiting?.(committed) ?? committed;
    this.#waiting.set(name, this.#waiting.get(name)! + entries.length);
    if (this.#waiting.get(name) === 0) return true;
    this.#mayLeave = mayLeave;
    const done = new Promise<boolean>((resolve) => {
      this.#struckOut = () => resolve(true);
      this.#cutOff = () => resolve(false);
    });
    this.#outboxes.get(name)!.send(entries);
    const lives = await done;
    // The outbox ends its run a few turns after it has struck out the last.
    if (lives) await new Promise(setImmediate);
    return lives;
  }

  #outbox(name: string): Outbox {
    const leave = async <T>(left: () => T): Promise<T> => {
      if (this.#mayLeave-- > 0) return left();
      this.#cutOff();
      return NEVER;
    };
    const ways = {
      append: (to: string, event: LogEvent, id?: string) =>
        leave(() => this.#ground.append(to, encodeEvent(event), id)),
      publish: (_subject: string, _bytes: Uint8Array, id: string) => leave(() => void this.#ground.published.add(id)),
    };
    const strikes = {
      outbox: (partition: string) => {
        const entries = this.store.outbox(partition);
        const waiting = this.#plant.waiting?.(entries) ?? entries;
        this.#waiting.set(name, waiting.length);
        return waiting;
      },
      sent: async (partition: string, entries: Changes["outbox"]) => {
        if (this.#mayLeave-- <= 0) {
          this.#cutOff();
          return NEVER;
        }
        await this.store.sent(partition, entries);
        const left = this.#waiting.get(name)! - entries.length;
        this.#waiting.set(name, left);
        if (left === 0) this.#struckOut();
      },
    };
    return new Outbox(
      name,
      ways,
      strikes,
      () => this.#ground.now,
      () => {},
    );
  }

  /** The end of this life, by crash or by stop: what was not committed is gone. */
  async end(): Promise<void> {
    await this.store.close();
  }
}
