// Scheduling: this program, with all its threads and what it starts from then on, as SCHED_BATCH (sched(7)), where the system can.
// Woken by a message, the main thread does not take the processor of nats-server, nor the collector's and the compiler's thread that of the
// main one: each works through more at a time, and all do more on a machine with few processors

import { spawn } from "node:child_process";

/** Asks for it, and does not wait: where there is no `chrt`, all goes on as it is. */
export function scheduleAsBatch(): void {
  const asked = spawn("chrt", ["-b", "-a", "-p", "0", String(process.pid)], { stdio: "ignore" });
  asked.on("error", () => {});
  asked.unref();
}
