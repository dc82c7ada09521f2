// A live twin: its statechart's actor, its numbers in a page, its timers.
// Fed by    its partition, which alone changes it
// Gives     the read-only view that rules see, and its state as text
// L1  the actor keeps no context: state value and numbers are all there is to remember
// L2  what the statechart emits is collected by the partition; an error of the actor is seen by the partition, never re-thrown
// L3  the actor is made when a step needs it, from the state at which the twin stands: a twin that is only read needs none, and neither
//     does a transition that is the same for all twins in that state of which the guards say the same

import { type AnyActor, type AnyMachineSnapshot, createActor } from "xstate";
import type { Kind, TwinId, TwinModel } from "../../models/district.ts";
import type { NeighbourRole, Quality, TwinEvent, View } from "../../twins/definition.ts";
import type { Effect, Recipe } from "../../twins/effects.ts";
import type { Few } from "./few.ts";
import type { Flap } from "./flapping.ts";
import type { FlowsOfPoints } from "./flows.ts";
import * as page from "./page.ts";
import type { Shape } from "./shape.ts";
import type { TwinState } from "./states.ts";
import { TwinMemory } from "./twin-memory.ts";
import type { HistoryNumbers, TwinPlace, TwinSurroundings } from "./twin-surroundings.ts";

export class LiveTwin extends TwinMemory implements View {
  // What every reading looks at comes first: of a twin that was not heard lately each line of memory comes from afar.
  readonly id: TwinId;
  readonly shape: Shape;
  readonly page: page.Page;
  /** Bits of the conditions that are to be asked again in this event. */
  dirty = 0;
  /** Number of the event by which it was touched last, so that its revision grows once for each. */
  touchedBy = -1;
  /** The news, and the checkpoint, in which it stands already. */
  toldIn = -1;
  savedIn = -1;
  /** It was asked for since passivation last passed by. */
  isUsed = true;
  /** Whether one of its feeders may not know yet that it was heard. */
  isFeederQuiet = true;
  /** For each point, where its changes go. */
  flows: FlowsOfPoints;
  readonly #history: HistoryNumbers;
  #state: TwinState;
  readonly slot: number;
  /** In the directory. */
  readonly number: number;
  /** Why it was taken out of service. */
  quarantined: string | undefined;
  /** What lies outside of its page changed since the last checkpoint. */
  isRareChanged = false;
  /** Most twins never have any of these: they are made when first needed. Due times are in watched time. */
  timers: Few<number> | undefined;
  /** Of alarms that were raised: how often lately, by code. */
  flaps: Few<Flap> | undefined;
  /** Feeding nodes without supply. */
  deadFeeds: Set<TwinId> | undefined;
  /** Sums told by other partitions: `POINT|PARTITION` to value. */
  contributions: Map<string, number> | undefined;
  #actor: AnyActor | undefined;
  readonly #around: TwinSurroundings;

  constructor(
    id: TwinId,
    number: number,
    shape: Shape,
    place: TwinPlace,
    around: TwinSurroundings,
    flows: FlowsOfPoints,
  ) {
    super(place.page.cells, place.base, shape.pointsAt);
    this.id = id;
    this.number = number;
    this.shape = shape;
    this.slot = place.slot;
    this.page = place.page;
    this.#history = place.history;
    this.flows = flows;
    this.#around = around;
    this.#state = around.states.numbered(shape.definition, this.cells[this.base + page.STATE]!);
  }

  /** What the model says of it. */
  get model(): TwinModel {
    return this.#around.population.modelAt(this.number);
  }

  get kind(): Kind {
    return this.shape.definition.kind;
  }

  get state(): string {
    if (this.isRetired) return "retired";
    return this.quarantined === undefined ? this.#state.text : "quarantined";
  }

  get conducting(): boolean {
    return this.#state.conducting;
  }

  get sourcing(): boolean {
    return this.#state.sourcing;
  }

  /** Events for its statechart, and its deadlines, are passed over. */
  get isOut(): boolean {
    return this.quarantined !== undefined || this.isRetired;
  }

  retire(isRetired: boolean): void {
    this.flag(page.RETIRED, isRetired);
    this.stop();
  }

  /** From now on it is one of those that were born, in the state in which it stands. */
  bear(): void {
    this.flag(page.BORN, true);
    this.keepState();
  }

  /** The state in which it stands is the one that is stored. */
  keepState(): void {
    this.cells[this.base + page.STATE] = this.#state.number;
  }

  /** Number of a point in the history. */
  numberOf(point: number): number {
    return typeof this.#history === "number" ? this.#history + point : this.#history[point]!;
  }

  /** Sends one event to the statechart. Returns what it wants done, or the error, if it failed on the event. */
  send(type: string, at: number, args: Record<string, unknown>): Effect[] | Error {
    const event: TwinEvent = { type, at, view: this, args };
    const { states, emitted } = this.#around;
    const { definition } = this.shape;
    try {
      const move = states.move(definition, this.#state, event);
      if (move) {
        const effects = move.recipes.map(({ make }) => make(event));
        if (move.next !== this.#state) this.#become(move.next);
        return effects;
      }
      emitted.length = 0;
      this.#actor ??= this.#rouse();
      this.#actor.send(event);
      const snapshot = this.#actor.getSnapshot() as AnyMachineSnapshot;
      if (snapshot.status === "error") return asError((snapshot as { error: unknown }).error);
      const effects = emitted.map(({ make }) => make(event));
      if (snapshot.value !== this.#state.value) {
        this.#state = states.of(definition, snapshot);
        this.keepState();
      }
      return effects;
    } catch (error) {
      // It may stand where the twin does not.
      this.stop();
      return asError(error);
    }
  }

  /** Whether the statechart would take the event in its present state. */
  takes(type: string, at: number, args: Record<string, unknown>): boolean {
    const event: TwinEvent = { type, at, view: this, args };
    return this.#state.snapshot.can(event);
  }

  /** Takes it out of service; its points live on, its statechart stands still in its last good state. */
  quarantine(reason: string): void {
    this.quarantined = reason;
    this.flag(page.QUARANTINED, true);
    this.stop();
  }

  release(): void {
    this.quarantined = undefined;
    this.flag(page.QUARANTINED, false);
  }

  /** Without its actor; the next step makes one. */
  stop(): void {
    this.#actor?.stop();
    this.#actor = undefined;
  }

  #rouse(): AnyActor {
    this.#around.roused(this);
    const actor = createActor(this.shape.definition.machine, { id: this.id, snapshot: this.#state.snapshot });
    actor.subscribe({ error: () => {} });
    actor.on("*", (recipe) => this.#around.emitted.push(recipe as unknown as Recipe));
    actor.start();
    return actor;
  }

  /** Moved on without its actor, which stands where it did. */
  #become(state: TwinState): void {
    this.stop();
    this.#state = state;
    this.keepState();
  }

  value(point: string): number {
    const i = this.shape.index.get(point);
    return i === undefined ? Number.NaN : this.cells[this.row(i) + page.VALUE]!;
  }

  at(point: string): number {
    const i = this.shape.index.get(point);
    return i === undefined ? Number.NaN : this.cells[this.row(i) + page.AT_MS]!;
  }

  quality(point: string): Quality {
    const i = this.shape.index.get(point);
    return i === undefined ? "NONE" : page.qualityName(this.cells[this.row(i) + page.QUALITY]!);
  }

  neighbours(role: NeighbourRole): number {
    return this.#around.neighbours.count(this.id, role);
  }

  isRaised(condition: string): boolean {
    const i = this.shape.conditionIndex.get(condition);
    return i !== undefined && (this.raised & (1 << i)) !== 0;
  }

  attribute(name: string): number {
    const value = this.model.attributes[name];
    return typeof value === "number" ? value : Number.NaN;
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
