// Steps: what an event sets in motion, run until nothing moves any more.
// Fed by    events for statecharts, marked conditions, networks whose positions changed
// Gives     stepped actors and their effects; twins out of service where a rule or a statechart threw
// Q1  conditions first, then statecharts in the order in which they were told, then supply
// Q2  a twin that throws, or that keeps its neighbours running in circles, is taken out of service alone, with an alarm

import type { Changes } from "./changes.ts";
import type { Conditions } from "./conditions.ts";
import type { Effects } from "./effects.ts";
import type { LiveTwin } from "./live-twin.ts";
import type { Supply, SupplyChange } from "./supply.ts";

/** What one event may set in motion before a twin is held to run in circles: so many steps, and so many more for each twin. */
const MAX_STEPS_PER_EVENT = 1_000;
const MAX_STEPS_PER_TWIN = 50;

/** More of what an event left behind is given back. */
const MOST_KEPT = 1_000;
const NOTHING: Record<string, unknown> = Object.freeze({});

interface Step {
  twin: LiveTwin;
  type: string;
  args: Record<string, unknown>;
}

export interface StepsHost {
  now: () => number;
  /** The same moment in watched time. */
  watched: () => number;
  position: () => number;
  changes: Changes;
  /** Twins of the partition. */
  size: () => number;
  tellSupply: (change: SupplyChange) => void;
}

export class Steps {
  readonly #host: StepsHost;
  /** Set once, after all parts of the partition were made. */
  conditions!: Conditions;
  effects!: Effects;
  supply!: Supply;
  /** Their memory is used again and again: they are empty after each event. */
  #dirty: LiveTwin[] = [];
  #dirtyHead = 0;
  #dirtyCount = 0;
  #steps: Step[] = [];
  #stepsHead = 0;
  #stepsCount = 0;

  constructor(host: StepsHost) {
    this.#host = host;
  }

  tell(twin: LiveTwin, type: string, args: Record<string, unknown> = NOTHING): void {
    this.#steps[this.#stepsCount++] = { twin, type, args };
  }

  markDirty(twin: LiveTwin, bits: number): void {
    if (twin.dirty === 0) this.#dirty[this.#dirtyCount++] = twin;
    twin.dirty |= bits;
  }

  /** Runs until nothing moves any more. */
  settle(): void {
    const limit = MAX_STEPS_PER_EVENT + MAX_STEPS_PER_TWIN * this.#host.size();
    let left = limit;
    for (;;) {
      const twin = this.#one();
      if (twin === undefined) return;
      if (--left < 0 && twin) {
        this.quarantine(twin, "one event", new Error(`it set more than ${limit} steps in motion`));
        left = limit;
      }
    }
  }

  /** One move; null when it concerned no single twin, undefined when there was none to make. */
  #one(): LiveTwin | null | undefined {
    if (this.#dirtyHead < this.#dirtyCount) {
      const twin = this.#dirty[this.#dirtyHead++]!;
      this.conditions.evaluate(twin, this.#host.watched());
      return twin;
    }
    if (this.#stepsHead < this.#stepsCount) {
      const step = this.#steps[this.#stepsHead++]!;
      this.#step(step);
      return step.twin;
    }
    if (this.supply.isDirty) {
      for (const change of this.supply.update()) this.#host.tellSupply(change);
      return null;
    }
    if (this.#dirty.length > MOST_KEPT) this.#dirty = [];
    if (this.#steps.length > MOST_KEPT) this.#steps = [];
    this.#dirtyHead = this.#dirtyCount = this.#stepsHead = this.#stepsCount = 0;
    return undefined;
  }

  #step({ twin, type, args }: Step): void {
    if (twin.isOut) return;
    const { now, watched, changes, position } = this.#host;
    const { state, conducting, sourcing } = twin;
    const effects = twin.send(type, now(), args);
    if (effects instanceof Error) {
      this.quarantine(twin, `the event ${type}`, effects);
      return;
    }
    if (twin.state !== state) {
      changes.touch(twin);
      changes.moved(twin, now(), type, state, twin.state);
    }
    if (twin.conducting !== conducting || twin.sourcing !== sourcing) this.supply.positionChanged(twin.id);
    for (const effect of effects) this.effects.apply(twin, effect, now(), watched(), position());
  }

  /** Takes a twin out of service. Its points live on; events for its statechart are passed over. */
  quarantine(twin: LiveTwin, cause: string, error: unknown): void {
    if (twin.quarantined !== undefined) return;
    const { now, watched, changes, position } = this.#host;
    const said = error instanceof Error ? error.message : String(error);
    const message = `${cause} failed: ${said.replace(/\s+/g, " ")}`;
    const before = twin.state;
    twin.quarantine(message);
    changes.touch(twin);
    changes.saveRare(twin);
    changes.moved(twin, now(), cause, before, twin.state);
    this.effects.raise(twin, "TWIN_QUARANTINED", "CRITICAL", message, now(), watched(), position());
  }

  /** Puts a twin back into its last good state. It is not told of the conditions that stand: one of them may be what it failed on. */
  release(twin: LiveTwin): void {
    const { now, watched, changes, position } = this.#host;
    twin.release();
    changes.saveRare(twin);
    changes.moved(twin, now(), "release", "quarantined", twin.state);
    this.effects.apply(twin, { type: "clearAlarm", code: "TWIN_QUARANTINED" }, now(), watched(), position());
  }
}
