// Dead letters: kept with their reason, once each, youngest first, within limits.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type DeadLetter, MAX_PAYLOAD_BYTES, MAX_PAYLOAD_CHARS } from "../../../runtime/store/dead-letters.ts";
import { Store } from "../../../runtime/store/store.ts";

const folders: string[] = [];
const stores: Store[] = [];

function newStore(): Store {
  const folder = mkdtempSync(join(tmpdir(), "quartier-letters-"));
  folders.push(folder);
  const store = new Store(folder, "test");
  stores.push(store);
  return store;
}

afterAll(async () => {
  for (const store of stores) await store.close();
  for (const folder of folders) rmSync(folder, { recursive: true });
});

const letter = (at: number, n: number, payload: Uint8Array = new TextEncoder().encode(`pack ${n}`)): DeadLetter => ({
  ...{
    at,
    place: `telemetry-${n}`,
    subject: "quartier.test.telemetry.d-1",
    code: "DEVICE_UNKNOWN",
    reason: "unknown",
    payload,
  },
});

test("letters come youngest first, page by page, whatever the order in which they were added", async () => {
  const { deadLetters } = newStore();
  const times = [900, 1_000, 5, 99, 10_000, 100, 1_767_225_600_000];
  await deadLetters.add(times.map((at, n) => letter(at, n)));
  const sorted = [...times].sort((a, b) => b - a);
  const seen: number[] = [];
  for (let after: string | undefined; ; ) {
    const page = deadLetters.page({ first: 3, ...(after !== undefined && { after }) });
    expect(page.totalCount).toBe(times.length);
    expect(page.hasPreviousPage).toBe(after !== undefined);
    seen.push(...page.items.map(({ at }) => at));
    expect(page.hasNextPage).toBe(seen.length < times.length);
    if (!page.hasNextPage) break;
    after = page.items.at(-1)!.id;
  }
  expect(seen).toEqual(sorted);
});

test("a page goes on after a letter that is no longer there", async () => {
  const { deadLetters } = newStore();
  await deadLetters.add([1_000, 2_000, 3_000].map((at) => letter(at, at)));
  const [gone] = (({ items }) => items)(deadLetters.page({ first: 1 }));
  const after = gone!.id.replace("3000-", "2500-");
  expect(deadLetters.page({ first: 10, after }).items.map(({ at }) => at)).toEqual([2_000, 1_000]);
});

test("letters of one millisecond stand in the order of their places", async () => {
  const { deadLetters } = newStore();
  await deadLetters.add([9, 10, 11, 100].map((n) => letter(1_000, n)));
  expect(deadLetters.page({ first: 10 }).items.map(({ payload }) => payload)).toEqual([
    "pack 100",
    "pack 11",
    "pack 10",
    "pack 9",
  ]);
});

test("the same message is the same letter (Q1)", async () => {
  const { deadLetters } = newStore();
  await deadLetters.add([letter(1_000, 1), letter(1_000, 1)]);
  await deadLetters.add([letter(1_000, 1)]);
  expect(deadLetters.page({ first: 10 }).totalCount).toBe(1);
});

test("what is no UTF-8 comes as base64, and a long payload is cut and says so (Q2)", async () => {
  const { deadLetters } = newStore();
  await deadLetters.add([
    letter(1, 1, new Uint8Array([0xff, 0xfe, 0x00])),
    letter(2, 2, new TextEncoder().encode("x".repeat(MAX_PAYLOAD_CHARS + 1))),
  ]);
  const [long, odd] = deadLetters.page({ first: 2 }).items;
  expect(odd?.payload).toBe("base64://4A");
  expect(long?.payload).toBe(`${"x".repeat(MAX_PAYLOAD_CHARS)}… (cut)`);
});

test("a payload is kept byte by byte up to its limit, and a longer one only as it is shown (Q3)", async () => {
  const { deadLetters } = newStore();
  const odd = new Uint8Array([0xef, 0xbb, 0xbf, 0x22, 0x00, 0xff]);
  const payloads = [new Uint8Array(), odd, new Uint8Array(MAX_PAYLOAD_BYTES).fill(120)];
  await deadLetters.add([...payloads, new Uint8Array(MAX_PAYLOAD_BYTES + 1).fill(120)].map((p, n) => letter(n, n, p)));
  const [tooLong, ...whole] = deadLetters.page({ first: 4 }).items.map(({ id }) => deadLetters.get(id)!);
  expect(whole.map(({ bytes }) => [...bytes!]).reverse()).toEqual(payloads.map((bytes) => [...bytes]));
  expect(tooLong).not.toHaveProperty("bytes");
  expect(tooLong?.payload).toBe(`${"x".repeat(MAX_PAYLOAD_CHARS)}… (cut)`);
});

test("a letter that was dropped is gone, and dropping it again does nothing", async () => {
  const { deadLetters } = newStore();
  await deadLetters.add([letter(1_000, 1), letter(2_000, 2)]);
  const [, older] = deadLetters.page({ first: 2 }).items;
  expect(await Promise.all([deadLetters.drop(older!.id), deadLetters.drop(older!.id)])).toEqual([true, false]);
  expect(await deadLetters.drop(older!.id)).toBe(false);
  expect(deadLetters.get(older!.id)).toBeUndefined();
  expect(deadLetters.page({ first: 2 })).toMatchObject({ totalCount: 1, items: [{ at: 2_000 }] });
});

test.each(["", "nope", "000001767225600-telemetry-1", `${"0".repeat(15)}-${"x".repeat(5_000)}-${"0".repeat(16)}`])(
  "what is no id of a letter is told so: %.40s",
  async (id) => {
    const { deadLetters } = newStore();
    expect(deadLetters.get(id)).toBeUndefined();
    await expect(deadLetters.drop(id)).rejects.toMatchObject({ code: "DEAD_LETTER_UNKNOWN" });
  },
);
