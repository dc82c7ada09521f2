// Births: new twins are born in the order of their places, some with each event of the log. And those that no longer fit are found out.
// Gives     born twins: the points that their definition sets, and the event `born` for their statechart
//           twins out of service, alone: their statechart has no such state any more as they were saved in; they keep their points
// N1  nothing reaches a twin before it is born: what is about to reach one lets it be born at once
//     to reach one that no longer fits takes it out of service before
// N2  a district of a million is not born in one go: others would wait for it

import type { TwinId } from "../../models/district.ts";
import type { Changes } from "./changes.ts";
import type { LiveTwin } from "./live-twin.ts";
import { GOOD } from "./page.ts";
import type { Roster } from "./roster.ts";
import type { Steps } from "./steps.ts";
import type { Writes } from "./writes.ts";

const MAX_BIRTHS_PER_EVENT = 5_000;

export interface BirthsRecord {
  /** Places whose twins are born; of those that were born with the partition, not added by a later model. */
  born: number;
  first: number;
}

export interface BirthsHost {
  twins: Roster;
  changes: Changes;
  steps: Steps;
  now: () => number;
  /** Tells a twin whether the nodes that feed it are supplied. */
  refeed: (twin: LiveTwin) => void;
}

export class Births {
  /** Set once, after all parts of the partition were made. */
  writes!: Writes;
  readonly #host: BirthsHost;
  /** What is wrong with the states in which twins were saved, by slot. */
  #misfits = new Map<number, Error>();
  #born = 0;
  #first = 0;

  constructor(host: BirthsHost) {
    this.#host = host;
  }

  /** Twins that a start found not to fit. */
  foundUnfit(misfits: Map<number, Error>): void {
    this.#misfits = misfits;
  }

  restore({ born, first }: BirthsRecord): void {
    this.#born = born;
    this.#first = first;
  }

  record(): BirthsRecord {
    return { born: this.#born, first: this.#first };
  }

  get areDone(): boolean {
    return this.#born === this.#host.twins.slots;
  }

  /** A twin that something is about to reach. */
  reached(id: TwinId): LiveTwin | undefined {
    const twin = this.#host.twins.get(id);
    return twin && this.ready(twin);
  }

  reachedAt(slot: number): LiveTwin | undefined {
    const twin = this.#host.twins.at(slot);
    return twin && this.ready(twin);
  }

  /** The next of those that wait for their birth. */
  next(): void {
    for (const slot of this.#misfits.keys()) this.reachedAt(slot);
    this.#misfits.clear();
    if (this.areDone) return;
    const { twins, changes, steps, now } = this.#host;
    if (this.#first === 0) {
      this.#first = twins.slots;
      changes.bear(now());
    }
    const until = Math.min(twins.slots, this.#born + MAX_BIRTHS_PER_EVENT);
    for (; this.#born < until; this.#born++) {
      this.reachedAt(this.#born);
    }
    steps.settle();
  }

  /** A twin that is about to be reached. */
  ready(twin: LiveTwin): LiveTwin {
    if (!twin.born) this.#bear(twin);
    if (this.#misfits.size === 0) return twin;
    const misfit = this.#misfits.get(twin.slot);
    if (!misfit) return twin;
    this.#misfits.delete(twin.slot);
    this.#host.steps.quarantine(twin, "its saved state", misfit);
    twin.keepState();
    this.#host.changes.save(twin);
    return twin;
  }

  #bear(twin: LiveTwin): void {
    const { changes, steps, now, refeed } = this.#host;
    twin.bear();
    if (twin.slot >= this.#first) changes.bear(now(), twin.id);
    changes.touch(twin);
    try {
      for (const [i, spec] of twin.shape.specs.entries()) {
        if (spec.from !== "set" || !spec.initial) continue;
        const value = spec.initial(twin.model);
        if (!Number.isNaN(value)) this.writes.write(twin, i, value, now(), GOOD, true);
      }
      steps.tell(twin, "born");
      // Those that feed it told the others long ago.
      if (twin.slot >= this.#first) refeed(twin);
    } catch (error) {
      steps.quarantine(twin, "its birth", error);
    }
  }
}
