// The upkeep process: does the errands of a store in a process of its own, so that merging and sorting hold nobody up.
// Fed by    errands, one or several at a time
// U1  it is started when there is a first errand, and ends with us, however we end: it hears that the channel to it is closed
// U2  where it ends by itself it is started again, and does its errands again (E1); after MAX_FAILURES ends without a deed that is an error

import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { QuartierError } from "../errors.ts";
import type { Errand, Job } from "./errands.ts";

const MAX_FAILURES = 3;
/** One thread helps its garbage collector: the four that Node.js starts are in the way of whoever else works. */
const ONE_COLLECTOR = "--v8-pool-size=1";

/** To the process. */
export type Order = { id: number } & ({ errand: Errand } | { stop: true });
/** From it: what became of an errand. */
export type Report = { id: number } & ({ isWhole: boolean } | { message: string; code?: unknown });

interface Given {
  errand: Errand;
  orders: Order[];
  ended: (isWhole: boolean) => void;
  failed: (error: Error) => void;
}

export class UpkeepProcess {
  readonly #program: URL;
  readonly #folder: string;
  readonly #given = new Map<number, Given>();
  #child: ChildProcess | undefined;
  #ids = 0;
  #failures = 0;
  #closing = false;

  /** `program`: the module upkeep-main.ts, as it was built. `folder`: that of the store. */
  constructor(program: URL, folder: string) {
    this.#program = program;
    this.#folder = folder;
  }

  give(errand: Errand): Job {
    const id = ++this.#ids;
    const ended = new Promise<boolean>((resolve, reject) => {
      this.#given.set(id, { errand, orders: [], ended: resolve, failed: reject });
    });
    this.#order({ id, errand });
    // It makes no pauses anyway.
    return { ended, hurry: () => {}, stop: () => this.#order({ id, stop: true }) };
  }

  /** Resolves when it has ended. What was not stopped before is left where it is. */
  async close(): Promise<void> {
    this.#closing = true;
    const child = this.#child;
    if (!child) return;
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.disconnect();
    await exited;
  }

  #order(order: Order): void {
    const given = this.#given.get(order.id);
    if (!given) return;
    given.orders.push(order);
    this.#child ??= this.#start();
    // Where it is gone the orders are given to the next one.
    if (this.#child.connected) this.#child.send(order, () => {});
  }

  #start(): ChildProcess {
    const child = fork(fileURLToPath(this.#program), [this.#folder], { execArgv: [ONE_COLLECTOR] });
    child.on("message", (report: Report) => this.#hear(report));
    child.on("error", () => {}); // "exit" follows, or comes in its place
    child.on("exit", (code, signal) => this.#ended(signal ?? `exit ${code}`));
    return child;
  }

  #hear(report: Report): void {
    const given = this.#given.get(report.id);
    if (!given) return;
    this.#given.delete(report.id);
    this.#failures = 0;
    if ("isWhole" in report) given.ended(report.isWhole);
    else given.failed(Object.assign(new Error(report.message), { code: report.code }));
  }

  #ended(how: string): void {
    this.#child = undefined;
    if (this.#closing || this.#given.size === 0) return;
    if (++this.#failures < MAX_FAILURES) {
      this.#child = this.#start();
      for (const { orders } of this.#given.values()) for (const order of orders) this.#child.send(order, () => {});
      return;
    }
    const error = new QuartierError(
      "STORE_UPKEEP",
      `the process that keeps the store in order ended ${how}, again and again`,
    );
    for (const { failed } of this.#given.values()) failed(error);
    this.#given.clear();
  }
}
