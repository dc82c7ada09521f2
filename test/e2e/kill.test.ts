// The program killed with -9, again and again: what was acknowledged is there exactly once.
// The moments are drawn from a seed that is printed; QUARTIER_TEST_SEED repeats a run.

import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testNats } from "../nats.ts";
import { district, FEEDER_SWITCH, metered } from "./districts.ts";
import { allApplied, DEVICES, expectAllOnce, expectTotals, Publisher, random, seed } from "./load.ts";
import { launch, natsServerGone, temporaryFolder, until, up } from "./program.ts";
import { allTwins, command, statusOf } from "./twins.ts";

const KILLS = 20;
/** When a kill comes, as a part of the time from start to ready: some before that, most after. */
const LIFE = { least: 0.4, most: 2 };
/** On a machine so busy that a start takes longer, more of the kills come before ready. */
const MAX_READY_MS = 2_000;

let given: Awaited<ReturnType<typeof testNats>>;
let connection: NatsConnection;

beforeAll(async () => {
  given = await testNats();
  connection = await connect({ servers: given.url });
}, 600_000);
afterAll(async () => {
  await connection?.close();
  await given?.stop();
});

test(`killed with -9 ${KILLS} times under load (seed ${seed}), every acknowledged reading is there exactly once`, async () => {
  console.info(`kill -9: QUARTIER_TEST_SEED=${seed}`);
  const draw = random(seed);
  const folder = district(metered(DEVICES));
  const dataDir = temporaryFolder();
  const options = { dataDir, nats: given.url };
  const first = await up(folder, options);
  await first.kill();
  const publisher = new Publisher(connection);
  const startedAt = Date.now();
  const life = () => Math.min(first.readyAfterMs, MAX_READY_MS) * (LIFE.least + draw() * (LIFE.most - LIFE.least));
  let ready = 0;
  for (let kills = 0; kills < KILLS; kills++) {
    const program = launch(folder, options);
    void program.ready.then(
      () => ready++,
      () => {},
    );
    await new Promise((resolve) => setTimeout(resolve, life()));
    const { signal, stderr } = await program.kill();
    expect({ signal, stderr }).toEqual({ signal: "SIGKILL", stderr: expect.not.stringMatching(/"level":[456]0/) });
  }
  const killedMs = Date.now() - startedAt;
  await publisher.stop();
  const program = await up(folder, options);
  console.info(
    `${KILLS} kills in ${(killedMs / 1000).toFixed(1)} s, ${ready} of them after ready; ${publisher.packs} packs acknowledged`,
  );
  await expectAllOnce(program, publisher);
  expect((await program.stop()).code).toBe(0);
}, 180_000);

test("killed with -9 together with its own nats-server, it goes on with the same twins on the same port", async () => {
  const folder = district(metered(DEVICES));
  const dataDir = temporaryFolder();
  const program = await up(folder, { dataDir });
  const own = await connect({ servers: program.natsUrl });
  const publisher = new Publisher(own);
  const told = await command(program, { twin: FEEDER_SWITCH, name: "open", key: "once" });
  expect(told).toMatchObject({ outcome: "ACCEPTED", code: "OK" });
  await until(() => publisher.acknowledged.every((count) => count >= 20), "20 packs of every device");
  await publisher.stop();
  await own.close();
  await allApplied(program, publisher);
  await until(async () => (await statusOf(program)).lag === 0, "all of the log is applied");
  const before = await allTwins(program);
  await program.kill();
  await natsServerGone(dataDir);
  const again = await up(folder, { dataDir });
  expect(again.natsUrl).toBe(program.natsUrl);
  expect(await allTwins(again)).toEqual(before);
  await expectTotals(again, publisher);
  expect(await command(again, { twin: FEEDER_SWITCH, name: "open", key: "once" })).toEqual(told);
  expect(await command(again, { twin: FEEDER_SWITCH, name: "open" })).toMatchObject({ outcome: "REFUSED" });
  expect((await again.stop()).code).toBe(0);
}, 90_000);
