// Plants: the simulation finds every bug that is put in on purpose, and repeats itself from its seed.

import { describe, expect, test } from "vitest";
import { PLANTS } from "./plants.ts";
import { simulate } from "./simulation.ts";

/** Within so many seeds a planted bug must show. */
const MOST_SEEDS = 12;

describe("a simulation that can fail", () => {
  for (const [name, plant] of Object.entries(PLANTS)) {
    test(`finds ${name}`, async () => {
      let broken: string[] = [];
      for (let seed = 1; seed <= MOST_SEEDS && broken.length === 0; seed++) ({ broken } = await simulate(seed, plant));
      expect(broken.filter((sentence) => plant.shows!.test(sentence))).not.toEqual([]);
    });
  }

  test("repeats a seed exactly, step by step and byte by byte", async () => {
    const [once, again] = [await simulate(3), await simulate(3)];
    expect(again.steps).toEqual(once.steps);
    expect(again.digest).toBe(once.digest);
  });

  test("does something else for another seed", async () => {
    expect((await simulate(4)).digest).not.toBe((await simulate(5)).digest);
  });
});
