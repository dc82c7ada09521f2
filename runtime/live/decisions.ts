// Decisions: commands and acknowledgements of the log, each decided once.
// Fed by    command and acknowledge events
// Gives     an event for the statechart, or a refusal with its reason; the outcome, for the commit
// D1  one key, one outcome: a key that this partition answered before is passed over
// D2  a command that is replayed after a crash is decided again, to the same outcome: an outcome knows its command's place in the log
// D3  what other partitions answered does not count: they commit when they commit, and the log of this one decides alone

import type { AcknowledgeEvent, CommandEvent } from "../log/events.ts";
import type { CommandOutcome } from "../views.ts";
import { type Alarms, twinOfAlarm } from "./alarms.ts";
import type { Changes, DecidedOutcome } from "./changes.ts";
import { type Decision, decideCommand } from "./commands.ts";
import type { Conditions } from "./conditions.ts";
import type { LiveTwin } from "./live-twin.ts";
import type { Roster } from "./roster.ts";
import type { Steps } from "./steps.ts";

export interface DecisionsHost {
  twins: Pick<Roster, "get">;
  /** The stored outcome of a command that this partition decided. */
  storedOutcome: (id: string) => DecidedOutcome | undefined;
  now: () => number;
  changes: Changes;
  alarms: () => Alarms;
  steps: Steps;
  conditions: Conditions;
  /** Tells a twin that comes back into service what it missed. */
  retell: (twin: LiveTwin) => void;
}

export class Decisions {
  readonly #host: DecisionsHost;
  /** Decided, and perhaps not stored yet: key to place in the log. */
  readonly #recent = new Map<string, number>();

  constructor(host: DecisionsHost) {
    this.#host = host;
  }

  command(event: CommandEvent, sequence: number): void {
    if (this.#isAnswered(event.id, sequence)) return;
    const { twins, changes, steps, conditions, retell } = this.#host;
    const twin = twins.get(event.twin);
    const { outcome, args, release } = this.#decide(twin, event);
    if (twin && outcome.outcome === "ACCEPTED") {
      changes.touch(twin);
      if (!release) steps.tell(twin, event.name, args);
      else {
        steps.release(twin);
        conditions.renew(twin);
        retell(twin);
      }
    }
    this.#decided(event.id, sequence, outcome);
  }

  acknowledge({ id, alarm: alarmId }: AcknowledgeEvent, sequence: number): void {
    if (this.#isAnswered(id, sequence)) return;
    const { changes, alarms, now } = this.#host;
    const alarm = alarms().acknowledge(alarmId, now());
    if (alarm) changes.alarm(alarm);
    const taken = { outcome: alarm ? "ACCEPTED" : "REFUSED", code: alarm ? "OK" : "ALARM_UNKNOWN" } as const;
    this.#decided(id, sequence, { ...taken, reason: undefined, twin: twinOfAlarm(alarmId) });
  }

  /** Outcomes of the log up to that place are in the store. */
  stored(upTo: number): void {
    for (const [id, sequence] of this.#recent) {
      if (sequence > upTo) return;
      this.#recent.delete(id);
    }
  }

  #decided(id: string, sequence: number, outcome: CommandOutcome): void {
    this.#recent.set(id, sequence);
    this.#host.changes.decided(id, outcome);
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

  #isAnswered(id: string, sequence: number): boolean {
    const decidedAt = this.#recent.get(id) ?? this.#host.storedOutcome(id)?.sequence;
    return decidedAt !== undefined && decidedAt !== sequence;
  }
}
