// npm run bench: every contestant and every other scenario in turn, and test/bench/RESULTS.md.
// Usage: npm run bench -- [--meters 50000] [--readings 500000] [--runs 5] [--twins 1000000] [--soak-minutes 1]
//        [--only NAME,NAME] [--dir FOLDER] [--out FILE]
// B1  RESULTS.md in the repository is only written by a whole run; a part, or one of other sizes, is printed

import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { machine } from "./machine.mjs";
import { canMeasure, endAll } from "./processes.mjs";
import { resultsText } from "./results.mjs";
import { SCENARIOS } from "./scenarios.mjs";

const DEFAULTS = { meters: "50000", readings: "500000", runs: "5", twins: "1000000", "soak-minutes": "1" };
const LEAST_RUNS = 5;

const { values } = parseArgs({
  options: {
    meters: { type: "string", default: DEFAULTS.meters },
    readings: { type: "string", default: DEFAULTS.readings },
    runs: { type: "string", default: DEFAULTS.runs },
    twins: { type: "string", default: DEFAULTS.twins },
    "soak-minutes": { type: "string", default: DEFAULTS["soak-minutes"] },
    only: { type: "string" },
    dir: { type: "string" },
    out: { type: "string" },
  },
});

const wanted = values.only?.split(",") ?? Object.keys(SCENARIOS);
const unknown = wanted.filter((name) => !Object.hasOwn(SCENARIOS, name));
const sizes = [values.meters, values.readings, values.runs, values.twins].map(Number);
const soakMinutes = Number(values["soak-minutes"]);
if (unknown.length > 0 || !sizes.every((size) => Number.isInteger(size) && size > 0) || !(soakMinutes > 0)) {
  const what =
    unknown.length > 0
      ? `there is no ${unknown}; there are ${Object.keys(SCENARIOS)}`
      : "sizes are whole numbers above 0";
  console.error(`bench: ${what}`);
  process.exit(2);
}
if (!canMeasure()) {
  console.error("bench: CPU and memory are read from /proc, which only Linux has");
  process.exit(2);
}

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void endAll().finally(() => process.exit(1)));

const [meters, readings, runs, twins] = sizes;
const dir = values.dir;
const startedAt = Date.now();
const say = (/** @type {string} */ text) =>
  console.error(`${((Date.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${text}`);
/** @type {import("./scenarios.mjs").Results} */
const results = { measured: {}, latency: {}, findings: {}, versions: {} };
/** @type {string[]} */
const skipped = [];
for (const name of wanted) {
  try {
    await SCENARIOS[name]({ meters, readings, runs, twins, soakMinutes, dir, say }, results);
  } catch (error) {
    const [reason] = String(/** @type {Error} */ (error).message).split("\n");
    skipped.push(`${name}: ${reason}`);
    await endAll();
    say(`${name} skipped: ${/** @type {Error} */ (error).stack}`);
  }
}

const seconds = Math.round((Date.now() - startedAt) / 1000);
const text = resultsText({
  results,
  skipped,
  options: { meters, readings, runs, seconds },
  machine: machine(dir ?? tmpdir()),
});
const isUsual = ["meters", "readings", "twins"].every(
  (name) => values[/** @type {"meters"} */ (name)] === DEFAULTS[/** @type {"meters"} */ (name)],
);
const isWhole = values.only === undefined && runs >= LEAST_RUNS && isUsual;
const out = values.out ?? (isWhole ? fileURLToPath(new URL("RESULTS.md", import.meta.url)) : undefined);
if (out === undefined) console.log(text);
else {
  writeFileSync(out, text);
  say(`written: ${out}`);
}
process.exit(skipped.length > 0 && values.only !== undefined ? 1 : 0);
