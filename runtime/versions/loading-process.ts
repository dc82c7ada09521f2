// The loading process: models are read in a process of its own, so that a running district stands still for none of them, and a starting
// one gets ready beside it.
// Fed by    the folder of a district, or an archive of one; then where its model is to be left
// Gives     step by step: whose model it is, the model, what was found in it
// G1  a model that takes more than MAX_HEAP_MB, or LOADING_LIMIT_MS, is refused, and leaves nothing behind that runs
// G2  the model is there before it is looked at as a whole: findings come last

import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Finding } from "../../models/finding.ts";
import type { LoadStep } from "../../models/load.ts";
import { ERRORS, type ErrorName, QuartierError } from "../errors.ts";
import type { Stamp } from "../kept-district.ts";
import type { WrittenModel } from "./model-files.ts";

const MAX_HEAP_MB = 4_096;
const LOADING_LIMIT_MS = 15 * 60_000;
const EXEC_ARGV = [`--max-old-space-size=${MAX_HEAP_MB}`, "--enable-source-maps"];
/** Of the flags that this program was started with, those about the collector serve a loader, too; a debugger's port is taken. */
const COLLECTOR_FLAG = /^--(?:(?:max|min)-semi-space-size|v8-pool-size)=/;

/** To the process: what it reads. */
export type ModelPlace = { folder: string } | { archive: string };
/** To it, when it has told the district: where the model is to be left. */
export interface LoadingOrder {
  modelsDir: string;
}

export interface LoadingEnd {
  findings: Finding[];
  /** Of a folder: stamps of what was asked for. */
  files: [path: string, stamp: Stamp][];
}

/** From it, in this order; a district.yaml that cannot be read has an end alone. */
export type LoadingReport =
  | { type: "district"; id: string }
  | { type: "step"; step: LoadStep }
  | { type: "model"; model: WrittenModel }
  | ({ type: "end" } & LoadingEnd)
  | { type: "failed"; message: string; code?: string | undefined };

export class Loading {
  /** Id of the district; undefined where its district.yaml cannot be read. */
  readonly district: Promise<string | undefined>;
  /** Rejected where there is no district. */
  readonly model: Promise<WrittenModel>;
  readonly end: Promise<LoadingEnd>;
  readonly #child: ChildProcess;
  /** How it ended. */
  readonly #exited: Promise<string>;

  /** `program`: the module loading-main.ts, as it was built. */
  constructor(program: URL, place: ModelPlace, onStep: (step: LoadStep) => void = () => {}) {
    const child = fork(fileURLToPath(program), [JSON.stringify(place)], {
      execArgv: [...process.execArgv.filter((flag) => COLLECTOR_FLAG.test(flag)), ...EXEC_ARGV],
      stdio: "ignore",
    });
    const district = settled<string | undefined>();
    const model = settled<WrittenModel>();
    const end = settled<LoadingEnd>();
    this.district = district.promise;
    this.model = model.promise;
    this.end = end.promise;
    const fail = (error: Error): void => {
      for (const { reject } of [district, model, end]) reject(error);
    };
    child.on("message", (report: LoadingReport) => {
      if (report.type === "district") district.resolve(report.id);
      else if (report.type === "step") onStep(report.step);
      else if (report.type === "model") model.resolve(report.model);
      else if (report.type === "failed") fail(codedError(report));
      else {
        district.resolve(undefined);
        end.resolve({ findings: report.findings, files: report.files });
      }
    });
    const limit = setTimeout(() => child.kill("SIGKILL"), LOADING_LIMIT_MS);
    this.#child = child;
    this.#exited = new Promise((resolve) => {
      child.on("error", ({ message }) => resolve(message));
      child.on("exit", (code, signal) => resolve(signal ?? `exit ${code}`));
    });
    // It may have ended before all that it said was read.
    const heard = new Promise((resolve) => child.once("disconnect", resolve));
    void Promise.all([this.#exited, heard]).then(([how]) =>
      fail(new QuartierError("MODEL_UNREADABLE", `the model could not be loaded: its process ended (${how})`)),
    );
    void this.#exited.then(() => clearTimeout(limit));
  }

  leaveIn(modelsDir: string): void {
    const order: LoadingOrder = { modelsDir };
    // Where it is gone, that is told by its end.
    this.#child.send(order, () => {});
  }

  /** Resolves when it has ended. */
  async stop(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#exited;
  }
}

function codedError({ message, code = "MODEL_UNREADABLE" }: { message: string; code?: string | undefined }): Error {
  return new QuartierError(Object.hasOwn(ERRORS, code) ? (code as ErrorName) : "MODEL_UNREADABLE", message);
}

/** Nobody need wait for it, and the first outcome counts. */
function settled<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((...both) => {
    [resolve, reject] = both;
  });
  promise.catch(() => {});
  return { promise, resolve, reject };
}
