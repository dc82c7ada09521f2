// A flood: one device that cannot stop beside others that send in peace; what is left out is counted, and nothing else is missing.

import { jetstream } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FLAPS } from "../../runtime/live/flapping.ts";
import { BURST } from "../../runtime/rate-limits.ts";
import { district, metered } from "./districts.ts";
import { type Program, temporaryFolder, until, up } from "./program.ts";
import { alarmsOf, command, historyOf, pointValue, statusOf } from "./twins.ts";

const DEVICES = 4;
const FLOOD = 3_000;
const FROM = new Date("2020-01-01T00:00:00Z");
const TO = new Date("2100-01-01T00:00:00Z");
const LOUD = "meter:meters:e-0";
const folder = district(metered(DEVICES, "PT15M"));
const dataDir = temporaryFolder();

let program: Program;
let publish: (device: string, value: number, atMs: number) => Promise<unknown>;

beforeAll(async () => {
  program = await up(folder, { dataDir });
  const connection = await connect({ servers: program.natsUrl });
  afterAll(() => connection.close());
  const js = jetstream(connection);
  publish = (device, value, atMs) =>
    js.publish(`quartier.e2e.telemetry.${device}`, JSON.stringify([{ n: "power", u: "W", v: value, t: atMs / 1_000 }]));
}, 600_000);

const floodingAlarms = async () => (await alarmsOf(program)).filter(({ code }) => code === "DEVICE_FLOODING");

test("a device that floods is thinned out to its last value, says so, and is calm again; other devices lose nothing", async () => {
  const startMs = Date.now() - FLOOD;
  for (let i = 1; i <= FLOOD; i += 500) {
    const packs = Array.from({ length: 500 }, (_, k) => publish("dev-0", i + k, startMs + i + k));
    // Quarter-hours that were missed, as fast as they can be sent.
    for (let k = 0; k < 100; k++) packs.push(publish("dev-1", i + k, startMs - (FLOOD - i - k) * 900_000));
    await Promise.all(packs);
  }
  await until(async () => (await pointValue(program, LOUD, "power")) === FLOOD, "the last value of the flood");
  const others = (FLOOD / 500) * 100;
  const done = await until(async () => {
    const { readings } = await statusOf(program);
    return readings.applied + readings.coalesced >= FLOOD + others && readings;
  }, "every reading was applied or counted");
  expect(done).toMatchObject({ duplicates: 0, late: 0, corrected: 0, deadLettered: 0 });
  expect(done.applied + done.coalesced).toBe(FLOOD + others);
  expect(await historyOf(program, "meter:meters:e-1", "power", FROM, TO)).toHaveLength(others);
  const kept = await historyOf(program, LOUD, "power", FROM, TO);
  expect(kept).toHaveLength(FLOOD - done.coalesced);
  expect(kept.slice(0, BURST).map(({ value }) => value)).toEqual(Array.from({ length: BURST }, (_, i) => i + 1));
  expect(kept.at(-1)).toMatchObject({ value: FLOOD });
  await until(async () => (await floodingAlarms())[0]?.twin.id === "device:meters:dev-0", "the device says so");
}, 120_000);

test("a device that flooded when the program was killed is told that it is calm by the next one", async () => {
  const atMs = Date.now();
  await Promise.all(Array.from({ length: 3 * BURST }, (_, i) => publish("dev-0", i, atMs + i)));
  await until(async () => (await floodingAlarms())[0]?.state === "RAISED", "the device says so");
  await program.kill();
  program = await up(folder, { dataDir });
  await until(async () => (await floodingAlarms())[0]?.state === "CLEARED", "the device is calm", 60_000);
}, 180_000);

test("an alarm that comes and goes too often stands as flapping, on the alarm and on its twin, also after a restart", async () => {
  for (let i = 0; i < FLAPS; i++) {
    await command(program, { twin: LOUD, name: "reportFault", args: { reason: "seen" } });
    await command(program, { twin: LOUD, name: "clearFault" });
  }
  const flapping = async () => {
    const query = `query ($id: ID!) { twin(id: $id) { flapping }
      alarms(state: RAISED, twin: $id) { nodes { code flapping } } }`;
    return program.graphql<unknown>(query, { id: LOUD });
  };
  const expected = {
    twin: { flapping: ["METER_FAULTY"] },
    alarms: { nodes: [{ code: "METER_FAULTY", flapping: true }] },
  };
  expect(await flapping()).toEqual(expected);
  await program.stop();
  program = await up(folder, { dataDir });
  expect(await flapping()).toEqual(expected);
}, 180_000);
