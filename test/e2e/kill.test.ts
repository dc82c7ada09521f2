// The program killed with -9, again and again: what was acknowledged is there exactly once.
// The moments are drawn from a seed that is printed; QUARTIER_TEST_SEED repeats a run.

import { jetstream } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testNats } from "../nats.ts";
import { CITY, district, FEEDER_SWITCH, metered } from "./districts.ts";
import { launch, natsServerGone, type Program, temporaryFolder, until, up } from "./program.ts";
import { allTwins, command, deadLettersOf, historyOf, type Sample, statusOf, pointValue } from "./twins.ts";

const KILLS = 20;
const DEVICES = 24;
/** When a kill comes, as a part of the time from start to ready: some before that, most after. */
const LIFE = { least: 0.4, most: 2 };
/** On a machine so busy that a start takes longer, more of the kills come before ready. */
const MAX_READY_MS = 2_000;
const BASE_S = 1_767_225_600;
const FROM = new Date(BASE_S * 1000);
const TO = new Date((BASE_S + 1e7) * 1000);
/** Packs that wait for their acknowledgement at a time, and a pause that keeps the load below what two cores bear. */
const WINDOW = 48;
const PAUSE_MS = 20;

const seed = Number(process.env.QUARTIER_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Mulberry32. */
function random(state: number): () => number {
  let a = state;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const kwhOf = (device: number, n: number) => 100 * (device + 1) + n * 0.25;
const wattOf = (device: number, n: number) => 10 * (device + 1) + (n % 97);

/** Publishes packs of all devices in turn, one minute apart, and keeps count of those that JetStream acknowledged. */
class Publisher {
  /** For each device, how many of its packs were acknowledged, in their order. */
  readonly acknowledged = new Array<number>(DEVICES).fill(0);
  failed = 0;
  #stopped = false;
  #running: Promise<void>;

  constructor(connection: NatsConnection) {
    this.#running = this.#run(connection);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #run(connection: NatsConnection): Promise<void> {
    const js = jetstream(connection);
    for (let n = 0; !this.#stopped; ) {
      const packs: Promise<void>[] = [];
      for (let i = 0; i < WINDOW; i += DEVICES, n++) {
        for (let device = 0; device < DEVICES; device++) packs.push(this.#send(js, device, n));
      }
      await Promise.all(packs);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  async #send(js: ReturnType<typeof jetstream>, device: number, n: number): Promise<void> {
    const t = BASE_S + 60 * n;
    const pack = [
      { n: "energyImport", u: "kWh", v: kwhOf(device, n), t },
      { n: "power", u: "W", v: wattOf(device, n), t },
    ];
    try {
      await js.publish(`quartier.e2e.telemetry.dev-${device}`, JSON.stringify(pack));
      this.acknowledged[device]!++;
    } catch {
      this.failed++;
    }
  }
}

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
  const packs = publisher.acknowledged.reduce((sum, count) => sum + count, 0);
  console.info(
    `${KILLS} kills in ${(killedMs / 1000).toFixed(1)} s, ${ready} of them after ready; ${packs} packs acknowledged`,
  );
  expect(publisher.failed).toBe(0);
  await allApplied(program, publisher);
  for (let device = 0; device < DEVICES; device++)
    await expectHistory(program, device, publisher.acknowledged[device]!);
  await expectTotals(program, publisher);
  expect(await deadLettersOf(program)).toEqual([]);
  expect((await program.stop()).code).toBe(0);
}, 180_000);

async function allApplied(program: Program, { acknowledged }: Publisher): Promise<void> {
  for (const [device, count] of acknowledged.entries()) {
    await until(
      async () => (await pointValue(program, `meter:meters:e-${device}`, "power")) === wattOf(device, count - 1),
      `the last reading of dev-${device}`,
      60_000,
    );
  }
}

async function expectHistory(program: Program, device: number, count: number): Promise<void> {
  const expected = (value: (device: number, n: number) => number): Sample[] =>
    Array.from({ length: count }, (_, n) => ({
      ...{ at: new Date((BASE_S + 60 * n) * 1000).toISOString(), value: value(device, n), count: 1 },
    }));
  const meter = `meter:meters:e-${device}`;
  expect(await historyOf(program, meter, "energyImport", FROM, TO)).toEqual(expected(kwhOf));
  expect(await historyOf(program, meter, "power", FROM, TO)).toEqual(expected(wattOf));
}

async function expectTotals(program: Program, { acknowledged }: Publisher): Promise<void> {
  let [districtKwh, districtWatt] = [0, 0];
  for (const [i, building] of CITY.entries()) {
    const here = acknowledged
      .map((count, device) => [device, count - 1] as const)
      .filter(([d]) => d % CITY.length === i);
    const kwh = here.reduce((sum, [device, last]) => sum + kwhOf(device, last), 0);
    const watt = here.reduce((sum, [device, last]) => sum + wattOf(device, last), 0);
    expect(await pointValue(program, building, "electricityConsumption")).toBeCloseTo(kwh, 6);
    expect(await pointValue(program, building, "electricityPower")).toBeCloseTo(watt, 6);
    districtKwh += kwh;
    districtWatt += watt;
  }
  const whole = "district:e2e:e2e";
  await until(
    async () => Math.abs(((await pointValue(program, whole, "electricityConsumption")) ?? 0) - districtKwh) < 1e-6,
    "the district's consumption is the sum of its buildings'",
  );
  expect(await pointValue(program, whole, "electricityPower")).toBeCloseTo(districtWatt, 6);
}

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
