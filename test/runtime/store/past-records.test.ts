// Past records: entries and alarms by twin and time, each found by a seek, and swept away when they are too old.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { open, type RootDatabase } from "lmdb";
import { afterAll, expect, test } from "vitest";
import { type JournalEntry, Notes } from "../../../runtime/live/notes.ts";
import { Chapters } from "../../../runtime/store/chapters.ts";
import { movingHere } from "../../../runtime/store/moving.ts";
import { PAST_RETENTION_MS, PastRecords } from "../../../runtime/store/past-records.ts";
import type { AlarmView } from "../../../runtime/views.ts";
import { START_MS } from "../live/harness.ts";

const folder = mkdtempSync(join(tmpdir(), "quartier-past-"));
const roots: RootDatabase[] = [];
afterAll(async () => {
  for (const root of roots) await root.close();
  rmSync(folder, { recursive: true, force: true });
});

function fresh() {
  const root = open({ path: join(folder, `${roots.length}.lmdb`), maxDbs: 8 });
  roots.push(root);
  return { root, ...over(root) };
}

function over(root: RootDatabase) {
  const chapters = new Chapters(root, movingHere(root));
  return { chapters, records: new PastRecords(root, chapters) };
}

const entry = (twin: string, at: number, more: Partial<JournalEntry> = {}): JournalEntry => ({
  ...{ twin, at: START_MS + at, sequence: at, index: 0, of: "state", cause: "c", before: `${at}-`, after: `${at}+` },
  ...{ revision: at, why: { event: "tick" } },
  ...more,
});
const alarm = (twin: string, code: string, raised: number, cleared?: number, acknowledged?: number): AlarmView => ({
  ...{ id: `${twin}/${code}/${raised}`, twin, code, severity: "WARNING", message: "m" },
  state: cleared !== undefined ? "CLEARED" : acknowledged !== undefined ? "ACKNOWLEDGED" : "RAISED",
  raisedAt: START_MS + raised,
  acknowledgedAt: acknowledged === undefined ? undefined : START_MS + acknowledged,
  clearedAt: cleared === undefined ? undefined : START_MS + cleared,
  flapping: false,
});

interface Put {
  journal?: JournalEntry[];
  alarms?: AlarmView[];
  births?: { bornMs: number; twin?: string }[];
}
const put = ({ root, chapters, records }: ReturnType<typeof fresh>, { journal = [], alarms = [], births = [] }: Put) =>
  root.transaction(() => {
    chapters.put({ notes: Notes.of(journal), alarms, rares: [] });
    records.bear("lv", births);
  });

test("the transition of an instant is the last one of that millisecond or before, of that twin alone", async () => {
  const store = fresh();
  const twice = [entry("a", 10, { index: 0, after: "first" }), entry("a", 10, { index: 1, after: "second" })];
  const others = [entry("a0", 15), entry("b", 12), entry("a", 14, { of: "reading", after: "4.2" })];
  await put(store, { journal: [...twice, entry("a", 20), ...others] });
  const { records } = store;
  const after = (twin: string, at: number) => records.transition(twin, START_MS + at)?.after;
  expect([9, 10, 11, 19, 20, 99].map((at) => after("a", at))).toEqual([
    ...[undefined, "second", "second", "second"],
    ...["20+", "20+"],
  ]);
  expect(records.transitionAfter("a", START_MS)?.after).toBe("first");
  expect(records.transitionAfter("a", START_MS + 10)?.after).toBe("20+");
  expect(records.transitionAfter("a", START_MS + 20)).toBeUndefined();
});

test("a trace has transitions, a journal remarkable readings too, up to an instant, oldest first", async () => {
  const store = fresh();
  const reading = entry("a", 15, { of: "reading" });
  await put(store, { journal: [entry("a", 10), reading, entry("a", 20), entry("a", 30)] });
  await put(store, { journal: [entry("a", 10), reading] });
  const at = (entries: JournalEntry[]) => entries.map((each) => each.at - START_MS);
  expect(at(store.records.trace("a", 2))).toEqual([20, 30]);
  expect(at(store.records.trace("a", 9, START_MS + 20))).toEqual([10, 20]);
  expect(at(store.records.journal("a", 3))).toEqual([15, 20, 30]);
  expect(at(store.records.journal("a", 9, START_MS + 15))).toEqual([10, 15]);
  expect(store.records.journal("a", 0)).toEqual([]);
});

test("the alarms of an instant are those that stood then, as they were then, also those cleared long since", async () => {
  const store = fresh();
  const again = {
    ...alarm("a", "SILENT", 40, 41),
    id: "a/SILENT/40.1",
    clearedAt: undefined,
    state: "RAISED" as const,
  };
  await put(store, {
    alarms: [
      ...[alarm("a", "OVERLOAD", 10, 30, 20), alarm("a", "SILENT", 5, 6), alarm("a", "SILENT", 40, 40), again],
      ...[alarm("a0", "SILENT", 12), alarm("b", "SILENT", 15, 16)],
    ],
  });
  const { records } = store;
  const states = (alarms: AlarmView[]) => alarms.map(({ id, state }) => `${id} ${state}`);
  const at = (ms: number) => states([...records.alarms(START_MS + ms)].flat());
  expect(at(4)).toEqual([]);
  expect(at(5)).toEqual(["a/SILENT/5 RAISED"]);
  expect(at(15)).toEqual(["a/OVERLOAD/10 RAISED", "a0/SILENT/12 RAISED", "b/SILENT/15 RAISED"]);
  expect(at(29)).toEqual(["a/OVERLOAD/10 ACKNOWLEDGED", "a0/SILENT/12 RAISED"]);
  expect(at(50)).toEqual(["a/SILENT/40.1 RAISED", "a0/SILENT/12 RAISED"]);
  expect(states(records.alarmsOf("a", START_MS + 20))).toEqual(["a/OVERLOAD/10 ACKNOWLEDGED"]);
  const early = records.alarmsOf("a", START_MS + 10)[0]!;
  expect([early.acknowledgedAt, early.clearedAt]).toEqual([undefined, undefined]);
  expect(records.alarmsOf("b", START_MS + 50)).toEqual([]);
});

test("alarms that are put after the first question are found, of codes and twins that had none before, too (C1)", async () => {
  const store = fresh();
  const codes = (alarms: AlarmView[]) => alarms.map(({ twin, code }) => `${twin} ${code}`);
  const all = () => codes([...store.records.alarms(START_MS + 50)].flat());
  await put(store, { alarms: [alarm("b", "SILENT", 10)] });
  await store.chapters.compact();
  expect([codes(store.records.alarmsOf("b", START_MS + 50)), all()]).toEqual([["b SILENT"], ["b SILENT"]]);
  await put(store, { alarms: [alarm("b", "OVERLOAD", 20), alarm("a", "SILENT", 30)] });
  const [before, expected] = [all(), ["a SILENT", "b SILENT", "b OVERLOAD"]];
  await store.chapters.compact();
  expect([before, all()]).toEqual([expected, expected]);
  expect(codes(store.records.alarmsOf("a", START_MS + 50))).toEqual(["a SILENT"]);
});

test("whenever alarms are moved, together or one by one, also after a start, those of each instant are the same (P1, P2)", async () => {
  const step = fc.record({
    twin: fc.constantFrom("a", "a0", "b"),
    code: fc.constantFrom("LOW", "HIGH"),
    next: fc.constantFrom("nothing", "nothing", "ask", "move", "start"),
    gapMs: fc.nat(2),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60 }), async (steps) => {
      let store = fresh();
      const all = new Map<string, AlarmView>();
      const standing = new Map<string, AlarmView>();
      let at = 0;
      for (const [i, { twin, code, next, gapMs }] of steps.entries()) {
        at += gapMs;
        const known = standing.get(`${twin} ${code}`);
        const id = `${twin}/${code}/${i + 1}`;
        const changed = known
          ? { ...known, state: "CLEARED" as const, clearedAt: START_MS + at }
          : alarm(twin, code, at);
        const form: AlarmView = known ? changed : { ...changed, id };
        if (known) standing.delete(`${twin} ${code}`);
        else standing.set(`${twin} ${code}`, form);
        all.set(form.id, form);
        await put(store, { alarms: [form] });
        if (next === "ask") {
          const asked = [...store.records.alarms(START_MS + at)].flat().map((each) => each.id);
          expect(asked.sort()).toEqual([...standing.values()].map((each) => each.id).sort());
        }
        if (next === "start") store = { root: store.root, ...over(store.root) };
        if (next === "start" || next === "move") await store.chapters.compact();
      }
      for (let ms = -1; ms <= at + 1; ms++) {
        const stood = [...all.values()].filter(({ raisedAt, clearedAt = Number.POSITIVE_INFINITY }) => {
          return raisedAt <= START_MS + ms && clearedAt > START_MS + ms;
        });
        const found = [...store.records.alarms(START_MS + ms)].flat();
        expect(found.map(({ id }) => id).sort()).toEqual(stood.map(({ id }) => id).sort());
        expect(found.every(({ state }) => state === "RAISED")).toBe(true);
      }
      const recent = store.records.recentAlarms();
      expect(new Map(recent.map((each) => [each.id, each]))).toEqual(all);
      // A start that finds chapters which were moved in part already moves them again.
      const again = over(store.root);
      await again.chapters.compact();
      expect(new Map(again.records.recentAlarms().map((each) => [each.id, each]))).toEqual(all);
    }),
    { numRuns: 40 },
  );
}, 60_000);

test("what is moved again after a move was broken off is found once, as it is by then", async () => {
  const { root, chapters, records } = fresh();
  const forms = [alarm("a", "LOW", 1, 2), alarm("a", "LOW", 3, 4), alarm("a", "LOW", 5)];
  await put({ root, chapters, records }, { alarms: forms });
  const before = [...root.openDB({ name: "chapters", encoding: "binary" }).getRange({})];
  await chapters.compact();
  // The chapter is there again, as if the move had not come to its end, and another one behind it.
  const db = root.openDB<Buffer, number>({ name: "chapters", encoding: "binary" });
  for (const { key, value } of before) await db.put(key as number, value as Buffer);
  const again = over(root);
  await put({ root, ...again }, { alarms: [alarm("a", "LOW", 5, 6), alarm("a", "LOW", 7, 8)] });
  await again.chapters.compact();
  const standing = (at: number) => again.records.alarmsOf("a", START_MS + at).map(({ id }) => id);
  expect([0, 1, 2, 3, 4, 5, 6, 7, 8].map(standing)).toEqual([
    ...[[], ["a/LOW/1"], [], ["a/LOW/3"], [], ["a/LOW/5"]],
    ...[[], ["a/LOW/7"], []],
  ]);
  expect(again.records.recentAlarms().filter(({ state }) => state !== "CLEARED")).toEqual([]);
});

test("births are those of the partition, but for twins that came later; they are there after a start", async () => {
  const store = fresh();
  await put(store, { births: [{ bornMs: 10 }] });
  await put(store, { births: [{ bornMs: 20, twin: "late" }] });
  for (const { records } of [store, over(store.root)]) {
    expect([records.bornMs("early", "lv"), records.bornMs("late", "lv")]).toEqual([10, 20]);
    expect(records.bornMs("early", "mv")).toBeUndefined();
  }
});

test("what is too old is swept away, but not what the edge of the past comes from (P1)", async () => {
  const store = fresh();
  const twins = Array.from({ length: 400 }, (_, i) => `twin-${i}`);
  const alarms = [alarm("a", "OLD", 1, 5), alarm("a", "LONG", 1, 200), alarm("a", "STANDS", 1)];
  const reading = { of: "reading" } as const;
  // As many as one record holds: it is forgotten as a whole.
  const early = Array.from({ length: 32 }, (_, i) => i + 1);
  await put(store, {
    journal: twins.flatMap((twin) => [
      ...[...early, 50, 150].map((at) => entry(twin, at)),
      ...[...early, 60, 160].map((at) => entry(twin, at, reading)),
    ]),
    alarms,
  });
  const { records } = store;
  await store.chapters.compact();
  const codes = (at: number) => [...records.alarms(START_MS + at)].flat().map(({ code }) => code);
  expect(codes(3)).toEqual(["OLD", "LONG", "STANDS"]);
  const nowMs = START_MS + 100 + PAST_RETENTION_MS;
  for (let commit = 0; commit < 40; commit++) await records.keepUp(nowMs);
  for (const twin of twins) {
    expect(records.journal(twin, 99).map(({ at }) => at - START_MS)).toEqual([50, 60, 150, 160]);
    expect(records.transition(twin, START_MS + 100)?.after).toBe("50+");
  }
  expect([codes(100), codes(3)]).toEqual([
    ["LONG", "STANDS"],
    ["LONG", "STANDS"],
  ]);
});
