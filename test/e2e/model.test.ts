// A district whose model changes while it lives, from the command line: plan, apply, models; and what comes in over HTTP.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { devices } from "./devices.ts";
import { district, HOUSES, metered, NORTH } from "./districts.ts";
import { launch, type Program, run, subscribe, temporaryFolder, until, up } from "./program.ts";
import { allTwins, pointValue, twinOf } from "./twins.ts";

const METER = "meter:meters:e-north-2";

const rewrite = (folder: string, file: string, change: (text: string) => string): void =>
  writeFileSync(join(folder, file), change(readFileSync(join(folder, file), "utf8")));
const withoutMeter = (folder: string, name: string): void =>
  rewrite(folder, "meters.csv", (text) => text.replace(new RegExp(`^${name},.*\n`, "m"), ""));

async function quartier(program: Program, ...words: string[]) {
  return run([...words, "--url", program.url]);
}

test("a changed folder is planned and applied to the running program, and taken back by its version", async () => {
  const folder = district(HOUSES);
  const program = await up(folder);
  const fleet = await devices(program.natsUrl);
  await fleet.send("dev-e-north", [{ n: "power", u: "W", v: 100 }]);
  await fleet.send("dev-e-north-2", [{ n: "power", u: "W", v: 20 }]);
  await until(async () => (await pointValue(program, NORTH, "electricityPower")) === 120, "the sum");
  const before = await allTwins(program);
  withoutMeter(folder, "e-north-2");

  const planned = await quartier(program, "plan", folder);
  expect(planned.code).toBe(0);
  expect(planned.stdout).toContain(`retired    ${METER}: is retired: its alarms are cleared, its history stays`);
  expect(planned.stdout).toMatch(/^0 added, 0 returned, 2 retired, 0 changed, \d+ relinked, 0 moved; \d+ untouched$/m);
  expect(await allTwins(program)).toEqual(before);

  const told = await subscribe<{ twinChanged: { id: string; state: string } }>(program, "twinChanged { id state }");
  const applied = await quartier(program, "apply", folder, "--json");
  expect(applied).toMatchObject({ code: 0 });
  const { from, to, counts } = JSON.parse(applied.stdout);
  expect(counts).toMatchObject({ retired: 2, added: 0 });
  await until(async () => (await pointValue(program, NORTH, "electricityPower")) === 100, "the sum without it");
  expect(await twinOf(program, METER)).toMatchObject({ state: "retired" });
  const { meter } = await program.graphql<{ meter: unknown }>(
    `{ meter: twin(id: "${METER}") { links { role } alarms { code } suppliedBy { id } upstream { totalCount } history(point: "power", from: "2020-01-01T00:00:00Z", to: "2100-01-01T00:00:00Z") { value } } }`,
  );
  expect(meter).toEqual({
    ...{ links: [], alarms: [], suppliedBy: [], upstream: { totalCount: 0 } },
    history: [{ value: 20 }],
  });
  await until(async () => told.events.some(({ twinChanged: { id } }) => id === NORTH), "the building to be told of");
  told.close();

  const listed = JSON.parse((await quartier(program, "models", "--json")).stdout);
  expect(listed.map(({ id, isCurrent }: { id: string; isCurrent: boolean }) => [id, isCurrent])).toEqual([
    [to, true],
    [from, false],
  ]);
  expect(await quartier(program, "apply", "--model", from)).toMatchObject({ code: 0 });
  await until(async () => (await pointValue(program, NORTH, "electricityPower")) === 120, "the sum with it again");
  const again = await allTwins(program);
  const states = (twins: typeof before) => twins.map(({ id, state }) => [id, state]);
  expect(states(again)).toEqual(states(before));
  await fleet.send("dev-e-north-2", [{ n: "power", u: "W", v: 21 }]);
  await until(async () => (await pointValue(program, METER, "power")) === 21, "the meter is heard again");
  expect((await program.stop()).code).toBe(0);
}, 180_000);

test("what is no model of the district is refused, with a reason, and the district stays as it is", async () => {
  const folder = district(HOUSES);
  const program = await up(folder);
  const post = async (body: string | Uint8Array<ArrayBuffer>, type = "application/zip") => {
    const answer = await fetch(new URL("/models", program.url), {
      method: "POST",
      headers: { "content-type": type },
      body,
    });
    return (await answer.json()).errors[0].extensions.code;
  };
  expect(await post("no archive")).toBe("MODEL_UNREADABLE");
  expect(await post("{}", "application/json")).toBe("UNSUPPORTED_MEDIA_TYPE");
  const other = district({ ...HOUSES, id: "elsewhere" });
  expect(await quartier(program, "plan", other)).toMatchObject({ code: 1 });
  expect((await quartier(program, "plan", other)).stderr).toContain("MODEL_OTHER_DISTRICT");
  expect(await quartier(program, "plan", "--model", "0123456789abcdef")).toMatchObject({ code: 1 });
  expect(await quartier(program, "plan")).toMatchObject({ code: 2 });
  expect(await run(["plan", folder, "--url", "http://127.0.0.1:9/graphql"])).toMatchObject({ code: 1 });
  const { models } = await program.graphql<{ models: { isCurrent: boolean; loadedAt: string; appliedAt: string }[] }>(
    "{ models { isCurrent loadedAt appliedAt } }",
  );
  expect(models).toEqual([{ isCurrent: true, loadedAt: models[0]!.appliedAt, appliedAt: expect.any(String) }]);
  await program.stop();
}, 120_000);

test("killed while a model is applied, the next start stands on one version, whole", async () => {
  const folder = district(metered(40));
  const dataDir = temporaryFolder();
  const first = await up(folder, { dataDir });
  const fleet = await devices(first.natsUrl);
  for (let i = 0; i < 40; i++) await fleet.send(`dev-${i}`, [{ n: "power", u: "W", v: 1 }]);
  const total = async (program: Program) => {
    const { twins } = await program.graphql<{ twins: { nodes: { point: { value: number | null } }[] } }>(
      '{ twins(filter: { kinds: [BUILDING] }) { nodes { point(name: "electricityPower") { value } } } }',
    );
    return twins.nodes.reduce((sum, { point }) => sum + (point.value ?? 0), 0);
  };
  await until(async () => (await total(first)) === 40, "all meters are heard");
  for (const name of ["e-1", "e-2", "e-3"]) withoutMeter(folder, name);
  const applying = quartier(first, "apply", folder);
  const standsAt = async () => (await first.ask("{ models { isCurrent } }")).data;
  const known = JSON.stringify(await standsAt());
  // Its version is there: now, or in no time, it is applied.
  await until(async () => JSON.stringify(await standsAt().catch(() => known)) !== known, "the version is loaded");
  await first.kill();
  await applying;
  const again = await up(folder, { dataDir });
  expect(await total(again)).toBe(37);
  expect(await twinOf(again, "meter:meters:e-1")).toMatchObject({ state: "retired" });
  expect((await again.stop()).code).toBe(0);
  const last = launch(folder, { dataDir });
  expect(await total(await last.ready)).toBe(37);
  await last.stop();
}, 180_000);
