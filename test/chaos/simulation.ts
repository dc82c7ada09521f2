// Simulation: a district in one process, with faults between any two steps, all from one seed.
// Gives     what promise was broken, if any, with the last steps; a digest that is the same whenever the seed is the same
// Z1  no clock, no chance, no server: time is what the simulation says, also for those who ask how long something took, and every
//     choice is one of the seed's
// Z2  in the end faults stop and all is finished: only then the promises are checked (promises.ts)

import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PointModel, TwinId, TwinModel } from "../../models/district.ts";
import { encodeSenml } from "../../models/telemetry/senml.ts";
import type { SenmlReading } from "../../models/telemetry/senml-readings.ts";
import type { CommandEvent } from "../../runtime/log/events.ts";
import { frozen, START_MS, textOf } from "../runtime/live/harness.ts";
import { Chance } from "./chance.ts";
import { districtOfChance, IMPLAUSIBLE_W, INTERVAL_MS } from "./district.ts";
import { Ground, type Pack } from "./ground.ts";
import type { Plant } from "./plants.ts";
import { Program } from "./program.ts";
import { brokenPromises } from "./promises.ts";

const STEPS = 250;
/** What the gateway takes in one go at the most. */
const MOST_PACKS = 300;
const LAST_STEPS_TOLD = 12;
const MOST_BROKEN_TOLD = 5;

const WEIGHTS = {
  ...{ measure: 30, publish: 30, receive: 22, deliver: 40, write: 30, hear: 30, send: 20, tick: 8, command: 12 },
  ...{ acknowledge: 3, rest: 6, look: 6, flood: 2, flap: 2, garbage: 1, compact: 1, crash: 3, stop: 1, forgetIds: 2 },
} as const;

const COMMANDS: Record<string, readonly string[]> = {
  switch: ["open", "close"],
  line: ["open", "close", "reportFault", "clearFault"],
  building: ["setBack", "switchOff", "occupy"],
  meter: ["reportFault", "clearFault", "decommission", "recommission"],
};

interface Measured extends SenmlReading {
  twin: TwinId;
}

export interface Outcome {
  seed: number;
  broken: string[];
  steps: string[];
  digest: string;
}

/** Where a crash is made up, nothing needs to be on a real disk. */
const ROOM = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

export async function simulate(seed: number, plant: Plant = {}): Promise<Outcome> {
  const folder = mkdtempSync(join(ROOM, "quartier-chaos-"));
  const simulation = new Simulation(seed, plant, folder);
  const { now } = performance;
  performance.now = () => simulation.now;
  try {
    return await simulation.run();
  } finally {
    performance.now = now;
    rmSync(folder, { recursive: true });
  }
}

/** A failure as text: what broke, the last steps, and how to see it again. */
export function told({ seed, broken, steps }: Outcome): string {
  const some = broken.slice(0, MOST_BROKEN_TOLD).map((sentence) => `  broken: ${sentence}`);
  const last = steps.slice(-LAST_STEPS_TOLD).map((step) => `  ${step}`);
  return [`seed ${seed}: ${broken.length} broken`, ...some, ...last, `  again: SEED=${seed} npm run chaos`].join("\n");
}

class Simulation {
  readonly #seed: number;
  readonly #plant: Plant;
  readonly #chance: Chance;
  readonly #ground: Ground;
  readonly #steps: string[] = [];
  /** Packs that devices made and have not been told are safe. */
  readonly #backlog: { device: string; data: Uint8Array; rows: string[] }[] = [];
  readonly #devices: [device: string, meters: TwinId[]][];
  #program!: Program;
  #keys = 0;

  constructor(seed: number, plant: Plant, folder: string) {
    this.#seed = seed;
    this.#plant = plant;
    this.#chance = new Chance(seed);
    this.#ground = new Ground(districtOfChance(this.#chance), folder);
    this.#devices = [...this.#ground.district.devices];
  }

  get now(): number {
    return this.#ground.now;
  }

  async run(): Promise<Outcome> {
    const ground = this.#ground;
    let end = "";
    try {
      await this.#start();
      for (let i = 0; i < STEPS && ground.broken.length === 0; i++) await this.#step();
      if (ground.broken.length === 0) await this.#finish();
      if (ground.broken.length === 0) ground.broken.push(...brokenPromises(ground, this.#program));
      end = textOf(frozen(this.#program.world));
    } catch (error) {
      ground.broken.push(`it threw: ${(error as Error).stack}`);
    } finally {
      await this.#program?.end();
    }
    const hash = createHash("sha256").update(this.#steps.join("\n"));
    for (const log of ground.logs.values()) for (const bytes of log) hash.update(bytes);
    hash.update(end);
    return { seed: this.#seed, broken: ground.broken, steps: this.#steps, digest: hash.digest("hex") };
  }

  #note(step: string): void {
    this.#steps.push(`${String(this.#steps.length + 1).padStart(4)}  ${step}`);
  }

  async #step(): Promise<void> {
    const chance = this.#chance;
    const ground = this.#ground;
    const what = chance.weighted(WEIGHTS);
    const name = chance.one(this.#program.names);
    ground.now += chance.one([0, 0, 1, 1_000, 60_000, 120_000]);
    if (what === "measure") this.#measure(chance.one(this.#devices), chance.whole(1, 4));
    else if (what === "publish") this.#publish();
    else if (what === "receive") await this.#receive();
    else if (what === "deliver") {
      const [most, isMuch] = [chance.whole(0, 12), chance.once(4)];
      const delivered = await this.#program.deliver(name, most, isMuch);
      this.#note(`${name} delivers ${delivered}${isMuch ? ", which is much" : ""}`);
    } else if (what === "write") await this.#write(name);
    else if (what === "hear") {
      if (await this.#program.hear(name)) this.#note(`${name} hears that something is on disk`);
    } else if (what === "send") await this.#send(name);
    else if (what === "rest") {
      const most = chance.whole(0, 6);
      this.#note(`${name} has at most ${most} awake`);
      this.#program.rest(name, most);
    } else if (what === "look") {
      const id = chance.one([...ground.district.twins.keys()]);
      this.#note(`somebody looks at ${id}`);
      this.#program.look(id);
    } else if (what === "tick") this.#tick();
    else if (what === "flap") this.#flap();
    else if (what === "flood") this.#flood(chance.one(this.#devices));
    else if (what === "command") this.#command();
    else if (what === "acknowledge") this.#acknowledge();
    else if (what === "garbage") {
      this.#note(`garbage in the log of ${name}`);
      ground.append(name, new Uint8Array([0x7b, 0xff]));
    } else if (what === "compact") {
      this.#note("the history is compacted");
      await this.#program.store.history.compact();
      await this.#program.store.chapters.compact();
    } else if (what === "forgetIds") ground.window.clear();
    else if (what === "stop") await this.#stop();
    else await this.#restart("crash");
  }

  /** A device measures: a pack of rows, now and then of an earlier time or of another value for a time it has told already. */
  #measure([device, meters]: [string, TwinId[]], count: number): void {
    const chance = this.#chance;
    const readings = Array.from({ length: count }, () => {
      const twin = chance.one(meters);
      const point = chance.one(this.#ground.district.twins.get(twin)!.points!);
      const reading = this.#reading(twin, point, chance.once(4) ? chance.whole(0, 30) : 0, chance.once(12) ? 0.25 : 0);
      return point.name === "power" && chance.once(10) ? { ...reading, value: IMPLAUSIBLE_W } : reading;
    });
    this.#pack(device, readings);
  }

  /** A device measures all that it can. */
  #measureAll([device, meters]: [string, TwinId[]]): void {
    const pointsOf = (twin: TwinId) => this.#ground.district.twins.get(twin)!.points!;
    this.#pack(
      device,
      meters.flatMap((twin) => pointsOf(twin).map((point) => this.#reading(twin, point, 0, 0))),
    );
  }

  /** A device sends one point every millisecond; only of the last reading it is promised that it arrives. */
  #flood([device, meters]: [string, TwinId[]]): void {
    const chance = this.#chance;
    const ground = this.#ground;
    const twin = chance.one(meters);
    const point = chance.one(ground.district.twins.get(twin)!.points!);
    const packs = chance.whole(50, 250);
    ground.flooded.add(`${twin} ${point.name}`);
    // Other readings are of whole minutes: none of them is so near that one of these could take its place.
    ground.now = Math.floor(ground.now / 1_000) * 1_000 + 1_100;
    for (let i = 1; i <= packs; i++) {
      ground.now++;
      const reading = { ...this.#reading(twin, point, 0, 0), timeMs: ground.now };
      ground.publish(device, encodeSenml([reading]));
      if (i === packs) ground.acknowledged.add(`${twin} ${point.name} ${reading.timeMs} ${reading.value}`);
    }
    this.#note(`${device} floods ${twin} ${point.name}: ${packs} packs`);
    ground.now += 1_000;
  }

  #reading(twin: TwinId, { name: point, unit }: PointModel, minutesAgo: number, correction: number): Measured {
    const minute = Math.max(0, Math.floor((this.#ground.now - START_MS) / 60_000) - minutesAgo);
    // A register that rises by the minute, so that every reading of it is plausible in whichever order they come.
    const value = point === "power" ? ((minute * 37) % 400) + correction : 1_000 + minute + correction;
    return { twin, point, unit, value, timeMs: START_MS + minute * 60_000 };
  }

  #pack(device: string, readings: readonly Measured[]): void {
    const rows = readings.map(({ twin, point, timeMs, value }) => `${twin} ${point} ${timeMs} ${value}`);
    this.#backlog.push({ device, data: encodeSenml(readings), rows });
    this.#note(`${device} measures ${rows.join("; ")}`);
  }

  /** A pack goes to the stream: lost, stored but not acknowledged, stored, or stored twice; mostly the oldest first. */
  #publish(): void {
    const chance = this.#chance;
    if (this.#backlog.length === 0) return;
    const which = chance.once(3) ? chance.whole(0, this.#backlog.length - 1) : 0;
    const { device, data, rows } = this.#backlog[which]!;
    const fate = chance.weighted({ stored: 6, lost: 1, unacknowledged: 1, twice: 1 });
    this.#note(`${device} publishes ${rows[0]} ...: ${fate}`);
    if (fate === "lost") return;
    this.#ground.publish(device, data);
    if (fate === "twice") this.#ground.publish(device, data);
    if (fate === "unacknowledged") return;
    this.#backlog.splice(which, 1);
    for (const row of rows) this.#ground.acknowledged.add(row);
  }

  async #receive(): Promise<void> {
    const chance = this.#chance;
    const waiting = this.#ground.telemetry
      .filter(({ settled }) => !settled)
      .slice(0, chance.once(3) ? MOST_PACKS : chance.whole(1, 20));
    if (waiting.length === 0) return;
    const packs: Pack[] = chance.once(6) ? chance.shuffled(waiting) : waiting;
    const diesAt = chance.once(12) ? chance.whole(0, 2) : Number.POSITIVE_INFINITY;
    this.#note(`the gateway takes ${packs.map(({ sequence }) => sequence).join(" ")}`);
    const lives = await this.#program.receive(packs, diesAt, chance.once(2));
    if (!lives) await this.#restart(`crash of the gateway at append ${diesAt}`);
    // Settled, but the stream did not hear of it: it comes again.
    else if (chance.once(8)) chance.one(packs).settled = false;
  }

  async #write(name: string): Promise<void> {
    const what = this.#program.waiting(name);
    if (!what) return;
    const tornAt = this.#chance.once(14) ? this.#chance.whole(0, 9) : undefined;
    this.#note(`${name} writes a ${what}${tornAt === undefined ? "" : `: torn at ${tornAt}`}`);
    if (!(await this.#program.write(name, tornAt))) await this.#restart(`crash at a ${what}`);
  }

  async #send(name: string): Promise<void> {
    const mayLeave = this.#chance.once(6) ? this.#chance.whole(0, 4) : Number.POSITIVE_INFINITY;
    this.#note(`${name} sends`);
    if (!(await this.#program.send(name, mayLeave))) await this.#restart(`crash after ${mayLeave} left`);
  }

  #tick(): void {
    const ground = this.#ground;
    if (this.#chance.once(4)) ground.now += this.#chance.whole(1, 4) * INTERVAL_MS;
    this.#note(`the clock ticks: ${ground.now - START_MS}`);
    for (const name of this.#program.names) this.#program.append(name, { type: "tick", at: ground.now });
  }

  #command(): void {
    const chance = this.#chance;
    const ground = this.#ground;
    const { id: twin, kind } = chance.one(this.#commanded());
    // Every fourth time a client asks again with a key that it used before, of this twin or of another of its partition.
    const key = chance.once(4) ? chance.whole(0, this.#keys) : ++this.#keys;
    const name = chance.one(COMMANDS[kind]!);
    this.#note(`${twin} is told ${name}, key ${key}`);
    const args = { reason: "seen" };
    const id = `${ground.cellOf.get(twin)!} ${key}`;
    this.#append({ type: "command", at: ground.now, id, twin, name, args: name === "reportFault" ? args : {} });
  }

  #commanded(): TwinModel[] {
    return [...this.#ground.district.twins.values()].filter(({ kind }) => kind in COMMANDS);
  }

  #append(command: CommandEvent): void {
    this.#program.append(this.#ground.cellOf.get(command.twin)!, command);
  }

  /** A fault comes and goes every second. */
  #flap(): void {
    const twin = this.#chance.one(this.#commanded().filter(({ kind }) => COMMANDS[kind]!.includes("clearFault"))).id;
    const times = this.#chance.whole(6, 15);
    this.#note(`the fault of ${twin} comes and goes ${times} times`);
    for (let i = 0; i < times; i++) {
      this.#ground.now += 1_000;
      const command = { type: "command" as const, at: this.#ground.now, id: `flap ${++this.#keys}`, twin };
      if (i % 2 === 0) this.#append({ ...command, name: "reportFault", args: { reason: "seen" } });
      else this.#append({ ...command, name: "clearFault", args: {} });
    }
  }

  #acknowledge(): void {
    const alarms = this.#program.store.alarms();
    if (alarms.length === 0) return;
    const { id: alarm, twin } = this.#chance.one(alarms);
    const id = `acknowledge ${++this.#keys}`;
    this.#note(`somebody acknowledges ${alarm}`);
    const { now, cellOf } = this.#ground;
    this.#program.append(cellOf.get(twin)!, { type: "acknowledge", at: now, id, alarm });
  }

  async #restart(why: string): Promise<void> {
    this.#note(`the program ends (${why}) and starts`);
    await this.#program.end();
    this.#ground.now += this.#chance.one([0, 1_000, INTERVAL_MS, 4 * INTERVAL_MS]);
    await this.#start();
  }

  /** Half of the lives have room for a few twins only. */
  async #start(): Promise<void> {
    const maxAwake = this.#chance.one([2, 6, 1_000, 1_000]);
    this.#program = await Program.start(this.#ground, this.#plant, maxAwake);
  }

  /** A stop in good order: all is on disk. */
  async #stop(): Promise<void> {
    for (const name of this.#program.names) await this.#program.finish(name);
    await this.#restart("stopped");
  }

  /** Everything that is under way arrives, without faults, and every meter is heard once more. */
  async #finish(): Promise<void> {
    const ground = this.#ground;
    this.#note("faults stop");
    ground.now += 60_000;
    for (const device of this.#devices) this.#measureAll(device);
    for (const { device, data, rows } of this.#backlog.splice(0)) {
      ground.publish(device, data);
      for (const row of rows) ground.acknowledged.add(row);
    }
    const program = this.#program;
    await program.receive(
      ground.telemetry.filter(({ settled }) => !settled),
      Number.POSITIVE_INFINITY,
      false,
    );
    for (let moved = true; moved; ) {
      moved = false;
      for (const name of program.names) {
        const delivered = await program.deliver(name, 1_000, true);
        moved ||= delivered > 0;
        await program.finish(name);
        await program.send(name);
      }
    }
  }
}
