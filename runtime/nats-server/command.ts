// Runs one command of the machine to its end and gives what it said.
// C1  never throws and never hangs: a missing command and one that overran its limit are outcomes
// C2  speaks to the command in plain English (LC_ALL=C), whatever the user's language

import { execFile } from "node:child_process";

export interface CommandOutcome {
  ok: boolean;
  stdout: string;
  stderr: string;
  /** Why it did not succeed, one line; empty when it did. */
  reason: string;
}

const OUTPUT_LIMIT_BYTES = 4 * 1024 * 1024;

/** @param limitMs milliseconds after which it is killed */
export function runCommand(command: string, args: string[], limitMs: number, cwd?: string): Promise<CommandOutcome> {
  return new Promise((resolve) => {
    const settings = {
      timeout: limitMs,
      killSignal: "SIGKILL",
      maxBuffer: OUTPUT_LIMIT_BYTES,
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" },
      ...(cwd === undefined ? {} : { cwd }),
    } as const;
    const child = execFile(command, args, settings, (error, stdout, stderr) => {
      if (error === null) resolve({ ok: true, stdout, stderr, reason: "" });
      else resolve({ ok: false, stdout, stderr, reason: reasonOf(error, stderr, command, limitMs) });
    });
    child.stdin?.end();
  });
}

type CommandFailure = Error & { killed?: boolean; code?: unknown };

function reasonOf(error: CommandFailure, stderr: string, command: string, limitMs: number): string {
  if (error.killed === true) return `${command} took longer than ${limitMs / 1000} s`;
  if (error.code === "ENOENT") return `${command} is not on this machine`;
  const lines = stderr.split("\n").map((line) => line.trim());
  // apt marks what matters with "E:"; other commands say it first.
  const said = lines.find((line) => line.startsWith("E:")) ?? lines.find((line) => line !== "");
  return said ?? `${command} ended with ${String(error.code)}`;
}
