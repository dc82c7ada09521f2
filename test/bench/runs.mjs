// Runs: the same thing several times, with what it took of time, CPU and memory; and what is in the middle of them.

import { cpuOf, memoryOf } from "./processes.mjs";

/** @typedef {{ median: number, least: number, most: number }} Spread */
/**
 * What one contestant did. CPU is microseconds a reading, memory bytes, both by role.
 * @typedef {{ name: string, runs: number, readings: number, perSecond: Spread, cpuUs: Record<string, Spread>, memory: Record<string, number> }} Measured
 */

/** @param {number[]} values @returns {Spread} */
export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, least: sorted[0], most: sorted[sorted.length - 1] };
}

/**
 * Runs once to warm up and then `runs` times. What `prepare` does is not measured; CPU counts from its end to the end of `run`.
 * @param {{ name: string, runs: number, roles: Record<string, number>, prepare: () => Promise<unknown>,
 *   run: () => Promise<{ done: number, ms: number }>, check?: () => Promise<unknown>, say: (text: string) => void }} options
 * @returns {Promise<Measured>}
 */
export async function measure({ name, runs, roles, prepare, run, check = async () => {}, say }) {
  /** @type {{ perSecond: number, cpuUs: Record<string, number>, memory: Record<string, number> }[]} */
  const all = [];
  let readings = 0;
  for (let i = 0; i <= runs; i++) {
    await prepare();
    const before = cpuOf(roles);
    const { done, ms } = await run();
    const after = cpuOf(roles);
    const cpuUs = Object.fromEntries(
      Object.keys(roles).map((role) => [role, ((after[role] - before[role]) * 1e6) / done]),
    );
    readings = done;
    if (i > 0) all.push({ perSecond: done / (ms / 1000), cpuUs, memory: memoryOf(roles) });
    say(`${name}: ${i === 0 ? "warm-up" : `run ${i} of ${runs}`}, ${Math.round(done / (ms / 1000))} readings/s`);
  }
  await check();
  const names = Object.keys(roles);
  return {
    ...{ name, runs, readings, perSecond: spread(all.map(({ perSecond }) => perSecond)) },
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
