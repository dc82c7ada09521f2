// What a device publishes, from NATS to the answers of GraphQL: the contract's promises about telemetry.

import { connect } from "@nats-io/transport-node";
import { beforeAll, describe, expect, test } from "vitest";
import { testNats } from "../nats.ts";
import { type Devices, devices } from "./devices.ts";
import { district, HOUSES, NORTH, SOUTH } from "./districts.ts";
import { type Program, subscribe, until, up } from "./program.ts";
import { deadLettersOf, historyOf, pointValue, statusOf, type TwinJson, twinOf } from "./twins.ts";

const FROM = new Date("2025-01-01T00:00:00Z");
const TO = new Date("2100-01-01T00:00:00Z");
/** The contract's example, as it stands there. */
const EXAMPLE_PACK =
  '[{"bn":"","bt":1767225600,"n":"energyImport","u":"kWh","v":1204.25},{"n":"power","u":"W","v":310}]';

let program: Program;
let fleet: Devices;

beforeAll(async () => {
  program = await up(district(HOUSES));
  fleet = await devices(program.natsUrl);
}, 600_000);

const seen = (id: string, point: string, value: number) =>
  until(async () => (await pointValue(program, id, point)) === value, `${id} ${point} = ${value}`);
const samples = (id: string, point: string) => historyOf(program, id, point, FROM, TO);
const counted = async (what: "applied" | "duplicates" | "late" | "corrected" | "deadLettered", least: number) =>
  until(async () => (await statusOf(program)).readings[what] >= least, `${least} ${what}`);

describe("a SenML pack of a device", () => {
  const METER = "meter:meters:e-south";

  test("the contract's example is in the points, the history, the subscription and the building's totals", async () => {
    const changes = await subscribe<{ twinChanged: TwinJson }>(
      program,
      `twinChanged(filter: { ids: ["${METER}"] }) { id state points { name value unit at quality } }`,
    );
    await fleet.send("dev-e-south", EXAMPLE_PACK);
    const change = await until(() => changes.events[0], "a change was told");
    changes.close();
    const points = [
      { name: "energyImport", value: 1204.25, unit: "kWh", at: "2026-01-01T00:00:00.000Z", quality: "GOOD" },
      { name: "power", value: 310, unit: "W", at: "2026-01-01T00:00:00.000Z", quality: "GOOD" },
    ];
    expect(change.twinChanged).toMatchObject({ id: METER, state: "online.normal" });
    expect(change.twinChanged.points).toEqual(expect.arrayContaining(points));
    expect((await twinOf(program, METER)).points).toEqual(expect.arrayContaining(points));
    expect(await samples(METER, "energyImport")).toEqual([
      { at: "2026-01-01T00:00:00.000Z", value: 1204.25, count: 1 },
    ]);
    expect(await samples(METER, "power")).toEqual([{ at: "2026-01-01T00:00:00.000Z", value: 310, count: 1 }]);
    expect(await pointValue(program, SOUTH, "electricityConsumption")).toBe(1204.25);
    expect(await pointValue(program, SOUTH, "electricityPower")).toBe(310);
    await until(
      async () => (await pointValue(program, "district:e2e:e2e", "electricityPower")) === 310,
      "the district's sum",
    );
  });

  test("the same pack again changes nothing", async () => {
    const all = async () => ({
      twins: [await twinOf(program, METER), await twinOf(program, SOUTH), await twinOf(program, "district:e2e:e2e")],
      history: [
        await samples(METER, "energyImport"),
        await samples(METER, "power"),
        await samples(SOUTH, "electricityPower"),
      ],
    });
    const before = await all();
    const { duplicates } = (await statusOf(program)).readings;
    await fleet.send("dev-e-south", EXAMPLE_PACK);
    await fleet.send("dev-e-south", EXAMPLE_PACK);
    await counted("duplicates", duplicates + 4);
    expect(await all()).toEqual(before);
  });

  test("an older reading that comes later goes to the history and leaves the value as it is", async () => {
    const { late } = (await statusOf(program)).readings;
    await fleet.send("dev-e-south", [{ n: "power", u: "W", v: 250, t: 1767225600 - 60 }]);
    await counted("late", late + 1);
    expect(await pointValue(program, METER, "power")).toBe(310);
    expect(await pointValue(program, SOUTH, "electricityPower")).toBe(310);
    expect(await samples(METER, "power")).toEqual([
      { at: "2025-12-31T23:59:00.000Z", value: 250, count: 1 },
      { at: "2026-01-01T00:00:00.000Z", value: 310, count: 1 },
    ]);
  });

  test("a correction replaces the value, moves the totals, and both values are in the journal", async () => {
    await fleet.send("dev-e-south", [{ n: "power", u: "W", v: 290, t: 1767225600 }]);
    await seen(METER, "power", 290);
    expect(await pointValue(program, SOUTH, "electricityPower")).toBe(290);
    expect((await samples(METER, "power")).map(({ value }) => value)).toEqual([250, 290]);
    const { twin } = await program.graphql<{ twin: { journal: { cause: string; before: string; after: string }[] } }>(
      `{ twin(id: "${METER}") { journal { cause before after } } }`,
    );
    expect(twin.journal.at(-1)).toMatchObject({ cause: expect.stringContaining("power"), before: "310", after: "290" });
  });

  test("a correction of an older reading replaces that sample only", async () => {
    const { corrected } = (await statusOf(program)).readings;
    await fleet.send("dev-e-south", [{ n: "power", u: "W", v: 255, t: 1767225600 - 60 }]);
    await counted("corrected", corrected + 1);
    expect((await samples(METER, "power")).map(({ value }) => value)).toEqual([255, 290]);
    expect(await pointValue(program, METER, "power")).toBe(290);
  });

  test("a corrected register moves the consumption of the meter and of its building", async () => {
    await fleet.send("dev-e-south", [{ n: "energyImport", u: "kWh", v: 1204.5, t: 1767225600 }]);
    await seen(METER, "energyImport", 1204.5);
    expect(await pointValue(program, METER, "consumption")).toBe(1204.5);
    expect(await pointValue(program, SOUTH, "electricityConsumption")).toBe(1204.5);
  });
});

test("readings in another unit are converted to that of meters.csv", async () => {
  const t = 1767225600;
  await fleet.send("dev-e-north", [
    { n: "power", u: "kW", v: 0.31, t },
    { n: "energyImport", u: "J", v: 7.2e6, t },
  ]);
  await seen("meter:meters:e-north", "energyImport", 2);
  expect(await pointValue(program, "meter:meters:e-north", "power")).toBeCloseTo(310, 9);
  expect(await pointValue(program, NORTH, "electricityPower")).toBeCloseTo(310, 9);
});

test("the total of a building is the sum of its meters, and the district's that of its buildings", async () => {
  await fleet.send("dev-e-north-2", [{ n: "power", u: "W", v: 1000, t: 1767225600 }]);
  await until(
    async () => ((await pointValue(program, NORTH, "electricityPower")) ?? 0) > 1000,
    "both meters are in the sum",
  );
  expect(await pointValue(program, NORTH, "electricityPower")).toBeCloseTo(1310, 9);
  const whole =
    (await pointValue(program, NORTH, "electricityPower"))! + (await pointValue(program, SOUTH, "electricityPower"))!;
  await until(
    async () => Math.abs(((await pointValue(program, "district:e2e:e2e", "electricityPower")) ?? 0) - whole) < 1e-6,
    "the district's sum",
  );
});

test("a register that falls is held back, and the meter says so", async () => {
  const meter = "meter:meters:w-south";
  await fleet.send("dev-w-south", [{ n: "volume", u: "m3", v: 100, t: 1767225600 }]);
  await fleet.send("dev-w-south", [{ n: "volume", u: "m3", v: 90, t: 1767225900 }]);
  await until(async () => (await twinOf(program, meter)).state === "online.suspect", "the meter is suspect");
  expect((await twinOf(program, meter)).points).toContainEqual(
    expect.objectContaining({ name: "volume", value: 100, quality: "SUSPECT", at: "2026-01-01T00:00:00.000Z" }),
  );
  expect((await samples(meter, "volume")).map(({ value }) => value)).toEqual([100]);
});

describe("a pack that cannot be read", () => {
  const t = 1767312000;
  test.each([
    ["is not JSON", "dev-e-north", "{ no json", "SENML_NOT_JSON", /JSON/],
    ["is of an unknown device", "nobody", [{ n: "power", u: "W", v: 1, t }], "DEVICE_UNKNOWN", /nobody/],
    ["has an unknown point", "dev-e-north", [{ n: "colour", u: "W", v: 1, t }], "POINT_UNBOUND", /colour.*power/],
    ["has a unit of another kind", "dev-e-north", [{ n: "power", u: "kWh", v: 1, t }], "UNIT_MISMATCH", /power.*kWh/],
    [
      "has a value that is no number",
      "dev-e-north",
      [{ n: "power", u: "W", vs: "x", t }],
      "SENML_VALUE_NOT_NUMERIC",
      /power/,
    ],
    ["is of next year", "dev-e-north", [{ n: "power", u: "W", v: 1, t: 4e9 }], "TIME_IN_FUTURE", /2096/],
  ] as const)(
    "%s: it becomes a dead letter with code and reason, and the stream goes on",
    async (_, device, pack, code, reason) => {
      const before = (await deadLettersOf(program)).length;
      await fleet.send(device, pack);
      const value = 400 + before;
      await fleet.send("dev-e-north", [{ n: "power", u: "W", v: value, t: t + before }]);
      await seen("meter:meters:e-north", "power", value);
      const letter = await until(async () => (await deadLettersOf(program))[before], "the dead letter");
      expect(letter).toEqual({
        ...{ subject: `quartier.e2e.telemetry.${device}`, code, reason: expect.stringMatching(reason) },
        payload: typeof pack === "string" ? pack : JSON.stringify(pack),
      });
    },
  );

  test("of a pack with one bad record the good ones are taken", async () => {
    const before = (await deadLettersOf(program)).length;
    await fleet.send("dev-e-north", [
      { n: "colour", u: "W", v: 1, t: t + 100 },
      { n: "power", u: "W", v: 777, t: t + 100 },
    ]);
    await seen("meter:meters:e-north", "power", 777);
    const letter = await until(async () => (await deadLettersOf(program))[before], "the dead letter");
    expect(letter.code).toBe("POINT_UNBOUND");
  });
});

test.each(["--nats", "NATS_URL"])(
  "with the server given by %s it works, and that server still runs afterwards",
  async (way) => {
    const given = await testNats();
    try {
      const options = way === "--nats" ? { nats: given.url } : { env: { NATS_URL: given.url } };
      const other = await up(district({ ...HOUSES, id: "given" }), options);
      expect(other.natsUrl).toBe(given.url);
      await (await devices(given.url, "given")).send("dev-e-south", EXAMPLE_PACK);
      await until(async () => (await pointValue(other, SOUTH, "electricityPower")) === 310, "the reading arrived");
      expect((await other.stop()).code).toBe(0);
      const connection = await connect({ servers: given.url, reconnect: false });
      await connection.flush();
      await connection.close();
    } finally {
      await given.stop();
    }
  },
);
