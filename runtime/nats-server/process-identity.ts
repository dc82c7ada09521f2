// Tells whether a process that a file names is still that process: ids are used again, and after a restart of a
// container or machine they are used again soon.
// P1  only looks; signals nothing

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const PS_LIMIT_MS = 5_000;

/** A mark that no other process with this id has: boot and start time. Undefined when none such lives (a zombie does not). */
export function startMark(pid: number): string | undefined {
  if (process.platform !== "linux") return startMarkByPs(pid);
  const stat = readOrUndefined(`/proc/${pid}/stat`);
  // Fields after the command, which may itself hold blanks and brackets: state is the first, start time the twentieth.
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ") ?? [];
  const [state, startedTicks] = [fields[0], fields[19]];
  if (startedTicks === undefined || state === "Z" || state === "X") return undefined;
  return `${readOrUndefined("/proc/sys/kernel/random/boot_id")?.trim() ?? ""}/${startedTicks}`;
}

/** Its command line, words parted by blanks; undefined when no such process lives. */
export function commandLine(pid: number): string | undefined {
  if (startMark(pid) === undefined) return undefined;
  if (process.platform !== "linux") return ps(pid, "command=");
  return readOrUndefined(`/proc/${pid}/cmdline`)?.replaceAll("\0", " ").trim();
}

function startMarkByPs(pid: number): string | undefined {
  const state = ps(pid, "stat=");
  return state === undefined || state.startsWith("Z") ? undefined : ps(pid, "lstart=");
}

function ps(pid: number, field: string): string | undefined {
  try {
    const command = ["-ww", "-o", field, "-p", String(pid)];
    return execFileSync("ps", command, { encoding: "utf8", timeout: PS_LIMIT_MS, stdio: "pipe" }).trim() || undefined;
  } catch {
    return undefined;
  }
}

function readOrUndefined(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
