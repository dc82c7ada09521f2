// A world: a district with its logs, clock and store, alive from start to stop. Answers everything that is asked of it.
// Fed by    the model; devices and commands, by way of its works
// Gives     the `World` of views.ts, and a clean end
// W1  opened, it answers what the last checkpoints have, reads nothing that is not asked for, and changes nothing
// W2  joined, it has caught up with the log of every partition, and knows that time goes on
// W3  another version of the model comes under the living twins by a turn: all that was begun is brought to an end and to disk, then
//     partitions of the new version go on from there; queries are answered all the while, commands wait
// W4  a turn that was cut off, at any point, is gone through with at the next start: a stop does not wait for what it waits for

import type { NatsConnection } from "@nats-io/transport-node";
import type { Logger } from "pino";
import type { Directory } from "../models/directory.ts";
import type { HistoryBatch } from "../models/telemetry/history-rows.ts";
import { AlarmBook } from "./alarm-book.ts";
import { type Clock, startClock } from "./clock.ts";
import { CommandDesk } from "./command-desk.ts";
import { QuartierError } from "./errors.ts";
import type { ImportReport } from "./history-views.ts";
import { ImportDesk } from "./import-desk.ts";
import { programText } from "./kept-district.ts";
import type { News } from "./live/changes.ts";
import type { Partition } from "./live/partition.ts";
import type { Catalogue } from "./live/population.ts";
import type { Streams } from "./log/streams.ts";
import { makePartitions } from "./partitions.ts";
import { Reader } from "./reader.ts";
import { Store } from "./store/store.ts";
import type { AlarmView, DeadLetterReplay, WorldStatus } from "./views.ts";
import { demandSound, type Opening, openingOf } from "./versions/opening.ts";
import type { ModelFiles } from "./versions/model-files.ts";
import { Turn } from "./versions/turn.ts";
import type { ApplyRequest, ModelPlanView, ModelVersionView } from "./versions/version-views.ts";
import { ModelVersions, planView } from "./versions/versions.ts";
import type { Works, WorksHost } from "./works.ts";

export interface WorldOptions {
  /** What the folder of the district was loaded to. */
  directory: Directory;
  catalogue: Catalogue;
  /** Folder of the store. */
  dataDir: string;
  /** Versions of the model. */
  models: ModelFiles;
  /** Loads one; see versions/loading-process.ts. */
  loadingProgram: URL;
  /** Keeps the store in order, in a process of its own; without it that is done here. */
  upkeepProgram?: URL | undefined;
  /** World seconds in a second of the wall clock. */
  speed: number;
  /** Where a log lost something, go on without it. */
  acceptLoss?: boolean;
  log: Logger;
  /** Something happened that this program must not go on from. */
  halt: (error: Error) => void;
  /** The district stands on another version of its model. */
  turned?: () => void;
}

export interface Joining {
  connection: NatsConnection;
  nats: {
    /** For eyes, as is the version. */
    url: string;
    version: string;
    /** Ends it by force and starts it again, where it is our own. */
    startAnew?: () => void;
  };
}

export class RunningWorld extends Reader {
  readonly #options: WorldOptions;
  readonly #startedAt: number;
  readonly #imports: ImportDesk;
  readonly #versions: ModelVersions;
  readonly #opening: Opening;
  #nats: Joining["nats"] | undefined;
  #works: Works | undefined;
  #joining: Promise<void> | undefined;
  readonly #turn: Turn;
  #stopping = false;
  #isHurried = false;

  static async open(options: WorldOptions): Promise<RunningWorld> {
    const { directory, catalogue, dataDir, speed, upkeepProgram, models: files, loadingProgram } = options;
    const store = new Store(dataDir, directory.id, upkeepProgram);
    try {
      const program = programText();
      const versions = new ModelVersions({ store, catalogue, files, dataDir, loadingProgram, program, directory });
      const opening = await openingOf(directory, store.models, versions);
      versions.directory = opening.directory;
      await versions.forgetOld(directory.key);
      const partitions = await makePartitions(opening.directory, catalogue, store);
      const stoodAt = partitions.map(({ name }) => store.partition(name)?.now ?? 0);
      const clock = startClock(speed, Math.max(...stoodAt));
      return new RunningWorld(options, opening, versions, store, partitions, clock);
    } catch (error) {
      await store.close();
      // What is damaged shows itself in many ways.
      if (!(error instanceof QuartierError)) await files.demandSound(directory.key);
      throw error;
    }
  }

  private constructor(
    options: WorldOptions,
    opening: Opening,
    versions: ModelVersions,
    store: Store,
    partitions: readonly Partition[],
    clock: Clock,
  ) {
    const { directory } = opening;
    const logs = { append: async (...event: Parameters<Streams["append"]>) => this.#streams.append(...event) };
    const desk = new CommandDesk(
      logs,
      (id) => store.outcome(id),
      () => clock.now(),
    );
    super({ directory, store, partitions, book: new AlarmBook(() => store.alarms()), clock, desk }, options.catalogue);
    this.#options = options;
    this.#opening = opening;
    this.#versions = versions;
    this.#startedAt = Date.now();
    this.#turn = new Turn({
      ...{ versions, parts: () => this.parts, works: () => this.#joined, halt: options.halt },
      ...{ twin: (id) => this.twin(id), pointsOf: (id) => this.pointsOf(id) },
      ...{ standOn: (directory) => this.#standOn(directory), turned: () => options.turned?.() },
    });
    this.#imports = new ImportDesk({
      ...{ streams: logs, now: () => clock.now(), pointsOf: (id) => this.pointsOf(id) },
      partitionOf: (id) => this.parts.directory.cellOf(id),
      isRetired: (id) => store.models.retired(id) !== undefined,
      stands: () => this.stands(),
    });
  }

  get #streams(): Streams {
    return this.#joined.streams;
  }

  get #joined(): Works {
    if (this.#works) return this.#works;
    throw new QuartierError("LOG_UNAVAILABLE", "the program is starting, and has not reached NATS yet");
  }

  /** To be called once. Resolves when every partition has applied all of its log. */
  join(joining: Joining): Promise<void> {
    this.#joining = this.#join(joining);
    return this.#joining;
  }

  async #join({ connection, nats }: Joining): Promise<void> {
    const woken = this.#wake();
    // What is damaged says more than what fails on it.
    woken.catch(() => {});
    await demandSound(this.#opening, this.#options.models);
    await woken;
    // What only answers needs nothing of it.
    const [{ Works }, { Streams }] = await Promise.all([import("./works.ts"), import("./log/streams.ts")]);
    this.#works = new Works(this.#worksHost, await Streams.open(connection, this.parts.directory.id));
    this.#nats = nats;
    if (this.#stopping) this.#hurry();
    await this.#works.catchUp();
    if (!this.#stopping) await this.#turn.open(this.#opening);
  }

  /** Lets the partitions take up what the store has of them. */
  async #wake(): Promise<void> {
    const { store, book, partitions, directory } = this.parts;
    const standing = new Map(partitions.map(({ name }): [string, AlarmView[]] => [name, []]));
    for (const alarm of book.standing()) standing.get(directory.cellOf(alarm.twin) ?? "")?.push(alarm);
    for (const partition of partitions) {
      const { name } = partition;
      partition.wake(store.partition(name), standing.get(name)!, store.told(name).upTo);
      // Whoever asks gets an answer between two of them.
      await new Promise(setImmediate);
    }
  }

  get #worksHost(): WorksHost {
    const { log, halt, acceptLoss = false } = this.#options;
    const changed = (news: News) => this.#changed(news);
    const silent = (error: QuartierError) => this.#silent(error);
    return { parts: this.parts, acceptLoss, log, halt, changed, silent, nextNews: () => this.nextNews() };
  }

  #silent(error: QuartierError): void {
    const { startAnew } = this.#nats ?? {};
    this.#options.log.error(
      { err: error },
      startAnew ? "nats-server hangs; starting it anew" : "the given nats-server hangs, and wants a restart",
    );
    startAnew?.();
  }

  #changed(news: News): void {
    this.parts.book.put(news.alarms);
    this.#imports.counted(news.imports);
    this.tell(news);
  }

  models(): ModelVersionView[] {
    return this.#versions.list();
  }

  async addModel(archive: AsyncIterable<Uint8Array>): Promise<ModelVersionView> {
    this.#refuseWhenStopping();
    return this.#versions.add(archive);
  }

  protected async openModel(version: string): Promise<Directory | undefined> {
    return this.#versions.open(version);
  }

  async planModel(version: string): Promise<ModelPlanView> {
    return planView(await this.#versions.plan(version));
  }

  async applyModel(request: ApplyRequest): Promise<ModelPlanView> {
    this.#refuseWhenStopping();
    return planView(await this.#turn.apply(request));
  }

  protected async stands(): Promise<void> {
    await this.#turn.over();
  }

  async #standOn(directory: Directory): Promise<void> {
    const { catalogue } = this.#options;
    const partitions = await makePartitions(directory, catalogue, this.parts.store);
    this.parts = { ...this.parts, directory, partitions };
    this.look();
    this.#versions.directory = directory;
    await this.#wake();
    const { Works } = await import("./works.ts");
    this.#works = new Works(this.#worksHost, this.#works!.streams);
    if (this.#isHurried) this.#works.hurry();
    await this.#works.catchUp();
  }

  async status(): Promise<WorldStatus> {
    const { store, partitions } = this.parts;
    const asked = [this.#works?.waiting(), ...partitions.map(({ name }) => this.#works?.lag(name))];
    const told = await Promise.allSettled(asked);
    const answers = told.every(({ status }) => status === "fulfilled");
    const [waiting, ...lags] = told.map((each) => (each.status === "fulfilled" ? each.value : undefined));
    const { deadLettered = 0, coalesced = 0 } = this.#works?.counts ?? {};
    return {
      ...{ startedAt: this.#startedAt, now: this.now() },
      nats: this.#nats && { url: this.#nats.url, version: this.#nats.version, answers },
      waiting,
      readings: { ...this.readings, deadLettered, coalesced },
      partitions: partitions.map(({ name, twins, position }, i) => ({
        ...{ name, twins: twins.slots, lag: lags[i] },
        position: Math.max(position, store.partition(name)?.position ?? 0),
      })),
    };
  }

  async replayDeadLetter(id: string): Promise<DeadLetterReplay> {
    this.#refuseWhenStopping();
    const { replay } = await import("./replay.ts");
    return replay(id, this.parts.store.deadLetters, this.#streams);
  }

  async dropDeadLetter(id: string): Promise<boolean> {
    this.#refuseWhenStopping();
    return this.parts.store.deadLetters.drop(id);
  }

  async importHistory(batches: AsyncIterable<HistoryBatch>): Promise<ImportReport> {
    await this.stands();
    return this.#imports.take(batches);
  }

  /** Nobody waits any more for what may never come. */
  #hurry(): void {
    this.#isHurried = true;
    this.#works?.hurry();
    this.wakeWaiting();
  }

  #refuseWhenStopping(): void {
    if (this.#stopping) throw new QuartierError("STOPPING", "the program is stopping");
  }

  /** Stops taking in, finishes what was begun, and closes the store. */
  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    await this.#turn.close(() => this.#hurry());
    this.parts.desk.close();
    this.#imports.close();
    this.#hurry();
    await this.#joining?.catch(() => {});
    await this.#works?.stop();
    this.close();
    await this.parts.store.close();
  }
}
