// A start while its district is still being loaded, in a process of its own.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { district, metered } from "./districts.ts";
import { launch, natsServerPid, temporaryFolder, until, up } from "./program.ts";

const JUNCTIONS = 40_000;

/** So large that a start can be met while it loads. */
function largeNetwork(): string {
  const each = (line: (i: number) => string) => Array.from({ length: JUNCTIONS }, (_, i) => line(i)).join("\n");
  const text = [
    `[JUNCTIONS]\n${each((i) => `J${i} 10 0.1`)}`,
    "[RESERVOIRS]\nR 100",
    `[PIPES]\n${each((i) => `P${i} ${i === 0 ? "R" : `J${i - 1}`} J${i} 100 150 100 0 Open`)}`,
    "[END]\n",
  ];
  return district({ sources: [{ id: "water", type: "epanet", file: "net.inp", text: text.join("\n\n") }] });
}

/** The process that loads for a program, from /proc. */
function loaderOf(program: number): number | undefined {
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const parent = Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${entry}/status`, "utf8"))?.[1]);
      const isLoader = readFileSync(`/proc/${entry}/cmdline`, "utf8").includes("loading-main.js");
      if (parent === program && isLoader) return Number(entry);
    } catch {
      // It has ended meanwhile.
    }
  }
  return undefined;
}

test("SIGTERM while a model is loaded ends it with 0; neither its loader nor its server lives on, and the next start loads it", async () => {
  const folder = largeNetwork();
  const dataDir = temporaryFolder();
  const starting = launch(folder, { dataDir });
  const loader = await until(() => loaderOf(starting.pid), "it loads", 60_000);
  await until(() => natsServerPid(dataDir), "its nats-server runs meanwhile", 60_000);
  expect(existsSync(`/proc/${loader}`)).toBe(true);
  expect(await starting.stop()).toMatchObject({ code: 0, signal: null, stdout: "" });
  expect(existsSync(`/proc/${loader}`)).toBe(false);
  expect(natsServerPid(dataDir)).toBeUndefined();
  const { graphql, stop } = await up(folder, { dataDir });
  expect(await graphql("{ twins { totalCount } }")).toEqual({ twins: { totalCount: 2 * JUNCTIONS + 2 } });
  expect((await stop()).code).toBe(0);
}, 180_000);

test("a loader that is killed, as where memory is short, ends the start with a sentence and a hint", async () => {
  const dataDir = temporaryFolder();
  const starting = launch(largeNetwork(), { dataDir });
  const loader = await until(() => loaderOf(starting.pid), "it loads", 60_000);
  process.kill(loader, "SIGKILL");
  const { code, stdout, stderr } = await starting.ended;
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr.trim()).toMatch(
    /^MODEL_UNREADABLE: the model could not be loaded: its process ended \(SIGKILL\)\. .+\.$/,
  );
  expect(natsServerPid(dataDir)).toBeUndefined();
}, 60_000);

test("what was found in the models is told at a first start, and again by one that need not load them", async () => {
  const { meters = [], ...plan } = metered(1);
  const folder = district({
    ...plan,
    meters: [...meters, "e-lost,electricity,building:city:none,dev-lost,power:W,PT1M"],
  });
  const dataDir = temporaryFolder();
  for (const isKept of [false, true]) {
    expect(existsSync(join(dataDir, "district.json"))).toBe(isKept);
    const { ended, stop } = await up(folder, { dataDir });
    await stop();
    expect((await ended).stderr).toMatch(/^error {3}METER_MEASURES_UNKNOWN {2}meters\.csv line 3: /m);
  }
}, 60_000);
