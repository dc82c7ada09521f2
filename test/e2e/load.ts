// A load whose every reading can be reckoned: packs of all devices in turn, acknowledged by JetStream, and what must be there afterwards.
// Fed by    a seed that a test prints, so that its moments can be repeated

import { jetstream } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { expect } from "vitest";
import { CITY } from "./districts.ts";
import { type Program, until } from "./program.ts";
import { deadLettersOf, historyOf, pointValue, type Sample } from "./twins.ts";

export const DEVICES = 24;
const BASE_S = 1_767_225_600;
const FROM = new Date(BASE_S * 1000);
const TO = new Date((BASE_S + 1e7) * 1000);
/** Packs that wait for their acknowledgement at a time, and a pause that keeps the load below what two cores bear. */
const WINDOW = 48;
const PAUSE_MS = 20;
/** A server that was stopped for a while acknowledges when it goes on. */
const ACKNOWLEDGED_WITHIN_MS = 60_000;

export const seed = Number(process.env.QUARTIER_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Mulberry32. */
export function random(state: number): () => number {
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
export class Publisher {
  /** For each device, how many of its packs were acknowledged, in their order. */
  readonly acknowledged = new Array<number>(DEVICES).fill(0);
  failed = 0;
  #stopped = false;
  #running: Promise<void>;

  constructor(connection: NatsConnection) {
    this.#running = this.#run(connection);
  }

  get packs(): number {
    return this.acknowledged.reduce((sum, count) => sum + count, 0);
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
      await js.publish(`quartier.e2e.telemetry.dev-${device}`, JSON.stringify(pack), {
        timeout: ACKNOWLEDGED_WITHIN_MS,
      });
      this.acknowledged[device]!++;
    } catch {
      this.failed++;
    }
  }
}

export async function allApplied(program: Program, { acknowledged }: Publisher): Promise<void> {
  for (const [device, count] of acknowledged.entries()) {
    await until(
      async () => (await pointValue(program, `meter:meters:e-${device}`, "power")) === wattOf(device, count - 1),
      `the last reading of dev-${device}`,
      60_000,
    );
  }
}

/** Nothing is missing and nothing is there twice: the history of every device is its packs, the sums are those of their last ones. */
export async function expectAllOnce(program: Program, publisher: Publisher): Promise<void> {
  expect(publisher.failed).toBe(0);
  await allApplied(program, publisher);
  for (const [device, count] of publisher.acknowledged.entries()) await expectHistory(program, device, count);
  await expectTotals(program, publisher);
  expect(await deadLettersOf(program)).toEqual([]);
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

export async function expectTotals(program: Program, { acknowledged }: Publisher): Promise<void> {
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
