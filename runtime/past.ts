// The past: the twins and alarms of a district at any instant, read from what is kept, without replaying the log.
// Fed by    past records (transitions, alarms, births), the history of points, the live twins for what the history does not have yet
// Gives     a `PastMoment`: state and alarms as they were at that instant; of each point what was measured up to then
// Q1  state, revision and alarms are those of the log up to the instant, its own millisecond included
// Q2  a measured point is the last reading of that time or before, as it is known today: one that came late or was corrected counts
// Q3  what follows from readings (computed, summed, copied) is as the history has it: at most two minutes behind what the twin showed
// Q4  a twin that was not born yet is not there; an instant ahead, or before what is kept, is refused
// Q5  a page of many lets others have their turn; what happens meanwhile is later than its instant

import type { TwinId } from "../models/district.ts";
import { youngestFirst } from "./alarm-book.ts";
import { type BornSources, BornTwins } from "./born-twins.ts";
import { QuartierError } from "./errors.ts";
import type { LiveTwin } from "./live/live-twin.ts";
import type { JournalEntry } from "./live/notes.ts";
import { AT_MS, NONE, QUALITY, qualityName, RECORDED_AT_MS, SEEN_AT_MS, SUSPECT, VALUE } from "./live/page.ts";
import type { Shape } from "./live/shape.ts";
import type { Sample } from "./store/history/run.ts";
import { PAST_RETENTION_MS, type PastRecords } from "./store/past-records.ts";
import { Turns } from "./turns.ts";
import { matches, numbersOf, TwinPage } from "./twin-filter.ts";
import type {
  AlarmFilter,
  AlarmView,
  Page,
  PageRequest,
  PastMoment,
  PointView,
  TwinFilter,
  TwinView,
} from "./views.ts";

export interface PastSources extends Omit<BornSources, "isBorn"> {
  live: (id: TwinId) => LiveTwin | undefined;
  records: Pick<PastRecords, "bornMs" | "births" | "transition" | "transitionAfter" | "alarms" | "alarmsOf">;
  /** Transitions of a twin that no checkpoint has yet. */
  unsaved: (id: TwinId) => readonly JournalEntry[];
  history: {
    last: (point: number, atMs: number) => Sample | undefined;
    lastGood: (point: number, atMs: number) => Sample | undefined;
  };
}

export class Past {
  readonly #sources: PastSources;
  readonly #born: BornTwins;

  constructor(sources: PastSources) {
    this.#sources = sources;
    this.#born = new BornTwins({ ...sources, isBorn: (id) => sources.live(id)?.born === true });
  }

  at(atMs: number, nowMs: number): PastMoment {
    const when = new Date(atMs).toISOString();
    if (atMs > nowMs) {
      const now = new Date(nowMs).toISOString();
      throw new QuartierError("INSTANT_AHEAD", `${when} lies ahead: the district's time is ${now}`);
    }
    if (atMs < nowMs - PAST_RETENTION_MS) {
      const since = new Date(nowMs - PAST_RETENTION_MS).toISOString();
      throw new QuartierError("INSTANT_FORGOTTEN", `${when} is too long ago: states are kept since ${since}`);
    }
    return new Instant(this.#sources, this.#born, atMs);
  }
}

interface StateThen {
  state: string;
  revision: number;
}

class Instant implements PastMoment {
  readonly at: number;
  readonly #sources: PastSources;
  readonly #born: BornTwins;
  /** A filter asks for the same states again. */
  readonly #states = new Map<TwinId, StateThen>();

  constructor(sources: PastSources, born: BornTwins, atMs: number) {
    this.#sources = sources;
    this.#born = born;
    this.at = atMs;
  }

  twin(id: TwinId): TwinView | undefined {
    return this.#born.has(id, this.at) ? this.#viewOf(id) : undefined;
  }

  async twins(filter: TwinFilter, page: PageRequest): Promise<Page<TwinView>> {
    const { directory } = this.#sources;
    const turns = new Turns();
    const then = { directory, stateOf: (twin: number) => this.#stateOf(this.#live(directory.idAt(twin))).state };
    const found = new TwinPage(directory, page);
    for (const twin of filter.ids ? numbersOf(directory, filter.ids) : this.#born.by(this.at)) {
      if (turns.isOver) await turns.next();
      if (filter.ids && !this.#born.has(directory.idAt(twin), this.at)) continue;
      if (matches(then, twin, filter)) found.add(twin);
    }
    const items: TwinView[] = [];
    for (const twin of found.twins) {
      if (turns.isOver) await turns.next();
      items.push(this.#viewOf(directory.idAt(twin)));
    }
    return { ...found.about, items };
  }

  async alarms({ state, twin }: AlarmFilter, { first, after }: PageRequest): Promise<Page<AlarmView>> {
    const { records } = this.#sources;
    const turns = new Turns();
    const all: AlarmView[] = [];
    for (const some of twin === undefined ? records.alarms(this.at) : [records.alarmsOf(twin, this.at)]) {
      for (const alarm of some) if (state === undefined || alarm.state === state) all.push(alarm);
      if (turns.isOver) await turns.next();
    }
    all.sort(youngestFirst);
    const start = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
    const items = all.slice(start, start + first).map((alarm) => ({ ...alarm, moment: this }));
    const hasNextPage = all.length > start + first;
    return { items, totalCount: all.length, hasNextPage, hasPreviousPage: start > 0 };
  }

  standing(twin: TwinId): AlarmView[] {
    const alarms = this.#sources.records.alarmsOf(twin, this.at).sort(youngestFirst);
    return alarms.map((alarm) => ({ ...alarm, moment: this }));
  }

  /** To be asked for twins that were there. */
  #live(id: TwinId): LiveTwin {
    return this.#sources.live(id)!;
  }

  #stateOf(twin: LiveTwin): StateThen {
    let then = this.#states.get(twin.id);
    if (!then) {
      then = this.#stateThen(twin);
      this.#states.set(twin.id, then);
    }
    return then;
  }

  #stateThen({ id, state }: LiveTwin): StateThen {
    const { records, unsaved } = this.#sources;
    const last = records.transition(id, this.at);
    if (last) return { state: last.after, revision: last.revision };
    // Its birth was its first revision, and may have left it in the first state of its statechart.
    const next = records.transitionAfter(id, this.at) ?? unsaved(id).find(({ at }) => at > this.at);
    return { state: next?.before ?? state, revision: 1 };
  }

  #viewOf(id: TwinId): TwinView {
    const twin = this.#live(id);
    const { model, shape } = twin;
    const points: PointView[] = [];
    // A district has so many points that no object but the answer's own is made for one.
    for (let i = 0; i < shape.names.length; i++) if (!shape.hidden[i]) points.push(this.#pointOf(twin, i));
    const then = { ...this.#stateOf(twin), points, moment: this };
    // Which of its alarms came and went too often is known of the present alone.
    return { id, kind: model.kind, name: model.name, model, flapping: [], ...then };
  }

  #pointOf(twin: LiveTwin, i: number): PointView {
    const { cells, shape } = twin;
    const row = twin.row(i);
    const [at, quality] = [cells[row + AT_MS]!, cells[row + QUALITY]!];
    const newestMs = Math.max(cells[row + SEEN_AT_MS]!, Math.floor(cells[row + RECORDED_AT_MS]!), orNever(at));
    if (newestMs === Number.NEGATIVE_INFINITY) return shownAs(shape, i, Number.NaN, Number.NaN, quality);
    // Nothing was heard of it since: what it shows is what it showed then. But after a reading that was held back, the history knows more.
    const isHeld = shape.specs[i]!.from === "measured" && at !== cells[row + SEEN_AT_MS];
    if (newestMs <= this.at && !isHeld) return shownAs(shape, i, at, cells[row + VALUE]!, quality);
    const { history } = this.#sources;
    const last = history.last(twin.numberOf(i), this.at);
    if (!last) return shownAs(shape, i, Number.NaN, Number.NaN, NONE);
    if (last.quality !== SUSPECT) return shownAs(shape, i, last.at, last.value, last.quality);
    const good = history.lastGood(twin.numberOf(i), last.at);
    return shownAs(shape, i, good?.at ?? Number.NaN, good?.value ?? Number.NaN, SUSPECT);
  }
}

const orNever = (atMs: number): number => (Number.isNaN(atMs) ? Number.NEGATIVE_INFINITY : atMs);

/** The i-th point of a shape; NaN: none. */
const shownAs = ({ names, specs }: Shape, i: number, at: number, value: number, quality: number): PointView => ({
  name: names[i]!,
  value: Number.isNaN(value) ? undefined : value,
  unit: specs[i]!.unit,
  at: Number.isNaN(at) ? undefined : at,
  quality: qualityName(quality),
});
