// A live twin: its XState actor, its rows of points, its conditions and timers.
// Fed by    its partition, which alone changes it
// Gives     the read-only view that rules see, and its state as text
// L1  the actor keeps no context: state value and points are all there is to remember
// L2  what the statechart emits is collected by the partition; an error of the actor is seen by the partition, never re-thrown

import { type AnyActor, type AnyMachineSnapshot, createActor, type StateValue } from "xstate";
import type { TwinId, TwinModel } from "../../models/district.ts";
import type { NeighbourRole, Quality, TwinEvent, View } from "../../twins/definition.ts";
import type { Effect } from "../../twins/effects.ts";
import type { ExactSum } from "./exact-sum.ts";
import type { Flap } from "./flapping.ts";
import type { Flow } from "./flows.ts";
import type { Neighbours } from "./neighbours.ts";
import { type PointTable, qualityName } from "./points.ts";
import type { Shape } from "./shape.ts";

const NO_TWINS: LiveTwin[] = [];
const NO_FLOWS: (Flow[] | undefined)[] = [];

export class LiveTwin implements View {
  readonly model: TwinModel;
  readonly shape: Shape;
  readonly table: PointTable;
  /** Its first row in the table. */
  readonly base: number;
  revision = 0;
  born = false;
  /** Why it was taken out of service. */
  quarantined: string | undefined;
  /** Bits of conditions: raised, and waiting for their hold time. */
  raised = 0;
  held = 0;
  /** Bits of the conditions that are to be asked again in this event. */
  dirty = 0;
  /** Number of the event by which it was touched last, so that its revision grows once for each. */
  touchedBy = -1;
  /** The run of events in whose changes it stands already. */
  changedIn = -1;
  /** When each condition's hold time or staleness is due; NaN for none. */
  readonly dueMs: number[];
  /** When a reading last arrived that a stale condition watches. */
  readonly arrivedMs: number[];
  /** When any reading of it last arrived; NaN before the first. */
  heardMs = Number.NaN;
  /** For a meter, the devices that feed it; for a device, the meters it feeds. In this partition. */
  feeders: LiveTwin[] = NO_TWINS;
  fedMeters: LiveTwin[] = NO_TWINS;
  /** Whether one of its feeders may not know yet that it was heard. */
  isFeederQuiet = true;
  /** Most twins never have any of these: they are made when first needed. */
  timers: Map<string, number> | undefined;
  /** Of alarms that were raised: how often lately, by code. */
  flaps: Map<string, Flap> | undefined;
  /** Feeding nodes without supply. */
  deadFeeds: Set<TwinId> | undefined;
  /** Sums told by other partitions: `POINT|PARTITION` to value. */
  contributions: Map<string, number> | undefined;
  /** For each point, where its changes go. */
  flows: (Flow[] | undefined)[] = NO_FLOWS;
  /** For each summed point, its sum to more digits than the point itself has. */
  sums: (ExactSum | undefined)[] | undefined;
  /** For each summed point, how many of its inputs are estimates. */
  estimates: number[] | undefined;
  state = "";
  conducting = false;
  sourcing = false;
  #actor!: AnyActor;
  #snapshot!: AnyMachineSnapshot;
  readonly #neighbours: Neighbours;
  readonly #emit: (effect: Effect) => void;

  constructor(
    model: TwinModel,
    shape: Shape,
    table: PointTable,
    neighbours: Neighbours,
    emit: (effect: Effect) => void,
  ) {
    this.model = model;
    this.shape = shape;
    this.table = table;
    this.base = table.allocate(shape.names.length);
    this.dueMs = new Array(shape.conditions.length).fill(Number.NaN);
    this.arrivedMs = new Array(shape.conditions.length).fill(Number.NaN);
    this.#neighbours = neighbours;
    this.#emit = emit;
  }

  get id(): TwinId {
    return this.model.id;
  }

  get stateValue(): StateValue {
    return this.#snapshot.value;
  }

  /** Wakes the actor, in the given state or in the first one of its statechart. */
  wake(value?: StateValue): void {
    const { machine } = this.shape.definition;
    const options = value === undefined ? {} : { snapshot: machine.resolveState({ value, context: {} }) };
    this.#actor = createActor(machine, { id: this.id, ...options });
    this.#actor.subscribe({ error: () => {} });
    this.#actor.on("*", this.#emit as (emitted: unknown) => void);
    this.#actor.start();
    this.#look(this.#actor.getSnapshot());
  }

  /** Sends one event to the statechart. Returns the error, if the statechart failed on it. */
  send(type: string, at: number, args: Record<string, unknown>): Error | undefined {
    const event: TwinEvent = { type, at, view: this, args };
    this.#actor.send(event);
    const snapshot = this.#actor.getSnapshot() as AnyMachineSnapshot;
    if (snapshot.status === "error") return asError((snapshot as { error: unknown }).error);
    this.#look(snapshot);
    return undefined;
  }

  /** Whether the statechart would take the event in its present state. */
  takes(type: string, at: number, args: Record<string, unknown>): boolean {
    const event: TwinEvent = { type, at, view: this, args };
    return this.#snapshot.can(event);
  }

  /** Takes it out of service; its points live on, its statechart stands still in its last good state. */
  quarantine(reason: string): void {
    this.quarantined = reason;
    this.state = "quarantined";
    this.#actor.stop();
  }

  release(): void {
    this.quarantined = undefined;
    this.wake(this.#snapshot.value);
  }

  stop(): void {
    this.#actor.stop();
  }

  #look(snapshot: AnyMachineSnapshot): void {
    if (snapshot === this.#snapshot) return;
    this.#snapshot = snapshot;
    this.state = stateText(snapshot.value);
    this.conducting = snapshot.hasTag("conducting");
    this.sourcing = snapshot.hasTag("sourcing");
  }

  row(point: string): number {
    const i = this.shape.index.get(point);
    return i === undefined ? -1 : this.base + i;
  }

  value(point: string): number {
    const row = this.row(point);
    return row < 0 ? Number.NaN : this.table.value[row]!;
  }

  at(point: string): number {
    const row = this.row(point);
    return row < 0 ? Number.NaN : this.table.at[row]!;
  }

  quality(point: string): Quality {
    const row = this.row(point);
    return row < 0 ? "NONE" : qualityName(this.table.quality[row]!);
  }

  neighbours(role: NeighbourRole): number {
    return this.#neighbours.of(this.id, role).length;
  }

  isRaised(condition: string): boolean {
    const i = this.shape.conditions.findIndex(({ name }) => name === condition);
    return i >= 0 && (this.raised & (1 << i)) !== 0;
  }

  attribute(name: string): number {
    const value = this.model.attributes[name];
    return typeof value === "number" ? value : Number.NaN;
  }
}

/** Dotted state value; the paths of parallel regions are joined by `|`. */
export function stateText(value: StateValue): string {
  if (typeof value === "string") return value;
  const paths = (state: StateValue, prefix: string): string[] =>
    typeof state === "string"
      ? [`${prefix}${state}`]
      : Object.entries(state).flatMap(([key, inner]) => paths(inner!, `${prefix}${key}.`));
  return paths(value, "")
    .map((path) => (path.endsWith(".") ? path.slice(0, -1) : path))
    .join("|");
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
