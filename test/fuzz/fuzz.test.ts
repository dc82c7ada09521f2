// A few of the mutated inputs of `npm run fuzz`, always the same; and that it would notice.

import { afterEach, describe, expect, test } from "vitest";
import { newTwin } from "../../models/district.ts";
import { LOADERS } from "../../models/load.ts";
import type { Loader } from "../../models/loaders/loader.ts";
import { folderOf, inputOf, Plans } from "./input.ts";
import { MAX_LENGTH, mutate } from "./mutate.ts";
import { brokenPromises } from "./promises.ts";
import { samples } from "./samples.ts";

const SEEDS = 300;
const ALL = samples();
const plans = new Plans(ALL);
const kept = { ...LOADERS };
afterEach(() => void Object.assign(LOADERS, kept));

test("P1 to P6: mutated inputs of all loaders keep every promise", { timeout: 120_000 }, async () => {
  const failed: string[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const broken = await brokenPromises(inputOf(plans.of(seed)), seed % 10 === 0);
    if (broken.length > 0) failed.push(`SEED=${seed} ${broken.join("; ")}`);
  }
  expect(failed).toEqual([]);
});

test("and so do the samples themselves", { timeout: 120_000 }, async () => {
  for (const { name, manifest, files } of ALL) {
    expect([name, await brokenPromises({ manifest, files, changes: [] }, false)]).toEqual([name, []]);
  }
});

test("I1: the same seed gives the same input, of every target", () => {
  for (let seed = 1; seed <= 10; seed++) expect(inputOf(plans.of(seed))).toEqual(inputOf(plans.of(seed)));
  const drawn = new Set(Array.from({ length: 500 }, (_, seed) => plans.targetOf(seed)));
  expect([...drawn].sort()).toEqual([...plans.targets].sort());
  for (let seed = 1; seed <= 60; seed++) expect(plans.of(seed).sample.target).toBe(plans.targetOf(seed));
});

test("X1, X2: a change is that of its seed, and no file grows beyond the limit", () => {
  const text = `{"a": [1, 2.5, "x"], "b": {"c": null}}\n${"line 1,2,3\n".repeat(200)}`;
  const changes = new Set<string>();
  for (let seed = 0; seed < 400; seed++) {
    const { change, text: changed } = mutate(text, seed, "other <text/>");
    expect(mutate(text, seed, "other <text/>").text).toBe(changed);
    expect(changed.length).toBeLessThanOrEqual(MAX_LENGTH);
    changes.add(change);
  }
  expect(changes.size).toBeGreaterThan(15);
});

describe("what a loader does wrong is noticed", () => {
  const part = { twins: [], links: [], branches: [], findings: [] };
  const broken = async (loader: Loader) => {
    LOADERS.gbxml = loader;
    const sample = ALL.find(({ target }) => target === "gbxml")!;
    return (await brokenPromises({ ...sample, changes: [] }, true)).join("; ");
  };

  test("P1 a throw", async () => {
    expect(await broken(() => Promise.reject(new Error("no")))).toContain("P1 LOADER_FAILED");
  });

  test("P2 an error without a place", async () => {
    const finding = {
      severity: "error",
      code: "GBXML_VALUE",
      source: "s",
      file: "f",
      at: "",
      message: "m",
      hint: "h",
    } as const;
    expect(await broken(() => ({ ...part, findings: [finding] }))).toContain("P2 GBXML_VALUE has no place");
  });

  test("P3 an id that is not made of its parts", async () => {
    const twin = { ...newTwin("bus", "s", "1", {}), element: "2" };
    expect(await broken(() => ({ ...part, twins: [twin] }))).toContain("P3 bus:s:1");
  });

  test("P4 an attribute that JSON cannot write", async () => {
    const twin = newTwin("bus", "s", "1", { at: new Date(0) as unknown as string });
    expect(await broken(() => ({ ...part, twins: [twin] }))).toContain("P4 bus:s:1: at: an object with a prototype");
  });

  test("P5 a prototype that is touched", async () => {
    const touched = Object.prototype as unknown as Record<string, unknown>;
    const told = await broken(() => {
      touched.touched = 1;
      return part;
    });
    delete touched.touched;
    expect(told).toContain("P5 Object was touched");
  });

  test("P6 another district each time", async () => {
    let times = 0;
    expect(await broken(() => ({ ...part, twins: [newTwin("bus", "s", String(times++), {})] }))).toContain("P6");
  });
});

test("the folder in memory lists as the disk does", async () => {
  const folder = folderOf(
    new Map([
      ["a/b.csv", new Uint8Array()],
      ["a/c/d", new Uint8Array()],
      ["e", new Uint8Array()],
    ]),
  );
  expect([await folder.list(""), await folder.list("a"), await folder.list("e"), await folder.list("x")]).toEqual([
    ["a/", "e"],
    ["b.csv", "c/"],
    undefined,
    undefined,
  ]);
});
