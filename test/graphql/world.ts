// A small fixed world: a few twins of every room of the district, whose answers are known by heart. Not a runtime: nothing
// in it moves unless a test moves it.

import type { Attributes, LoadedDistrict, Kind, Link, LinkRole, PointModel, TwinId } from "../../models/district.ts";
import { Directory } from "../../models/directory.ts";
import { LINK_ROLES, newTwin } from "../../models/district.ts";
import { encodeDirectory } from "../../models/encode-directory.ts";
import { demandsOf } from "../../models/network/demands.ts";
import { buildGraph } from "../../models/network/graph.ts";
import { presentOf } from "../../models/network/present.ts";
import { CONDUCTING, SOURCING } from "../../models/network/switching.ts";
import { Places } from "../../models/places/places.ts";
import type { HistoryBatch, HistoryRun } from "../../models/telemetry/history-rows.ts";
import { ERRORS, QuartierError } from "../../runtime/errors.ts";
import { finish } from "../../models/work.ts";
import { NetworkDesk } from "../../runtime/network-desk.ts";
import type { PlaceQuestions } from "../../runtime/network-views.ts";
import { LiveNetworks } from "../../runtime/networks.ts";
import type { ExportQuery, HistoryQuery, ImportReport, SampleView } from "../../runtime/history-views.ts";
import type {
  AlarmView,
  Asked,
  CommandOutcome,
  CommandRequest,
  CommandView,
  DeadLetterReplay,
  DeadLetterView,
  JournalView,
  LinkView,
  Page,
  PageRequest,
  PastMoment,
  PointView,
  TwinFilter,
  TwinView,
  World,
  WorldStatus,
} from "../../runtime/views.ts";

import type {
  ApplyRequest,
  ModelPlanView,
  ModelVersionView,
  PlannedTwinView,
} from "../../runtime/versions/version-views.ts";

export const NOON = Date.UTC(2026, 0, 1, 12);

export const SCHOOL = "building:school:0xScRe4drECQ4DMSqUjd6d";
export const METER = "meter:meters:m-17";

async function* runsOf(runs: readonly HistoryRun[]) {
  yield* runs;
}

export class FixedWorld implements World {
  district: LoadedDistrict = {
    id: "altstadt",
    name: "Altstadt",
    timezone: "Europe/Berlin",
    twins: new Map(),
    links: [],
    branches: [],
    devices: new Map([["dev-17", [METER]]]),
  };
  readonly views = new Map<TwinId, TwinView>();
  readonly samples: SampleView[] = [];
  readonly allAlarms: AlarmView[] = [];
  readonly letters: DeadLetterView[] = [];
  readonly entries: JournalView[] = [];
  readonly asked: HistoryQuery[] = [];
  readonly askedOfPages: (Asked | undefined)[] = [];
  readonly requests: CommandRequest[] = [];
  placedTimes = 0;
  /** Thrown by the next calls, to see what becomes of a failure. */
  failure: Error | undefined;
  natsAnswers = true;
  readonly twinStreams = new Set<Stream<TwinView>>();
  readonly alarmStreams = new Set<Stream<AlarmView>>();

  add(kind: Kind, source: string, element: string, more: Partial<Twin> = {}): TwinView {
    const model = newTwin(kind, source, element, more.attributes ?? {}, more.name);
    if (more.registers) model.points = more.registers;
    this.district.twins.set(model.id, model);
    const { state = "normal", revision = 1, points = [] } = more;
    const { id, name } = model;
    const view: TwinView = { id, kind, name, model, state, revision, points, flapping: more.flapping ?? [] };
    this.views.set(model.id, view);
    return view;
  }

  link(from: TwinId, role: LinkRole, to: TwinId): Link {
    const link = { from, role, to };
    this.district.links.push(link);
    return link;
  }

  now(): number {
    return NOON;
  }

  async status(): Promise<WorldStatus> {
    this.#fail();
    const readings = { applied: 5_000_000_000, duplicates: 2, late: 1, corrected: 0, deadLettered: 1, coalesced: 6 };
    const partitions = [
      { name: "lv", twins: 4, position: 12, lag: 3 },
      { name: "school", twins: 5, position: 9, lag: 4 },
    ];
    const startedAt = NOON - 3_600_000;
    const nats = { url: "nats://127.0.0.1:4222", version: "2.12.1", answers: this.natsAnswers };
    return { startedAt, now: NOON, nats, waiting: 2, readings, partitions };
  }

  twin(id: TwinId): TwinView | undefined {
    this.#fail();
    return this.views.get(id);
  }

  twins({ ids, kinds, sources, state, within }: TwinFilter, page: PageRequest): Page<TwinView> {
    const directory = within && this.#directoryNow();
    const isWithin = (id: TwinId) => !within || finish(Places.of(directory!)).isWithin(directory!.indexOf(id), within);
    const found = [...this.views.values()].filter(
      (view) =>
        (ids?.includes(view.id) ?? true) &&
        isWithin(view.id) &&
        (kinds?.includes(view.kind) ?? true) &&
        (sources?.includes(view.model.source) ?? true) &&
        (state === undefined || view.state.split("|").some((region) => `${region}.`.startsWith(`${state}.`))),
    );
    found.sort((a, b) => (a.id < b.id ? -1 : 1));
    return paged(found, page, (view, after) => view.id > after);
  }

  /** Whatever is in the state `open` does not conduct. */
  get networks(): NetworkDesk {
    const directory = this.#directoryNow();
    const graph = async () => finish(buildGraph(directory));
    const present = async () => {
      const positions = new Uint8Array(directory.size).fill(CONDUCTING | SOURCING);
      for (const { id, state } of this.views.values())
        if (state.startsWith("open")) positions[directory.indexOf(id)] = 0;
      return finish(presentOf(await graph(), positions));
    };
    return new NetworkDesk({ directory, graph, demands: async () => finish(demandsOf(directory)) }, present);
  }

  #directoryNow(): Directory {
    const cellOf = new Map([...this.district.twins.keys()].map((id) => [id, "one"]));
    return Directory.of(encodeDirectory(this.district, { digest: () => "fixed", cellOf, shapeOf: () => "" }));
  }

  get places(): PlaceQuestions {
    const live = new LiveNetworks(this.#directoryNow(), []);
    const ready = async () => void this.placedTimes++;
    return { ready, near: (...asked) => live.near(...asked) };
  }

  commands(id: TwinId): CommandView[] {
    this.#known(id);
    if (!id.startsWith("switch:")) return [];
    const schema = { type: "object", properties: {}, additionalProperties: false };
    return [{ name: "open", description: "Opens the switch", schema, allowed: true }];
  }

  links(id: TwinId, role?: string): LinkView[] {
    const views = this.district.links.flatMap((link): LinkView[] => [
      ...(link.from === id ? [{ role: link.role, twin: link.to }] : []),
      ...(link.to === id ? [{ role: LINK_ROLES[link.role], twin: link.from }] : []),
    ]);
    return role === undefined ? views : views.filter((view) => view.role === role);
  }

  readonly applied: ApplyRequest[] = [];
  archive = "";

  models(): ModelVersionView[] {
    const findings = { error: 0, warning: 2, info: 1 };
    return [{ id: "b0", loadedAt: NOON, appliedAt: undefined, isCurrent: false, twins: 9, findings }];
  }

  async addModel(archive: AsyncIterable<Uint8Array>): Promise<ModelVersionView> {
    for await (const chunk of archive) this.archive += Buffer.from(chunk).toString();
    this.#fail();
    return this.models()[0]!;
  }

  /** One pipe is changed, and one bus is re-linked. */
  async planModel(version: string): Promise<ModelPlanView> {
    this.#fail();
    const twins: PlannedTwinView[] = [
      {
        ...{ id: "bus:lv:19", what: "RELINKED", attributes: [], state: ["keeps its state and points"] },
        ...{ added: [{ role: "feeds", twin: SCHOOL }], removed: [] },
      },
      {
        ...{ id: "pipe:water:1", what: "CHANGED", added: [], removed: [], state: ["keeps its state and points"] },
        attributes: [{ name: "lengthM", before: 1, after: undefined }],
      },
    ];
    return {
      ...{ from: "a0", to: version, untouched: 7 },
      counts: { ADDED: 0, RETURNED: 0, RETIRED: 0, CHANGED: 1, RELINKED: 1, MOVED: 0 },
      twins: (what, page) =>
        paged(
          twins.filter((twin) => what?.includes(twin.what) ?? true),
          page,
          (twin, after) => twin.id > after,
        ),
    };
  }

  async applyModel(request: ApplyRequest): Promise<ModelPlanView> {
    this.applied.push(request);
    return this.planModel(request.version);
  }

  async journal(id: TwinId, last: number, untilMs = NOON): Promise<JournalView[]> {
    this.#known(id);
    return id === "bus:lv:19"
      ? lastOf(
          last,
          this.entries.filter(({ at }) => at <= untilMs),
        )
      : [];
  }

  async trace(id: TwinId, last: number, untilMs?: number): Promise<JournalView[]> {
    const entries = await this.journal(id, this.entries.length, untilMs);
    return lastOf(
      last,
      entries.filter(({ of }) => of === "state"),
    );
  }

  /** An hour ago, every twin but the storey was there, in the state `early`, with its first point at -1; one alarm stood. */
  async past(atMs: number): Promise<PastMoment> {
    this.#fail();
    if (atMs > NOON) throw new QuartierError("INSTANT_AHEAD", "that lies ahead");
    const was = new FixedWorld();
    was.district = this.district;
    const moment: PastMoment = {
      at: atMs,
      get networks() {
        return was.networks;
      },
      twin: (id) => was.twin(id),
      links: (id, role) => this.links(id, role),
      twins: async (filter, page, asked) => {
        this.askedOfPages.push(asked);
        return was.twins(filter, page);
      },
      alarms: async (filter, page) => was.alarms(filter, page),
      standing: (twin) => was.standing(twin),
    };
    const stood = { state: "RAISED", clearedAt: undefined, moment } as const;
    was.allAlarms.push(...this.allAlarms.map((alarm) => ({ ...alarm, ...stood })));
    for (const [id, view] of this.views) {
      if (view.kind === "storey") continue;
      const points = view.points.map((point, i) => (i === 0 ? { ...point, value: -1, at: atMs } : point));
      was.views.set(id, { ...view, state: "early", revision: 1, points, moment });
    }
    return moment;
  }

  standing(twin: TwinId): AlarmView[] {
    return this.allAlarms.filter((alarm) => alarm.twin === twin && alarm.state !== "CLEARED");
  }

  async history(query: HistoryQuery): Promise<SampleView[]> {
    this.asked.push(query);
    this.#known(query.twin);
    if (!this.views.get(query.twin)?.points.some((point) => point.name === query.point)) {
      throw new QuartierError("POINT_UNKNOWN", `${query.twin} has no point ${query.point}`);
    }
    return this.samples;
  }

  readonly runs: HistoryRun[] = [];
  readonly exported: ExportQuery[] = [];
  readonly imported: HistoryBatch[] = [];

  exportHistory(query: ExportQuery): AsyncIterableIterator<HistoryRun> {
    this.#fail();
    this.exported.push(query);
    for (const id of query.twins ?? []) this.#known(id);
    return runsOf(this.runs);
  }

  async importHistory(batches: AsyncIterable<HistoryBatch>): Promise<ImportReport> {
    this.#fail();
    for await (const batch of batches) {
      const header = batch.faults.find(({ code }) => code === "HISTORY_HEADER");
      if (header) throw new QuartierError("HISTORY_HEADER", header.reason);
      this.imported.push(batch);
    }
    const rows = this.imported.flatMap((batch) => batch.rows);
    const faults = this.imported.flatMap((batch) => batch.faults);
    return {
      ...{ read: rows.length + faults.length, new: rows.length, duplicates: 0, corrected: 0, refused: faults.length },
      refusals: faults.map((fault) => ({ ...fault, hint: ERRORS[fault.code].hint })),
    };
  }

  alarms({ state, twin }: { state?: string; twin?: TwinId }, page: PageRequest): Page<AlarmView> {
    const found = this.allAlarms.filter(
      (alarm) => (state === undefined || alarm.state === state) && (twin === undefined || alarm.twin === twin),
    );
    return paged(found, page, (alarm, after) => alarm.id < after);
  }

  async acknowledgeAlarm(id: string): Promise<AlarmView> {
    const alarm = this.allAlarms.find((each) => each.id === id);
    if (!alarm) throw new QuartierError("ALARM_UNKNOWN", `there is no alarm ${id}`);
    return { ...alarm, state: "ACKNOWLEDGED", acknowledgedAt: NOON };
  }

  deadLetters(page: PageRequest): Page<DeadLetterView> {
    return paged(this.letters, page, (letter, after) => letter.id < after);
  }

  async replayDeadLetter(id: string): Promise<DeadLetterReplay> {
    const letter = this.letters.find((each) => each.id === id);
    if (!letter) throw new QuartierError("DEAD_LETTER_UNKNOWN", `there is no dead letter ${id}`);
    await this.dropDeadLetter(id);
    return { id, subject: letter.subject, nextId: `${id}-again` };
  }

  async dropDeadLetter(id: string): Promise<boolean> {
    const index = this.letters.findIndex((each) => each.id === id);
    if (index >= 0) this.letters.splice(index, 1);
    return index >= 0;
  }

  async command(request: CommandRequest): Promise<CommandOutcome> {
    this.requests.push(request);
    this.#known(request.twin);
    if (request.name === "open") return { outcome: "ACCEPTED", code: "OK", reason: undefined, twin: request.twin };
    const reason = `a switch has no command ${request.name}`;
    return { outcome: "REFUSED", code: "COMMAND_UNKNOWN", reason, twin: request.twin };
  }

  changes(filter: TwinFilter): AsyncIterableIterator<TwinView> {
    const wanted = (view: TwinView) => this.twins(filter, { first: Number.MAX_SAFE_INTEGER }).items.includes(view);
    return new Stream(this.twinStreams, wanted);
  }

  alarmChanges(twin?: TwinId): AsyncIterableIterator<AlarmView> {
    return new Stream(this.alarmStreams, (alarm) => twin === undefined || alarm.twin === twin);
  }

  change(id: TwinId, state: string): void {
    const view = this.views.get(id)!;
    view.state = state;
    view.revision++;
    for (const stream of this.twinStreams) stream.push(view);
  }

  #known(id: TwinId): void {
    if (!this.views.has(id)) throw new QuartierError("TWIN_UNKNOWN", `there is no twin ${id}`);
  }

  #fail(): void {
    if (this.failure) throw this.failure;
  }
}

interface Twin {
  name: string;
  attributes: Attributes;
  registers: PointModel[];
  state: string;
  revision: number;
  points: PointView[];
  flapping: string[];
}

/** Follows nothing but `push`; stands in `open` as long as somebody follows it. */
export class Stream<T> implements AsyncIterableIterator<T> {
  readonly #open: Set<Stream<T>>;
  readonly #wanted: (item: T) => boolean;
  readonly #items: T[] = [];
  #waiting: ((result: IteratorResult<T>) => void) | undefined;

  constructor(open: Set<Stream<T>>, wanted: (item: T) => boolean) {
    this.#open = open;
    this.#wanted = wanted;
    open.add(this);
  }

  push(item: T): void {
    if (!this.#wanted(item)) return;
    if (this.#waiting) this.#waiting({ done: false, value: item });
    else this.#items.push(item);
    this.#waiting = undefined;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<T>> {
    const value = this.#items.shift();
    if (value !== undefined) return Promise.resolve({ done: false, value });
    // It never ends by itself, and `return` does not settle a waiting `next`: the worst that a world may do.
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  async return(): Promise<IteratorResult<T>> {
    this.#open.delete(this);
    return { done: true, value: undefined };
  }
}

function paged<T extends { id: string }>(
  all: T[],
  { first, after }: PageRequest,
  isBehind: (item: T, after: string) => boolean,
): Page<T> {
  const behind = after === undefined ? all : all.filter((item) => isBehind(item, after));
  const items = behind.slice(0, first);
  const hasPreviousPage = behind.length < all.length;
  return { items, totalCount: all.length, hasNextPage: items.length < behind.length, hasPreviousPage };
}

const point = (name: string, value: number | undefined, unit: string): PointView => ({
  name,
  value,
  unit,
  at: value === undefined ? undefined : NOON - 60_000,
  quality: value === undefined ? "NONE" : "GOOD",
});

/** A school on three buses of a low-voltage network, its meter, a pipe and an alarm. */
export function altstadt(): FixedWorld {
  const world = new FixedWorld();
  const district = world.add("district", "altstadt", "altstadt", {
    name: "Altstadt",
    attributes: { name: "Altstadt", timezone: "Europe/Berlin" },
    points: [point("electricityConsumption", 1204.25, "kWh"), point("waterConsumption", undefined, "m3")],
  });
  const school = world.add("building", "school", "0xScRe4drECQ4DMSqUjd6d", {
    name: "School",
    state: "operation.occupied|comfort.unknown.notMeasured|supply.supplied",
    attributes: {
      netFloorAreaM2: 320.5,
      heightM: "tall",
      footprintAreaM2: 170,
      location: { latDeg: 52.5, lonDeg: 13.4, elevationM: 34 },
    },
    points: [
      point("electricityConsumption", 1204.25, "kWh"),
      point("gasConsumption", undefined, "m3"),
      point("temperature", 293.15, "K"),
    ],
  });
  const storey = world.add("storey", "school", "s0", { name: "Ground floor", attributes: { elevationM: -0.4 } });
  const space = world.add("space", "school", "r1", { name: "Room 1", attributes: { netFloorAreaM2: 42 } });
  world.link(district.id, "contains", school.id);
  world.link(school.id, "contains", storey.id);
  world.link(storey.id, "contains", space.id);

  const meter = world.add("meter", "meters", "m-17", {
    state: "online.normal",
    revision: 7,
    attributes: { carrier: "electricity", measures: SCHOOL, device: "dev-17", intervalMs: 900_000 },
    registers: [
      { name: "energyImport", unit: "kWh" },
      { name: "power", unit: "kW" },
    ],
    points: [point("energyImport", 1204.25, "kWh"), point("power", 0.31, "kW"), point("consumption", 1204.25, "kWh")],
  });
  const device = world.add("device", "meters", "dev-17", { attributes: { intervalMs: 900_000 } });
  world.link(device.id, "feeds", meter.id);
  world.link(meter.id, "measures", school.id);

  const buses = ["17", "18", "19"].map((element, index) =>
    world.add("bus", "lv", element, {
      state: index === 2 ? "dead" : "inBand",
      attributes: { carrier: "electricity", vnKv: index === 0 ? 20 : 0.4 },
      points: [point("vmPu", index === 2 ? undefined : 0.98, "pu")],
    }),
  );
  const [hv, lv, end] = buses.map((bus) => bus.id) as [string, string, string];
  // The low-voltage bus stands first, as a file may have it.
  const transformer = world.add("transformer", "lv", "0", { attributes: { snMva: 0.63, tapPos: -1 } });
  const line = world.add("line", "lv", "3", {
    attributes: { lengthKm: 0.12, maxIKa: 0.27, inService: true },
    points: [point("current", 81, "A"), point("loadingPercent", 30, "%")],
  });
  const breaker = world.add("switch", "lv", "5", {
    state: "open.confirmed",
    attributes: { closed: false, type: "CB" },
  });
  const load = world.add("load", "lv", "1", { attributes: { pMw: 0.02 }, points: [point("power", 19_500, "W")] });
  for (const bus of [lv, hv]) world.link(transformer.id, "connects", bus);
  for (const bus of [lv, end]) world.link(line.id, "connects", bus);
  world.link(breaker.id, "connects", end);
  world.link(breaker.id, "connects", line.id);
  world.link(lv, "feeds", load.id);
  world.link(lv, "feeds", school.id);
  world.district.branches.push(
    { twin: transformer.id, from: lv, to: hv, switches: [] },
    { twin: line.id, from: lv, to: end, switches: [breaker.id] },
  );

  const tank = world.add("tank", "water", "T1", { attributes: { carrier: "water", elevationM: 40 } });
  const junction = world.add("junction", "water", "J1", { attributes: { carrier: "water", heightM: 12 } });
  const pipe = world.add("pipe", "water", "P1", {
    attributes: { carrier: "water", lengthKm: 0.15, diameterM: 0.1 },
    points: [point("flow", 1, "l/s")],
  });
  for (const node of [tank.id, junction.id]) world.link(pipe.id, "connects", node);
  world.district.branches.push({ twin: pipe.id, from: tank.id, to: junction.id, switches: [] });

  world.allAlarms.push(alarm("a2", end, "BUS_DEAD", "RAISED"), alarm("a1", "line:lv:gone", "LINE_FAULTED", "CLEARED"));
  const reason = "no meter has the device dev-99";
  const letter = { at: NOON, subject: "quartier.altstadt.telemetry.dev-99", code: "DEVICE_UNKNOWN", reason };
  world.letters.push({ id: "d1", ...letter, payload: '[{"n":"power","u":"W","v":310}]' });
  const before = { of: "state", before: "inBand", after: "low", revision: 3 } as const;
  const row = { twin: "meter:meters:m-9", point: "voltage", at: NOON - 3_600_500, value: 201.5 };
  const why = { event: "readings", condition: { name: "low", before: false, after: true }, readings: [row] } as const;
  const opened = { event: "command", command: { key: "k-1", name: "open", args: { reason: "repair" } } } as const;
  const told = { event: "signals", signal: { partition: "mv", sequence: 12, kind: "supply" } } as const;
  const due = { event: "tick", deadline: { twin: end, name: "low", at: NOON - 1_800_000 } } as const;
  world.entries.push(
    { ...before, at: NOON - 3_600_000, sequence: 38, cause: "low.raised", why: { ...why, readings: [row] } },
    { ...before, of: "reading", at: NOON, sequence: 39, cause: "implausible", why: opened },
    { ...before, at: NOON, sequence: 40, cause: "supply.lost", before: "low", after: "dead", revision: 4, why: told },
    { ...before, at: NOON, sequence: 41, cause: "supply.lost", before: "inBand", after: "dead", revision: 5, why: due },
  );
  world.samples.push(
    { at: NOON - 7_200_000, value: 1200, count: 4 },
    { at: NOON - 3_600_000, value: 1202.5, count: 4 },
  );
  return world;
}

export function alarm(id: string, twin: TwinId, code: string, state: AlarmView["state"]): AlarmView {
  const clearedAt = state === "CLEARED" ? NOON : undefined;
  const message = "no source reaches the bus";
  const times = { raisedAt: NOON, acknowledgedAt: undefined, clearedAt };
  return { id, twin, code, severity: "WARNING", message, state, ...times, flapping: false };
}

const lastOf = <T>(count: number, all: readonly T[]): T[] => all.slice(Math.max(0, all.length - count));
