// The past of a store: history, transitions and alarms of many days, put into the store of a runtime that is not running.
// Gives     what the past of a meter is to say, as it was put
// H1  the samples are compressed by the runtime's own code, for some points; the others are copies of them, block for block
// H2  transitions, alarms and births go the way of a checkpoint: into chapters, and from there into their tables

import { join } from "node:path";
import { open } from "lmdb";
import { Notes } from "../../../dist/runtime/live/notes.js";
import { Population } from "../../../dist/runtime/live/population.js";
import { directoryOf, enrol } from "../../../dist/runtime/partitions.js";
import { blockHead } from "../../../dist/runtime/store/history/block.js";
import { BlockMerger } from "../../../dist/runtime/store/history/block-merger.js";
import { keyOf } from "../../../dist/runtime/store/history/keys.js";
import { Run } from "../../../dist/runtime/store/history/run.js";
import { Store } from "../../../dist/runtime/store/store.js";
import { CATALOGUE } from "../../../dist/twins/catalogue.js";
import { benchDistrict, DISTRICT } from "../district.mjs";
import { INTERVAL_MS, meterId, seeded } from "../readings.mjs";
import { serve } from "./serve.mjs";

const SEED = 3;
/** So many points have samples of their own. */
const PATTERNS = 40;
/** The times of every second pattern are not on the quarter-hour. */
const DRIFT_MS = 3_000;
const GOOD = 1;
const STAND_MS = 3_600_000;
const PUT_METERS = 500;
const STATES = ["silent", "online.normal"];
const NO_SAMPLES = { length: 0, number: [], at: [], value: [], quality: [] };

/**
 * @typedef {{ dataDir: string, partition: string, meters: number, points: number, samples: number, transitions: number, alarms: number,
 *   startMs: number, measured: string }} Fill `measured`: the points of each meter, as meters.csv has them; `points`: of each meter, those that GraphQL shows, which have the first numbers; `samples` of each of them
 */
/** @type {Fill} */
let filled;
/** First number of each meter's points in the history. @type {number[]} */
let firsts = [];
/** @type {any[]} */
const runs = [];

const spanMs = () => filled.samples * INTERVAL_MS;
/** Meters have their turn one after the other, so that at any time some have an alarm that stands. */
const turnMs = (/** @type {number} */ of, /** @type {number} */ meter) =>
  Math.floor((meter * spanMs()) / (of * filled.meters));
/** When the n-th of so many things of a meter happened. */
const timeOf = (/** @type {number} */ n, /** @type {number} */ of, /** @type {number} */ meter) =>
  filled.startMs + Math.floor((n * spanMs()) / of) + turnMs(of, meter);

serve({
  async fill(/** @type {Fill} */ options) {
    filled = options;
    const { dataDir, partition, meters, measured } = options;
    const store = new Store(dataDir, DISTRICT);
    const directory = directoryOf(await benchDistrict(meters, false, measured), CATALOGUE);
    const population = new Population(directory, CATALOGUE, store.layouts);
    const seats = (await enrol(store, population)).seats(partition);
    firsts = Array.from({ length: meters }, (_, meter) => {
      const number = directory.indexOf(meterId(meter));
      return Number(seats.place(number, population.shapeAt(number).layout).history);
    });
    await putRecords(store);
    await store.close();
    await putBlocks(await patterns());
  },
  /** What a meter was at an instant. @param {{ meter: number, atMs: number }} question */
  expected({ meter, atMs }) {
    const happened = (/** @type {number} */ of) =>
      Math.floor(((atMs - filled.startMs - turnMs(of, meter)) * of) / spanMs());
    const values = Array.from(
      { length: filled.points },
      (_, i) => runs[(firsts[meter] + i) % PATTERNS].last(atMs).value,
    );
    const last = happened(filled.alarms);
    const isRaised = last >= 0 && atMs < timeOf(last, filled.alarms, meter) + STAND_MS;
    return { state: STATES[(happened(filled.transitions) + 1) % 2], alarms: isRaised ? 1 : 0, values };
  },
});

/** Transitions, alarms and births of all meters, some meters with each checkpoint. @param {any} store */
async function putRecords(store) {
  const { partition, meters, transitions, alarms, startMs } = filled;
  // What the runtime itself put of this moment is not to come into one block with what is older.
  await store.chapters.compact();
  const { stream, created, mark, ...record } = store.partition(partition);
  const told = { upTo: 0, outbox: [], outcomes: [] };
  for (let from = 0; from < meters; from += PUT_METERS) {
    const some = Array.from({ length: Math.min(PUT_METERS, meters - from) }, (_, i) => from + i);
    const raised = some.flatMap((meter) => Array.from({ length: alarms }, (_, n) => alarm(meter, n)));
    const what = {
      ...{ record, told, pages: [], rares: [], samples: NO_SAMPLES },
      journal: Notes.of(some.flatMap((meter) => Array.from({ length: transitions }, (_, n) => transition(meter, n)))),
      alarms: raised,
      births: [{ bornMs: startMs - 1 }, ...some.map((meter) => ({ bornMs: startMs - 1, twin: meterId(meter) }))],
    };
    await store.checkpoint(partition, { stream, created, mark }, () => what, startMs);
    await store.chapters.keepUp();
  }
  await store.chapters.compact();
}

function transition(/** @type {number} */ meter, /** @type {number} */ n) {
  const [before, after] = n % 2 ? [...STATES].reverse() : STATES;
  const why = { event: "tick", condition: { name: "silent", before: n % 2 === 0, after: n % 2 === 1 } };
  const at = timeOf(n, filled.transitions, meter);
  const entry = { twin: meterId(meter), at, sequence: n, index: 0, of: "state", cause: "tick" };
  return /** @type {any} */ ({ ...entry, before, after, revision: n + 2, why });
}

function alarm(/** @type {number} */ meter, /** @type {number} */ n) {
  const raisedAt = timeOf(n, filled.alarms, meter);
  const id = `${meterId(meter)}/METER_SILENT/${n}`;
  const what = { twin: meterId(meter), code: "METER_SILENT", severity: "WARNING", message: "no readings" };
  return { id, ...what, state: "CLEARED", raisedAt, clearedAt: raisedAt + STAND_MS, flapping: false };
}

/** Blocks of some points, as the history writes them. */
async function patterns() {
  const { dataDir, samples, startMs } = filled;
  const random = seeded(SEED);
  const db = open({ path: join(dataDir, "patterns.lmdb"), encoding: "binary", keyEncoding: "binary" });
  const blocks = new BlockMerger(/** @type {any} */ (db));
  /** @type {Buffer[][]} */
  const all = [];
  for (let p = 0; p < PATTERNS; p++) {
    const run = new Run();
    let counter = 0;
    for (let k = 0; k < samples; k++) {
      counter += Math.floor(random() * 500);
      const drift = p % 2 ? Math.floor(random() * DRIFT_MS) : 0;
      const value = p % 5 < 2 ? counter / 1_000 : Math.round(random() * 5_000) / 10;
      run.push(startMs + k * INTERVAL_MS + drift, value, GOOD);
    }
    await db.transaction(() => {
      for (let i = 0; i < run.length; ) i = blocks.mergeStep(p, run, i);
    });
    all.push([...db.getRange({ start: keyOf(p), end: keyOf(p + 1) })].map(({ value }) => Buffer.from(value)));
    runs.push(run);
  }
  await db.close();
  return all;
}

/** @param {Buffer[][]} of the patterns */
async function putBlocks(of) {
  const { dataDir, meters, points } = filled;
  const root = open({ path: join(dataDir, "world.lmdb"), maxDbs: 32 });
  const blocks = root.openDB({ name: "history-blocks", encoding: "binary", keyEncoding: "binary" });
  for (let from = 0; from < meters; from += PUT_METERS) {
    await root.transaction(() => {
      for (const first of firsts.slice(from, from + PUT_METERS)) {
        for (let number = first; number < first + points; number++) {
          for (const block of of[number % PATTERNS]) blocks.putSync(keyOf(number, blockHead(block).first), block);
        }
      }
    });
  }
  await root.flushed;
  await root.close();
}
