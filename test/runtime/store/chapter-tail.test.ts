// The tail of chapters: all notes in their order, whether they came many or few at a time, or from the records of an earlier program.

import fc from "fast-check";
import { expect, test } from "vitest";
import { alarmOf, writeAlarm } from "../../../runtime/live/alarms.ts";
import { Ink } from "../../../runtime/live/ink.ts";
import { Notes } from "../../../runtime/live/notes.ts";
import { ChapterTail } from "../../../runtime/store/chapter-tail.ts";
import { recordOfNotes } from "../../../runtime/store/notes-record.ts";
import type { AlarmView } from "../../../runtime/views.ts";

const MANY = 10_000;

let next = 0;
function noted(count: number): Notes {
  const notes = new Notes();
  for (let i = 0; i < count; i++) {
    const sequence = next++;
    const entry = { twin: `t-${sequence % 7}`, of: "state", at: sequence, sequence, index: 0, cause: "c" } as const;
    notes.add({ ...entry, before: "a", after: "b", revision: 1 }, "readings");
  }
  return notes;
}

test("all notes are there in their order, in few sheets, and each twin's are found", () => {
  const count = fc.oneof(fc.nat(20), fc.constantFrom(MANY - 1, MANY, MANY + 5));
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 5 }), fc.array(count, { maxLength: 6 }), (found, counts) => {
      next = 0;
      const tail = new ChapterTail();
      for (const [chapter, notes] of found.map(noted).entries()) {
        const record = Buffer.from(recordOfNotes(notes, [...Array(notes.length).keys()]));
        tail.addRecord(chapter, { notes: record, alarms: [], rares: [] });
      }
      for (const each of counts) tail.addNotes(noted(each));
      expect(tail.count).toBe(next);
      const { sheets } = tail;
      expect(sheets.length).toBeLessThanOrEqual(2 + 2 * counts.filter((each) => each >= MANY).length);
      const sequences = (of: (notes: Notes) => number[]) =>
        sheets.flatMap((notes) => of(notes).map((i) => notes.sequence(i)));
      const all = Array.from({ length: next }, (_, sequence) => sequence);
      expect(sequences((notes) => Array.from({ length: notes.length }, (_, i) => i))).toEqual(all);
      expect(sequences((notes) => notes.ofTwin("t-3", "state"))).toEqual(all.filter((sequence) => sequence % 7 === 3));
    }),
    { numRuns: 30 },
  );
}, 60_000);

test("of an alarm the last form is there, at the place of the first, also where that lay in the record of an earlier program", () => {
  const alarm = (code: string, state: AlarmView["state"]): AlarmView =>
    alarmOf(
      JSON.stringify({
        id: code,
        twin: "t",
        code,
        severity: "LOW",
        message: code,
        state,
        raisedAt: 1,
        flapping: false,
      }),
    );
  const text = (of: AlarmView) => String(writeAlarm(new Ink(), of).since(0));
  const notes = Buffer.from(recordOfNotes(new Notes(), []));
  const tail = new ChapterTail();
  tail.addRecord(1, { notes, alarms: [text(alarm("a", "RAISED")), text(alarm("b", "RAISED"))], rares: [] });
  tail.addRecord(2, { notes, alarms: [text(alarm("b", "ACKNOWLEDGED"))], rares: [] });
  tail.add(3, [alarm("c", "RAISED"), alarm("a", "CLEARED")], []);
  expect(tail.count).toBe(5);
  expect([...tail.alarms].map(({ id, state }) => `${id} ${state}`)).toEqual([
    "a CLEARED",
    "b ACKNOWLEDGED",
    "c RAISED",
  ]);
  expect(tail.alarms.of("t").map(({ id }) => id)).toEqual(["a", "b", "c"]);
  expect(tail.count).toBe(3);
});
