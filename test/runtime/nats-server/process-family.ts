// Parent and group of a process, for tests that look at what the watchdog does. Slim images have no `ps`, macOS no /proc.

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
