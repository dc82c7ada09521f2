// Feeders: devices are heard of through the meters that they feed.
// H1  a device is touched only when it was not heard before, or was missed: a reading of its meters costs it nothing else

import type { TwinId } from "../../models/district.ts";
import type { Changes } from "./changes.ts";
import type { Conditions } from "./conditions.ts";
import type { Writes } from "./deliver.ts";
import type { LiveTwin } from "./live-twin.ts";
import type { Neighbours } from "./neighbours.ts";
import { GOOD } from "./page.ts";
import type { Steps } from "./steps.ts";

/** The point of a device that says whether it was ever heard; twins/device.ts has it. */
const HEARD = "#heard";

export interface FeedersHost {
  neighbours: Neighbours;
  reached: (id: TwinId) => LiveTwin | undefined;
  changes: Changes;
  steps: Steps;
  writes: Writes;
  now: () => number;
}

export class Feeders {
  /** Set once, after all parts of the partition were made. */
  conditions!: Conditions;
  readonly #host: FeedersHost;

  constructor(host: FeedersHost) {
    this.#host = host;
  }

  /** The meters that a device feeds, as far as they live here; nobody for other twins. */
  readonly fedMeters = (twin: LiveTwin): LiveTwin[] =>
    twin.kind === "device" ? this.#linked(twin, "feeds", "meter") : [];

  /** A meter was heard. */
  heard(meter: LiveTwin): void {
    meter.isFeederQuiet = false;
    if (meter.kind !== "meter") return;
    const { writes, changes, steps, now } = this.#host;
    for (const device of this.#linked(meter, "fedBy", "device")) {
      const i = device.shape.index.get(HEARD);
      try {
        if (i !== undefined && device.value(HEARD) !== 1) writes.write(device, i, 1, now(), GOOD, false);
        if (this.conditions.heard(device)) changes.touch(device);
      } catch (error) {
        steps.quarantine(device, "a pack", error);
      }
    }
  }

  #linked(twin: LiveTwin, role: "feeds" | "fedBy", kind: "meter" | "device"): LiveTwin[] {
    const linked = this.#host.neighbours.of(twin.id, role).map((id) => this.#host.reached(id));
    return linked.filter((other) => other?.kind === kind) as LiveTwin[];
  }
}
