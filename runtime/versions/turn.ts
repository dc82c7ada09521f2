// The turn: lets a district go over to another version of its model, while it lives.
// Fed by    a version that somebody applies; at a start, what is left to be done of an earlier turn, or a folder that was changed
// Gives     partitions of the later version, that go on from where those of the earlier one stood
// T1  before: devices and time wait, twins that go and sums that end are told by way of the logs, and all that was begun is on disk
// T2  then the store says that the later version counts; after: those that it changed are told, devices and time go on
// T3  cut off at any point, it is gone through with at the next start: nobody is told twice what would count twice
// T4  one turn at a time; commands and imports wait for it, queries do not

import type { Directory } from "../../models/directory.ts";
import type { TwinId } from "../../models/district.ts";
import { QuartierError } from "../errors.ts";
import type { RecordedPoint } from "../history-export.ts";
import type { WorldParts } from "../reader.ts";
import type { TwinView } from "../views.ts";
import type { Works } from "../works.ts";
import type { Opening } from "./opening.ts";
import { retiredTwins } from "./retired-twins.ts";
import { eventsAfter, eventsBefore } from "./turn-events.ts";
import type { ApplyRequest } from "./version-views.ts";
import type { ModelVersions, Planned } from "./versions.ts";

/** A turn has so long to come to its end when the program is to stop. */
const PATIENCE_MS = 2_000;

export interface TurnHost {
  versions: ModelVersions;
  parts: () => WorldParts;
  /** Throws a coded error before there are any. */
  works: () => Works;
  twin: (id: TwinId) => TwinView | undefined;
  pointsOf: (id: TwinId) => RecordedPoint[] | undefined;
  /** Makes the partitions of another version, which take up what the store has, and lets them catch up with their logs. */
  standOn: (directory: Directory) => Promise<void>;
  /** The district stands on another version. */
  turned: () => void;
  /** Something happened that this program must not go on from. */
  halt: (error: Error) => void;
}

export class Turn {
  readonly #host: TurnHost;
  #isApplying = false;
  #running: Promise<void> | undefined;
  #isClosed = false;

  constructor(host: TurnHost) {
    this.#host = host;
  }

  /** Resolves when none is under way. */
  async over(): Promise<void> {
    await this.#running?.catch(() => {});
  }

  /** Lets none begin any more; resolves when none is under way. `breakOff`: called where one takes longer than may be waited for. */
  async close(breakOff: () => void): Promise<void> {
    this.#isClosed = true;
    const patience = setTimeout(breakOff, PATIENCE_MS);
    await this.over();
    clearTimeout(patience);
  }

  /** Gives what was done. */
  async apply({ version, from }: ApplyRequest): Promise<Planned> {
    if (this.#isApplying) throw new QuartierError("MODEL_BUSY", "another version of the model is being applied");
    this.#isApplying = true;
    try {
      const { versions, works, parts } = this.#host;
      const { directory, partitions, clock } = parts();
      if (from !== undefined && from !== directory.key) {
        const message = `the district stands on the version ${directory.key}, not on ${from}`;
        throw new QuartierError("MODEL_MOVED_ON", message);
      }
      const { streams } = works();
      const planned = await versions.plan(version);
      // Where NATS does not take it, nothing was begun.
      for (const { name } of partitions) await streams.append(name, { type: "tick", at: clock.now() });
      if (planned.from !== planned.to) await this.#run(() => this.#turn(planned));
      return planned;
    } finally {
      this.#isApplying = false;
    }
  }

  /** To be called at a start, when every partition has caught up. Opens the works. */
  async open({ next, cameFrom }: Opening): Promise<void> {
    const { versions, works, parts } = this.#host;
    const { directory } = parts();
    if (next) await this.#run(async () => this.#turn(await versions.between(directory, next)));
    else if (cameFrom) await this.#run(async () => this.#tell(await versions.between(cameFrom, directory)));
    else await works().open();
  }

  async #run(work: () => Promise<void>): Promise<void> {
    if (this.#isClosed) throw new QuartierError("STOPPING", "the program is stopping");
    this.#running = work();
    try {
      await this.#running;
    } catch (error) {
      if (error instanceof QuartierError && (error.disposition === "reject" || error.code === "STOPPING")) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      const failure = new QuartierError("MODEL_TURN_FAILED", `the change of the model broke off: ${reason}`);
      this.#host.halt(failure);
      throw failure;
    } finally {
      this.#running = undefined;
    }
  }

  async #turn(planned: Planned): Promise<void> {
    const { parts, works, standOn, twin, pointsOf, turned } = this.#host;
    const { store, clock } = parts();
    const earlier = works();
    await earlier.pause();
    await store.models.begins(planned.to);
    await earlier.tell(eventsBefore(planned, clock.now(), store.models.standing!.turns));
    await earlier.quiet();
    const retired = retiredTwins(planned, { twin: (id) => twin(id)!, points: (id) => pointsOf(id)! }, clock.now());
    await earlier.stop();
    await store.models.turned(retired, clock.now());
    await standOn(planned.after.directory);
    await this.#tell(planned);
    turned();
  }

  async #tell(planned: Planned): Promise<void> {
    const { parts, works } = this.#host;
    const { store, clock } = parts();
    await works().tell(eventsAfter(planned, clock.now(), store.models.standing!.turns));
    await store.models.isThrough(planned.twins.filter(({ returns }) => returns).map(({ id }) => id));
    await works().open();
  }
}
