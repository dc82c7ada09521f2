// Scheduling: V8's own threads, which collect garbage and compile, give way to the main thread, where the system knows priorities of threads.
// A flood, or a marking of the heap, keeps them busy for as long as a second, and on a machine with few processors the main thread
// waited for them as for anybody else

import { readdirSync } from "node:fs";
import { getPriority, setPriority } from "node:os";

/** The first that Node.js makes: one that waits for tasks which are due later, and `--v8-pool-size=1` (main.ts) that works. */
const V8_THREADS = 2;
/** One that works has a third of the main thread's share of a processor. With 10 the collector was late where every second reading changes a condition. */
const GIVE_WAY = 5;
const LOWEST_PRIORITY = 19;

/** On Linux, where a thread has a number as a process has. */
export function helpersGiveWay(): void {
  if (process.platform !== "linux") return;
  const threads = readdirSync("/proc/self/task").map(Number);
  const helpers = threads.filter((thread) => thread !== process.pid).sort((a, b) => a - b);
  const priority = Math.min(LOWEST_PRIORITY, getPriority() + GIVE_WAY);
  for (const thread of helpers.slice(0, V8_THREADS)) setPriority(thread, priority);
}
