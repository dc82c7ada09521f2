// Notes as a record: read again, they are what was written (N1), in whatever order they were picked.

import fc from "fast-check";
import { expect, test } from "vitest";
import { type JournalEntry, Notes } from "../../../runtime/live/notes.ts";
import { stateIn } from "../../../runtime/store/note-in.ts";
import { notesOfRecord, recordOfNotes } from "../../../runtime/store/notes-record.ts";
import type { ReadingView, WhyView } from "../../../runtime/views.ts";

const text = fc.oneof(fc.constantFrom("a", "meter:meters:m-1", "Wärme 温度"), fc.string());
const time = fc.nat(2 ** 52);
const reading: fc.Arbitrary<ReadingView> = fc.record({
  twin: text,
  point: text,
  at: time,
  value: fc.double({ noNaN: true }),
});
const why: fc.Arbitrary<WhyView> = fc.record(
  {
    event: fc.constantFrom("readings" as const, "command" as const, "tick" as const),
    condition: fc.tuple(text, fc.boolean()).map(([name, after]) => ({ name: `${name}.`, before: !after, after })),
    readings: fc.array(reading, { minLength: 1, maxLength: 4 }),
    command: fc.record({ key: text, name: text, args: fc.dictionary(text, fc.nat()) }),
    deadline: fc.record({ twin: text, name: text, at: time }),
    signal: fc.record({ partition: text, sequence: time, kind: fc.constant("sum" as const) }),
  },
  { requiredKeys: ["event"] },
);
const entry: fc.Arbitrary<JournalEntry> = fc.record({
  ...{
    twin: text,
    of: fc.constantFrom("state" as const, "reading" as const),
    at: time,
    sequence: time,
    index: fc.nat(9),
  },
  ...{ cause: text, before: text, after: text, revision: time, why },
});

test("read again they are what was written, and what was picked of them (N1)", () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 40 }), fc.infiniteStream(fc.nat()), fc.nat(40), (entries, picks, from) => {
      const notes = Notes.of(entries);
      expect([...notes]).toEqual(entries);
      const places = entries.map(() => picks.next().value % entries.length);
      expect([...notesOfRecord(recordOfNotes(notes, places))]).toEqual(places.map((i) => entries[i]));
      const both = Notes.of(entries.slice(0, 3));
      both.addFrom(notes, Math.min(from, entries.length), entries.length);
      expect([...both]).toEqual([...entries.slice(0, 3), ...entries.slice(from)]);
      expect(both.ofTwin("a").map((i) => both.entry(i))).toEqual([...both].filter(({ twin }) => twin === "a"));
      const roomy = new Notes(notes);
      roomy.addFrom(notes, 0, notes.length);
      expect([...roomy]).toEqual(entries);
      expect([roomy.texts.length, roomy.readingTexts.length]).toEqual([notes.texts.length, notes.readingTexts.length]);
    }),
    { numRuns: 60 },
  );
});

test("the state of an instant is what the last entry up to then led to, found without the others being made", () => {
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1, maxLength: 40 }), time, (entries, atMs) => {
      entries.sort((a, b) => a.at - b.at);
      const record = Buffer.from(recordOfNotes(Notes.of(entries), [...entries.keys()]));
      for (const until of [atMs, ...entries.flatMap(({ at }) => [at - 1, at])]) {
        const last = entries.findLast(({ at }) => at <= until);
        expect(stateIn(record, until)).toEqual(last && { after: last.after, revision: last.revision });
      }
    }),
    { numRuns: 60 },
  );
});

test("a record of another form is refused", () => {
  expect(() => notesOfRecord(new Uint8Array(16))).toThrow("unknown form 0");
  expect(() => stateIn(Buffer.alloc(16), 0)).toThrow("unknown form 0");
});
