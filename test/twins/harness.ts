// A single twin on a bench: its live XState actor, its points and conditions, without partition, log or store.
// The runtime does the same for many twins at once; here every step can be read off: what was sent, what was emitted.

import { type AnyActor, type AnyMachineSnapshot, createActor, type StateValue } from "xstate";
import type { Kind, TwinModel } from "../../models/district.ts";
import { CATALOGUE } from "../../twins/catalogue.ts";
import type { Definition, NeighbourRole, PointSpec, Quality, TwinEvent, View } from "../../twins/definition.ts";
import type { Effect, Recipe } from "../../twins/effects.ts";

export const START = Date.UTC(2026, 0, 1);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

interface PointState {
  value: number;
  at: number;
  quality: Quality;
}
interface ConditionState {
  raised: boolean;
  /** When a hold time or staleness is due. */
  due: number;
}

export class Bench implements View {
  /** How many neighbours the twin has in a role; a test says so where it matters. */
  links: Partial<Record<NeighbourRole, number>> = {};
  readonly model: TwinModel;
  readonly definition: Definition;
  readonly specs: Record<string, PointSpec>;
  readonly effects: Effect[] = [];
  readonly alarms = new Set<string>();
  readonly drives: { point: string; value: number }[] = [];
  readonly told: string[] = [];
  now = START;
  readonly #points = new Map<string, PointState>();
  readonly #conditions = new Map<string, ConditionState>();
  readonly #timers = new Map<string, number>();
  readonly #queue: { type: string; args: Record<string, unknown> }[] = [];
  #actor!: AnyActor;
  #error: unknown;
  readonly #emitted: Recipe[] = [];

  constructor(kind: Kind, attributes: TwinModel["attributes"] = {}, points?: TwinModel["points"]) {
    this.model = { id: `${kind}:test:1`, kind, source: "test", element: "1", attributes, ...(points && { points }) };
    this.definition = CATALOGUE[kind];
    this.specs = { ...this.definition.modelPoints?.(points ?? [], this.model), ...this.definition.points };
    for (const name of Object.keys(this.specs))
      this.#points.set(name, { value: Number.NaN, at: Number.NaN, quality: "NONE" });
    for (const name of Object.keys(this.definition.conditions))
      this.#conditions.set(name, { raised: false, due: Number.NaN });
    this.#wake();
    for (const [name, spec] of Object.entries(this.specs)) {
      const initial = spec.from === "set" ? spec.initial?.(this.model) : undefined;
      if (initial !== undefined && !Number.isNaN(initial)) this.#set(name, initial, this.now, "GOOD");
    }
    this.send("born");
  }

  #wake(value?: StateValue): void {
    const { machine } = this.definition;
    this.#actor = createActor(
      machine,
      value === undefined ? {} : { snapshot: machine.resolveState({ value, context: {} }) },
    );
    this.#actor.subscribe({
      error: (error) => {
        this.#error = error;
      },
    });
    this.#actor.on("*", (recipe) => this.#emitted.push(recipe as unknown as Recipe));
    this.#actor.start();
  }

  /** Stops the actor and goes on with a new one, from nothing but the state value, as after a restart. */
  restart(): void {
    const { value } = this.#snapshot;
    this.#actor.stop();
    this.#wake(value);
  }

  get #snapshot(): AnyMachineSnapshot {
    return this.#actor.getSnapshot() as AnyMachineSnapshot;
  }

  /** Dotted; regions joined by `|`. */
  get state(): string {
    const paths = (value: StateValue): string[] =>
      typeof value === "string"
        ? [value]
        : Object.entries(value).flatMap(([key, inner]) => paths(inner as StateValue).map((path) => `${key}.${path}`));
    return paths(this.#snapshot.value).join("|");
  }

  is(tag: "conducting" | "sourcing"): boolean {
    return this.#snapshot.hasTag(tag);
  }

  takes(type: string, args: Record<string, unknown> = {}): boolean {
    return this.#snapshot.can({ type, at: this.now, view: this, args });
  }

  send(type: string, args: Record<string, unknown> = {}): this {
    this.#queue.push({ type, args });
    this.#settle();
    return this;
  }

  feeding(count: number): this {
    this.links = { feeds: count };
    return this;
  }

  /** A command as a person sends it: OK, or the code of its refusal. */
  command(name: string, args: Record<string, unknown> = {}): string {
    const command = this.definition.commands[name];
    if (!command) return "COMMAND_UNKNOWN";
    if (command.args && !command.args.safeParse(args).success) return "COMMAND_ARGUMENTS";
    const refusal = command.refuse?.(this, args);
    if (refusal) return refusal.code;
    if (!this.takes(name, args)) return "COMMAND_NOT_ALLOWED";
    this.send(name, args);
    return "OK";
  }

  /** A reading, now unless said otherwise. */
  read(point: string, value: number, timeMs = this.now): this {
    const spec = this.specs[point];
    if (spec?.from !== "measured") throw new Error(`${point} is no measured point of a ${this.model.kind}`);
    const before = this.#points.get(point)!;
    const admission = spec.admit?.({ value, timeMs }, point, this);
    if (admission?.hold) this.#set(point, before.value, before.at, admission.quality);
    else this.#set(point, value, timeMs, admission?.quality ?? "GOOD");
    for (const [other, otherValue] of admission?.also ?? []) this.#set(other, otherValue, timeMs, "GOOD");
    this.#arrived(point);
    this.#settle();
    return this;
  }

  /** Lets time pass; hold times, staleness and timers fire on their way. */
  wait(ms: number): this {
    const until = this.now + ms;
    for (;;) {
      const due = this.#nextDue();
      if (!due || due.at > until) break;
      this.now = Math.max(this.now, due.at);
      due.fire();
      this.#settle();
    }
    this.now = until;
    return this;
  }

  #nextDue(): { at: number; fire: () => void } | undefined {
    const all: { at: number; name: string; fire: () => void }[] = [];
    for (const [name, condition] of this.#conditions) {
      if (Number.isNaN(condition.due)) continue;
      const fire = () => {
        condition.due = Number.NaN;
        condition.raised = true;
        this.#queue.push({ type: `${name}.raised`, args: {} });
      };
      all.push({ at: condition.due, name, fire });
    }
    for (const [name, at] of this.#timers) {
      const fire = () => {
        this.#timers.delete(name);
        this.#queue.push({ type: `${name}.elapsed`, args: {} });
      };
      all.push({ at, name: `${name}.elapsed`, fire });
    }
    return all.sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1))[0];
  }

  #arrived(point: string): void {
    for (const [name, condition] of Object.entries(this.definition.conditions)) {
      if (condition.type !== "stale") continue;
      if (condition.points.length > 0 && !condition.points.includes(point)) continue;
      const state = this.#conditions.get(name)!;
      if (state.raised) this.#queue.push({ type: `${name}.cleared`, args: {} });
      state.raised = false;
      state.due = this.now + condition.afterMs(this);
    }
  }

  #settle(): void {
    for (let steps = 0; ; steps++) {
      if (steps > 1_000) throw new Error("the twin does not come to rest");
      this.#askConditions();
      const next = this.#queue.shift();
      if (!next) return;
      const event: TwinEvent = { type: next.type, at: this.now, view: this, args: next.args };
      this.#actor.send(event);
      if (this.#error) throw this.#error;
      const effects = this.#emitted.splice(0).map(({ make }) => make(event));
      for (const effect of effects) this.#apply(effect);
    }
  }

  #askConditions(): void {
    for (const [name, condition] of Object.entries(this.definition.conditions)) {
      if (condition.type !== "threshold") continue;
      const state = this.#conditions.get(name)!;
      if (state.raised) {
        if (!condition.clear(this)) continue;
        state.raised = false;
        this.#queue.push({ type: `${name}.cleared`, args: {} });
      } else if (!condition.raise(this)) state.due = Number.NaN;
      else if (condition.forMs > 0) {
        if (Number.isNaN(state.due)) state.due = this.now + condition.forMs;
      } else {
        state.raised = true;
        this.#queue.push({ type: `${name}.raised`, args: {} });
      }
    }
  }

  #set(point: string, value: number, at: number, quality: Quality): void {
    if (!this.#points.has(point)) throw new Error(`a ${this.model.kind} has no point ${point}`);
    this.#points.set(point, { value, at, quality });
    for (const [name, spec] of Object.entries(this.specs)) {
      if (spec.from !== "computed" || !spec.of.includes(point)) continue;
      const computed = spec.compute(this);
      this.#set(name, computed, at, Number.isNaN(computed) ? "NONE" : quality);
    }
  }

  #apply(effect: Effect): void {
    this.effects.push(effect);
    if (effect.type === "raiseAlarm") this.alarms.add(effect.code);
    if (effect.type === "clearAlarm") this.alarms.delete(effect.code);
    if (effect.type === "setPoint") this.#set(effect.point, effect.value, this.now, effect.quality);
    if (effect.type === "startTimer") this.#timers.set(effect.name, this.now + effect.afterMs);
    if (effect.type === "stopTimer") this.#timers.delete(effect.name);
    if (effect.type === "tell") this.told.push(`${effect.role} ${effect.signal}`);
    if (effect.type === "drive") this.drives.push({ point: effect.point, value: effect.value });
  }

  value(point: string): number {
    return this.#points.get(point)?.value ?? Number.NaN;
  }
  at(point: string): number {
    return this.#points.get(point)?.at ?? Number.NaN;
  }
  quality(point: string): Quality {
    return this.#points.get(point)?.quality ?? "NONE";
  }
  attribute(name: string): number {
    const value = this.model.attributes[name];
    return typeof value === "number" ? value : Number.NaN;
  }
  neighbours(role: NeighbourRole): number {
    return this.links[role] ?? 0;
  }
  isRaised(condition: string): boolean {
    return this.#conditions.get(condition)?.raised ?? false;
  }

  /** The message of the last alarm of that code. */
  message(code: string): string | undefined {
    const raised = this.effects.filter((effect) => effect.type === "raiseAlarm" && effect.code === code).at(-1);
    return raised?.type === "raiseAlarm" ? raised.message : undefined;
  }
}
