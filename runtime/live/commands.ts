// Commands: decides whether a twin takes one, and says why when it does not.
// C1  a refusal names a code and a sentence that says what the twin would take instead
// C2  deciding changes nothing; the statechart does it afterwards

import { z } from "zod";
import type { Json } from "../../models/district.ts";
import type { CommandEvent } from "../log/events.ts";
import type { CommandOutcome, CommandView } from "../views.ts";
import type { LiveTwin } from "./live-twin.ts";

/** The one command that every twin out of service takes: back into its last good state. */
const RELEASE = "release";

export interface Decision {
  outcome: CommandOutcome;
  /** The arguments as the command's schema reads them. */
  args: Record<string, unknown>;
  /** Whether the twin is to be put back into service. */
  release: boolean;
}

export function decideCommand(
  twin: LiveTwin | undefined,
  { twin: id, name, args: given }: CommandEvent,
  at: number,
): Decision {
  const accepted = (args: Record<string, unknown>, release: boolean): Decision => ({
    ...{ outcome: { outcome: "ACCEPTED", code: "OK", reason: undefined, twin: id }, args, release },
  });
  const refused = (code: string, reason: string): Decision => ({
    ...{ outcome: { outcome: "REFUSED", code, reason, twin: id }, args: {}, release: false },
  });
  if (!twin) return refused("TWIN_UNKNOWN", `there is no twin ${id}`);
  if (twin.quarantined !== undefined) {
    if (name === RELEASE) return accepted({}, true);
    return refused(
      "TWIN_QUARANTINED",
      `the twin is out of service, since ${twin.quarantined}; it takes only ${RELEASE}`,
    );
  }
  const { commands, kind } = twin.shape.definition;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  const known = Object.keys(commands).join(", ") || "none";
  if (!command) return refused("COMMAND_UNKNOWN", `a ${kind} has no command ${name}; its commands are: ${known}`);
  const checked = (command.args ?? z.strictObject({})).safeParse(given);
  if (!checked.success) return refused("COMMAND_ARGUMENTS", argumentFault(name, checked.error));
  const args = checked.data as Record<string, unknown>;
  const refusal = command.refuse?.(twin, args);
  if (refusal) return refused(refusal.code, refusal.reason);
  if (!twin.takes(name, at, args)) {
    const taken = Object.keys(commands).filter((other) => wouldTake(twin, other, at));
    const instead = taken.length > 0 ? `it takes: ${taken.join(", ")}` : "it takes no command now";
    return refused("COMMAND_NOT_ALLOWED", `the ${kind} is ${twin.state} and does not take ${name}; ${instead}`);
  }
  return accepted(args, false);
}

/** The commands of a twin, and which of them it would take now. */
export function commandsOf(twin: LiveTwin, at: number): CommandView[] {
  if (twin.quarantined !== undefined) {
    return [{ name: RELEASE, description: "Puts the twin back into its last good state", schema: {}, allowed: true }];
  }
  return Object.entries(twin.shape.definition.commands).map(([name, { description, args }]) => ({
    name,
    description,
    schema: z.toJSONSchema(args ?? z.strictObject({})) as Json,
    allowed: wouldTake(twin, name, at),
  }));
}

/** A guard that cannot do without arguments says nothing about now: the command is offered, and decided with its arguments. */
function wouldTake(twin: LiveTwin, name: string, at: number): boolean {
  try {
    return twin.takes(name, at, {});
  } catch {
    return true;
  }
}

function argumentFault(name: string, { issues }: z.ZodError): string {
  const faults = issues.map(({ path, message }) => (path.length > 0 ? `${path.join(".")}: ${message}` : message));
  return `the arguments of ${name} do not fit: ${faults.join("; ")}`;
}
