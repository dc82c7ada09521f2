// The roll: what it was made of is what a later start reads, whole or not at all (L1, L2).

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open, type RootDatabase } from "lmdb";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Directory } from "../../../models/directory.ts";
import type { Layout } from "../../../runtime/live/shape.ts";
import { Roll, type RollDb, type TablePlaces } from "../../../runtime/store/roll.ts";

/** More than a piece of each column. */
const SIZE = 20_000;
const CELLS = ["east", "west"];
const LAYOUTS = [3, 4];
const layout = {} as Layout;

let folder: string;
let root: RootDatabase;
let db: RollDb;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "quartier-roll-"));
  root = open({ path: join(folder, "store.lmdb") });
  db = root.openDB({ name: "rolls", encoding: "binary" });
});
afterEach(async () => {
  await root.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Twins take turns between the cells, and have the last slots of theirs; one slot of each is left free in front. */
const slotOf = (twin: number): number => 1 + Math.floor(twin / CELLS.length);
const firstPointOf = (twin: number): number => 1 + 7 * twin;
const directoryOf = (key: string, size: number): Directory =>
  ({ key, size, cells: CELLS, cellAt: (twin: number) => twin % CELLS.length }) as unknown as Directory;
const tableOf = (slots: number): TablePlaces => ({ place: () => undefined, slots: () => slots });

function make(key: string, size: number): Roll {
  const slots = Uint32Array.from({ length: size }, (_, twin) => slotOf(twin));
  const numbers = Uint32Array.from({ length: size }, (_, twin) => firstPointOf(twin));
  const table = tableOf(1 + size / CELLS.length);
  return root.transactionSync(() => Roll.make(db, directoryOf(key, size), LAYOUTS, table, { slots, numbers }));
}

function expectPlaces(roll: Roll, size: number): void {
  for (const [number, cell] of CELLS.entries()) {
    const { place, twinAt } = roll.seats(cell);
    expect(twinAt(0)).toBe(-1);
    expect(twinAt(1 + size / CELLS.length)).toBe(-1);
    for (let twin = number; twin < size; twin += CELLS.length) {
      expect(place(twin, layout)).toEqual({ slot: slotOf(twin), history: firstPointOf(twin) });
      expect(twinAt(slotOf(twin))).toBe(twin);
    }
  }
}

test("a later start has all places of the one that made it, also when the table has grown since", () => {
  expectPlaces(make("a", SIZE), SIZE);
  const table = tableOf(SIZE);
  const last = Roll.last(db, directoryOf("a", SIZE), LAYOUTS, table)!;
  expectPlaces(last, SIZE);
  expect(last.seats("west").slots).toBe(SIZE);
});

test("it is good for its directory and its layouts alone", () => {
  make("a", 10);
  expect(Roll.last(db, directoryOf("b", 10), LAYOUTS, tableOf(6))).toBeUndefined();
  expect(Roll.last(db, directoryOf("a", 10), [3, 5], tableOf(6))).toBeUndefined();
});

test("a smaller one leaves nothing of the larger one before it, nor of one in the form of earlier programs", () => {
  (db as unknown as { putSync: (key: string, value: Buffer) => void }).putSync("last", Buffer.alloc(100_000));
  expect(Roll.last(db, directoryOf("a", 10), LAYOUTS, tableOf(6))).toBeUndefined();
  make("a", SIZE);
  make("b", 10);
  expect(db.getCount()).toBe(1);
  expectPlaces(Roll.last(db, directoryOf("b", 10), LAYOUTS, tableOf(6))!, 10);
});

test("one that lacks a piece is not there", () => {
  make("a", SIZE);
  root.transactionSync(() => db.removeSync(2));
  expect(Roll.last(db, directoryOf("a", SIZE), LAYOUTS, tableOf(SIZE))).toBeUndefined();
});
