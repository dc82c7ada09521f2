// Decisions: commands and acknowledgements of the log, each decided once.
// Fed by    command and acknowledge events
// Gives     an event for the statechart, or a refusal with its reason; the outcome, for the commit
// D1  one key, one outcome: a key that this partition answered before is passed over
// D2  what other partitions answered does not count: they commit when they commit, and the log of this one decides alone

import type { TwinId } from "../../models/district.ts";
import type { AcknowledgeEvent, CommandEvent } from "../log/events.ts";
import type { CommandOutcome } from "../views.ts";
import { type Alarms, twinOfAlarm } from "./alarms.ts";
import type { Changes } from "./changes.ts";
import { type Decision, decideCommand } from "./commands.ts";
import type { Conditions } from "./conditions.ts";
import type { LiveTwin } from "./live-twin.ts";
import type { Steps } from "./steps.ts";

export interface DecisionsHost {
  twins: ReadonlyMap<TwinId, LiveTwin>;
  /** The committed outcome of a command that this partition decided. */
  storedOutcome: (id: string) => CommandOutcome | undefined;
  now: () => number;
  changes: () => Changes;
  alarms: () => Alarms;
  steps: Steps;
  conditions: Conditions;
  /** Tells a twin that comes back into service what it missed. */
  retell: (twin: LiveTwin) => void;
}

export class Decisions {
  readonly #host: DecisionsHost;

  constructor(host: DecisionsHost) {
    this.#host = host;
  }

  command(event: CommandEvent): void {
    if (this.#isAnswered(event.id)) return;
    const { twins, changes, steps, conditions, retell } = this.#host;
    const twin = twins.get(event.twin);
    const { outcome, args, release } = this.#decide(twin, event);
    if (twin && outcome.outcome === "ACCEPTED") {
      changes().touch(twin);
      if (!release) steps.tell(twin, event.name, args);
      else {
        steps.release(twin);
        conditions.restore(twins.values());
        retell(twin);
      }
    }
    changes().outcomes.set(event.id, outcome);
  }

  acknowledge({ id, alarm: alarmId }: AcknowledgeEvent): void {
    if (this.#isAnswered(id)) return;
    const { changes, alarms, now } = this.#host;
    const alarm = alarms().acknowledge(alarmId, now());
    if (alarm) changes().alarm(alarm);
    const taken = { outcome: alarm ? "ACCEPTED" : "REFUSED", code: alarm ? "OK" : "ALARM_UNKNOWN" } as const;
    changes().outcomes.set(id, { ...taken, reason: undefined, twin: twinOfAlarm(alarmId) });
  }

  #decide(twin: LiveTwin | undefined, event: CommandEvent): Decision {
    const { now, steps } = this.#host;
    try {
      return decideCommand(twin, event, now());
    } catch (error) {
      steps.quarantine(twin!, `the command ${event.name}`, error);
      return decideCommand(twin, event, now());
    }
  }

  #isAnswered(id: string): boolean {
    const { changes, storedOutcome, twins } = this.#host;
    if (changes().outcomes.has(id)) return true;
    const stored = storedOutcome(id);
    return stored !== undefined && twins.has(stored.twin);
  }
}
