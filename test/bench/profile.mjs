// Profiles the runtime while it works: where its CPU time goes, by function and by package. For our own tuning.
// Usage: npm run --silent build && node test/bench/profile.mjs [--path log|device] [--share 50] [--meters 50000] [--readings 500000]
//        [--runs 3] [--top 40] [--keep FOLDER]
// Only samples taken while readings were applied count; all threads of the runtime are in it.

import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { cpuOf, endAll, nowMs, temporaryFolder } from "./processes.mjs";
import { startQuartier } from "./quartier.mjs";

const ROOT = resolve(import.meta.dirname, "../..");
const { values } = parseArgs({
  options: {
    path: { type: "string", default: "log" },
    share: { type: "string", default: "50" },
    meters: { type: "string", default: "50000" },
    readings: { type: "string", default: "500000" },
    runs: { type: "string", default: "3" },
    top: { type: "string", default: "40" },
    keep: { type: "string" },
  },
});
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void endAll().finally(() => process.exit(1)));

const folder = values.keep ? resolve(values.keep) : temporaryFolder("profile");
mkdirSync(folder, { recursive: true });
const execArgv = ["--cpu-prof", "--cpu-prof-dir", folder, "--cpu-prof-interval", "500"];
const quartier = await startQuartier({ meters: Number(values.meters), share: 1 / Number(values.share), execArgv });
const source = values.path === "device" ? quartier.fromDevices : quartier.fromLog;
const count = Number(values.readings);
/** @type {[from: number, to: number][]} */
const windows = [];
for (let i = 0; i <= Number(values.runs); i++) {
  await source.prepare(count);
  const before = cpuOf(quartier.roles);
  const from = nowMs();
  const { done, ms } = await source.run(count);
  const after = cpuOf(quartier.roles);
  const cpu = Object.keys(quartier.roles).map(
    (role) => `${role} ${(((after[role] - before[role]) * 1e6) / done).toFixed(2)}`,
  );
  console.log(
    `${i === 0 ? "warm-up" : `run ${i}`}: ${Math.round(done / (ms / 1000))} readings/s; CPU in µs a reading: ${cpu.join(", ")}`,
  );
  if (i > 0) windows.push([from, nowMs()]);
}
await quartier.check();
await quartier.stopWorld();
await quartier.stop();

/** @type {Map<string, SourceMap | undefined>} */
const maps = new Map();
/** @type {Map<string, number>} */
const [byFunction, byPlace] = [new Map(), new Map()];
let [all, threads] = [0, 0];
for (const file of readdirSync(folder).filter((name) => name.endsWith(".cpuprofile"))) {
  const { nodes, samples, timeDeltas, startTime } = JSON.parse(readFileSync(join(folder, file), "utf8"));
  const frames = new Map(nodes.map((/** @type {any} */ { id, callFrame }) => [id, callFrame]));
  let at = startTime / 1000;
  threads++;
  for (const [i, id] of samples.entries()) {
    const ms = timeDeltas[i] / 1000;
    at += ms;
    if (!windows.some(([from, to]) => at >= from && at <= to)) continue;
    const frame = /** @type {any} */ (frames.get(id));
    const { functionName, url } = frame;
    const { place, line } = placeOf(frame);
    const name = `${functionName || "(anonymous)"} ${place}${url ? `:${line + 1}` : ""}`;
    byFunction.set(name, (byFunction.get(name) ?? 0) + ms);
    const owner = url ? ownerOf(place) : functionName;
    byPlace.set(owner, (byPlace.get(owner) ?? 0) + ms);
    all += ms;
  }
}
console.log(`\n${threads} threads, ${Math.round(all)} ms in ${windows.length} runs of ${count} readings\n`);
table(byPlace, 25);
table(byFunction, Number(values.top));
process.exit(0);

/** @param {Map<string, number>} times @param {number} top */
function table(times, top) {
  for (const [name, ms] of [...times].sort(([, a], [, b]) => b - a).slice(0, top)) {
    const usPerReading = (ms * 1000) / (windows.length * count);
    console.log(
      `${((100 * ms) / all).toFixed(1).padStart(5)} %  ${usPerReading.toFixed(3).padStart(7)} µs a reading  ${name}`,
    );
  }
  console.log("");
}

/**
 * Where a function stood before it came into the bundle.
 * @param {{ url: string, lineNumber: number, columnNumber: number }} frame
 * @returns {{ place: string, line: number }}
 */
function placeOf({ url, lineNumber: line, columnNumber: column }) {
  if (!url.startsWith("file:")) return { place: url, line };
  const file = fileURLToPath(url);
  const entry = mapOf(file)?.findEntry(line, column);
  if (!entry || !("originalSource" in entry)) return { place: relative(ROOT, file), line };
  return { place: relative(ROOT, resolve(dirname(file), entry.originalSource)), line: entry.originalLine };
}

function mapOf(/** @type {string} */ file) {
  if (!maps.has(file)) {
    const map = `${file}.map`;
    maps.set(file, existsSync(map) ? new SourceMap(JSON.parse(readFileSync(map, "utf8"))) : undefined);
  }
  return maps.get(file);
}

/** The package of a file, or the file itself when it is ours. */
function ownerOf(/** @type {string} */ place) {
  const found = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(place);
  return found ? /** @type {string} */ (found[1]) : place;
}
