// Runs: the same thing several times, with what it took of time, CPU and memory; and what is in the middle of them.

import { cpuOf, memoryOf, standStill } from "./processes.mjs";

/** @typedef {{ median: number, least: number, most: number }} Spread */
/**
 * What one contestant did, in the middle and in each run. CPU is microseconds a reading, memory bytes, both by role.
 * @typedef {{ name: string, runs: number, readings: number, perSecond: Spread, rates: number[], cpuUs: Record<string, Spread>, memory: Record<string, number> }} Measured
 */

/** @param {number[]} values @returns {Spread} */
export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, least: sorted[0], most: sorted[sorted.length - 1] };
}

/**
 * What prepares its runs and does them. What `prepare` does is not measured; CPU counts from its end to the end of `run`.
 * @typedef {{ name: string, runs: number, roles: Record<string, number>, prepare: () => Promise<unknown>,
 *   run: () => Promise<{ done: number, ms: number }>, check?: () => Promise<unknown>, say: (text: string) => void }} Contestant
 */

/** Runs once to warm up and then `runs` times. @param {Contestant} contestant @returns {Promise<Measured>} */
export async function measure(contestant) {
  const [measured] = await measureInTurns([contestant]);
  return /** @type {Measured} */ (measured);
}

/**
 * Each of them once, then each of them again: how fast the machine is swings within minutes, and so both have the good ones and the bad
 * ones. While one has its turn the processes of the others stand still: what they put off they have to do in their own time.
 * @param {Contestant[]} contestants who all have as many runs @returns {Promise<Measured[]>}
 */
export async function measureInTurns(contestants) {
  const all = contestants.map(() => /** @type {Run[]} */ ([]));
  for (let i = 0; i <= contestants[0].runs; i++) {
    for (const [k, contestant] of contestants.entries()) {
      const others = contestants.filter((each) => each !== contestant);
      const goOn = standStill(others.flatMap(({ roles }) => Object.values(roles)));
      all[k].push(await oneRun(contestant, i));
      goOn();
    }
  }
  for (const { check } of contestants) await check?.();
  return contestants.map((contestant, k) => measuredOf(contestant, all[k].slice(1)));
}

/** @typedef {{ done: number, perSecond: number, cpuUs: Record<string, number>, memory: Record<string, number> }} Run */

/** @param {Contestant} contestant @param {number} i 0 is the one that warms up @returns {Promise<Run>} */
async function oneRun({ name, runs, roles, prepare, run, say }, i) {
  await prepare();
  const before = cpuOf(roles);
  const { done, ms } = await run();
  const after = cpuOf(roles);
  const cpuUs = Object.fromEntries(
    Object.keys(roles).map((role) => [role, ((after[role] - before[role]) * 1e6) / done]),
  );
  const perSecond = done / (ms / 1000);
  say(`${name}: ${i === 0 ? "warm-up" : `run ${i} of ${runs}`}, ${Math.round(perSecond)} readings/s`);
  return { done, perSecond, cpuUs, memory: memoryOf(roles) };
}

/** @param {Contestant} contestant @param {Run[]} all @returns {Measured} */
function measuredOf({ name, runs, roles }, all) {
  const names = Object.keys(roles);
  const rates = all.map(({ perSecond }) => perSecond);
  return {
    ...{ name, runs, readings: all[0].done, perSecond: spread(rates), rates },
    cpuUs: Object.fromEntries(names.map((role) => [role, spread(all.map(({ cpuUs }) => cpuUs[role]))])),
    memory: Object.fromEntries(names.map((role) => [role, spread(all.map(({ memory }) => memory[role])).median])),
  };
}

/** All roles together. @param {Record<string, number | Spread>} byRole @param {string[]} [roles] */
export const total = (byRole, roles = Object.keys(byRole)) =>
  roles.reduce((sum, role) => {
    const value = byRole[role];
    return sum + (typeof value === "number" ? value : value.median);
  }, 0);
