// Remodel: what an applied model does to the twins of a partition. Whom it leaves as they are is not touched: no other hears of it.
// Fed by    model events: before the turn to another version, those that it retires; after it, those that it changed
// Gives     retired twins, without standing alarms; changed twins whose points, conditions and supply are those of the model of today;
//           sums that lose or gain what its links say
// R1  a turn that was cut off is gone through again: what was heard of it before is passed over
// R2  a retired twin stands still in its last state, and goes on from there when a later model has it again
// R3  what flows from a twin to a sum leaves it and comes to it as a difference, so that nobody else is asked

import type { TwinId } from "../../models/district.ts";
import type { FlowNamed, ModelEvent } from "../log/events.ts";
import type { Alarms } from "./alarms.ts";
import type { Births } from "./births.ts";
import type { Changes } from "./changes.ts";
import type { Conditions } from "./conditions.ts";
import type { Flow } from "./flows.ts";
import type { LiveTwin } from "./live-twin.ts";
import type { Steps } from "./steps.ts";
import type { Writes } from "./writes.ts";

/** What the journal names as the cause. */
const CAUSE = "model";

/** Parts of a turn are counted from 1. */
export type TurnPart = [turn: number, part: number];

export interface RemodelHost {
  births: Births;
  changes: Changes;
  alarms: () => Alarms;
  steps: Steps;
  conditions: Conditions;
  writes: Writes;
  /** Tells a twin whether the nodes that feed it by the model of today are supplied. */
  refeed: (twin: LiveTwin) => void;
  now: () => number;
}

export class Remodel {
  readonly #host: RemodelHost;
  /** The turn that was heard of last, and which of its parts. */
  #heard: TurnPart = [0, 0];

  constructor(host: RemodelHost) {
    this.#host = host;
  }

  restore(heard: TurnPart | undefined): void {
    this.#heard = heard ?? [0, 0];
  }

  record(): TurnPart {
    return this.#heard;
  }

  take({ turn, part, retired = [], withdrawn = [], changed = [], joined = [] }: ModelEvent): void {
    const [last, lastPart] = this.#heard;
    if (turn < last || (turn === last && part <= lastPart)) return;
    this.#heard = [turn, part];
    for (const flow of withdrawn) this.#flow(flow, "withdraw");
    for (const id of retired) this.#retire(id);
    for (const id of changed) this.#change(id);
    for (const flow of joined) this.#flow(flow, "join");
  }

  #retire(id: TwinId): void {
    const { births, changes, alarms, now } = this.#host;
    const twin = births.reached(id);
    if (!twin || twin.isRetired) return;
    const before = twin.state;
    for (const alarm of alarms().clearAll(id, now())) changes.alarm(alarm);
    twin.retire(true);
    twin.flaps = undefined;
    changes.touch(twin);
    changes.saveRare(twin);
    changes.moved(twin, now(), CAUSE, before, twin.state);
  }

  #change(id: TwinId): void {
    const { births, changes, steps, conditions, writes, refeed, now } = this.#host;
    const twin = births.reached(id);
    if (!twin) return;
    const before = twin.state;
    const returns = twin.isRetired;
    if (returns) {
      twin.retire(false);
      conditions.renew(twin);
    }
    changes.touch(twin);
    changes.moved(twin, now(), CAUSE, before, twin.state);
    try {
      writes.renew(twin, now());
      conditions.remodelled(twin);
    } catch (error) {
      steps.quarantine(twin, "the changed model", error);
    }
    steps.markDirty(twin, allBits(twin));
    refeed(twin);
  }

  #flow([id, point, kind, to, toPoint]: FlowNamed, what: "withdraw" | "join"): void {
    const { births, writes, now } = this.#host;
    const twin = births.reached(id);
    const i = twin?.shape.index.get(point);
    if (!twin || i === undefined) return;
    const isIt = (flow: Flow) => flow.kind === kind && flow.to === to && flow.point === toPoint;
    for (const flow of twin.flows[i] ?? []) if (isIt(flow)) writes[what](twin, i, flow, now());
  }
}

const allBits = ({ shape }: LiveTwin): number => 2 ** shape.conditions.length - 1;
