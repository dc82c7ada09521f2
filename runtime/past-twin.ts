// A past twin: what it was at an instant, each part read when somebody looks at it.
// Fed by    its instant, which knows where things are kept; the live twin, or what is kept of a retired one, for what the history does not have yet
// Gives     a `TwinView` whose parts are read once; `make` reads what is known to be looked at
// W1  a live twin is asked for anew by each reading, as it may have gone to sleep since the last one
// W2  a district has so many points that no object but the answer's own is made for one

import type { Kind, TwinId, TwinModel } from "../models/district.ts";
import type { LiveTwin } from "./live/live-twin.ts";
import { AT_MS, NONE, QUALITY, qualityName, RECORDED_AT_MS, SEEN_AT_MS, SUSPECT, VALUE } from "./live/page.ts";
import type { Shape } from "./live/shape.ts";
import type { Sample } from "./store/history/run.ts";
import type { StateAfter } from "./store/note-in.ts";
import type { Asked, PastMoment, PointView, TwinView } from "./views.ts";

export interface PointHistory {
  last: (point: number, atMs: number) => Sample | undefined;
  lastGood: (point: number, atMs: number) => Sample | undefined;
}

/** What must be known of a twin, today or when it was last there, to say what it was. */
export type Remembered = Pick<LiveTwin, "shape" | "cells" | "row" | "numberOf" | "state" | "born">;

export interface TwinsThen {
  readonly moment: PastMoment;
  readonly history: PointHistory;
  /** To be asked for twins that were there. */
  live: (id: TwinId) => Remembered;
  /** By the model of that instant. */
  model: (id: TwinId) => TwinModel;
  stateOf: (id: TwinId) => StateAfter;
}

/** Which of its alarms came and went too often is known of the present alone. */
const UNKNOWN: readonly string[] = [];

export class PastTwin implements TwinView {
  readonly id: TwinId;
  readonly kind: Kind;
  readonly flapping = UNKNOWN;
  readonly moment: PastMoment;
  readonly #then: TwinsThen;
  #state: StateAfter | undefined;
  #points: PointView[] | undefined;
  #model: TwinModel | undefined;

  constructor(id: TwinId, kind: Kind, then: TwinsThen) {
    this.id = id;
    this.kind = kind;
    this.moment = then.moment;
    this.#then = then;
  }

  /** Reads what is asked of it; what is not said will be looked at. */
  make({ state = true, points = true }: Asked): void {
    if (state) this.#stateThen();
    if (points) this.points;
  }

  get state(): string {
    return this.#stateThen().after;
  }

  get revision(): number {
    return this.#stateThen().revision;
  }

  get model(): TwinModel {
    this.#model ??= this.#then.model(this.id);
    return this.#model;
  }

  get name(): string | undefined {
    return this.model.name;
  }

  get points(): PointView[] {
    if (this.#points) return this.#points;
    const { history, live } = this.#then;
    const twin = live(this.id);
    const { names, hidden } = twin.shape;
    const points: PointView[] = [];
    for (let i = 0; i < names.length; i++) if (!hidden[i]) points.push(pointThen(twin, i, this.moment.at, history));
    this.#points = points;
    return points;
  }

  point(name: string): PointView | undefined {
    if (this.#points) return this.#points.find((point) => point.name === name);
    const { history, live } = this.#then;
    const twin = live(this.id);
    const i = twin.shape.index.get(name);
    return i === undefined || twin.shape.hidden[i] ? undefined : pointThen(twin, i, this.moment.at, history);
  }

  #stateThen(): StateAfter {
    this.#state ??= this.#then.stateOf(this.id);
    return this.#state;
  }
}

/** The i-th point of a twin as it was at a time. */
function pointThen(twin: Remembered, i: number, atMs: number, history: PointHistory): PointView {
  const { cells, shape } = twin;
  const row = twin.row(i);
  const at = cells[row + AT_MS]!;
  const quality = cells[row + QUALITY]!;
  const newestMs = Math.max(cells[row + SEEN_AT_MS]!, Math.floor(cells[row + RECORDED_AT_MS]!), orNever(at));
  if (newestMs === Number.NEGATIVE_INFINITY) return shownAs(shape, i, Number.NaN, Number.NaN, quality);
  // Nothing was heard of it since: what it shows is what it showed then. But after a reading that was held back, the history knows more.
  const isHeld = shape.specs[i]!.from === "measured" && at !== cells[row + SEEN_AT_MS];
  if (newestMs <= atMs && !isHeld) return shownAs(shape, i, at, cells[row + VALUE]!, quality);
  const last = history.last(twin.numberOf(i), atMs);
  if (!last) return shownAs(shape, i, Number.NaN, Number.NaN, NONE);
  if (last.quality !== SUSPECT) return shownAs(shape, i, last.at, last.value, last.quality);
  const good = history.lastGood(twin.numberOf(i), last.at);
  return shownAs(shape, i, good?.at ?? Number.NaN, good?.value ?? Number.NaN, SUSPECT);
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
