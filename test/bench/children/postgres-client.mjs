// A program that keeps one row for each meter in PostgreSQL: many readings in a transaction, or each in its own.

import postgres from "postgres";
import { nowMs } from "../processes.mjs";
import { Load } from "../readings.mjs";
import { applyReading, newRow } from "../row.mjs";
import { serve } from "./serve.mjs";

/** Statements sent ahead on a connection, and connections, when each reading is its own transaction. */
const PIPELINED = 100;
const CONNECTIONS = 8;

const TABLE = `create table meter (id int primary key, energy float8 not null, energy_at float8 not null, power float8 not null,
  power_at float8 not null, suspect int not null, state text not null, revision int not null) with (fillfactor = 70)`;
const MANY = `update meter set energy = n.energy, energy_at = n.energy_at, power = n.power, power_at = n.power_at,
  suspect = n.suspect, state = n.state, revision = n.revision
  from unnest($1::int[], $2::float8[], $3::float8[], $4::float8[], $5::float8[], $6::int[], $7::text[], $8::int[])
    as n(id, energy, energy_at, power, power_at, suspect, state, revision) where meter.id = n.id`;
const ONE = `update meter set energy = $2, energy_at = $3, power = $4, power_at = $5, suspect = $6, state = $7, revision = $8
  where id = $1`;

/** @type {import("postgres").Sql[]} */
let connections = [];
/** @type {Load} */
let load;
/** @type {import("../row.mjs").Row[]} */
let rows;
/** @type {import("../readings.mjs").Readings} */
let readings;

const columns = (/** @type {number} */ id, /** @type {import("../row.mjs").Row} */ row) => [
  ...[
    id,
    row.energy,
    row.energyAt,
    row.power,
    row.powerAt,
    Number(row.suspect),
    JSON.stringify(row.state),
    row.revision,
  ],
];

serve({
  async start({ socketFolder, meters, share, seed, batch }) {
    load = new Load(meters, share, seed);
    rows = Array.from({ length: meters }, newRow);
    const options = { path: `${socketFolder}/.s.PGSQL.5432`, user: "postgres", database: "postgres" };
    connections = Array.from({ length: batch > 1 ? 1 : CONNECTIONS }, () =>
      postgres({ ...options, max: 1, max_pipeline: 2 * PIPELINED, idle_timeout: 0, onnotice: () => {} }),
    );
    const [sql] = connections;
    await sql.unsafe(`drop table if exists meter; ${TABLE}`);
    const state = JSON.stringify(newRow().state);
    await sql`insert into meter select g, 0, 0, 0, 0, 0, ${state}, 0 from generate_series(0, ${meters - 1}::int) g`;
    await sql`vacuum analyze meter`;
    await Promise.all(connections.map((each) => each`select 1`));
  },
  prepare({ count }) {
    readings = load.take(count);
  },
  async run({ batch }) {
    const beganAt = nowMs();
    if (batch > 1) await inBatches(batch);
    else await oneByOne();
    return { done: readings.count, ms: nowMs() - beganAt };
  },
  /** Every row is what its readings make of it. */
  async check() {
    const stored = await connections[0]`select id, power, suspect, state, revision from meter`;
    const wrong = stored.filter(({ id, power, suspect, state, revision }) => {
      const row = rows[id];
      const same = revision === row.revision && power === row.power && state === JSON.stringify(row.state);
      return !same || suspect !== Number(load.expected(id).suspect);
    });
    if (wrong.length > 0) throw new Error(`${wrong.length} rows are not what they should be`);
  },
  stop: () => Promise.all(connections.map((sql) => sql.end())),
});

/** One transaction for each batch; the next is made while PostgreSQL has the last two. @param {number} size */
async function inBatches(size) {
  const [sql] = connections;
  /** @type {Promise<unknown>[]} */
  const waiting = [];
  for (let from = 0; from < readings.count; from += size) {
    const touched = new Set();
    for (let k = from; k < Math.min(readings.count, from + size); k++) {
      applyReading(rows[readings.meter[k]], readings.point[k], readings.value[k], readings.time[k]);
      touched.add(readings.meter[k]);
    }
    /** @type {any[][]} */
    const table = Array.from({ length: 8 }, () => []);
    for (const id of touched) for (const [i, cell] of columns(id, rows[id]).entries()) table[i].push(cell);
    const transaction = sql.unsafe(MANY, table, { prepare: true });
    transaction.catch(() => {});
    waiting.push(transaction);
    if (waiting.length > 2) await waiting.shift();
  }
  await Promise.all(waiting);
}

/**
 * One transaction for each reading. A meter always has the same connection, so that its readings stay in order; no connection
 * is ever asked for more than it may send ahead, as the client would then queue, and not in order.
 */
async function oneByOne() {
  const inFlight = new Int32Array(CONNECTIONS);
  let done = 0;
  /** @type {(() => void) | undefined} */
  let wake;
  /** @type {unknown} */
  let failed;
  const next = () =>
    new Promise((resolve) => {
      wake = () => resolve(undefined);
    });
  const settled = (/** @type {number} */ c) => {
    inFlight[c]--;
    done++;
    wake?.();
  };
  for (let k = 0; k < readings.count; k++) {
    const id = readings.meter[k];
    const c = id % CONNECTIONS;
    while (inFlight[c] >= PIPELINED && !failed) await next();
    if (failed) throw failed;
    applyReading(rows[id], readings.point[k], readings.value[k], readings.time[k]);
    inFlight[c]++;
    connections[c].unsafe(ONE, columns(id, rows[id]), { prepare: true }).then(
      () => settled(c),
      (error) => {
        failed = error;
        settled(c);
      },
    );
  }
  while (done < readings.count) await next();
  if (failed) throw failed;
}
