// The outbox: batches leave in their order, the signals of one to a partition as few messages; who waits for room gets it.

import { describe, expect, test } from "vitest";
import type { OutboxEntry } from "../../runtime/live/changes.ts";
import { encodeEvent, type LogEvent, type Signal } from "../../runtime/log/events.ts";
import { MAX_MESSAGE_BYTES } from "../../runtime/log/parts.ts";
import type { Message } from "../../runtime/log/publisher.ts";
import { Outbox } from "../../runtime/outbox.ts";
import { START_MS } from "./live/harness.ts";

const MAX_LEAVING = 20_000;
const turn = () => new Promise(setImmediate);

const signalTo = (partition: string, sequence: number, index = 0): OutboxEntry => {
  const signal: Signal = { kind: "supply", to: "bus:lv:1", node: "bus:mv:1", alive: true };
  return { sequence, index, out: { kind: "signal", partition, signal } };
};
const driveOf = (sequence: number): OutboxEntry => ({
  ...{ sequence, index: 0 },
  out: { kind: "drive", device: "d-1", point: "p", unit: "W", value: sequence },
});

/** An outbox with batches that wait in the store, and what became of them. */
function outboxOf(stored: OutboxEntry[][], mayLeave: () => Promise<void> = async () => {}) {
  const left: string[] = [];
  const struckOut: number[] = [];
  const failures: unknown[] = [];
  const sizes: number[] = [];
  const leave = async (what: string) => {
    await mayLeave();
    left.push(what);
  };
  const ways = {
    append: async (partition: string, event: LogEvent, id?: string) => {
      const places = event.type === "signals" ? event.entries.map(([sequence, index]) => `${sequence}.${index}`) : [];
      sizes.push(encodeEvent(event).length);
      await leave(`${id} to ${partition}: ${places.join(" ")}`);
      return 1;
    },
    publish: async (messages: readonly Message[]) => {
      for (const { id, subject } of messages) await leave(`${id} on ${subject}`);
    },
  };
  const strikes = {
    outbox: () => stored,
    sent: async (_: string, [first]: readonly OutboxEntry[]) => void struckOut.push(first!.sequence),
  };
  const outbox = new Outbox(
    "mv",
    ways,
    strikes,
    () => START_MS,
    (error) => failures.push(error),
  );
  return { outbox, left, struckOut, failures, sizes };
}

test("what waits in the store leaves first, batch after batch; signals of one batch to one partition are one message", async () => {
  const { outbox, left, struckOut } = outboxOf([
    [signalTo("lv", 3, 1), driveOf(4), signalTo("lv", 5), signalTo("c", 5, 1)],
    [signalTo("lv", 6)],
  ]);
  outbox.send([signalTo("lv", 8)]);
  while (struckOut.length < 3) await turn();
  expect(left).toEqual([
    "mv-4-0 on command.d-1",
    "mv-3-1 to lv: 3.1 5.0",
    "mv-5-1 to c: 5.1",
    "mv-6-0 to lv: 6.0",
    "mv-8-0 to lv: 8.0",
  ]);
  expect(struckOut).toEqual([3, 6, 8]);
});

test("more signals to one partition than a message holds are several, one after the other, also where one is refused (O2)", async () => {
  const many = Array.from({ length: 5_000 }, (_, i) => signalTo("lv", 7, i));
  let tries = 0;
  const { outbox, left, struckOut, failures, sizes } = outboxOf([], async () => {
    if (++tries === 2) throw new Error("not now");
  });
  outbox.send(many);
  while (struckOut.length < 1) await turn();
  expect(failures).toEqual([new Error("not now")]);
  const parts = left.map((what) => what.slice(what.indexOf(":") + 2).split(" "));
  // The first part comes again, as its batch does.
  const [first, ...again] = parts as [string[], ...string[][]];
  expect(again.length).toBeGreaterThan(2);
  expect(again[0]).toEqual(first);
  expect(again.flat()).toEqual(many.map((_, i) => `7.${i}`));
  expect(left[2]).toMatch(new RegExp(`^mv-7-${first.length} to lv: 7.${first.length} `));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
});

describe("room", () => {
  const many = Array.from({ length: MAX_LEAVING + 1 }, (_, i) => driveOf(i + 1));

  test("is there while it is not full, and again when enough has left", async () => {
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const { outbox } = outboxOf([], () => opened);
    expect(outbox.room()).toBeUndefined();
    outbox.send(many);
    let isThere = false;
    const room = outbox.room()!.then(() => {
      isThere = true;
    });
    await turn();
    expect(isThere).toBe(false);
    open();
    await room;
    expect(outbox.room()).toBeUndefined();
  });

  test("is not waited for when the outbox closes, though nothing can leave; it stays in the store", async () => {
    const { outbox, struckOut } = outboxOf([], () => Promise.reject(new Error("nobody there")));
    outbox.send(many);
    const room = outbox.room();
    await outbox.close();
    await room;
    outbox.send([driveOf(MAX_LEAVING + 2)]);
    await outbox.close();
    expect(struckOut).toEqual([]);
  });

  test("is not waited for before it sends: a start with a full outbox goes on", async () => {
    const { outbox, struckOut } = outboxOf([many]);
    expect(outbox.room()).toBeUndefined();
    outbox.send([]);
    while (struckOut.length === 0) await turn();
  });
});
