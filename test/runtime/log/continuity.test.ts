// A log that is not the one that was read, over a real nats-server whose files are put back to an earlier moment: what a power cut does.

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterEach, beforeEach, expect, test } from "vitest";
import { compare, goOn, type LogPlace, markOf, nanosOf } from "../../../runtime/log/continuity.ts";
import type { TickEvent } from "../../../runtime/log/events.ts";
import { Streams } from "../../../runtime/log/streams.ts";
import { findNatsServer } from "../../../runtime/nats-server/find.ts";
import { type NatsServer, startNatsServer } from "../../../runtime/nats-server/start.ts";
import { silentLog } from "../../nats.ts";

const CELL = "c";
const STREAM = "quartier_d_log_c";
const NOW = 1_767_225_600_000;

let folder: string;
let server: NatsServer;
let connection: NatsConnection;
let streams: Streams;
let sentences: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "quartier-continuity-"));
  sentences = [];
  await begin();
  await streams.log(CELL);
}, 120_000);

afterEach(async () => {
  await end();
  rmSync(folder, { recursive: true, force: true });
});

async function begin(): Promise<void> {
  server = await startNatsServer({ binary: await findNatsServer(), dataDir: join(folder, "live"), log: silentLog });
  connection = await connect({ servers: server.url, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
  streams = await Streams.open(connection, "d");
}

async function end(): Promise<void> {
  await connection.close();
  await server.stop();
}

const files = (name: string) => join(folder, name, "jetstream");

/** Keeps the files of the server as they are at this moment. */
async function keep(): Promise<void> {
  await end();
  cpSync(files("live"), files("kept"), { recursive: true });
  await begin();
}

function putBack(): void {
  rmSync(files("live"), { recursive: true });
  cpSync(files("kept"), files("live"), { recursive: true });
}

async function powerCut(): Promise<void> {
  await end();
  putBack();
  await begin();
}

async function write(count: number, at = NOW): Promise<number> {
  let sequence = 0;
  for (let i = 0; i < count; i++) sequence = await streams.append(CELL, { type: "tick", at: at + i });
  return sequence;
}

/** Where a reader stands that has read all of it. */
async function placeAtEnd(): Promise<LogPlace> {
  const { created, lastSequence } = (await streams.logbook(CELL).state())!;
  return { created, position: lastSequence, mark: await streams.logbook(CELL).markAt(lastSequence) };
}

const resume = (place: LogPlace, acceptLoss = false) =>
  goOn(streams.logbook(CELL), place, { acceptLoss, told: (sentence) => sentences.push(sentence) });

/** Reads the log from there; gives the sequences of so many messages. */
async function read(place: LogPlace, count: number): Promise<number[]> {
  const inbox = await streams.follow(CELL, place);
  const sequences: number[] = [];
  try {
    while (sequences.length < count) sequences.push(...(await inbox.take(count)).map(({ seq }) => seq));
    return sequences;
  } finally {
    await inbox.close();
  }
}

test("a log that goes on is read on, also when its last read message is too old to be there still", async () => {
  await write(3);
  const place = await placeAtEnd();
  await write(2);
  expect(await resume(place)).toEqual(place);
  expect(await read(place, 2)).toEqual([4, 5]);
  await (await jetstreamManager(connection)).streams.purge(STREAM, { seq: 4 });
  expect(await resume(place)).toEqual(place);
  expect(await read(place, 2)).toEqual([4, 5]);
  expect(sentences).toEqual([]);
});

test("the mark of a message is the same when it is delivered and when it is looked up", async () => {
  await write(1);
  const inbox = await streams.follow(CELL, { ...(await placeAtEnd()), position: 0, mark: undefined });
  const [message] = await inbox.take(1);
  expect(markOf(message!.data, message!.timestampNanos)).toEqual((await placeAtEnd()).mark);
  await inbox.close();
});

test("nanoseconds are read with all their digits", () => {
  expect(nanosOf("2026-01-01T00:00:00.12Z")).toBe(1_767_225_600_120_000_000n);
  expect(nanosOf("2026-01-01T00:00:00.123456789Z")).toBe(1_767_225_600_123_456_789n);
  expect(nanosOf("2026-01-01T00:00:00Z")).toBe(1_767_225_600_000_000_000n);
});

test("a log that lost only its end, all of which was read, is completed: no sequence number is used twice", async () => {
  await write(3);
  await keep();
  await write(600);
  const place = await placeAtEnd();
  await powerCut();
  expect(await resume(place)).toEqual(place);
  expect(sentences).toEqual([expect.stringMatching(/^the log of c ends at 3, and was read up to 603: .* completed$/)]);
  expect(await write(1)).toBe(604);
  // The store still has the place from before: nothing was committed since.
  expect(await resume(place)).toEqual(place);
  expect(await read(place, 1)).toEqual([604]);
  expect(sentences).toHaveLength(1);
});

test("completing a log may be cut off and begun again", async () => {
  await write(3);
  await keep();
  await write(5);
  const place = await placeAtEnd();
  await powerCut();
  const log = streams.logbook(CELL);
  const appended: ReturnType<typeof log.append>[] = [];
  const append = async (event: TickEvent) => {
    if (appended.length < 2) {
      appended.push(log.append(event));
      return appended.at(-1)!;
    }
    // Those before it are on their way.
    await Promise.all(appended);
    throw new Error("cut off");
  };
  await expect(goOn({ ...log, append }, place, { acceptLoss: false, told: () => {} })).rejects.toThrow("cut off");
  expect((await placeAtEnd()).position).toBe(5);
  expect(await resume(place)).toEqual(place);
  expect(await write(1)).toBe(9);
});

test("C1: a log that lost its end and was written on is noticed, whether it is shorter, as long, or longer", async () => {
  await write(3);
  await keep();
  await write(5);
  const place = await placeAtEnd();
  await powerCut();
  for (const [more, sentence] of [
    [1, "the log of c ends at 4, and was read up to 8"],
    [4, "has another message at 8"],
    [9, "sequence numbers were used again"],
  ] as const) {
    await write(more, NOW + 1_000_000);
    await expect(resume(place)).rejects.toMatchObject({
      code: "LOG_BEHIND_CHECKPOINT",
      message: expect.stringContaining(sentence),
    });
    await expect(streams.follow(CELL, place)).rejects.toMatchObject({ code: "LOG_BEHIND_CHECKPOINT" });
  }
});

test("C1: the same bytes at the same place are another message when they came at another time", async () => {
  await write(3);
  await keep();
  await write(1, NOW + 7);
  const place = await placeAtEnd();
  await powerCut();
  await write(1, NOW + 7);
  await expect(resume(place)).rejects.toMatchObject({
    message: expect.stringMatching(/at 4 of \S+Z in place of \S+Z/),
  });
});

test("C1: a log that was made anew is noticed, however long it is", async () => {
  await write(3);
  const place = await placeAtEnd();
  await (await jetstreamManager(connection)).streams.delete(STREAM);
  await expect(resume(place)).rejects.toMatchObject({ message: "the log of c is gone, and was read up to 3" });
  await streams.log(CELL);
  await write(9);
  const message = "the log of c was made anew, and was read up to 3 before";
  await expect(resume(place)).rejects.toMatchObject({ code: "LOG_BEHIND_CHECKPOINT", message });
});

test("C2: a log whose first messages went before they were read is LOG_GAP, also for a store that read nothing yet", async () => {
  await write(3);
  const place = await placeAtEnd();
  await write(6);
  await (await jetstreamManager(connection)).streams.purge(STREAM, { seq: 7 });
  const message = "the log of c begins at 7, and was read up to 3: 3 messages between are gone";
  await expect(resume(place)).rejects.toMatchObject({ code: "LOG_GAP", message });
  await expect(resume({ ...place, position: 0, mark: undefined })).rejects.toMatchObject({ code: "LOG_GAP" });
  await (await jetstreamManager(connection)).streams.purge(STREAM);
  await expect(resume(place)).rejects.toMatchObject({ code: "LOG_GAP" });
});

test("C3: what is missing may be accepted: the log is read on after it, with sequence numbers that were never used", async () => {
  await write(3);
  await keep();
  await write(5);
  const place = await placeAtEnd();
  await powerCut();
  await write(2, NOW + 1_000_000);
  expect(await resume(place, true)).toMatchObject({ position: 8 });
  expect(await write(1)).toBe(9);
  expect(await read(await resume({ ...place, mark: undefined }), 1)).toEqual([9]);
  await write(6);
  await (await jetstreamManager(connection)).streams.purge(STREAM, { seq: 12 });
  const from = await resume({ ...place, mark: undefined }, true);
  expect(from).toMatchObject({ position: 11 });
  expect(await read(from, 4)).toEqual([12, 13, 14, 15]);
  expect(sentences.map((sentence) => sentence.replace(/^.*; /, ""))).toEqual([
    "accepted: it is read on after 8",
    "accepted: it is read on after 11",
  ]);
});

test("a message that is missing within the log is LOG_GAP, not passed over", async () => {
  await write(4);
  await (await jetstreamManager(connection)).streams.deleteMessage(STREAM, 3);
  const { created } = await placeAtEnd();
  const place = { created, position: 0, mark: undefined };
  expect(await compare(streams.logbook(CELL), place)).toEqual({ goesOn: true });
  await expect(read(place, 3)).rejects.toMatchObject({
    code: "LOG_GAP",
    message: "quartier_d_log_c goes on at 4: 1 messages before it are gone",
  });
});

test("a server that comes back with an older log is noticed by a reader that is in the midst of it", async () => {
  await write(3);
  await keep();
  await write(2);
  const start = { ...(await placeAtEnd()), position: 0, mark: undefined };
  const inbox = await streams.follow(CELL, start);
  let seen = 0;
  while (seen < 5) seen += (await inbox.take(5)).length;
  await server.stop();
  putBack();
  const binary = await findNatsServer();
  server = await startNatsServer({ binary, dataDir: join(folder, "live"), log: silentLog });
  await expect(inbox.take(1)).rejects.toMatchObject({ code: "LOG_BEHIND_CHECKPOINT" });
  await inbox.close();
}, 30_000);
