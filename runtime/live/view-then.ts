// A view of a twin's points as they were at a time, by what its history has now: for the rules that judge what comes late.
// V1  what the history does not keep of a point (the rate of a register) is not known of the past
// V2  a set point that was never set stands as it was made

import type { TwinModel } from "../../models/district.ts";
import type { NeighbourRole, Quality, View } from "../../twins/definition.ts";
import type { Known } from "./known.ts";
import type { LiveTwin } from "./live-twin.ts";
import { qualityName, RECORDED_AT_MS, VALUE } from "./page.ts";
import type { KnownSample } from "./young.ts";

const NONE: ReadonlySet<string> = new Set();

export class ViewThen implements View {
  readonly #twin: LiveTwin;
  readonly #known: Known;
  readonly #atMs: number;
  readonly #samples = new Map<string, KnownSample | undefined>();

  readonly #before: ReadonlySet<string>;

  /** `atMs`: that instant included, but for those points of which it is left out. */
  constructor(twin: LiveTwin, known: Known, atMs: number, before: ReadonlySet<string> = NONE) {
    this.#twin = twin;
    this.#known = known;
    this.#atMs = atMs;
    this.#before = before;
  }

  get model(): TwinModel {
    return this.#twin.model;
  }

  value(point: string): number {
    const sample = this.sample(point);
    if (sample) return sample.value;
    const { shape, cells, model } = this.#twin;
    const i = shape.index.get(point);
    const spec = i === undefined ? undefined : shape.specs[i]!;
    if (i === undefined || spec?.from !== "set" || !spec.initial || !shape.recorded[i]) return Number.NaN;
    const row = this.#twin.row(i);
    const wasNeverSet = cells[row + RECORDED_AT_MS] === Number.NEGATIVE_INFINITY;
    return wasNeverSet ? cells[row + VALUE]! : spec.initial(model);
  }

  at(point: string): number {
    return this.sample(point)?.at ?? Number.NaN;
  }

  quality(point: string): Quality {
    const sample = this.sample(point);
    return sample ? qualityName(sample.quality) : "NONE";
  }

  /** What the point stood at; undefined where the history has nothing good up to then. */
  sample(point: string): KnownSample | undefined {
    if (this.#samples.has(point)) return this.#samples.get(point);
    const i = this.#twin.shape.index.get(point);
    const isKept = i !== undefined && this.#twin.shape.recorded[i]!;
    const atMs = this.#before.has(point) ? this.#atMs - 1 : this.#atMs;
    const sample = isKept ? this.#known.of(this.#twin.numberOf(i)).lastGood(atMs) : undefined;
    this.#samples.set(point, sample);
    return sample;
  }

  attribute(name: string): number {
    return this.#twin.attribute(name);
  }

  neighbours(role: NeighbourRole): number {
    return this.#twin.neighbours(role);
  }

  isRaised(condition: string): boolean {
    return this.#twin.isRaised(condition);
  }
}
