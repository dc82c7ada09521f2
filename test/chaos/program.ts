// Program: one life of the program, from a start to a crash, over the real partitions, keepers, store, gateway and outboxes.
// Fed by    the ground; the simulation says what is done next and where it is cut off
// Z1  a step that is cut off gives false: the program is dead, and only the ground goes on
// Z2  nothing here waits for a clock; what is cut off never returns

import type { TwinId } from "../../models/district.ts";
import { runGateway } from "../../runtime/gateway.ts";
import { Keeper } from "../../runtime/keeper.ts";
import type { OutboxEntry, ReadingCounters } from "../../runtime/live/changes.ts";
import type { Partition } from "../../runtime/live/partition.ts";
import type { Stamped } from "../../runtime/log/address.ts";
import { decodeEvent, encodeEvent, type LogEvent } from "../../runtime/log/events.ts";
import type { Message } from "../../runtime/log/publisher.ts";
import { Outbox } from "../../runtime/outbox.ts";
import { floodingDevices, HOLD_MS, RateLimits } from "../../runtime/rate-limits.ts";
import { Store } from "../../runtime/store/store.ts";
import { UnsavedWork } from "../../runtime/unsaved-work.ts";
import { asRead, asWritten, remembered, type TestWorld, textOf, worldOver } from "../runtime/live/harness.ts";
import { CHECKPOINT_PARTS, Disk, TOLD_PARTS } from "./disk.ts";
import type { Ground, Pack } from "./ground.ts";
import type { Plant } from "./plants.ts";

const NEVER = new Promise<never>(() => {});
const LETTER = { subject: "log", code: "LOG_UNREADABLE", reason: "unreadable", payload: new Uint8Array() };
/** As much work as makes a checkpoint due. */
const MUCH_WORK_MS = 1e6;

/** A partition with all that brings to disk, and out of the house, what it does. */
interface Seat {
  name: string;
  partition: Partition;
  disk: Disk;
  keeper: Keeper;
  outbox: Outbox;
  /** On disk, and not handed to the outbox yet. */
  toSend: OutboxEntry[][];
  /** Batches that the outbox has and has not struck out. */
  sending: number;
  /** Counted since the last checkpoint was taken. */
  readings: ReadingCounters;
}

const noReadings = (): ReadingCounters => ({ applied: 0, duplicates: 0, late: 0, corrected: 0 });

export class Program {
  readonly world: TestWorld;
  readonly store: Store;
  readonly #ground: Ground;
  readonly #plant: Plant;
  readonly #limits: RateLimits<Stamped>;
  readonly #seats: ReadonlyMap<string, Seat>;
  /** Messages that may still leave before the program is cut off. */
  #mayLeave = Number.POSITIVE_INFINITY;
  #struckOut: () => void = () => {};
  #cutOff: () => void = () => {};

  /** `maxAwake`: so many twins of a partition stay awake. */
  static async start(ground: Ground, plant: Plant, maxAwake: number): Promise<Program> {
    const store = new Store(ground.folder, ground.district.id);
    try {
      const world = await worldOver(plant.store?.(store) ?? store, ground.district, { cells: ground.cellOf });
      return new Program(ground, plant, store, world, maxAwake);
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  private constructor(ground: Ground, plant: Plant, store: Store, world: TestWorld, maxAwake: number) {
    this.#ground = ground;
    this.#plant = plant;
    this.store = store;
    this.world = world;
    const standing = store.alarms().filter(({ state }) => state !== "CLEARED");
    this.#limits = new RateLimits(() => ground.now, floodingDevices(standing));
    for (const [id, text] of ground.frozen) {
      const woken = textOf(remembered(this.world.twin(id)));
      if (woken !== text) ground.broken.push(`${id} was saved as ${text} and woke as ${woken}`);
    }
    this.#seats = new Map([...world.partitions].map(([name, partition]) => [name, this.#seat(partition, maxAwake)]));
    for (const { name, partition } of this.#seats.values()) {
      partition.rest(0);
      this.append(name, { type: "resumed", at: ground.now });
    }
  }

  get names(): string[] {
    return [...this.#seats.keys()];
  }

  partition(name: string): Partition {
    return this.#of(name).partition;
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
    const settle = (done: readonly Stamped[]) => {
      for (const pack of done as unknown as Pack[]) pack.settled = true;
    };
    const take = async (_most: number, withinMs = Number.POSITIVE_INFINITY) => {
      const all = packs as unknown as Stamped[];
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

  /** Delivers up to that many messages of a log, and lets the keeper know. `isMuch`: it is time for a checkpoint. */
  async deliver(name: string, most: number, isMuch: boolean): Promise<number> {
    const { partition, keeper } = this.#of(name);
    const log = this.#ground.logs.get(name)!;
    const next = partition.position + 1;
    const count = Math.min(most, log.length - partition.position);
    const sequences = Array.from({ length: count }, (_, i) => next + i);
    for (const sequence of this.#plant.batch?.(sequences) ?? sequences) {
      const event = decodeEvent(log[sequence - 1]!);
      if (typeof event === "string") {
        await this.store.deadLetters.add([{ ...LETTER, at: this.#ground.now, place: `${name}-${sequence}` }]);
      } else {
        const events = this.#plant.applied?.(asWritten(event), sequence)?.map(asRead);
        for (const each of events ?? [event]) partition.apply(each, sequence);
      }
      partition.passed(sequence);
    }
    await keeper.keep(isMuch ? MUCH_WORK_MS : 0);
    return count;
  }

  /** What a partition wants written next. */
  waiting(name: string): "checkpoint" | "telling" | undefined {
    return this.#of(name).disk.next;
  }

  /** Writes what a partition wants written, or tears it at one of its parts. */
  async write(name: string, tornAt?: number): Promise<boolean> {
    const { disk } = this.#of(name);
    const parts = disk.next === "checkpoint" ? CHECKPOINT_PARTS : TOLD_PARTS;
    await disk.write(tornAt === undefined ? undefined : parts[tornAt % parts.length]);
    return tornAt === undefined;
  }

  /** Lets a keeper hear that something is on disk. */
  async hear(name: string): Promise<boolean> {
    return this.#of(name).disk.hear();
  }

  /** Puts twins to sleep, as if there were too many of them. */
  rest(name: string, most: number): void {
    const { partition } = this.#of(name);
    if (this.#plant.restsUnsaved) partition.twins.rest(most, () => true);
    else partition.rest(most);
  }

  /** Somebody looks at a twin, which may wake it. */
  look(id: TwinId): void {
    const { twins } = this.partition(this.#ground.cellOf.get(id)!);
    const [asleep, awake] = [twins.peek(id)!.state, twins.get(id)!.state];
    if (asleep !== awake) this.#ground.broken.push(`${id} was ${asleep}, and when it was looked at ${awake}`);
  }

  /** Lets leave what is on disk; cut off when so many messages have left, and none of them is struck out then. */
  async send(name: string, mayLeave = Number.POSITIVE_INFINITY): Promise<boolean> {
    const seat = this.#of(name);
    const batches = seat.toSend.splice(0);
    seat.sending += batches.length;
    if (seat.sending === 0) return true;
    this.#mayLeave = mayLeave;
    const done = new Promise<boolean>((resolve) => {
      this.#struckOut = () => resolve(true);
      this.#cutOff = () => resolve(false);
    });
    seat.outbox.send([]);
    for (const batch of batches) seat.outbox.send(batch);
    const lives = await done;
    // The outbox ends its run a few turns after it has struck out the last.
    if (lives) await new Promise(setImmediate);
    return lives;
  }

  /** All that a partition did comes on disk, as at a stop. */
  async finish(name: string): Promise<void> {
    const { keeper } = this.#of(name);
    let isDone = false;
    const done = keeper.finish().then(() => {
      isDone = true;
    });
    while (!isDone) {
      await this.write(name);
      await this.hear(name);
    }
    await done;
  }

  #of(name: string): Seat {
    return this.#seats.get(name)!;
  }

  #seat(partition: Partition, maxAwake: number): Seat {
    const { name } = partition;
    const ground = this.#ground;
    const seat = { name, partition, toSend: [], sending: 0, readings: noReadings() } as unknown as Seat;
    seat.disk = this.#disk(seat);
    seat.outbox = this.#outbox(seat);
    seat.keeper = new Keeper({
      ...{ partition, store: seat.disk, stream: { stream: name, created: "1" }, now: () => ground.now },
      unsaved: new UnsavedWork(),
      maxAwake: () => maxAwake,
      changed: ({ readings, outbox }) => {
        for (const key of Object.keys(readings) as (keyof ReadingCounters)[]) seat.readings[key] += readings[key];
        if (this.#plant.leavesEarly && outbox.length > 0) seat.toSend.push(outbox);
      },
      told: ({ outbox }) => {
        if (outbox.length > 0) seat.toSend.push(...waitingOf(this.#plant, [outbox]));
      },
      room: () => seat.outbox.room(),
      failed: (error) => ground.broken.push(`the keeper of ${name} failed: ${error.stack}`),
    });
    return seat;
  }

  #disk(seat: Seat): Disk {
    const { name, partition } = seat;
    const ground = this.#ground;
    const { checkpoint, told = (each) => each } = this.#plant;
    return new Disk({
      store: this.store,
      instead: {
        checkpoint: (taken) => {
          const all = checkpoint?.(taken, this.store.partition(name)) ?? taken;
          return { ...all, told: told(all.told) };
        },
        told,
      },
      taking: (what, isCheckpoint) => {
        if (!isCheckpoint) return () => ground.noteTold(name, what);
        const { readings } = seat;
        seat.readings = noReadings();
        // Those who are asleep are as they were.
        const frozen = new Map([...partition.twins.awake()].map((twin) => [twin.id, textOf(remembered(twin))]));
        return () => {
          ground.noteTold(name, what);
          ground.noteCheckpoint(frozen, readings);
        };
      },
    });
  }

  #outbox(seat: Seat): Outbox {
    const ground = this.#ground;
    const { name } = seat;
    const leave = async <T>(ids: readonly string[], left: () => T): Promise<T> => {
      if (this.#mayLeave-- > 0) {
        for (const id of ids) ground.noteLeft(id);
        return left();
      }
      this.#cutOff();
      return NEVER;
    };
    const ways = {
      append: (to: string, event: LogEvent, id?: string) => {
        const entries = event.type === "signals" ? event.entries : [];
        const ids = entries.map(([sequence, index]) => `${name}-${sequence}-${index}`);
        return leave(ids, () => ground.append(to, encodeEvent(event), id));
      },
      publish: async (messages: readonly Message[]) => {
        await Promise.all(messages.map(({ id }) => leave([id], () => void ground.published.add(id))));
      },
    };
    const strikes = {
      outbox: (partition: string) => {
        const waiting = waitingOf(this.#plant, this.store.outbox(partition));
        seat.sending = waiting.length;
        return waiting;
      },
      sent: async (partition: string, batch: readonly OutboxEntry[]) => {
        if (this.#mayLeave-- <= 0) {
          this.#cutOff();
          return NEVER;
        }
        await this.store.sent(partition, batch);
        if (--seat.sending === 0) this.#struckOut();
      },
    };
    return new Outbox(
      name,
      ways,
      strikes,
      () => ground.now,
      (error) => ground.broken.push(`the outbox of ${name} failed: ${(error as Error).stack}`),
    );
  }

  /** The end of this life, by crash or by stop: what is not on disk is gone. */
  async end(): Promise<void> {
    await this.store.close();
  }
}

const waitingOf = ({ waiting }: Plant, batches: OutboxEntry[][]): OutboxEntry[][] =>
  (waiting?.(batches) ?? batches).filter(({ length }) => length > 0);
