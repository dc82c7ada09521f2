// The judged table: what was asked for, what was measured, and whether it was reached.

import { spread, total } from "./runs.mjs";

/**
 * One line. `value` is undefined when it was not measured; a ceiling is reached from below.
 * @typedef {{ what: string, must: number, aim: number, value: number | undefined, isCeiling?: boolean, unit?: string }} Target
 */
/**
 * What a scenario gives that is no contestant in readings/s: its lines of the table, and its own part of the page.
 * @typedef {{ targets: Target[], title: string, text: string }} Finding
 */

export const number = (/** @type {number} */ value) =>
  value === 0
    ? "0"
    : value >= 100
      ? Math.round(value).toLocaleString("en-US")
      : value >= 10
        ? value.toFixed(1)
        : value.toFixed(2);

/** @param {import("./scenarios.mjs").Results} results @returns {Target[]} */
export function targetsOf({ measured, latency, memory, findings }) {
  const rate = (/** @type {string} */ name) => measured[name]?.perSecond.median;
  const ratio = (/** @type {string} */ ours, /** @type {string} */ theirs) => {
    const [a, b] = [rate(ours), rate(theirs)];
    return a === undefined || b === undefined ? undefined : a / b;
  };
  /** In the middle of what neighbouring runs give: they took turns. @param {string} ours @param {string} theirs */
  const inTurns = (ours, theirs) => {
    const [a, b] = [measured[ours], measured[theirs]];
    return a && b && spread(a.rates.map((each, i) => each / b.rates[i])).median;
  };
  const { log, jetstream } = measured;
  const cpu = log && jetstream ? total(log.cpuUs) / total(jetstream.cpuUs) : undefined;
  /** @type {(what: string, must: number, aim: number, ours: string, theirs: string) => Target} */
  const ratios = (what, must, aim, ours, theirs) => ({ what, must, aim, value: ratio(ours, theirs) });
  /** @type {(what: string, must: number, aim: number, value: number | undefined, unit?: string) => Target} */
  const ceiling = (what, must, aim, value, unit) => ({ what, must, aim, value, unit, isCeiling: true });
  /** @type {(what: string, must: number, aim: number, ours: string) => Target} */
  const toXState = (what, must, aim, ours) => ({ what, must, aim, value: inTurns(ours, `xstate-${ours}`) });
  return [
    toXState("from the log, 1 in 50 changes, to raw XState that keeps its readings", 4, 8, "log"),
    ratios("from the log, 1 in 50, to PostgreSQL with batches of 500 and fsync", 1, 1, "log", "postgres-batch"),
    toXState("from the log, 1 in 2 changes, to raw XState that keeps its readings", 1, 2, "log-half"),
    toXState("from the device on, to raw XState that keeps its readings", 0.5, 1, "device"),
    ratios("from the log, to Restate's virtual objects", 100, 200, "log", "restate"),
    ratios("from the log, to PostgreSQL one row a statement, pipelined", 10, 20, "log", "postgres-single"),
    ceiling("CPU a reading of runtime and broker, to JetStream consume alone", 6, 3, cpu),
    ceiling("p99 from the device to GraphQL at a third of the peak", 100, 30, latency.device?.p99.median, " ms"),
    ceiling("p99 from the log to GraphQL at a third of the peak", 100, 30, latency.log?.p99.median, " ms"),
    ceiling(
      "memory of a live meter twin, points and indices included",
      6,
      4,
      memory && memory.meters.liveBytes / 1000,
      " KB",
    ),
    ...Object.values(findings).flatMap(({ targets }) => targets),
  ];
}

/** A line of the table. @param {Target} target */
export function targetLine({ what, must, aim, value, isCeiling = false, unit = " x" }) {
  const limit = (/** @type {number} */ each) => `${each.toLocaleString("en-US")}${unit}`;
  const wanted = `${isCeiling ? "at most" : "at least"} ${limit(must)} | ${limit(aim)}`;
  if (value === undefined) return `| ${what} | not measured | ${wanted} | |`;
  const reaches = (/** @type {number} */ each) => (isCeiling ? value <= each : value >= each);
  const verdict = reaches(aim) ? "aim reached" : reaches(must) ? "reached" : "**missed**";
  return `| ${what} | **${number(value)}${unit}** | ${wanted} | ${verdict} |`;
}
