// The past: how long GraphQL takes for one twin, and for a whole district, as they were at an instant.
// Fed by    a district of meters whose store is given many days of history, transitions and alarms while the runtime is stopped
// Gives     the time from question to answer; each question is about another instant, drawn from the whole span
// Q1  a sample of the answers is compared with what was put: state, alarms and the value of every point; all twins of the district are there

import { connect } from "@nats-io/transport-node";
import { DISTRICT } from "./district.mjs";
import { cpuOf, memoryOf, nowMs, removeFolder, startChild, temporaryFolder } from "./processes.mjs";
import { ask, startNats, startWorld } from "./quartier.mjs";
import { INTERVAL_MS, meterId, seeded } from "./readings.mjs";
import { spread } from "./runs.mjs";
import { number } from "./targets.mjs";

const METERS = 10_000;
const MEASURED = ["energyImport:kWh", "energyExport:kWh", "power:W", "voltage:V", "current:A"];
/** Of each point; of each meter. */
const SAMPLES = 3_000;
const TRANSITIONS = 100;
const ALARMS = 20;
/** Of a run. */
const QUESTIONS_TWIN = 400;
const QUESTIONS_DISTRICT = 20;
const QUESTIONS_INSIDE = 5;
const COMPARED_EVERY = 10;
const FIRST_BATCH = 50;
const FILL_LIMIT_MS = 300_000;
const PAGE = 1_000;
const SEED = 5;

const TWIN =
  "query ($id: ID!, $at: DateTime!) { twin(id: $id, at: $at) { state points { name value } alarms { code } } }";
const TWINS = `query ($at: DateTime!, $after: String) { twins(first: ${PAGE}, after: $after, at: $at)
  { nodes { id state points { name value } } pageInfo { hasNextPage endCursor } } }`;
const STANDING = `query ($at: DateTime!) { alarms(first: ${PAGE}, at: $at) { nodes { id code } totalCount } }`;

/**
 * @param {{ runs: number, dir?: string, say: (text: string) => void }} options
 * @returns {Promise<import("./targets.mjs").Finding>}
 */
export async function measurePast({ runs, dir, say }) {
  const nats = await startNats(dir);
  const dataDir = temporaryFolder("store", dir);
  const openWorld = async () => {
    const world = await startWorld();
    const options = { meters: METERS, withDevices: false, points: MEASURED.join(";"), natsUrl: nats.url, dataDir };
    return { world, started: await world.start(options) };
  };
  const stopWorld = async (/** @type {import("./processes.mjs").Child} */ world) => {
    await world.call("stop");
    await world.stop();
  };
  const born = await openWorld();
  await tellAll(nats.url, born.started.partition);
  await born.world.call("untilApplied", METERS * MEASURED.length);
  const now = "query ($id: ID!) { twin(id: $id) { points { name } } }";
  const points = (await ask(born.started.url, now, { id: meterId(0) })).twin.points.length;
  await stopWorld(born.world);

  const span = { startMs: Math.floor(Date.now() / INTERVAL_MS - SAMPLES - 1) * INTERVAL_MS, samples: SAMPLES };
  const store = await startChild("past-store");
  const sizes = { meters: METERS, points, transitions: TRANSITIONS, alarms: ALARMS };
  const filledAt = nowMs();
  const place = { dataDir, partition: born.started.partition, measured: MEASURED.join(";") };
  await store.call("fill", { ...place, ...sizes, ...span }, FILL_LIMIT_MS);
  say(`past: the store of ${number(METERS)} meters is filled, ${((nowMs() - filledAt) / 1000).toFixed(1)} s`);

  const { world, started } = await openWorld();
  const random = seeded(SEED);
  // From the first sample of every point on, up to the last.
  const anInstant = () => span.startMs + Math.floor((1 + random() * (SAMPLES - 1)) * INTERVAL_MS);
  const aMeter = () => Math.floor(random() * METERS);
  const askTwin = async (/** @type {number} */ i) => {
    const [meter, atMs] = [aMeter(), anInstant()];
    const beganAt = nowMs();
    const { twin } = await ask(started.url, TWIN, { id: meterId(meter), at: new Date(atMs).toISOString() });
    const tookMs = nowMs() - beganAt;
    if (i % COMPARED_EVERY === 0) compare(twin, await store.call("expected", { meter, atMs }), atMs);
    return tookMs;
  };
  const askDistrict = async () => {
    const [meter, atMs] = [aMeter(), anInstant()];
    const beganAt = nowMs();
    const { twins, alarms } = await district(started.url, new Date(atMs).toISOString());
    const tookMs = nowMs() - beganAt;
    // The twin of the district itself was born when the runtime first started, after all of those instants.
    if (twins.length !== METERS) throw new Error(`${twins.length} of ${METERS} twins are there`);
    const id = meterId(meter);
    const itsAlarms = alarms.filter((/** @type {any} */ alarm) => alarm.id.startsWith(`${id}/`));
    const twin = { ...twins.find((/** @type {any} */ each) => each.id === id), alarms: itsAlarms };
    compare(twin, await store.call("expected", { meter, atMs }), atMs);
    return tookMs;
  };
  const rows = [
    ["one twin, GraphQL", QUESTIONS_TWIN, askTwin],
    [
      "one twin, without GraphQL",
      QUESTIONS_TWIN,
      () => world.call("past", { atMs: anInstant(), id: meterId(aMeter()) }),
    ],
    ["district, GraphQL", QUESTIONS_DISTRICT, askDistrict],
    ["district, without GraphQL", QUESTIONS_INSIDE, () => world.call("past", { atMs: anInstant() })],
  ];
  /** @type {Map<string, Round[]>} */
  const all = new Map(rows.map(([what]) => [/** @type {string} */ (what), []]));
  for (let run = 1; run <= runs; run++) {
    for (const [what, questions, question] of /** @type {[string, number, (i: number) => Promise<number>][]} */ (
      rows
    )) {
      const measured = await round(world.pid, questions, question);
      all.get(what)?.push(measured);
      say(`past: ${what}, run ${run} of ${runs}, p95 ${measured.p95.toFixed(1)} ms`);
    }
  }
  const bytes = memoryOf({ world: world.pid }).world;
  await stopWorld(world);
  await store.stop();
  await nats.stop();
  removeFolder(dataDir);
  return finding({ points, runs, bytes, all });
}

/** Every point of every meter has a value of this moment, so that each question about the past goes to the history. */
async function tellAll(/** @type {string} */ natsUrl, /** @type {string} */ partition) {
  const connection = await connect({ servers: natsUrl });
  const at = Date.now();
  const rows = MEASURED.map((point) => [point.slice(0, point.indexOf(":")), at, 1]);
  for (let from = 0; from < METERS; from += FIRST_BATCH) {
    const entries = Array.from({ length: FIRST_BATCH }, (_, i) => [meterId(from + i), rows]);
    const event = JSON.stringify({ type: "readings", at, entries });
    await connection.request(`quartier.${DISTRICT}.log.${partition}`, event, { timeout: 10_000 });
  }
  await connection.close();
}

/** All twins, page by page, and the alarms that stood. @param {string} url @param {string} at */
async function district(url, at) {
  const twins = [];
  for (/** @type {string | undefined} */ let after; ; ) {
    /** @type {any} */
    const page = (await ask(url, TWINS, { at, after })).twins;
    twins.push(...page.nodes);
    if (!page.pageInfo.hasNextPage) break;
    after = page.pageInfo.endCursor;
  }
  const { alarms } = await ask(url, STANDING, { at });
  if (alarms.nodes.length !== alarms.totalCount) throw new Error(`${alarms.totalCount} alarms are too many for a page`);
  return { twins, alarms: alarms.nodes };
}

/** @param {any} twin @param {{ state: string, alarms: number, values: number[] }} expected @param {number} atMs */
function compare(twin, { state, alarms, values }, atMs) {
  const shown = twin.points.map((/** @type {{ value: number }} */ { value }) => value);
  const isSame = values.length === shown.length && values.every((value, i) => value === shown[i]);
  if (twin.state === state && twin.alarms.length === alarms && isSame) return;
  throw new Error(`at ${atMs} ${JSON.stringify(twin)} is not ${JSON.stringify({ state, alarms, values })}`);
}

/** @typedef {{ p50: number, p95: number, most: number, cpuMs: number }} Round */

/** @param {number} pid @param {number} questions @param {(i: number) => Promise<number>} question @returns {Promise<Round>} */
async function round(pid, questions, question) {
  const before = cpuOf({ world: pid }).world;
  /** @type {number[]} */
  const tookMs = [];
  for (let i = 0; i < questions; i++) tookMs.push(await question(i));
  const cpuMs = (1000 * (cpuOf({ world: pid }).world - before)) / questions;
  tookMs.sort((a, b) => a - b);
  const at = (/** @type {number} */ share) => tookMs[Math.ceil(share * questions) - 1];
  return { p50: at(0.5), p95: at(0.95), most: at(1), cpuMs };
}

/**
 * @param {{ points: number, runs: number, bytes: number, all: Map<string, Round[]> }} measured
 * @returns {import("./targets.mjs").Finding}
 */
function finding({ points, runs, bytes, all }) {
  const of = (/** @type {string} */ what, /** @type {keyof Round} */ name) =>
    spread((all.get(what) ?? []).map((round) => round[name]));
  const row = (/** @type {string} */ what) => {
    const [p50, p95, most, cpuMs] = /** @type {(keyof Round)[]} */ (["p50", "p95", "most", "cpuMs"]).map((name) =>
      of(what, name),
    );
    const ofRuns = `(${number(p95.least)} to ${number(p95.most)})`;
    return `| ${what} | ${number(p50.median)} | **${number(p95.median)}** ${ofRuns} | ${number(most.most)} | ${number(cpuMs.median)} |`;
  };
  const days = Math.round((SAMPLES * INTERVAL_MS) / 86_400_000);
  return {
    targets: [
      {
        what: "p95 of the state of one twin at a past instant, by GraphQL",
        must: 20,
        aim: 5,
        value: of("one twin, GraphQL", "p95").median,
        isCeiling: true,
        unit: " ms",
      },
      {
        what: `p95 of a district of ${number(METERS)} twins at a past instant, by GraphQL`,
        must: 1,
        aim: 0.3,
        value: of("district, GraphQL", "p95").median / 1000,
        isCeiling: true,
        unit: " s",
      },
    ],
    title: "The past",
    text: `${number(METERS)} meters with ${points} points each, ${MEASURED.length} measured and the others following from them. The runtime's store was filled while it was stopped:
${days} days, a sample each quarter of an hour (${number(SAMPLES)} of each point; the times of every second point drift), and of each meter ${TRANSITIONS} changes of state and
${ALARMS} alarms that stood for an hour. Then it was started again and asked, one question after the other, each about another instant of those days: of
one twin (state, all points, alarms that stood), ${QUESTIONS_TWIN} times a run; of the district (id, state and all points of every meter, in pages of ${number(PAGE)}, then
all alarms that stood), ${QUESTIONS_DISTRICT} times a run. The time is from the first question to the last answer's end, parsed. One answer in ${COMPARED_EVERY}, and one twin of each
district, were compared with what was put. "Without GraphQL" is the same of the runtime itself, in its process, without text (${QUESTIONS_INSIDE} times for the
district). Median of ${runs} ${runs === 1 ? "run" : "runs"} without a warm-up, and the least and the most of them. The process held ${number(bytes / 1e6)} MB at the end.

| question | p50, ms | p95, ms (of runs) | most, ms | CPU of the runtime, ms |
|---|---|---|---|---|
${[...all.keys()].map(row).join("\n")}

Not measured: questions while readings flow, which also wait for a checkpoint; several questions at a time; a store that does not fit into memory,
or was not in it yet (it was written just before); filters, links and traces of the past.`,
  };
}
