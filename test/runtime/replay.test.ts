// Replay: what leaves again is what came, and a letter goes only when the stream has it.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Streams } from "../../runtime/log/streams.ts";
import { replay } from "../../runtime/replay.ts";
import { type DeadLetter, letterId, MAX_PAYLOAD_BYTES } from "../../runtime/store/dead-letters.ts";
import { Store } from "../../runtime/store/store.ts";

const AT = 1_767_225_600_000;
const ID = letterId(AT, "telemetry-7");

let folder: string;
let store: Store;
let sent: { subject: string; bytes: number[]; arrivedAtMs: number; id: string; isStillThere: boolean }[];
let failure: Error | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "quartier-replay-"));
  store = new Store(folder, "test");
  sent = [];
  failure = undefined;
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

/** A stream that gives every message the sequence 8. */
const streams = {
  telemetrySubject: "quartier.test.telemetry",
  replay: async (subject: string, bytes: Uint8Array, arrivedAtMs: number, id: string) => {
    if (failure) throw failure;
    sent.push({ subject, bytes: [...bytes], arrivedAtMs, id, isStillThere: isThere() });
    return 8;
  },
} as unknown as Streams;

const isThere = () => store.deadLetters.get(ID) !== undefined;
const add = (more: Partial<DeadLetter> = {}) =>
  store.deadLetters.add([
    {
      ...{ at: AT, place: "telemetry-7", subject: "quartier.test.telemetry.d-1", code: "DEVICE_UNKNOWN" },
      ...{ reason: "unknown", payload: new Uint8Array([0xef, 0xbb, 0xbf, 0xff, 0x00]), ...more },
    },
  ]);
const replayed = () => replay(ID, store.deadLetters, streams);

test("the same bytes go out on the same subject with the time of their arrival, and then the letter is dropped (R2)", async () => {
  await add();
  expect(await replayed()).toEqual({
    ...{ id: ID, subject: "quartier.test.telemetry.d-1" },
    nextId: letterId(AT, "telemetry-8"),
  });
  const bytes = [0xef, 0xbb, 0xbf, 0xff, 0x00];
  expect(sent).toEqual([
    {
      ...{ subject: "quartier.test.telemetry.d-1", bytes, arrivedAtMs: AT },
      ...{ id: `dead-letter-${ID}`, isStillThere: true },
    },
  ]);
  expect(isThere()).toBe(false);
  await expect(replayed()).rejects.toMatchObject({ code: "DEAD_LETTER_UNKNOWN" });
  expect(sent).toHaveLength(1);
});

test("a letter that the stream did not take stays (R2)", async () => {
  await add();
  failure = new Error("maximum bytes exceeded");
  await expect(replayed()).rejects.toMatchObject({
    ...{ code: "LOG_UNAVAILABLE", message: expect.stringContaining("maximum bytes exceeded") },
  });
  expect(isThere()).toBe(true);
});

test.each([
  ["is not whole", { payload: new Uint8Array(MAX_PAYLOAD_BYTES + 1) }, "only a text to read was kept"],
  ["no device sent", { subject: "quartier.test.log.lv" }, "came on quartier.test.log.lv"],
  ["another district's device sent", { subject: "quartier.test.telemetry-2.d-1" }, "not from a device"],
])("what %s is refused, and stays (R3)", async (_, more, part) => {
  await add(more);
  await expect(replayed()).rejects.toMatchObject({
    ...{ code: "DEAD_LETTER_NOT_REPLAYABLE", message: expect.stringContaining(part) },
  });
  expect(sent).toEqual([]);
  expect(isThere()).toBe(true);
});
