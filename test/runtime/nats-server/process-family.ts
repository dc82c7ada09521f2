// Parent, group and scheduling of a process, for tests that look at what the watchdog does. Slim images have no `ps`, macOS no /proc.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

export function parentAndGroup(pid: number): { parent: number; group: number } {
  const text =
    process.platform === "linux"
      ? (readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ").slice(1, 3).join(" ") ?? "")
      : execFileSync("ps", ["-o", "ppid=,pgid=", "-p", String(pid)], { encoding: "utf8" }).trim();
  const [parent, group] = text.split(/\s+/).map(Number);
  return { parent: parent ?? 0, group: group ?? 0 };
}

/** As proc_pid_stat(5) counts. */
const NICE_FIELD = 19;
const POLICY_FIELD = 41;
const FIRST_FIELD_AFTER_NAME = 3;

/** The scheduling policy of a process by its number in Linux, sched(7): 0 of most, 3 of SCHED_BATCH; undefined on other systems. */
export function schedulingPolicy(pid: number): number | undefined {
  return process.platform === "linux" ? numberOf(pid, POLICY_FIELD) : undefined;
}

/** How far a process, or a thread, gives way to others: 0 of most, to 19. On Linux. */
export function niceness(pid: number): number {
  return numberOf(pid, NICE_FIELD);
}

function numberOf(pid: number, field: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return Number(fields[field - FIRST_FIELD_AFTER_NAME]);
}
