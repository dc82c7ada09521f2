// The import desk: what it puts into the logs, how far ahead of the commits it goes, and what it reports.

import { expect, test } from "vitest";
import type { HistoryBatch, HistoryRow } from "../../models/telemetry/history-rows.ts";
import { ImportDesk, MAX_IMPORTS } from "../../runtime/import-desk.ts";
import type { ImportedEvent, LogEvent } from "../../runtime/log/events.ts";

const AT = Date.UTC(2026, 0, 1);
const POINTS = [
  { name: "power", unit: "W", isMeasured: true, number: 1 },
  { name: "load", unit: "%", isMeasured: false, number: 2 },
];

/** A desk before logs in memory. `commit` counts all messages that are not counted yet, as new samples. */
function deskWith() {
  const log: { partition: string; event: ImportedEvent }[] = [];
  const state = { failure: undefined as Error | undefined, committed: 0, isCommitting: true, moved: "" };
  const commit = () => {
    for (; state.committed < log.length; state.committed++) {
      const { id, entries, moves } = log[state.committed]!.event;
      const fresh = moves ? 0 : entries.reduce((sum, [, rows]) => sum + rows.length, 0);
      desk.counted(new Map([[id, { messages: 1, fresh, duplicates: 0, corrected: 0, refused: 0 }]]));
    }
  };
  const append = async (partition: string, event: LogEvent) => {
    if (state.failure) throw state.failure;
    log.push({ partition, event: event as ImportedEvent });
    if (state.isCommitting) setImmediate(commit);
    return log.length;
  };
  const desk = new ImportDesk({
    streams: { append },
    pointsOf: (twin) => (twin.startsWith("meter:") ? POINTS : undefined),
    partitionOf: (twin) => (twin === state.moved ? "c" : twin.startsWith("meter:") ? twin.split(":")[1] : undefined),
    stands: async () => {},
    isRetired: (twin) => twin === "meter-that-was:a:1",
    now: () => AT,
  });
  return { desk, log, state, commit };
}

const row = (more: Partial<HistoryRow> = {}): HistoryRow => ({
  ...{ line: 2, twin: "meter:a:1", point: "power", at: AT - 1_000, value: 1, quality: "GOOD" },
  ...more,
});

async function* batches(...all: Partial<HistoryBatch>[]): AsyncIterable<HistoryBatch> {
  for (const batch of all) yield { rows: [], faults: [], ...batch };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("samples go into the logs of their partitions in the units of their points, and the newest measured ones move", async () => {
  const { desk, log } = deskWith();
  const rows = [
    row({ at: AT - 3, unit: "kW", value: 2 }),
    row({ at: AT - 9, quality: "SUSPECT" }),
    row({ at: AT - 1, quality: "ESTIMATED" }),
    row({ twin: "meter:b:1", point: "load", value: 55 }),
  ];
  const report = await desk.take(batches({ rows }));
  expect(report).toEqual({ read: 4, new: 4, duplicates: 0, corrected: 0, refused: 0, refusals: [] });
  expect(log.map(({ partition, event: { at, entries, moves } }) => ({ partition, at, entries, moves }))).toEqual([
    {
      ...{ partition: "a", at: AT, moves: false },
      entries: [
        [
          "meter:a:1",
          [
            ["power", AT - 3, 2_000],
            ["power", AT - 9, 1, "SUSPECT"],
            ["power", AT - 1, 1, "ESTIMATED"],
          ],
        ],
      ],
    },
    { partition: "b", at: AT, moves: false, entries: [["meter:b:1", [["load", AT - 1_000, 55]]]] },
    { partition: "a", at: AT, moves: true, entries: [["meter:a:1", [["power", AT - 3, 2_000]]]] },
  ]);
});

test("what cannot be taken is refused with line, code and hint, and the first hundred are told", async () => {
  const { desk, log } = deskWith();
  const rows = [
    row({ line: 2, twin: "bus:lv:1" }),
    row({ line: 3, point: "colour" }),
    row({ line: 4, unit: "kWh" }),
    row({ line: 5, at: AT + 25 * 3_600_000 }),
    row({ line: 6 }),
    row({ line: 7, twin: "meter-that-was:a:1" }),
  ];
  const faults = Array.from({ length: 120 }, (_, i) => ({
    line: i + 8,
    code: "HISTORY_TIME" as const,
    reason: "no time",
  }));
  const report = await desk.take(batches({ rows, faults }));
  expect(report).toMatchObject({ read: 126, new: 1, refused: 125 });
  expect(report.refusals).toHaveLength(100);
  expect(report.refusals.slice(0, 6)).toEqual([
    { line: 2, code: "TWIN_UNKNOWN", reason: "there is no twin bus:lv:1", hint: expect.stringContaining("twins") },
    { line: 3, code: "POINT_UNKNOWN", reason: expect.stringContaining("power, load"), hint: expect.any(String) },
    { line: 4, code: "UNIT_MISMATCH", reason: expect.stringMatching(/in W; 1 kWh/), hint: expect.any(String) },
    { line: 5, code: "TIME_IN_FUTURE", reason: expect.stringContaining("2026-01-02"), hint: expect.any(String) },
    { line: 7, code: "TWIN_RETIRED", reason: expect.stringContaining("is retired"), hint: expect.any(String) },
    { line: 8, code: "HISTORY_TIME", reason: "no time", hint: expect.stringContaining("zone") },
  ]);
  expect(log).toHaveLength(2);
});

test("a file without its header is refused as a whole", async () => {
  const { desk, log } = deskWith();
  const faults = [{ line: 1, code: "HISTORY_HEADER" as const, reason: "no header" }];
  await expect(desk.take(batches({ faults }))).rejects.toMatchObject({ code: "HISTORY_HEADER" });
  expect(log).toEqual([]);
});

test("a thousand rows are a message, and no more are read than commits keep up with (M2)", async () => {
  const { desk, log, state, commit } = deskWith();
  state.isCommitting = false;
  let read = 0;
  async function* many() {
    for (; read < 200_000; read += 500) {
      yield { rows: Array.from({ length: 500 }, (_, i) => row({ at: AT - 1e9 + read + i })), faults: [] };
    }
  }
  const taken = desk.take(many());
  for (let turns = 0; turns < 2_000; turns++) await settled();
  expect(log).toHaveLength(64);
  expect(read).toBeLessThan(64_000 + 21_000);
  state.isCommitting = true;
  commit();
  expect(await taken).toMatchObject({ read: 200_000, new: 200_000 });
  expect(log.length).toBe(201);
  for (const { event } of log.slice(0, -1)) expect(event.entries).toEqual([["meter:a:1", expect.any(Array)]]);
});

test("an upload that breaks off leaves what was read, and moves its points (M3)", async () => {
  const { desk, log } = deskWith();
  async function* broken() {
    yield { rows: [row()], faults: [] };
    throw new Error("the client is gone");
  }
  await expect(desk.take(broken())).rejects.toThrow("the client is gone");
  expect(log.map(({ event }) => event.moves)).toEqual([false, true]);
});

test("samples go where their twin is when they leave, and what is overtaken on its way is counted (M5)", async () => {
  const { desk, log, state } = deskWith();
  state.isCommitting = false;
  const twins = ["meter:a:1", "meter:a:2"];
  const rows = Array.from({ length: 66_000 }, (_, i) => row({ line: i + 2, twin: twins[i % 2]!, at: AT - 1e9 + i }));
  const taken = desk.take(batches({ rows }));
  for (let turns = 0; turns < 200; turns++) await settled();
  expect(log).toHaveLength(64);
  // They are cut into messages by now, and wait for room.
  state.moved = "meter:a:2";
  const { event } = log[0]!;
  const counts = { fresh: 0, duplicates: 0, corrected: 0 };
  for (let i = 0; i < 64; i++) desk.counted(new Map([[event.id, { ...counts, messages: 1, refused: 1 }]]));
  state.committed = 64;
  state.isCommitting = true;
  const report = await taken;
  const sent = log.slice(64).flatMap(({ partition, event: { entries } }) => entries.map(([twin]) => [twin, partition]));
  expect(new Set(sent.map(String))).toEqual(new Set(["meter:a:1,a", "meter:a:2,c"]));
  expect(report).toMatchObject({ read: 66_000, new: 2_000, refused: 64 });
  expect(report.refusals).toEqual([
    { line: 66_001, code: "HISTORY_OVERTAKEN", reason: expect.stringMatching(/^64 /), hint: expect.any(String) },
  ]);
});

test("a log that takes nothing ends the import with LOG_UNAVAILABLE", async () => {
  const { desk, state } = deskWith();
  state.failure = new Error("no responders");
  await expect(desk.take(batches({ rows: [row()] }))).rejects.toMatchObject({
    ...{ code: "LOG_UNAVAILABLE", message: expect.stringContaining("no responders") },
  });
});

test("more imports than the limit are refused until one is done (M4); closing ends those that wait", async () => {
  const { desk, state } = deskWith();
  state.isCommitting = false;
  const running = Array.from({ length: MAX_IMPORTS }, () => desk.take(batches({ rows: [row()] })));
  await expect(desk.take(batches())).rejects.toMatchObject({ code: "OVERLOADED" });
  const ends = running.map((each) => expect(each).rejects.toMatchObject({ code: "STOPPING" }));
  await settled();
  desk.close();
  await Promise.all(ends);
  await expect(desk.take(batches())).rejects.toMatchObject({ code: "STOPPING" });
});
