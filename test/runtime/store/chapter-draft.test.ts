import { expect, test } from "vitest";
import { alarmOf } from "../../../runtime/live/alarms.ts";
import { Notes } from "../../../runtime/live/notes.ts";
import { Draft } from "../../../runtime/store/chapter-draft.ts";
import { chapterOfRecord, type RareEntry } from "../../../runtime/store/chapter-record.ts";
import { notesOfRecord } from "../../../runtime/store/notes-record.ts";
import type { AlarmView } from "../../../runtime/views.ts";

const MOST = 500;

/** So many notes and alarms more. */
function grow(notes: Notes, alarms: AlarmView[], noted: number, alarmed: number): void {
  for (let i = 0; i < noted; i++) {
    const n = notes.length;
    const entry = { twin: `meter:el:${n}`, of: "state", at: n, sequence: n, index: 0, revision: n } as const;
    notes.add({ ...entry, cause: "suspect", before: "normal", after: "suspect" }, "readings");
    if (n % 3 === 0) notes.reading(`meter:el:${n}`, "power", n, n / 2);
  }
  for (let i = 0; i < alarmed; i++) {
    const n = alarms.length;
    const of = {
      id: `meter:el:${n}/SUSPECT/${n}`,
      twin: `meter:el:${n}`,
      code: "SUSPECT",
      severity: "WARNING",
    } as const;
    const form = { state: "RAISED", acknowledgedAt: undefined, clearedAt: undefined, flapping: false } as const;
    alarms.push({ ...of, message: "implausible", raisedAt: n, ...form });
  }
}

test.each([
  [
    "notes grow faster",
    [
      [900, 40],
      [30, 10],
      [700, 300],
    ],
    3,
  ],
  [
    "alarms grow faster",
    [
      [10, 1_200],
      [0, 0],
      [400, 700],
    ],
    1_201,
  ],
  [
    "nothing is ever full",
    [
      [4, 2],
      [1, 1],
    ],
    0,
  ],
  ["only rare records", [], 502],
] as const)("chapters written down while they grow have all of it, in its order, once: %s", (_, growths, rareCount) => {
  const [notes, alarms] = [new Notes(), [] as AlarmView[]];
  const draft = new Draft({ notes, alarms });
  for (const [noted, alarmed] of growths) {
    grow(notes, alarms, noted, alarmed);
    draft.writeFull();
  }
  const rares = Array.from({ length: rareCount }, (_, i): RareEntry => [i, `{"timers":[${i}]}`]);
  const written = draft.finish(rares);
  const chapters = written.map(({ record }) => chapterOfRecord(record));
  expect(chapters.flatMap((chapter) => [...notesOfRecord(chapter.notes)])).toEqual([...notes]);
  expect(chapters.flatMap((chapter) => chapter.alarms.map(alarmOf))).toEqual(alarms);
  expect(written.flatMap((each) => each.alarms)).toEqual(alarms);
  expect(chapters.flatMap((chapter) => chapter.rares)).toEqual(rares);
  expect(written.flatMap((each) => each.rares)).toEqual(rares);
  for (const chapter of chapters) {
    const { notes: noted, alarms: alarmed, rares: rare } = chapter;
    expect(Math.max(notesOfRecord(noted).length, alarmed.length, rare.length)).toBeLessThanOrEqual(MOST);
    expect(Math.max(notesOfRecord(noted).length, alarmed.length, rare.length)).toBeGreaterThan(0);
  }
});
