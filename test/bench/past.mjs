// How long a question about a past instant takes: of one twin, and of a whole district.
// Usage: npm run --silent build && node test/bench/past.mjs [--twins 10000] [--samples 3000] [--questions 40]
// A real store is filled directly: five points a twin (two counters, three gauges; every second one's times drift), a quarter-hour
// apart, 100 transitions and 20 alarms a twin. Each question is about another instant. Not measured: the wait for a commit, GraphQL.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { open } from "lmdb";
import { Past } from "../../dist/runtime/past.js";
import { blockHead } from "../../dist/runtime/store/history/block.js";
import { Blocks } from "../../dist/runtime/store/history/blocks.js";
import { keyOf } from "../../dist/runtime/store/history/keys.js";
import { Run } from "../../dist/runtime/store/history/run.js";
import { Store } from "../../dist/runtime/store/store.js";

const { values } = parseArgs({
  options: {
    twins: { type: "string", default: "10000" },
    samples: { type: "string", default: "3000" },
    questions: { type: "string", default: "40" },
  },
});
const [twins, samples, questions] = [Number(values.twins), Number(values.samples), Number(values.questions)];
const START_MS = Date.UTC(2026, 0, 1);
const STEP_MS = 900_000;
const SPAN_MS = samples * STEP_MS;
const POINTS = ["energyImport", "energyExport", "power", "voltage", "current"];
/** So many points have samples of their own; the others are copies of them. */
const PATTERNS = 40;
const TRANSITIONS = 100;
const ALARMS = 20;
const PUT_TWINS = 500;

const folder = mkdtempSync(join(tmpdir(), "quartier-past-bench-"));
const idOf = (/** @type {number} */ twin) => `meter:meters:m-${String(twin).padStart(5, "0")}`;
await fill();
const store = new Store(folder, "bench");
await store.history.keepUp(START_MS + SPAN_MS);
const ids = Array.from({ length: twins }, (_, twin) => idOf(twin));
const lives = new Map(ids.map((id, twin) => [id, liveOf(id, twin)]));
const sources = { ids, records: store.past, history: store.history, cellOf: () => "meters" };
const past = new Past({ ...sources, live: (id) => /** @type {any} */ (lives.get(id)) });

for (const round of ["first", "then"]) {
  report(`one twin, ${round}`, 50 * questions, (moment) => {
    const id = /** @type {string} */ (ids[Math.floor(Math.random() * twins)]);
    if (!moment.twin(id)) throw new Error("it is not there");
    return moment.standing(id).length;
  });
  report(`district, ${round}`, questions, (moment) => {
    const { items } = moment.twins({}, { first: twins });
    if (items.length !== twins || items[0].points[0].value === undefined) throw new Error("it is not there");
    return moment.alarms({}, { first: twins }).totalCount;
  });
}
await store.close();
rmSync(folder, { recursive: true });

/** @param {string} of @param {number} times @param {(moment: any) => number} ask */
function report(of, times, ask) {
  const tookMs = [];
  let alarms = 0;
  const cpu = process.cpuUsage();
  for (let i = 0; i < times; i++) {
    const at = START_MS + Math.floor(Math.random() * SPAN_MS);
    const from = performance.now();
    alarms += ask(past.at(at, START_MS + SPAN_MS));
    tookMs.push(performance.now() - from);
  }
  const { user, system } = process.cpuUsage(cpu);
  tookMs.sort((a, b) => a - b);
  const at = (/** @type {number} */ share) => tookMs[Math.floor(share * (times - 1))].toFixed(3);
  const cpuMs = (user + system) / 1000 / times;
  console.log(
    `${of}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, worst ${at(1)} ms; CPU ${cpuMs.toFixed(3)} ms; ${(alarms / times).toFixed(1)} alarms`,
  );
}

/** What the past asks of a live twin. All its points were heard of just now, so that each question goes to the history. */
function liveOf(/** @type {string} */ id, /** @type {number} */ twin) {
  const now = POINTS.map(() => START_MS + SPAN_MS);
  const number = POINTS.map((_, i) => twin * POINTS.length + i + 1);
  const zeros = POINTS.map(() => 0);
  const table = { value: zeros, at: now, seenAt: now, recordedAt: now, quality: zeros, number };
  const specs = POINTS.map(() => ({ unit: "kWh", from: "measured" }));
  const shape = { names: POINTS, hidden: POINTS.map(() => false), specs };
  return { id, born: true, state: "online", model: { id, kind: "meter", source: "meters" }, base: 0, table, shape };
}

async function fill() {
  const filled = new Store(folder, "bench");
  await filled.close();
  const root = open({ path: join(folder, "world.lmdb"), maxDbs: 32 });
  const blocks = root.openDB({ name: "history-blocks", encoding: "binary", keyEncoding: "binary" });
  const transitions = root.openDB({ name: "transitions", encoding: "msgpack" });
  const alarms = root.openDB({ name: "alarms-of-twins", encoding: "msgpack" });
  const patterns = await patternsIn(root);
  for (let from = 0; from < twins; from += PUT_TWINS) {
    await root.transaction(() => {
      for (let twin = from; twin < Math.min(twins, from + PUT_TWINS); twin++) {
        for (const i of POINTS.keys()) {
          const number = twin * POINTS.length + i + 1;
          for (const block of patterns[number % PATTERNS]) blocks.putSync(keyOf(number, blockHead(block).first), block);
        }
        for (let n = 0; n < TRANSITIONS; n++) transitions.putSync(...transition(twin, n));
        for (let n = 0; n < ALARMS; n++) alarms.putSync(...alarm(twin, n));
      }
    });
  }
  await root.flushed;
  await root.close();
}

/** @returns {[any, any]} */
function transition(/** @type {number} */ twin, /** @type {number} */ n) {
  const at = START_MS + Math.floor((n * SPAN_MS) / TRANSITIONS) + twin;
  const [before, after] = n % 2 ? ["online.normal", "silent"] : ["silent", "online.normal"];
  const why = { event: "tick", condition: { name: "silent", before: false, after: true } };
  const entry = { twin: idOf(twin), at, sequence: n, index: 0, of: "state", cause: "silent.raised" };
  return [[idOf(twin), at, n, 0], { ...entry, before, after, revision: n + 1, why }];
}

/** @returns {[any, any]} */
function alarm(/** @type {number} */ twin, /** @type {number} */ n) {
  const raisedAt = START_MS + Math.floor((n * SPAN_MS) / ALARMS) + twin;
  const what = {
    twin: idOf(twin),
    code: "METER_SILENT",
    severity: "WARNING",
    message: "no readings",
    state: "CLEARED",
  };
  const clearedAt = raisedAt + 3_600_000;
  return [
    [idOf(twin), "METER_SILENT", raisedAt, n, 0],
    { id: `${idOf(twin)}/METER_SILENT/${n}`, ...what, raisedAt, clearedAt },
  ];
}

/** Blocks of some points, as the history writes them. */
async function patternsIn(/** @type {import("lmdb").RootDatabase} */ root) {
  const db = root.openDB({ name: "patterns", encoding: "binary", keyEncoding: "binary" });
  const blocks = new Blocks(/** @type {any} */ (db));
  /** @type {Buffer[][]} */
  const patterns = [];
  for (let p = 1; p <= PATTERNS; p++) {
    const run = new Run();
    let counter = 0;
    for (let k = 0; k < samples; k++) {
      counter += Math.floor(Math.random() * 500);
      const drift = p % 2 ? Math.floor(Math.random() * 3_000) : 0;
      run.push(START_MS + k * STEP_MS + drift, p % 5 < 2 ? counter / 1_000 : Math.round(Math.random() * 5_000) / 10, 1);
    }
    await root.transaction(() => {
      for (let i = 0; i < run.length; ) i = blocks.mergeStep(p, run, i);
    });
    patterns.push([...db.getRange({ start: keyOf(p), end: keyOf(p + 1) })].map(({ value }) => Buffer.from(value)));
  }
  return patterns;
}
