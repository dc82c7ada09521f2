// Feeders: devices are heard of through the meters that they feed.
// H1  a device is touched only when it was not heard before, or was missed: a reading of its meters costs it nothing else
// H2  a device that sleeps, and would not be touched, sleeps on (heard.ts): whether it is awake changes nothing of it

import type { Directory } from "../../models/directory.ts";
import type { Kind, TwinId } from "../../models/district.ts";
import type { Changes } from "./changes.ts";
import type { Conditions } from "./conditions.ts";
import { HEARD } from "./heard.ts";
import type { LiveTwin } from "./live-twin.ts";
import { GOOD } from "./page.ts";
import type { Roster } from "./roster.ts";
import type { Steps } from "./steps.ts";
import type { Writes } from "./writes.ts";

export interface FeedersHost {
  directory: Directory;
  twins: Pick<Roster, "sleepsOn">;
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
  readonly fedMeters = (device: LiveTwin): LiveTwin[] =>
    device.kind === "device"
      ? this.#linked(device, "feeds", "meter").flatMap((meter) => this.#reached(meter) ?? [])
      : [];

  /** A meter was heard. */
  heard(meter: LiveTwin): void {
    meter.isFeederQuiet = false;
    if (meter.kind !== "meter") return;
    for (const number of this.#linked(meter, "fedBy", "device")) {
      if (this.#host.twins.sleepsOn(number)) continue;
      const device = this.#reached(number);
      if (device) this.#hear(device);
    }
  }

  #hear(device: LiveTwin): void {
    const { writes, changes, steps, now } = this.#host;
    const i = device.shape.index.get(HEARD);
    try {
      if (i !== undefined && device.value(HEARD) !== 1) writes.write(device, i, 1, now(), GOOD, false);
      if (this.conditions.heard(device)) changes.touch(device);
    } catch (error) {
      steps.quarantine(device, "a pack", error);
    }
  }

  /** Undefined for a twin of another partition. */
  #reached(number: number): LiveTwin | undefined {
    return this.#host.reached(this.#host.directory.idAt(number));
  }

  /** Numbers in the directory. */
  #linked(twin: LiveTwin, role: "feeds" | "fedBy", kind: Kind): number[] {
    const { directory } = this.#host;
    const linked: number[] = [];
    directory.eachLink(twin.number, (as, other) => {
      if (as === role && directory.kindAt(other) === kind) linked.push(other);
    });
    return linked;
  }
}
