// Moving: brings the entries of chapters into their tables, sorted and each once, and deletes the chapters.
// Fed by    chapters of LMDB, which are not changed any more
// V1  a chapter is deleted when all entries are in their tables: what a crash leaves of them is moved again, to the same places

import type { RootDatabase } from "lmdb";
import { Notes } from "../live/notes.ts";
import { type AlarmLine, lineOf } from "./alarm-lines.ts";
import { type AlarmDbs, alarmDbs, movingAlarms } from "./alarm-records.ts";
import { chapterOfRecord } from "./chapter-record.ts";
import { AlarmTail } from "./chapter-tail.ts";
import { type ChaptersDb, chaptersDb } from "./chapters.ts";
import { type Hands, type Work, workIn } from "./errands.ts";
import { type JournalDbs, journalDbs, movingNotes } from "./journal.ts";
import { notesOfRecord } from "./notes-record.ts";
import { movingRares, type RaresDb, raresDb } from "./rares.ts";
import { inSlices } from "./slices.ts";

/** Move the entries of the chapters [first, end). */
export interface Move {
  do: "move";
  first: number;
  end: number;
  /** An earlier program may have moved some of them, and then raised alarms were cleared: each is to be found under its own key. */
  mayBeMoved: boolean;
}

export interface MovingDbs {
  chapters: ChaptersDb;
  rares: RaresDb;
  journal: JournalDbs;
  alarms: AlarmDbs;
}

export function movingDbs(root: RootDatabase): MovingDbs {
  return { chapters: chaptersDb(root), rares: raresDb(root), journal: journalDbs(root), alarms: alarmDbs(root) };
}

/** Moves in this process. */
export function movingHere(root: RootDatabase): Hands<Move> {
  const dbs = movingDbs(root);
  return (errand) => inSlices(root, moving(dbs, errand));
}

export const moving = (dbs: MovingDbs, errand: Move): Work => workIn(stepsOf(dbs, errand));

function* stepsOf(
  { chapters, rares, journal, alarms }: MovingDbs,
  { first, end, mayBeMoved }: Move,
): IterableIterator<void> {
  const numbers = [...chapters.getKeys({ start: first, end })];
  const notes = new Notes();
  const lines = new AlarmTail<AlarmLine>();
  const texts = new Map<number, string>();
  for (const number of numbers) {
    const chapter = chapterOfRecord(chapters.get(number)!);
    const noted = notesOfRecord(chapter.notes);
    notes.addFrom(noted, 0, noted.length);
    for (const text of chapter.alarms) lines.add(lineOf(text));
    for (const [key, text] of chapter.rares) texts.set(key, text);
    yield;
  }
  yield* movingRares(rares, texts);
  yield* movingNotes(journal, notes);
  yield* movingAlarms(alarms, lines, mayBeMoved);
  for (const number of numbers) {
    chapters.removeSync(number);
    yield;
  }
}
