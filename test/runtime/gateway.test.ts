// The gateway: from packs to canonical readings in the logs, and to dead letters with their reasons; nothing between the two is lost.

import { headers, type MsgHdrs } from "@nats-io/transport-node";
import { describe, expect, test } from "vitest";
import type { Bindings } from "../../runtime/bindings.ts";
import { MAX_AHEAD_MS, MAX_BATCH_BYTES, runGateway } from "../../runtime/gateway.ts";
import { MAX_MESSAGE_BYTES } from "../../runtime/log/parts.ts";
import type { Stamped } from "../../runtime/log/address.ts";
import { withArrival } from "../../runtime/log/arrival.ts";
import { encodeEvent, type FloodingEvent, type LogEvent, type ReadingsEvent } from "../../runtime/log/events.ts";
import { BURST, CALM_MS, HOLD_MS, RateLimits } from "../../runtime/rate-limits.ts";
import type { DeadLetter } from "../../runtime/store/dead-letters.ts";

const NOW_MS = 1_767_225_600_000;
const NOW_S = NOW_MS / 1_000;

const binding = (number: number, twin: string, partition: string, unit: string) => ({ number, twin, partition, unit });
const bindings: Bindings = new Map([
  [
    "d-1",
    new Map([
      ["power", binding(0, "meter:meters:m-1", "lv", "W")],
      ["energyImport", binding(1, "meter:meters:m-1", "lv", "kWh")],
      ["flow", binding(2, "meter:meters:m-2", "water", "m3/h")],
    ]),
  ],
]);

/** Of a message what the gateway reads. */
function stamped(device: string, text: string, sequence: number, takenMs: number, headers?: MsgHdrs): Stamped {
  const data = new TextEncoder().encode(text);
  const message = { subject: `quartier.test.telemetry.${device}`, data, headers } as Stamped["message"];
  return { message, sequence, delivery: sequence, takenMs };
}

interface Run {
  logs: { partition: string; event: ReadingsEvent }[];
  letters: DeadLetter[];
  /** What happened, in order: `append`, `dead`, `settle`. */
  order: string[];
  counted: number;
  settled: number;
}

/** Runs the gateway over packs, each `[device, text, headers]`, taken in one batch. */
async function run(
  packs: readonly [device: string, text: string, headers?: MsgHdrs][],
  settledAtATime = packs.length,
): Promise<Run> {
  const done: Run = { logs: [], letters: [], order: [], counted: 0, settled: 0 };
  const messages = packs.map(([device, text, headers], i) => stamped(device, text, i + 1, NOW_MS, headers));
  let batches = [messages];
  const parts = {
    inbox: {
      closed: false,
      take: async () => batches.shift() ?? [],
      settle: (settled: Stamped[]) => {
        expect(settled).toEqual(messages.slice(done.settled, done.settled + settledAtATime));
        done.settled += settled.length;
        done.order.push("settle");
      },
    },
    streams: {
      append: async (partition: string, event: ReadingsEvent) => {
        done.logs.push({ partition, event });
        done.order.push("append");
      },
    },
    deadLetters: {
      add: async (letters: DeadLetter[]) => {
        done.letters.push(...letters);
        done.order.push("dead");
      },
    },
  };
  await runGateway({
    ...(parts as unknown as Pick<Parameters<typeof runGateway>[0], "inbox" | "streams" | "deadLetters">),
    ...{ bindings, now: () => NOW_MS, failed: () => {}, limits: new RateLimits(() => 0, []), cellOf: () => "lv" },
    counted: ({ deadLettered }) => {
      done.counted += deadLettered;
    },
  });
  batches = [];
  return done;
}

const pack = (...records: object[]) => JSON.stringify([{ bt: NOW_S }, ...records]);

describe("readings", () => {
  test("stand in the unit of their point, those of one pack and twin in one entry, in the log of their partition", async () => {
    const { logs, letters, order } = await run([
      [
        "d-1",
        pack({ n: "power", u: "kW", v: 1.5 }, { n: "energyImport", u: "Wh", v: 2_500 }, { n: "flow", u: "l/s", v: 1 }),
      ],
      ["d-1", pack({ n: "power", v: 7, t: 60 })],
    ]);
    expect(letters).toEqual([]);
    expect(logs).toEqual([
      {
        partition: "lv",
        event: {
          ...{ type: "readings", at: NOW_MS },
          entries: [
            [
              "meter:meters:m-1",
              [
                ["power", NOW_MS, 1_500],
                ["energyImport", NOW_MS, 2.5],
              ],
            ],
            ["meter:meters:m-1", [["power", NOW_MS + 60_000, 7]]],
          ],
        },
      },
      {
        partition: "water",
        event: { type: "readings", at: NOW_MS, entries: [["meter:meters:m-2", [["flow", NOW_MS, 3.6]]]] },
      },
    ]);
    expect(order).toEqual(["append", "append", "dead", "settle"]);
  });

  test("of many large packs are in messages that a log takes, in their order", async () => {
    const flows = Array.from({ length: 20 }, (_, i) => Array.from({ length: 900 }, (_, k) => 900 * i + k));
    const packs = flows.map((some): [string, string] => [
      "d-1",
      pack(...some.map((v) => ({ n: "flow", u: "m3/h", v, t: v })), { n: "power", v: some[0] }),
    ]);
    const { logs, letters } = await run(packs);
    expect(letters).toEqual([]);
    for (const { event } of logs) {
      expect(encodeEvent(event).length).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
      expect(event.entries.filter(([, rows]) => rows.length === 0)).toEqual([]);
    }
    const values = (partition: string) =>
      logs
        .filter((log) => log.partition === partition)
        .flatMap(({ event }) => event.entries.flatMap(([, rows]) => rows.map(([, , value]) => value)));
    expect(values("lv")).toEqual(flows.map(([first]) => first));
    expect(values("water")).toEqual(flows.flat());
  });

  test("of packs that are together too much are decoded and passed on in turns", async () => {
    const [filler, atATime] = [" ".repeat(MAX_BATCH_BYTES / 20), 19];
    const packs = Array.from({ length: 45 }, (_, v): [string, string] => ["d-1", pack({ n: "power", v }) + filler]);
    const { order } = await run(packs, atATime);
    expect(order).toEqual(Array.from({ length: 3 }, () => ["append", "dead", "settle"]).flat());
  });

  test("of a pack that comes twice are the same readings twice (G2)", async () => {
    const once: [string, string] = ["d-1", pack({ n: "power", u: "W", v: 1 })];
    const { logs } = await run([once, once]);
    const [first, second] = logs[0]!.event.entries;
    expect(second).toEqual(first);
  });
});

describe("a dead letter", () => {
  test.each([
    ["d-9", pack({ n: "power", v: 1 }), "DEVICE_UNKNOWN", "no meter of the district is fed by a device d-9"],
    ["d-1", "not json", "SENML_NOT_JSON", "not JSON"],
    ["d-1", pack({ n: "voltage", u: "V", v: 230 }), "POINT_UNBOUND", "it has power, energyImport, flow"],
    ["d-1", pack({ n: "power", u: "Cel", v: 20 }), "UNIT_MISMATCH", "power is in W; Cel cannot be converted to it"],
    [
      "d-1",
      pack({ n: "power", u: "W", v: 1, t: MAX_AHEAD_MS / 1_000 + 1 }),
      "TIME_IN_FUTURE",
      "2026-01-02T00:00:01.000Z",
    ],
  ])("of %s: %s is %s", async (device, text, code, part) => {
    const { logs, letters, counted, order } = await run([[device, text]]);
    expect(logs).toEqual([]);
    expect(letters).toHaveLength(1);
    expect(letters[0]).toMatchObject({
      code,
      subject: `quartier.test.telemetry.${device}`,
      place: "telemetry-1",
      at: NOW_MS,
    });
    expect(letters[0]!.reason).toContain(part);
    expect(counted).toBe(1);
    expect(order).toEqual(["dead", "settle"]);
  });

  test("names every bad record, and the good ones are taken (G3)", async () => {
    const { logs, letters } = await run([
      [
        "d-1",
        pack(
          { n: "voltage", v: 1 },
          { n: "power", u: "W", v: 5 },
          { n: "power", u: "V", v: 6, t: 1 },
          { n: "flow", u: "l/s", vs: "x" },
        ),
      ],
    ]);
    expect(logs.map(({ event }) => event.entries)).toEqual([[["meter:meters:m-1", [["power", NOW_MS, 5]]]]]);
    expect(letters).toHaveLength(1);
    for (const part of ["voltage", "V cannot be converted", "record 4"]) expect(letters[0]!.reason).toContain(part);
  });
});

test("a pack is settled only after its readings are in a log and its dead letter is on disk (G1)", async () => {
  const { order } = await run([
    ["d-1", pack({ n: "power", u: "W", v: 1 })],
    ["d-9", "{}"],
  ]);
  expect(order).toEqual(["append", "dead", "settle"]);
});

test("a pack that is replayed is read, and is a dead letter again, as at its first arrival (G4)", async () => {
  const first = withArrival(headers(), NOW_MS - 3_600_000);
  const text = '[{"n":"power","u":"W","v":1},{"n":"flow","u":"m3/h","v":2,"t":-60},{"n":"voltage","v":3}]';
  const { logs, letters } = await run([["d-1", text, first]]);
  const times = logs.flatMap(({ event }) => event.entries.flatMap(([, rows]) => rows.map(([, at]) => at)));
  expect(times).toEqual([NOW_MS - 3_600_000, NOW_MS - 3_660_000]);
  expect(letters).toMatchObject([{ at: NOW_MS - 3_600_000, place: "telemetry-1", code: "POINT_UNBOUND" }]);
});

describe("a device at 1 kHz", () => {
  const MINUTE_MS = 60_000;
  const packs = Array.from({ length: 3 * BURST }, (_, i) => {
    const text = JSON.stringify([{ n: "power", u: "W", v: i, t: (NOW_MS + i) / 1_000 }]);
    return stamped("d-1", text, i + 1, NOW_MS + i);
  });

  /** What happens in turn to packs that come in two batches; the second take finds the clock `laterMs` on. */
  async function flooded(closeAfter: number) {
    let clockMs = 0;
    const happened: (LogEvent | number[])[] = [];
    const counts: { deadLettered: number; coalesced: number }[] = [];
    const batches = [packs.slice(0, 2 * BURST), packs.slice(2 * BURST)];
    const inbox = {
      closed: false,
      async take(_most: number, withinMs = Number.POSITIVE_INFINITY) {
        const batch = batches.shift();
        if (batch) return batch;
        clockMs += Math.min(withinMs, MINUTE_MS);
        if (withinMs > closeAfter) inbox.closed = true;
        return [];
      },
      settle(settled: readonly Stamped[]) {
        if (settled.length > 0) happened.push(settled.map(({ sequence }) => sequence));
      },
    };
    const append = async (_partition: string, event: LogEvent) => {
      happened.push(event);
      return happened.length;
    };
    await runGateway({
      ...{ inbox, streams: { append }, bindings, cellOf: () => "devices", deadLetters: { add: async () => {} } },
      ...{ limits: new RateLimits(() => clockMs, []), now: () => NOW_MS + clockMs, failed: () => {} },
      counted: (count) => void counts.push(count),
    });
    const events = happened.filter((each): each is LogEvent => !Array.isArray(each));
    const values = events.flatMap((event) =>
      event.type === "readings" ? event.entries.flatMap(([, rows]) => rows.map(([, , value]) => value)) : [],
    );
    const floods = events.filter((event): event is FloodingEvent => event.type === "flooding");
    const coalesced = counts.reduce((sum, count) => sum + count.coalesced, 0);
    return { happened, values, floods, coalesced, settled: happened.filter((each) => Array.isArray(each)) };
  }

  test("is thinned out to its last value, and every reading is in the log or was counted", async () => {
    const { values, coalesced } = await flooded(HOLD_MS);
    expect(values.slice(0, BURST)).toEqual(Array.from({ length: BURST }, (_, i) => i));
    expect(values.at(-1)).toBe(packs.length - 1);
    expect(values.length + coalesced).toBe(packs.length);
    expect(coalesced).toBeGreaterThan(BURST);
  });

  test("has each pack settled once, the one that is held only after its value is in the log (G1)", async () => {
    const { happened, settled } = await flooded(HOLD_MS);
    expect([...settled.flat()].sort((a, b) => a - b)).toEqual(packs.map(({ sequence }) => sequence));
    expect(settled[0]).not.toContain(2 * BURST);
    expect(happened.slice(-2)).toMatchObject([
      { type: "readings", entries: [["meter:meters:m-1", [["power", NOW_MS + packs.length - 1, packs.length - 1]]]] },
      [packs.length],
    ]);
  });

  test("is told that it floods, and that it is calm, through the log of its twin (G5)", async () => {
    const { floods, coalesced } = await flooded(CALM_MS);
    expect(floods).toMatchObject([
      { twin: "device:meters:d-1", on: true, coalesced: 1 },
      { twin: "device:meters:d-1", on: false, coalesced },
    ]);
  });
});
