// Devices that speak MQTT, with the real server and a running world. What is promised stands in server-config.ts, S3 to S5.
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { DiscardPolicy, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type LoadedDistrict, newTwin } from "../../../models/district.ts";
import { type Nats, natsFor } from "../../../runtime/nats-server/nats-for.ts";
import { directoryOf } from "../../../runtime/partitions.ts";
import { ModelFiles } from "../../../runtime/versions/model-files.ts";
import { RunningWorld } from "../../../runtime/world.ts";
import { CATALOGUE } from "../../../twins/catalogue.ts";
import { silentLog } from "../../nats.ts";
import { MqttClient } from "./mqtt-client.ts";

const HOUSE = newTwin("building", "city", "house", {});
const METER = {
  ...newTwin("meter", "meters", "m-1", { carrier: "heat", measures: HOUSE.id, device: "dev-1", intervalMs: 900_000 }),
  points: [
    { name: "power", unit: "W" },
    { name: "setPointTemperature", unit: "Cel" },
  ],
};
const DISTRICT: LoadedDistrict = {
  ...{ id: "altstadt", name: "Altstadt", timezone: "Europe/Berlin", branches: [] },
  twins: new Map([HOUSE, METER].map((twin) => [twin.id, twin])),
  links: [{ from: METER.id, role: "measures", to: HOUSE.id }],
  devices: new Map([["dev-1", [METER.id]]]),
};
const TELEMETRY = "quartier/altstadt/telemetry/dev-1";

let folder: string;
let nats: Nats;
let connection: NatsConnection;
let world: RunningWorld;
let device: MqttClient;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "quartier-test-mqtt-"));
  nats = await natsFor({ dataDir: join(folder, "nats"), log: silentLog });
  connection = await connect(nats.connection);
  world = await RunningWorld.open({
    ...{ directory: directoryOf(DISTRICT, CATALOGUE), catalogue: CATALOGUE, dataDir: join(folder, "store"), speed: 1 },
    ...{ models: new ModelFiles(join(folder, "models")), loadingProgram: new URL("file:///none") },
    ...{ log: pino({ level: "silent" }), halt: (error) => expect.unreachable(String(error)) },
  });
  await world.join({ connection, nats });
  device = await MqttClient.connect(nats.mqttUrl!, "dev-1");
}, 600_000);
afterAll(async () => {
  device?.close();
  await world?.stop();
  await connection?.close();
  await nats?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const pack = (v: number): string => JSON.stringify([{ n: "power", u: "W", t: 0, v }]);
const power = () => world.twin(METER.id)?.points.find(({ name }) => name === "power")?.value;

test.each([0, 1] as const)("S3 a pack published with QoS %i reaches its twin", async (qos) => {
  await device.publish(TELEMETRY, pack(310 + qos), qos);
  await vi.waitFor(() => expect(power()).toBe(310 + qos), { timeout: 10_000, interval: 10 });
});

test("S3 what cannot be read is a dead letter, as with NATS", async () => {
  await device.publish(TELEMETRY, "no pack", 1);
  await device.publish("quartier/altstadt/telemetry/dev.2", pack(1), 1);
  const codes = () => world.deadLetters({ first: 10 }).items.map(({ code }) => code);
  await vi.waitFor(() => expect(codes().sort()).toEqual(["DEVICE_UNKNOWN", "SENML_NOT_JSON"]), { timeout: 10_000 });
});

test("S4 PUBACK says that the server took the pack, not that the stream did", async () => {
  const manager = await jetstreamManager(connection);
  const subjects = ["quartier.full.telemetry.*"];
  await manager.streams.add({ name: "FULL", subjects, max_msgs: 1, discard: DiscardPolicy.New });
  for (const v of [1, 2]) await device.publish("quartier/full/telemetry/dev-1", pack(v), 1);
  // Requests are answered in turn, so the second pack has been refused by the time that the stream answers for a third.
  await expect(jetstream(connection).publish("quartier.full.telemetry.dev-1")).rejects.toThrow("maximum messages");
  const { state } = await manager.streams.info("FULL");
  expect(state).toMatchObject({ messages: 1, last_seq: 1 });
});

test("S5 a set value reaches the device that listens for its commands", async () => {
  const topic = "quartier/altstadt/command/dev-1";
  expect(await device.subscribe(topic, 1)).toBe(1);
  const outcome = await world.command({ twin: HOUSE.id, name: "setTemperature", args: { degC: 21.5 } });
  expect(outcome).toMatchObject({ outcome: "ACCEPTED" });
  await vi.waitFor(() => expect(device.delivered).toHaveLength(1), { timeout: 10_000, interval: 10 });
  expect(device.delivered[0]).toMatchObject({ topic, qos: 0 });
  const [record] = JSON.parse(device.delivered[0]!.text);
  expect(record).toMatchObject({ n: "setPointTemperature", u: "Cel", v: 21.5 });
});

test("S1 its MQTT door cannot be reached from outside this machine", async () => {
  const { hostname, port } = new URL(nats.mqttUrl!);
  expect(hostname).toBe("127.0.0.1");
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === "IPv4");
  for (const { address } of outside) {
    const socket = createConnection({ host: address, port: Number(port) });
    await expect(once(socket, "connect")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  }
});

test("the next start takes the same MQTT port, unless another program has it", async () => {
  const start = () => natsFor({ dataDir: join(folder, "again"), log: silentLog });
  const first = await start();
  await first.stop();
  const second = await start();
  await second.stop();
  expect(second.mqttUrl).toBe(first.mqttUrl);
  const other = createServer();
  await once(other.listen(Number(new URL(first.mqttUrl!).port), "127.0.0.1"), "listening");
  const third = await start();
  await third.stop();
  other.close();
  expect(third.url).toBe(first.url);
  expect(third.mqttUrl).not.toBe(first.mqttUrl);
});

test("Z1 of a server that a URL names, no MQTT address is told", async () => {
  const joined = await natsFor({ url: nats.url, dataDir: "/nowhere", log: silentLog });
  expect(joined.mqttUrl).toBeUndefined();
});
