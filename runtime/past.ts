// The past: the twins and alarms of a district at any instant, read from what is kept, without replaying the log.
// Fed by    past records (transitions, alarms, births), the history of points, the live twins for what the history does not have yet
// Gives     a `PastMoment`: state and alarms as they were at that instant; of each point what was measured up to then
// Q1  state, revision and alarms are those of the log up to the instant, its own millisecond included
// Q2  a measured point is the last reading of that time or before, as it is known today: one that came late or was corrected counts
// Q3  what follows from readings (computed, summed, copied) is as the history has it: at most two minutes behind what the twin showed
// Q4  a twin that was not born yet is not there; an instant ahead, or before what is kept, is refused
// Q5  a page of many lets others have their turn; what happens meanwhile is later than its instant
// Q6  which twins there were, what the model said of them and how they were linked is by the version of the model of that instant, as
//     long as it is kept; by the one after it otherwise
// Q7  a twin that was retired by then is there for whoever asks for it by its id, as it is in the present; no list has it

import type { Directory } from "../models/directory.ts";
import type { TwinId } from "../models/district.ts";
import { youngestFirst } from "./alarm-book.ts";
import { type BornSources, BornTwins } from "./born-twins.ts";
import { QuartierError } from "./errors.ts";
import type { JournalEntry } from "./live/notes.ts";
import type { Neighbours } from "./live/neighbours.ts";
import { NetworkDesk } from "./network-desk.ts";
import type { NetworkQuestions } from "./network-views.ts";
import { type LiveNetworks, type Position, positionByte, presentWith } from "./networks.ts";
import { PastTwin, type PointHistory, type Remembered, type TwinsThen } from "./past-twin.ts";
import type { RetiredTwin } from "./store/model-records.ts";
import type { StateAfter } from "./store/note-in.ts";
import { PAST_RETENTION_MS, type PastRecords } from "./store/past-records.ts";
import { Turns } from "./turns.ts";
import { matches, numbersOf, TwinPage } from "./twin-filter.ts";
import { RETIRED_STATE, viewOfRetired } from "./twin-view.ts";
import type {
  AlarmFilter,
  AlarmView,
  Asked,
  LinkView,
  Page,
  PageRequest,
  PastMoment,
  TwinFilter,
  TwinView,
} from "./views.ts";

export interface PastSources extends Omit<BornSources, "isBorn"> {
  /** The district by the model of the instant; twins that today's does not have are remembered. */
  directory: Directory;
  /** Which has twins that were retired then, and returned. */
  today: Directory;
  /** Of a twin that today's model does not have. */
  retired: (id: TwinId) => RetiredTwin | undefined;
  neighbours: Neighbours;
  live: (id: TwinId) => Remembered | undefined;
  /** The state of a twin, without waking it. */
  peek: (id: TwinId) => Pick<Remembered, "state"> | undefined;
  /** What a twin would let through in a state. */
  positionIn: (id: TwinId, state: string) => Position;
  networks: () => LiveNetworks;
  records: Pick<PastRecords, "bornMs" | "births" | "transition" | "transitionAfter" | "trace" | "alarms" | "alarmsOf">;
  /** Transitions of a twin that no checkpoint has yet. */
  unsaved: (id: TwinId) => readonly JournalEntry[];
  /** Opened when it is first asked for. */
  history: () => PointHistory;
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

/** States of a twin that stands still in its last one. */
const OUT_OF_SERVICE = ["quarantined", RETIRED_STATE];

/** Twins, of some ten microseconds each, between two looks at the clock. */
const PIECES = 8;

class Instant implements PastMoment {
  readonly at: number;
  readonly #sources: PastSources;
  readonly #born: BornTwins;
  /** A filter asks for the same states again. */
  readonly #states = new Map<TwinId, StateAfter>();
  readonly #then: TwinsThen;
  #networks: NetworkQuestions | undefined;

  constructor(sources: PastSources, born: BornTwins, atMs: number) {
    this.#sources = sources;
    this.#born = born;
    this.at = atMs;
    const live = (id: TwinId) => this.#live(id);
    const model = (id: TwinId) => sources.directory.twins.get(id)!;
    this.#then = { moment: this, history: sources.history(), live, model, stateOf: (id) => this.#stateOf(id) };
  }

  twin(id: TwinId): TwinView | undefined {
    const kind = this.#sources.directory.kindOf(id);
    if (!kind) return this.#retired(id);
    return this.#born.has(id, this.at) ? new PastTwin(id, kind, this.#then) : undefined;
  }

  /** A twin that the model of the instant does not have (Q7). */
  #retired(id: TwinId): TwinView | undefined {
    const { retired, today, records } = this.#sources;
    const gone = retired(id);
    if (gone) return gone.at <= this.at ? viewOfRetired(id, gone, this) : undefined;
    const kind = today.kindOf(id);
    if (!kind || records.transition(id, this.at)?.after !== RETIRED_STATE) return undefined;
    return new PastTwin(id, kind, { ...this.#then, model: (returned) => today.twins.get(returned)! });
  }

  async twins(filter: TwinFilter, page: PageRequest, asked: Asked = {}): Promise<Page<TwinView>> {
    const { directory } = this.#sources;
    const turns = new Turns(PIECES);
    const then = {
      ...{ directory, places: () => this.#sources.networks().atOnce() },
      stateOf: (twin: number) => this.#stateOf(directory.idAt(twin)).after,
    };
    const found = new TwinPage(directory, page);
    const isFew = filter.ids !== undefined || filter.within !== undefined;
    for (const twin of isFew ? numbersOf(then, filter) : this.#born.by(this.at)) {
      if (turns.isOver) await turns.next();
      if (isFew && !this.#born.has(directory.idAt(twin), this.at)) continue;
      if (matches(then, twin, filter)) found.add(twin);
    }
    const items: TwinView[] = [];
    for (const twin of found.twins) {
      if (turns.isOver) await turns.next();
      const view = new PastTwin(directory.idAt(twin), directory.kindAt(twin), this.#then);
      view.make(asked);
      items.push(view);
    }
    return { ...found.about, items };
  }

  async alarms({ state, twin }: AlarmFilter, { first, after }: PageRequest): Promise<Page<AlarmView>> {
    const { records } = this.#sources;
    const turns = new Turns(PIECES);
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

  links(id: TwinId, role?: string): LinkView[] {
    return this.#sources.neighbours.all(id, role);
  }

  standing(twin: TwinId): AlarmView[] {
    const alarms = this.#sources.records.alarmsOf(twin, this.at).sort(youngestFirst);
    return alarms.map((alarm) => ({ ...alarm, moment: this }));
  }

  /** With the positions of then; what the model joins is that of today. */
  get networks(): NetworkQuestions {
    const live = this.#sources.networks();
    const present = () =>
      presentWith(live.graph(), (twin) => positionByte(this.#positionOf(live.directory.idAt(twin))));
    this.#networks ??= new NetworkDesk(live, present);
    return this.#networks;
  }

  /** Nothing of what was not born yet. */
  #positionOf(id: TwinId): Position | undefined {
    const { records, directory, positionIn } = this.#sources;
    if ((records.bornMs(id, directory.cellOf(id)!) ?? this.at) > this.at) return undefined;
    const { after } = this.#stateOf(id);
    // Out of service, a twin stays in the position that it had.
    const state = OUT_OF_SERVICE.includes(after) ? records.trace(id, 1, this.at).at(-1)?.before : after;
    return state === undefined ? undefined : positionIn(id, state);
  }

  /** To be asked for twins that were there. */
  #live(id: TwinId): Remembered {
    return this.#sources.live(id)!;
  }

  #stateOf(id: TwinId): StateAfter {
    let then = this.#states.get(id);
    if (!then) {
      then = this.#stateThen(id);
      this.#states.set(id, then);
    }
    return then;
  }

  #stateThen(id: TwinId): StateAfter {
    const { records, unsaved } = this.#sources;
    const last = records.transition(id, this.at);
    if (last) return last;
    // Its birth was its first revision, and may have left it in the first state of its statechart.
    const next = records.transitionAfter(id, this.at) ?? unsaved(id).find(({ at }) => at > this.at);
    return { after: next?.before ?? this.#sources.peek(id)!.state, revision: 1 };
  }
}
