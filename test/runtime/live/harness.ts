// A world without NATS: partitions over a small district, their logs in memory, signals carried from one to the other in order.
// Fed by    a district and a catalogue; events, which go through the codec as they would on their way through the log
// Gives     the partitions, what each commit gave, and the logs, so that a test can play them again
// H1  nothing leaves before `commit`, and what left arrives in the order in which it left

import { cellsOf } from "../../../models/cells.ts";
import type { Branch, Kind, Link, LinkRole, LoadedDistrict, TwinId, TwinModel } from "../../../models/district.ts";
import type { DecidedOutcome, ImportCounts, OutboxEntry } from "../../../runtime/live/changes.ts";
import type { PartitionRecord } from "../../../runtime/live/checkpoint.ts";
import { Dictionary } from "../../../runtime/live/dictionary.ts";
import type { LiveTwin } from "../../../runtime/live/live-twin.ts";
import type { StoredHistory } from "../../../runtime/live/known.ts";
import * as page from "../../../runtime/live/page.ts";
import { Partition } from "../../../runtime/live/partition.ts";
import { type Catalogue, Population } from "../../../runtime/live/population.ts";
import { NO_RARE, type RareRecord, rareOf } from "../../../runtime/live/rare.ts";
import type { Seats, Shelf } from "../../../runtime/live/roster.ts";
import type { Layout } from "../../../runtime/live/shape.ts";
import { type StateName, States } from "../../../runtime/live/states.ts";
import {
  decodeEvent,
  encodeEvent,
  type ImportedRow,
  type LogEvent,
  type ReadEvent,
} from "../../../runtime/log/events.ts";
import type { ReadingRow } from "../../../runtime/log/readings.ts";
import { directoryOf, enrol } from "../../../runtime/partitions.ts";
import type { Roll } from "../../../runtime/store/roll.ts";
import type { Store } from "../../../runtime/store/store.ts";
import type { AlarmView, JournalView } from "../../../runtime/views.ts";
import { CATALOGUE } from "../../../twins/catalogue.ts";

/** 2026-01-01T00:00:00Z, when the worlds of these tests begin. */
export const START_MS = 1_767_225_600_000;

type LinkText = readonly [from: TwinId, role: LinkRole, to: TwinId];
type TwinParts = Partial<Pick<TwinModel, "attributes" | "points">>;

/** A district from twin ids (with what the model says of them), links and branches. */
export function districtOf(
  twins: Record<TwinId, TwinParts>,
  links: readonly LinkText[],
  branches: readonly (readonly [twin: TwinId, from: TwinId, to: TwinId, ...switches: TwinId[]])[] = [],
): LoadedDistrict {
  const models = Object.entries(twins).map(([id, parts]): [TwinId, TwinModel] => {
    const [kind, source] = id.split(":") as [Kind, string];
    const element = id.slice(kind.length + source.length + 2);
    return [id, { id, kind, source, element, attributes: {}, ...parts }];
  });
  const joined = branches.map(([twin, from, to, ...switches]): Branch => ({ twin, from, to, switches }));
  const ends = joined.flatMap(({ twin, from, to }): Link[] => [
    { from: twin, role: "connects", to: from },
    { from: twin, role: "connects", to },
  ]);
  const devices = new Map<string, TwinId[]>();
  for (const [id, { attributes }] of models) {
    if (typeof attributes.device === "string" && id.startsWith("meter:")) {
      devices.set(attributes.device, [...(devices.get(attributes.device) ?? []), id]);
    }
  }
  return {
    ...{ id: "test", name: "Test", timezone: "Europe/Berlin", twins: new Map(models) },
    links: [...links.map(([from, role, to]): Link => ({ from, role, to })), ...ends],
    ...{ branches: joined, devices },
  };
}

/** A meter of the kind that meters.csv makes. */
export function meterOf(
  measures: TwinId,
  points: Record<string, string>,
  more: TwinModel["attributes"] = {},
): TwinParts {
  return {
    attributes: { carrier: "electricity", intervalMs: 900_000, measures, ...more },
    points: Object.entries(points).map(([name, unit]) => ({ name, unit })),
  };
}

/** For numbering points: no test has more. */
const MAX_TEST_TWINS = 10_000;
const MAX_TEST_POINTS = 1_000;

/** What was committed. */
interface Committed {
  partitions: Map<string, PartitionRecord>;
  /** By partition, then by number of the page, or by slot. */
  pages: Map<string, Map<number, Float64Array>>;
  rares: Map<string, Map<number, RareRecord>>;
  layouts: [number, Layout][];
  states: [number, StateName][];
  samples: Map<string, readonly [value: number, quality: number]>;
  alarms: Map<string, AlarmView>;
  outcomes: Map<string, DecidedOutcome>;
  journal: JournalView[];
  outbox: (OutboxEntry & { partition: string })[];
}

/** A store in which all twins of a population have their places. */
export interface Enrolled {
  store: Store;
  population: Population;
  roll: Roll;
}

export interface WorldOptions {
  catalogue?: Catalogue;
  cells?: ReadonlyMap<TwinId, string>;
  /** A real store to wake from, in which all twins have their places (`worldOver`); what this world commits itself stays in memory. */
  store?: Enrolled;
  /** What an earlier world of the same district had committed. */
  from?: TestWorld;
}

const deepCopy = <T>(value: T): T => structuredClone(value);

/** An event as it comes out of a log. */
export function asRead(event: LogEvent): ReadEvent {
  const read = decodeEvent(encodeEvent(event));
  if (typeof read === "string") throw new Error(read);
  return read;
}

/** An event as it was written. */
export function asWritten(event: ReadEvent): LogEvent {
  if (event.type !== "readings") return event;
  const entries = Array.from({ length: event.count }, (_, i): [TwinId, ReadingRow[]] => [event.id(i), event.rows(i)]);
  return { type: "readings", at: event.at, entries };
}

export class TestWorld {
  readonly district: LoadedDistrict;
  readonly partitions = new Map<string, Partition>();
  readonly committed: Committed;
  /** What was appended to each log in this life. */
  readonly logs = new Map<string, ReadEvent[]>();
  readonly counts = { applied: 0, duplicates: 0, late: 0, corrected: 0 };
  now = START_MS;
  readonly #cellOf: ReadonlyMap<TwinId, string>;
  /** Of a world in memory: a real store keeps its own. */
  readonly #dictionaries: { layouts: Dictionary<Layout>; states: Dictionary<StateName> } | undefined;
  readonly #waiting: (OutboxEntry & { partition: string })[] = [];
  /** Where in each log this life began. */
  readonly #began = new Map<string, number>();

  constructor(district: LoadedDistrict, { catalogue = CATALOGUE, cells, from, store: over }: WorldOptions = {}) {
    this.district = district;
    this.#cellOf = cells ?? cellsOf(district);
    this.committed = from
      ? deepCopy(from.committed)
      : {
          ...{ partitions: new Map(), pages: new Map(), rares: new Map(), layouts: [], states: [] },
          ...{ samples: new Map(), alarms: new Map(), outcomes: new Map(), journal: [], outbox: [] },
        };
    const { committed } = this;
    const store = over?.store;
    const layouts = store?.layouts ?? new Dictionary<Layout>(committed.layouts);
    const states = store?.states ?? new Dictionary<StateName>(committed.states);
    this.#dictionaries = store ? undefined : { layouts, states };
    const population =
      over?.population ?? new Population(directoryOf(district, catalogue, this.#cellOf), catalogue, layouts);
    const known = new States(states);
    for (const name of population.directory.cells) {
      const partition = new Partition({
        ...{ name, population, layouts, states: known },
        seats: over?.roll.seats(name) ?? this.#seats(name, population),
        shelf: store?.shelf(name) ?? this.#shelf(name),
        history: this.#history(store),
        storedOutcome: (id) => committed.outcomes.get(id) ?? store?.outcomeOf(name, id),
      });
      this.partitions.set(name, partition);
      this.logs.set(name, []);
      const alarms = (store ? store.alarms() : [...committed.alarms.values()]).filter(
        ({ twin, state }) => state !== "CLEARED" && partition.twins.has(twin),
      );
      const record = store ? store.partition(name) : committed.partitions.get(name);
      partition.wake(record, alarms, store?.told(name).upTo ?? record?.position ?? 0);
      this.#began.set(name, partition.position);
    }
  }

  /** The history that this world committed, before that of a store. */
  #history(store: Store | undefined): StoredHistory {
    const { samples } = this.committed;
    const pageOf: StoredHistory["page"] = (number, from, to, limit) => {
      const span = new Map(store?.history.page(number, from, to, limit).map((sample) => [sample.at, sample]));
      for (const [key, [value, quality]] of samples) {
        const [own, at] = key.split("@").map(Number) as [number, number];
        if (own === number && at >= from && at < to) span.set(at, { at, value, quality });
      }
      return [...span.values()].sort((a, b) => a.at - b.at).slice(0, limit);
    };
    return {
      page: pageOf,
      closed: (...span) => store?.history.closed(...span) ?? (() => false),
      at: (number, at) => pageOf(number, at, at + 1, 1)[0],
      lastGood: (number, at) =>
        pageOf(number, -8.64e15, at + 1, Number.POSITIVE_INFINITY).findLast(({ quality }) => quality !== page.SUSPECT),
    };
  }

  /** Twins have their places in the order of their ids, and points are numbered from the places of their twins. */
  #seats(name: string, { directory }: Population): Seats {
    const cell = directory.cells.indexOf(name);
    const twins = Array.from({ length: directory.size }, (_, i) => i).filter((i) => directory.cellAt(i) === cell);
    return {
      slots: twins.length,
      place: (twin) => {
        const slot = twins.indexOf(twin);
        return { slot, history: ((cell + 1) * MAX_TEST_TWINS + slot) * MAX_TEST_POINTS };
      },
      twinAt: (slot) => twins[slot] ?? -1,
    };
  }

  /** What this world committed, as a shelf. */
  #shelf(name: string): Shelf {
    const { pages, rares } = this.committed;
    const mine = pages.get(name) ?? new Map<number, Float64Array>();
    const rare = rares.get(name) ?? new Map<number, RareRecord>();
    pages.set(name, mine);
    rares.set(name, rare);
    return {
      page: (number) => mine.get(number)?.slice(),
      pages: () => [...mine].map(([number, numbers]) => [number, numbers.slice()] as const),
      rare: (slot) => deepCopy(rare.get(slot)),
      rares: () => rare,
    };
  }

  /** All twins, awake. */
  get twins(): ReadonlyMap<TwinId, LiveTwin> {
    return new Map([...this.district.twins.keys()].map((id) => [id, this.twin(id)]));
  }

  /** The twin, which must be there. */
  twin(id: TwinId): LiveTwin {
    const twin = this.partitions.get(this.cell(id))?.twins.get(id);
    if (!twin) throw new Error(`the test has no twin ${id}`);
    return twin;
  }

  state(id: TwinId): string {
    return this.twin(id).state;
  }

  cell(id: TwinId): string {
    return this.#cellOf.get(id)!;
  }

  /** Appends an event to a log and applies it. */
  apply(partition: string, event: LogEvent): void {
    const read = asRead(event);
    const log = this.logs.get(partition)!;
    log.push(read);
    this.partitions.get(partition)!.apply(read, this.#began.get(partition)! + log.length);
    this.now = Math.max(this.now, event.at);
  }

  /** Commits what the partitions did. What is to leave waits for `deliver`. */
  commit(): OutboxEntry[] {
    const left: OutboxEntry[] = [];
    for (const [name, partition] of this.partitions) {
      const news = partition.takeNews();
      const saves = partition.takeCheckpoint();
      const { pages, rares, samples, alarms, outcomes, journal, outbox, partitions } = this.committed;
      for (const { number, numbers } of saves.pages) pages.get(name)?.set(number, numbers.slice());
      for (const [slot, rare] of saves.rares) {
        if (rare !== NO_RARE) rares.get(name)?.set(slot, JSON.parse(rare));
        else rares.get(name)?.delete(slot);
      }
      for (const [i, number] of saves.samples.number.subarray(0, saves.samples.length).entries()) {
        samples.set(`${number}@${saves.samples.at[i]}`, [saves.samples.value[i]!, saves.samples.quality[i]!]);
      }
      for (const alarm of saves.alarms) alarms.set(alarm.id, alarm);
      for (const [id, outcome] of news.outcomes) outcomes.set(id, outcome);
      journal.push(...saves.journal);
      for (const entry of news.outbox) {
        outbox.push({ ...entry, partition: name });
        this.#waiting.push({ ...entry, partition: name });
        left.push(entry);
      }
      for (const key of Object.keys(this.counts) as (keyof TestWorld["counts"])[]) {
        this.counts[key] += news.readings[key];
      }
      partition.told(news.upTo);
      partitions.set(name, deepCopy(saves.record));
    }
    this.committed.layouts.push(...(this.#dictionaries?.layouts.takeFresh() ?? []));
    this.committed.states.push(...(this.#dictionaries?.states.takeFresh() ?? []));
    return left;
  }

  /** Commits, and carries signals between the partitions until none is under way. Gives what left in all. */
  deliver(): OutboxEntry[] {
    const left = this.commit();
    for (let entry = this.#waiting.shift(); entry; entry = this.#waiting.shift()) {
      if (entry.out.kind !== "signal") continue;
      const { sequence, index, partition: from, out } = entry;
      this.apply(out.partition, { type: "signals", at: this.now, from, entries: [[sequence, index, out.signal]] });
      left.push(...this.commit());
    }
    return left;
  }

  /** The runtime watches (again): twins are born. */
  resume(at = this.now): OutboxEntry[] {
    for (const name of this.partitions.keys()) this.apply(name, { type: "resumed", at });
    return this.deliver();
  }

  /** A whole import of samples of one twin: as history first, then the newest of each point. Gives what was counted. */
  import(twin: TwinId, rows: ImportedRow[], at = this.now): ImportCounts {
    const cell = this.cell(twin);
    const newest = new Map<string, ImportedRow>();
    for (const row of rows) {
      if (row.length === 3 && row[1] >= (newest.get(row[0])?.[1] ?? Number.NEGATIVE_INFINITY)) newest.set(row[0], row);
    }
    this.apply(cell, { type: "imported", at, id: "import", entries: [[twin, rows]], moves: false });
    const entries = [...newest.values()].map((row): [TwinId, ImportedRow[]] => [twin, [row]]);
    this.apply(cell, { type: "imported", at, id: "import", entries, moves: true });
    const counts = this.partitions.get(cell)!.changes.importOf("import");
    this.deliver();
    return counts;
  }

  tick(at: number): OutboxEntry[] {
    for (const name of this.partitions.keys()) this.apply(name, { type: "tick", at });
    return this.deliver();
  }

  /** One device message for one twin. */
  read(twin: TwinId, rows: ReadingRow[], at = this.now): OutboxEntry[] {
    this.apply(this.cell(twin), { type: "readings", at, entries: [[twin, rows]] });
    return this.deliver();
  }

  command(
    twin: TwinId,
    name: string,
    args: Record<string, unknown> = {},
    id = `${twin} ${name} ${this.now} ${this.#keys++}`,
  ) {
    const cell = this.cell(twin) ?? [...this.partitions.keys()][0]!;
    this.apply(cell, { type: "command", at: this.now, id, twin, name, args });
    const outbox = this.deliver();
    return { ...this.committed.outcomes.get(id)!, outbox };
  }
  #keys = 0;

  alarms(state?: AlarmView["state"]): AlarmView[] {
    return [...this.committed.alarms.values()].filter((alarm) => state === undefined || alarm.state === state);
  }

  journalOf(twin: TwinId): string[] {
    return this.committed.journal
      .filter((entry) => (entry as JournalView & { twin: TwinId }).twin === twin)
      .map(({ cause, before, after }) => `${cause}: ${before} -> ${after}`);
  }

  sample(id: TwinId, point: string, at: number): readonly [value: number, quality: number] | undefined {
    return this.committed.samples.get(`${this.numberOf(id, point)}@${at}`);
  }

  /** Number of a point in the history. */
  numberOf(id: TwinId, point: string): number {
    const twin = this.twin(id);
    return twin.numberOf(twin.shape.index.get(point)!);
  }

  /** All committed samples, by what they are of: two worlds may number their points differently. */
  samples(): NamedSample[] {
    const points = new Map<number, { twin: TwinId; point: string }>();
    for (const [id, twin] of this.twins) {
      for (const [i, point] of twin.shape.names.entries()) points.set(twin.numberOf(i), { twin: id, point });
    }
    return [...this.committed.samples].map(([key, [value, quality]]) => {
      const [number, at] = key.split("@").map(Number) as [number, number];
      return { ...points.get(number)!, at, value, quality };
    });
  }
}

export interface NamedSample {
  twin: TwinId;
  point: string;
  at: number;
  value: number;
  quality: number;
}

/** A world over a real store, in which all twins have their places. */
export async function worldOver(
  store: Store,
  district: LoadedDistrict,
  options: WorldOptions = {},
): Promise<TestWorld> {
  return new TestWorld(district, { ...options, store: await enrolled(store, district, options) });
}

/** A store in which all twins of a district have their places, as after the first steps of a start. */
export async function enrolled(
  store: Store,
  district: LoadedDistrict,
  { catalogue = CATALOGUE, cells = cellsOf(district) }: Pick<WorldOptions, "catalogue" | "cells"> = {},
): Promise<Enrolled> {
  const population = new Population(directoryOf(district, catalogue, cells), catalogue, store.layouts);
  return { store, population, roll: await enrol(store, population) };
}

/** A checkpoint of every partition, in a real store. */
export async function saveAll(world: TestWorld, store: Store): Promise<void> {
  for (const [name, partition] of world.partitions) {
    const take = () => ({ told: partition.takeNews(), ...partition.takeCheckpoint() });
    await store.checkpoint(name, { stream: name, created: "1" }, take, partition.now);
  }
}

/** All that a twin remembers, by name. */
export function remembered(twin: LiveTwin): Record<string, unknown> {
  const { shape, cells, base, state, quarantined, revision, born, heardMs, raised, held } = twin;
  const numbersAt = (at: number, count: number) => [...cells.subarray(at, at + count)];
  return {
    ...{ state, quarantined, revision, born, heardMs, raised, held },
    conditions: shape.conditions.map(({ name }, i) => [
      name,
      ...numbersAt(base + page.conditionAt(i), page.CONDITION_NUMBERS),
    ]),
    points: shape.names.map((name, i) => [name, ...numbersAt(twin.row(i), page.POINT_NUMBERS)]),
    rare: present(rareOf(twin)),
  };
}

/** What there is of a rare record. */
const present = (rare: RareRecord | undefined) =>
  rare && Object.fromEntries(Object.entries(rare).filter(([, part]) => part !== undefined));

/** Every twin as text, for comparing two worlds bit for bit. NaN, infinities and -0 keep their names. */
export function frozen(world: TestWorld): Record<TwinId, string> {
  return Object.fromEntries([...world.twins].map(([id, twin]) => [id, textOf(remembered(twin))]));
}

export const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, inner) =>
    typeof inner === "number" && (!Number.isFinite(inner) || Object.is(inner, -0))
      ? `${Object.is(inner, -0) ? "-0" : inner}`
      : inner,
  );
