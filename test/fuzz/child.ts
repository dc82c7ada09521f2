// Child: loads mutated inputs, one after the other, in a process that may crash or hang.
// Fed by    argv: the first seed, how many, which target alone (or -), and a file for its progress
// Gives     one JSON line for each failure and, every few seconds and at its end, for what it did, on standard output
// Y1  the progress file has the seed before its input is loaded: whoever ends the child knows which one it was
// Y2  it ends by itself, to be started anew, when its memory has grown: what one input needs is measured from a fresh state

import { openSync, writeSync } from "node:fs";
import { type Input, inputOf, type Plan, Plans } from "./input.ts";
import { brokenPromises } from "./promises.ts";
import { samples, type Target } from "./samples.ts";

/** An input that takes more time than this hangs, as all samples are small; on a busy machine its CPU time counts. */
const MAX_MS = 10_000;
const MAX_RSS_BYTES = 2 * 2 ** 30;
/** Above this the child is started anew: WASM memory and the heap's fragments are never given back. */
const TIRED_RSS_BYTES = 900 * 2 ** 20;
/** What takes long may have needed much, too. */
const SLOW_MS = 100;
const REPORT_EVERY_MS = 5_000;
/** So often memory is measured, which takes as long as to load a small file; its peak is never missed. */
const MEASURE_EVERY = 20;
/** Once in so many inputs it is loaded twice. */
const AGAIN_EVERY = 10;

export interface Counts {
  inputs: number;
  ms: number;
  /** The input that took longest. */
  slowestMs: number;
  slowest: number;
}

export interface Failure {
  seed: number;
  target: Target;
  sample: string;
  changes: string[];
  broken: string[];
}

export type Line =
  | { type: "did"; next: number; counts: Partial<Record<Target, Counts>>; peakRssBytes: number }
  | { type: "failed"; failure: Failure };

const say = (line: Line) => void writeSync(1, `${JSON.stringify(line)}\n`);

/** The fewest of the steps with which it still fails. */
async function shrunk(plan: Plan): Promise<Plan> {
  let least = plan;
  for (const step of plan.steps) {
    const steps = least.steps.filter((one) => one !== step);
    const without = { ...least, steps };
    if ((await brokenPromises(inputOf(without), false)).length > 0) least = without;
  }
  return least;
}

/** CPU time of this process, so that others on the machine do not count; asking for it costs as much as a small load. */
async function cpuMsOf(input: Input): Promise<number> {
  const before = process.cpuUsage();
  await brokenPromises(input, false);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function main(first: number, count: number, only: string, progressFile: string): Promise<void> {
  const plans = new Plans(samples());
  const progress = openSync(progressFile, "w");
  const note = new Float64Array(1);
  let counts: Partial<Record<Target, Counts>> = {};
  let reported = performance.now();
  let peak = 0;
  const report = (next: number) => {
    say({ type: "did", next, counts, peakRssBytes: process.resourceUsage().maxRSS * 1024 });
    counts = {};
    reported = performance.now();
  };
  for (let seed = first; seed < first + count; seed++) {
    const target = plans.targetOf(seed);
    if (only !== "-" && target !== only) continue;
    note[0] = seed;
    writeSync(progress, note, 0, 8, 0);
    const plan = plans.of(seed);
    const input = inputOf(plan);
    const began = performance.now();
    const broken = await brokenPromises(input, seed % AGAIN_EVERY === 0);
    const ms = performance.now() - began;
    const cpuMs = ms > MAX_MS ? await cpuMsOf(input) : 0;
    if (cpuMs > MAX_MS) broken.push(`it took ${Math.round(cpuMs)} ms of CPU time`);
    if (ms > SLOW_MS || seed % MEASURE_EVERY === 0) peak = process.resourceUsage().maxRSS * 1024;
    if (peak > MAX_RSS_BYTES) broken.push(`it took ${Math.round(peak / 2 ** 20)} MiB of memory`);
    if (broken.length > 0) {
      const least = await shrunk(plan);
      const { changes } = inputOf(least);
      say({ type: "failed", failure: { seed, target, sample: plan.sample.name, changes, broken } });
    }
    const of = counts[target] ?? { inputs: 0, ms: 0, slowestMs: 0, slowest: seed };
    counts[target] = of;
    of.inputs++;
    of.ms += ms;
    if (ms > of.slowestMs) Object.assign(of, { slowestMs: ms, slowest: seed });
    if (performance.now() - reported > REPORT_EVERY_MS) report(seed + 1);
    if (peak > TIRED_RSS_BYTES) return report(seed + 1);
  }
  report(first + count);
}

const [first, count, only, progressFile] = process.argv.slice(2);
await main(Number(first), Number(count), only!, progressFile!);
