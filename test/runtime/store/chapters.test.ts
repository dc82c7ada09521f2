// Chapters: a move that fails is heard of, and nothing is moved after it. Over a real LMDB.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open } from "lmdb";
import { afterAll, expect, test } from "vitest";
import { Notes } from "../../../runtime/live/notes.ts";
import { Chapters } from "../../../runtime/store/chapters.ts";
import type { Hands } from "../../../runtime/store/errands.ts";
import { type Move, movingHere } from "../../../runtime/store/moving.ts";
import { Rares } from "../../../runtime/store/rares.ts";

/** As in runtime/store/chapters.ts: so many chapters wait. */
const TAIL_CHAPTERS = 5_000;
const KEY = 7;

const folder = mkdtempSync(join(tmpdir(), "quartier-chapters-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("after a move that failed none is begun, so that what came later stands, now and after the next start (U2)", async () => {
  const path = join(folder, "failed.lmdb");
  let root = open({ path, maxDbs: 16 });
  let moves = 0;
  const here = movingHere(root);
  const failingOnce: Hands<Move> = (errand) =>
    moves++ === 0 ? { ended: Promise.reject(new Error("killed")), hurry() {}, stop() {} } : here(errand);
  let chapters = new Chapters(root, failingOnce);
  let rares = new Rares(root, chapters);
  const put = (value: number) =>
    chapters.put({ notes: new Notes(), alarms: [], rares: [[KEY, JSON.stringify({ value })]] });
  const fill = (value: number) => root.transaction(() => Array.from({ length: TAIL_CHAPTERS }, () => put(value)));

  await fill(1);
  await chapters.keepUp().catch(() => {});
  await new Promise(setImmediate);
  await fill(2);
  await expect(chapters.keepUp()).rejects.toThrow("killed");
  await expect(chapters.compact()).rejects.toThrow("killed");
  expect([moves, rares.get(KEY)]).toEqual([1, { value: 2 }]);

  await chapters.close();
  await root.close();
  root = open({ path, maxDbs: 16 });
  chapters = new Chapters(root, movingHere(root));
  rares = new Rares(root, chapters);
  expect(rares.get(KEY)).toEqual({ value: 2 });
  await chapters.compact();
  expect(rares.get(KEY)).toEqual({ value: 2 });
  await root.close();
});
