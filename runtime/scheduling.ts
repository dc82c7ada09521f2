// What V8 does beside the main thread is to hold it up as little as can be.
// S1  its own threads, which collect garbage and compile, give way to the main thread, where the system knows priorities of threads. A flood, or a
//     marking of the heap, keeps them busy for as long as a second, and on a machine with few processors the main thread waited for them as for
//     anybody else
// S2  the heap is marked when what outlived the young generation is three times what it was. Little does, and V8's own reckoning then marks it
//     all again at each few further megabytes: in a flood every two seconds

import { readdirSync } from "node:fs";
import { getPriority, setPriority } from "node:os";
import { setFlagsFromString } from "node:v8";

/** The first that Node.js makes: one that waits for tasks which are due later, and `--v8-pool-size=1` (main.ts) that works. */
const V8_THREADS = 2;
/** One that works has a third of the main thread's share of a processor. With 10 the collector was late where every second reading changes a condition. */
const GIVE_WAY = 5;
const LOWEST_PRIORITY = 19;
/** With 100 the first flood of a program met a marking that it does not meet by V8's own reckoning, which at a start lets the heap grow. */
const HEAP_GROWTH_PERCENT = 200;

/** Of this process, from now on. */
export function spareMainThread(): void {
  // Looked at after each marking.
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`);
  // On Linux a thread has a number as a process has.
  if (process.platform === "linux") helpersGiveWay();
}

function helpersGiveWay(): void {
  const threads = readdirSync("/proc/self/task").map(Number);
  const helpers = threads.filter((thread) => thread !== process.pid).sort((a, b) => a - b);
  const priority = Math.min(LOWEST_PRIORITY, getPriority() + GIVE_WAY);
  for (const thread of helpers.slice(0, V8_THREADS)) setPriority(thread, priority);
}
