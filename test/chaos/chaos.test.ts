// Chaos: seeds of the simulation. SEED=n repeats one, SEEDS=k runs the first k, MINUTES=m fresh ones for that long; without any, a few.

import { describe, expect, test } from "vitest";
import { simulate, told } from "./simulation.ts";

const { SEED, SEEDS, MINUTES } = process.env;
const USUAL_SEEDS = 12;
const MS_PER_MINUTE = 60_000;
const SEED_LIMIT_MS = 60_000;

/** Gives the seeds to run, one after the other. */
function* seeds(): Iterable<number> {
  if (SEED !== undefined) yield Number(SEED);
  else if (MINUTES === undefined) for (let seed = 1; seed <= Number(SEEDS ?? USUAL_SEEDS); seed++) yield seed;
  else {
    const first = Date.now();
    for (let seed = first; Date.now() < first + Number(MINUTES) * MS_PER_MINUTE; seed++) yield seed % 2 ** 32;
  }
}

const limitMs =
  MINUTES === undefined ? Number(SEEDS ?? USUAL_SEEDS) * SEED_LIMIT_MS : (Number(MINUTES) + 1) * MS_PER_MINUTE;

describe("chaos", () => {
  test("whatever happens between any two steps, the promises hold", { timeout: limitMs }, async () => {
    const began = Date.now();
    const failed: string[] = [];
    let count = 0;
    for (const seed of seeds()) {
      const outcome = await simulate(seed);
      count++;
      if (SEED !== undefined) console.log(outcome.steps.join("\n"));
      if (outcome.broken.length === 0) continue;
      failed.push(told(outcome));
      console.log(failed.at(-1));
    }
    const perMinute = Math.round((count / (Date.now() - began)) * MS_PER_MINUTE);
    if (SEEDS !== undefined || MINUTES !== undefined)
      console.log(`${count} seeds, ${perMinute} a minute, ${failed.length} failed`);
    expect(failed).toEqual([]);
  });
});
