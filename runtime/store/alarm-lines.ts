// Alarm lines: alarms as the text that a chapter has of them, with the little that a move must know: it passes them on as they are.
// Fed by    the records of chapters
// L1  a line says what `alarmOf` would read in it

import { alarmOf } from "../live/alarms.ts";
import type { AlarmView } from "../views.ts";

export interface AlarmLine extends Pick<AlarmView, "id" | "twin" | "code" | "raisedAt" | "clearedAt"> {
  text: string;
}

/** The fields of an alarm stand in this order, as `writeAlarm` writes them. */
const ID = '{"id":"';
const TWIN = '","twin":"';
const CODE = '","code":"';
/** Behind the message, and with quotes that a message cannot have. */
const RAISED_AT = '"raisedAt":';
const CLEARED_AT = '"clearedAt":';
const QUOTE = '"';
const ESCAPE = "\\";

export function lineOf(text: string): AlarmLine {
  // Looked for by their names, fields are found in a third of the time that reading all of them takes; but a text with escapes is longer
  // than what it says.
  if (text.includes(ESCAPE)) {
    const { id, twin, code, raisedAt, clearedAt } = alarmOf(text);
    return { id, twin, code, raisedAt, clearedAt, text };
  }
  const idEnd = text.indexOf(QUOTE, ID.length);
  const twinAt = idEnd + TWIN.length;
  const twinEnd = text.indexOf(QUOTE, twinAt);
  const codeAt = twinEnd + CODE.length;
  return {
    id: text.slice(ID.length, idEnd),
    twin: text.slice(twinAt, twinEnd),
    code: text.slice(codeAt, text.indexOf(QUOTE, codeAt)),
    raisedAt: raisedAtIn(text)!,
    clearedAt: clearedAtIn(text),
    text,
  };
}

/** Of the last alarm of a text. */
export const raisedAtIn = (text: string): number | undefined => timeIn(text, RAISED_AT);
export const clearedAtIn = (text: string): number | undefined => timeIn(text, CLEARED_AT);

function timeIn(text: string, name: string): number | undefined {
  const at = text.lastIndexOf(name);
  return at < 0 ? undefined : Number.parseInt(text.slice(at + name.length, text.indexOf(",", at)), 10);
}
