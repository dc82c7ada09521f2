// The record of a chapter: small records that a checkpoint writes in one piece.
// Form      u32 bytes of the notes, u32 0; the notes (notes-record.ts); then text: a line of JSON with how many alarms there are, a line for each
//           alarm, and for each rare record one with its place and one with the record (NO_RARE: there is none any more)

import { writeAlarm } from "../live/alarms.ts";
import { Ink } from "../live/ink.ts";
import type { AlarmView } from "../views.ts";

const HEAD_BYTES = 8;
/** Where the head and the bytes of a chapter are put together, for one put inside a transaction after the other. */
const HEAD = Buffer.alloc(HEAD_BYTES);
const ink = new Ink();

/** By partition and place, a rare record as JSON. */
export type RareEntry = readonly [key: number, text: string];

export interface ChapterParts<A = string> {
  /** As notes-record.ts makes it. */
  notes: Buffer;
  alarms: readonly A[];
  rares: readonly RareEntry[];
}

/** To be put inside a transaction, before the next record is made: they lie in the same memory. */
export function recordOfChapter({ notes, alarms, rares }: ChapterParts<AlarmView>): Buffer {
  HEAD.writeUInt32LE(notes.length);
  ink.clear().append(HEAD).append(notes).number(alarms.length);
  for (const alarm of alarms) writeAlarm(ink.endLine(), alarm);
  for (const [key, text] of rares) ink.endLine().number(key).endLine().put(text);
  return ink.since(0);
}

/** The notes lie in the memory of the record; alarms are read as their text. */
export function chapterOfRecord(record: Buffer): ChapterParts {
  const textAt = HEAD_BYTES + record.readUInt32LE(0);
  const [head, ...lines] = record.toString("utf8", textAt).split("\n");
  const alarms = Number(head);
  const rares: RareEntry[] = [];
  for (let i = alarms; i < lines.length; i += 2) rares.push([Number(lines[i]), lines[i + 1]!]);
  return { notes: record.subarray(HEAD_BYTES, textAt), alarms: lines.slice(0, alarms), rares };
}
