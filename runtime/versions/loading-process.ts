// The loading process: models are read in a process of its own, so that a running district stands still for none of them.
// Fed by    an archive on the disk
// Gives     the version that was made of it
// G1  a model that takes more than MAX_HEAP_MB, or LOADING_LIMIT_MS, is refused, and leaves nothing behind that runs

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { ERRORS, type ErrorName, QuartierError } from "../errors.ts";

const MAX_HEAP_MB = 4_096;
const LOADING_LIMIT_MS = 15 * 60_000;

export type LoadingReport = { version: string } | { message: string; code?: string };

export interface Loading {
  /** The module loading-main.ts, as it was built. */
  program: URL;
  archive: string;
  modelsDir: string;
  /** What tells this program, for the model's file. */
  by: string;
}

export async function loadModel({ program, archive, modelsDir, by }: Loading): Promise<string> {
  const execArgv = [`--max-old-space-size=${MAX_HEAP_MB}`, "--enable-source-maps"];
  const child = fork(fileURLToPath(program), [archive, modelsDir, by], { execArgv, stdio: "ignore" });
  let report: LoadingReport | undefined;
  child.on("message", (message: LoadingReport) => {
    report = message;
  });
  const limit = setTimeout(() => child.kill("SIGKILL"), LOADING_LIMIT_MS);
  const how = await new Promise<string>((resolve) => {
    child.on("error", ({ message }) => resolve(message));
    child.on("exit", (code, signal) => resolve(signal ?? `exit ${code}`));
  });
  clearTimeout(limit);
  if (!report) throw new QuartierError("MODEL_UNREADABLE", `the model could not be loaded: its process ended (${how})`);
  if ("version" in report) return report.version;
  const { message, code = "MODEL_UNREADABLE" } = report;
  throw new QuartierError(Object.hasOwn(ERRORS, code) ? (code as ErrorName) : "MODEL_UNREADABLE", message);
}
