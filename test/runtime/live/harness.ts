// A world without NATS: partitions over a small district, their logs in memory, signals carried from one to the other in order.
// Fed by    a district and a catalogue; events, which go through the codec as they would on their way through the log
// Gives     the partitions, what each commit gave, and the logs, so that a test can play them again
// H1  nothing leaves before `commit`, and what left arrives in the order in which it left

import { cellsOf } from "../../../models/cells.ts";
import type { Branch, District, Kind, Link, LinkRole, TwinId, TwinModel } from "../../../models/district.ts";
import type { ImportCounts, OutboxEntry } from "../../../runtime/live/changes.ts";
import { wireFlows } from "../../../runtime/live/flows.ts";
import type { LiveTwin } from "../../../runtime/live/live-twin.ts";
import { Neighbours } from "../../../runtime/live/neighbours.ts";
import { Partition, type PartitionRecord } from "../../../runtime/live/partition.ts";
import { Shapes } from "../../../runtime/live/shape.ts";
import { freeze, type TwinRecord } from "../../../runtime/live/snapshot.ts";
import {
  decodeEvent,
  encodeEvent,
  type ImportedRow,
  type LogEvent,
  type ReadingRow,
} from "../../../runtime/log/events.ts";
import type { Store } from "../../../runtime/store/store.ts";
import type { AlarmView, CommandOutcome, JournalView } from "../../../runtime/views.ts";
import { CATALOGUE } from "../../../twins/catalogue.ts";
import type { Definition } from "../../../twins/definition.ts";

/** 2026-01-01T00:00:00Z, when the worlds of these tests begin. */
export const START_MS = 1_767_225_600_000;

type LinkText = readonly [from: TwinId, role: LinkRole, to: TwinId];
type TwinParts = Partial<Pick<TwinModel, "attributes" | "points">>;

/** A district from twin ids (with what the model says of them), links and branches. */
export function districtOf(
  twins: Record<TwinId, TwinParts>,
  links: readonly LinkText[],
  branches: readonly (readonly [twin: TwinId, from: TwinId, to: TwinId, ...switches: TwinId[]])[] = [],
): District {
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

/** What was committed. */
interface Committed {
  partitions: Map<string, PartitionRecord>;
  twins: Map<TwinId, TwinRecord>;
  samples: Map<string, readonly [value: number, quality: number]>;
  alarms: Map<string, AlarmView>;
  outcomes: Map<string, CommandOutcome>;
  journal: JournalView[];
  outbox: (OutboxEntry & { partition: string })[];
}

export interface WorldOptions {
  catalogue?: Record<string, Definition>;
  cells?: ReadonlyMap<TwinId, string>;
  /** A real store to wake from; what this world commits itself stays in memory, over it. */
  store?: Store;
  /** Numbers of points already given out. */
  numbers?: Map<string, number>;
  /** What an earlier world of the same district had committed. */
  from?: TestWorld;
}

const deepCopy = <T>(value: T): T => structuredClone(value);

export class TestWorld {
  readonly district: District;
  readonly partitions = new Map<string, Partition>();
  readonly twins: Map<TwinId, LiveTwin>;
  readonly committed: Committed;
  /** What lies in each log: index 0 is sequence 1. */
  readonly logs = new Map<string, LogEvent[]>();
  readonly counts = { applied: 0, duplicates: 0, late: 0, corrected: 0 };
  readonly numbers: Map<string, number>;
  now = START_MS;
  readonly #cellOf: ReadonlyMap<TwinId, string>;
  readonly #waiting: (OutboxEntry & { partition: string })[] = [];

  constructor(district: District, { catalogue = CATALOGUE, cells, from, numbers, store }: WorldOptions = {}) {
    this.district = district;
    this.#cellOf = cells ?? cellsOf(district);
    this.numbers = numbers ?? from?.numbers ?? new Map();
    this.committed = from
      ? deepCopy(from.committed)
      : {
          ...{ partitions: new Map(), twins: new Map(), samples: new Map(), alarms: new Map(), outcomes: new Map() },
          ...{ journal: [], outbox: [] },
        };
    const { committed } = this;
    const shapes = new Shapes();
    const neighbours = new Neighbours(district);
    const names = [...new Set([...district.twins.keys()].sort().map((id) => this.#cellOf.get(id)!))];
    for (const name of names) {
      const models = [...district.twins.values()].filter(({ id }) => this.#cellOf.get(id) === name);
      models.sort((a, b) => (a.id < b.id ? -1 : 1));
      const partition = new Partition({
        ...{ name, district, models, catalogue, shapes, neighbours },
        cellOf: (twin) => this.#cellOf.get(twin),
        storedSample: (number, at) => committed.samples.get(`${number}@${at}`)?.[0] ?? store?.sampleAt(number, at),
        storedSpan: (number, from, to, limit) => {
          const span = new Map(store?.history.page(number, from, to, limit).map(({ at, value }) => [at, value]));
          for (const [key, [value]] of committed.samples) {
            const [own, at] = key.split("@").map(Number) as [number, number];
            if (own === number && at >= from && at < to) span.set(at, value);
          }
          return [...span].map(([at, value]) => ({ at, value })).slice(0, limit);
        },
        storedOutcome: (id) => committed.outcomes.get(id) ?? store?.outcome(id),
        pointNumber: (twin, point) => this.#number(`${twin} ${point}`),
      });
      this.partitions.set(name, partition);
      this.logs.set(name, []);
    }
    this.twins = new Map([...this.partitions.values()].flatMap(({ twins }) => [...twins]));
    wireFlows(this.twins, neighbours);
    for (const partition of this.partitions.values()) {
      const alarms = (store ? store.alarms() : [...committed.alarms.values()]).filter(
        ({ twin, state }) => state !== "CLEARED" && partition.twins.has(twin),
      );
      partition.wake(
        store ? store.partition(partition.name) : committed.partitions.get(partition.name),
        (id) => (store ? store.twin(id) : committed.twins.get(id)),
        alarms,
      );
    }
  }

  #number(name: string): number {
    const number = this.numbers.get(name) ?? this.numbers.size + 1;
    this.numbers.set(name, number);
    return number;
  }

  /** The twin, which must be there. */
  twin(id: TwinId): LiveTwin {
    const twin = this.twins.get(id);
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
    const read = decodeEvent(encodeEvent(event));
    if (typeof read === "string") throw new Error(read);
    const log = this.logs.get(partition)!;
    log.push(read);
    this.partitions.get(partition)!.apply(read, log.length);
    this.now = Math.max(this.now, event.at);
  }

  /** Commits what the partitions did. What is to leave waits for `deliver`. */
  commit(): OutboxEntry[] {
    const left: OutboxEntry[] = [];
    for (const partition of this.partitions.values()) {
      const changes = partition.takeChanges();
      const { twins, samples, alarms, outcomes, journal, outbox } = this.committed;
      for (const twin of changes.twins) twins.set(twin.id, deepCopy(freeze(twin)));
      for (const [i, number] of changes.samples.number.subarray(0, changes.samples.length).entries()) {
        samples.set(`${number}@${changes.samples.at[i]}`, [changes.samples.value[i]!, changes.samples.quality[i]!]);
      }
      for (const [id, alarm] of changes.alarms) alarms.set(id, alarm);
      for (const [id, outcome] of changes.outcomes) outcomes.set(id, outcome);
      journal.push(...changes.journal);
      for (const entry of changes.outbox) {
        outbox.push({ ...entry, partition: partition.name });
        this.#waiting.push({ ...entry, partition: partition.name });
        left.push(entry);
      }
      for (const key of Object.keys(this.counts) as (keyof TestWorld["counts"])[]) {
        this.counts[key] += changes.readings[key];
      }
      this.committed.partitions.set(partition.name, deepCopy(partition.record()));
    }
    return left;
  }

  /** Commits, and carries signals between the partitions until none is under way. Gives what left in all. */
  deliver(): OutboxEntry[] {
    const left = this.commit();
    for (let entry = this.#waiting.shift(); entry; entry = this.#waiting.shift()) {
      if (entry.out.kind !== "signal") continue;
      const { sequence, index, partition: from, out } = entry;
      this.apply(out.partition, { type: "signal", at: this.now, from, sequence, index, signal: out.signal });
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

  sample(twin: TwinId, point: string, at: number): readonly [value: number, quality: number] | undefined {
    return this.committed.samples.get(`${this.numbers.get(`${twin} ${point}`)}@${at}`);
  }
}

/** Every twin as text, for comparing two worlds bit for bit. NaN, infinities and -0 keep their names. */
export function frozen(world: TestWorld): Record<TwinId, string> {
  return Object.fromEntries([...world.twins.values()].map((twin) => [twin.id, textOf(freeze(twin))]));
}

export const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, inner) =>
    typeof inner === "number" && (!Number.isFinite(inner) || Object.is(inner, -0))
      ? `${Object.is(inner, -0) ? "-0" : inner}`
      : inner,
  );
