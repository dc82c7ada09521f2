// A write that fails: by its name, and nobody waits for the disk after it.

import { mkdtempSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Writing, writeFailure } from "../../../runtime/store/writing.ts";

const folder = mkdtempSync(join(tmpdir(), "quartier-writing-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** As lmdb rejects: a sentence, and the cause in a promise of its own. */
function commitFailed(code: number): Promise<never> {
  const cause = Promise.reject(Object.assign(new Error("File too large"), { code }));
  cause.catch(() => {});
  return Promise.reject(Object.assign(new Error("Commit failed"), { commitError: cause }));
}

test("V1: a write that failed is named, and ends every wait for the disk, also one that began before", async () => {
  const writing = new Writing(folder);
  const never = new Promise<void>(() => {});
  const before = writing.done(never);
  before.catch(() => {});
  const named = { code: "STORE_UNWRITABLE", disposition: "halt", message: expect.stringContaining("File too large") };
  await expect(writing.done(commitFailed(constants.errno.EFBIG))).rejects.toMatchObject(named);
  await expect(before).rejects.toMatchObject(named);
  await expect(writing.done(never)).rejects.toMatchObject(named);
  expect(() => writing.demandRoom()).toThrow(expect.objectContaining(named));
  let hasBegun = false;
  const begin = async () => {
    hasBegun = true;
  };
  await expect(writing.write(begin)).rejects.toMatchObject(named);
  expect(hasBegun).toBe(false);
  expect(writing.hasFailed).toBe(true);
});

test("V2: a callback that threw is passed on, and the next write goes on", async () => {
  const writing = new Writing(folder);
  await expect(writing.done(Promise.reject(new Error("a rule failed")))).rejects.toThrow(/^a rule failed$/);
  expect(writing.hasFailed).toBe(false);
  expect(await writing.done(Promise.resolve(7))).toBe(7);
});

test("what LMDB says of a damaged page while it writes is no matter of room", async () => {
  const bad = "MDB_BAD_TXN: Transaction must abort, has a child, or is invalid";
  expect(writeFailure(folder, bad, -30782)).toMatchObject({
    code: "STORE_DAMAGED",
    message: `the store in ${folder} is damaged: ${bad}`,
  });
});

test("no room is STORE_FULL by the system's word, whatever is free", async () => {
  expect(writeFailure(folder, "no space left", constants.errno.ENOSPC)).toMatchObject({ code: "STORE_FULL" });
  expect(writeFailure(folder, "quota", constants.errno.EDQUOT)).toMatchObject({ code: "STORE_FULL" });
});
