// Run: many seeds of mutated inputs, in child processes with a limit of memory and time. SEED=n repeats one, COUNT=k runs k, MINUTES=m for
// that long; TARGET=ifc only inputs of that type. What failed is saved, with its seed and the changes that are enough for it.
// Fed by    child.ts, bundled beside this
// R1  a child that hangs or crashes is one failure, of the input that it was at; the run goes on with the next
// R2  the summary counts what was loaded, by target; exit 1 when anything failed

import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Counts, Failure, Line } from "./child.ts";
import { inputOf, Plans } from "./input.ts";
import { samples } from "./samples.ts";

const { SEED, COUNT, MINUTES, TARGET } = process.env;
const USUAL_COUNT = 20_000;
const MS_PER_MINUTE = 60_000;
/** Without a new input for so long, the child is ended: longer than any input may take, on a busy machine. */
const MAX_SILENCE_MS = 120_000;
const HEAP_LIMIT_MIB = 1_500;
const FOLDER = join(import.meta.dirname, "failed");
const PROGRESS = join(import.meta.dirname, `progress-${process.pid}`);

const plans = new Plans(samples());
const counts = new Map<string, Counts>();
const failures: Failure[] = [];
let peakRssBytes = 0;
const began = Date.now();

/** Runs of so many minutes begin anywhere: two of them at the same time would do the same, if they began by the clock. */
const first = SEED !== undefined ? Number(SEED) : MINUTES === undefined ? 1 : randomInt(2 ** 31);
const last = first + (SEED !== undefined ? 1 : MINUTES === undefined ? Number(COUNT ?? USUAL_COUNT) : 2 ** 31);
const isOver = () => MINUTES !== undefined && Date.now() > began + Number(MINUTES) * MS_PER_MINUTE;

function take(line: Line): void {
  if (line.type === "failed") {
    failed(line.failure);
    return;
  }
  peakRssBytes = Math.max(peakRssBytes, line.peakRssBytes);
  for (const [target, more] of Object.entries(line.counts)) {
    const of = counts.get(target) ?? { inputs: 0, ms: 0, slowestMs: 0, slowest: 0 };
    counts.set(target, of);
    of.inputs += more.inputs;
    of.ms += more.ms;
    if (more.slowestMs > of.slowestMs) Object.assign(of, { slowestMs: more.slowestMs, slowest: more.slowest });
  }
}

function failed(failure: Failure): void {
  failures.push(failure);
  const { seed, sample, changes, broken } = failure;
  console.log(`SEED=${seed} ${sample} (${changes.join(", ")})\n  ${broken.join("\n  ")}`);
  const folder = join(FOLDER, String(seed));
  const input = inputOf(plans.of(seed));
  for (const [file, bytes] of [...input.files, ["district.yaml", Buffer.from(input.manifest)] as const]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), bytes);
  }
  appendFileSync(join(FOLDER, "failures.jsonl"), `${JSON.stringify(failure)}\n`);
}

const seedInProgress = (): number => new Float64Array(new Uint8Array(readFileSync(PROGRESS)).buffer.slice(0, 8))[0]!;

/** Runs a child from a seed on, and gives the seed to go on with. */
async function runChild(from: number): Promise<number> {
  writeFileSync(PROGRESS, new Uint8Array(new Float64Array([from]).buffer));
  const args = [`--max-old-space-size=${HEAP_LIMIT_MIB}`, join(import.meta.dirname, "child.js")];
  const child = spawn(process.execPath, [...args, String(from), String(last - from), TARGET ?? "-", PROGRESS], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let next: number | undefined;
  let told = "";
  createInterface({ input: child.stdout }).on("line", (text) => {
    const line = JSON.parse(text) as Line;
    if (line.type === "did") next = line.next;
    take(line);
  });
  child.stderr.on("data", (chunk: Buffer) => {
    told = (told + chunk.toString()).slice(-2000);
  });
  let [at, since, reason] = [from, Date.now(), ""];
  const watch = setInterval(() => {
    const seed = seedInProgress();
    if (seed !== at) [at, since] = [seed, Date.now()];
    if (isOver()) reason = "over";
    else if (Date.now() - since > MAX_SILENCE_MS) reason = `it hung for ${MAX_SILENCE_MS / 1000} s`;
    if (reason !== "") child.kill("SIGKILL");
  }, 500);
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    child.once("close", (code, signal) => resolve([code, signal]));
  });
  clearInterval(watch);
  if (reason === "over") return last;
  if (code === 0 && next !== undefined) return next;
  const seed = seedInProgress();
  const { sample } = plans.of(seed);
  const broken = [reason || `it ended the process (${code ?? signal}): ${told.trim()}`];
  failed({ seed, target: sample.target, sample: sample.name, changes: inputOf(plans.of(seed)).changes, broken });
  return seed + 1;
}

mkdirSync(FOLDER, { recursive: true });
for (let seed = first; seed < last && !isOver(); ) seed = await runChild(seed);

const total = [...counts.values()].reduce((sum, { inputs }) => sum + inputs, 0);
const seconds = (Date.now() - began) / 1000;
for (const [target, { inputs, ms, slowestMs, slowest }] of [...counts].sort()) {
  const each = (ms / inputs).toFixed(2);
  console.log(
    `${target.padEnd(11)} ${String(inputs).padStart(9)} inputs, ${each} ms each, slowest ${Math.round(slowestMs)} ms (SEED=${slowest})`,
  );
}
console.log(
  `${total} inputs from SEED=${first} in ${Math.round(seconds)} s, ${Math.round(total / seconds)}/s, ${Math.round(peakRssBytes / 2 ** 20)} MiB at most, ${failures.length} failed`,
);
process.exitCode = failures.length > 0 ? 1 : 0;
