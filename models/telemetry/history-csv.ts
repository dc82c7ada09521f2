// History as CSV (RFC 4180): a header, then one sample a record.
// Fed by    runs of samples; bytes of a file, chunk by chunk
// Gives     records of twin, point, unit, at, value, quality; rows, and what was wrong, with lines
// H1  the header is `twin,point,unit,at,value,quality`: without it the columns would be guessed, so nothing is read
// H2  `at` is ISO 8601 in UTC with milliseconds when written, with any zone when read; `value` is a decimal number in `unit`
// H3  an empty unit is the point's own, an empty quality is GOOD
// H4  a record that cannot be read leaves the others as they are

import { readCsv } from "../csv.ts";
import { parseDateTime } from "../date-time.ts";
import {
  type HistoryBatch,
  type HistoryCode,
  type HistoryFormat,
  type HistoryReader,
  type HistoryRow,
  type HistoryRun,
  isSampleQuality,
  Lines,
  SAMPLE_QUALITIES,
} from "./history-rows.ts";
import { quoted } from "./senml-readings.ts";

const HEADER = "twin,point,unit,at,value,quality";
const COLUMNS = HEADER.split(",").length;
/** 0000-01-01: before it, a year has more than four digits. */
const FIRST_MS = -62_167_219_200_000;
const MAX_RECORD_CHARS = 8_192;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

export const historyCsv: HistoryFormat = {
  mediaType: "text/csv",
  head: `${HEADER}\r\n`,
  firstMs: FIRST_MS,
  write,
  reader: () => new CsvHistoryReader(),
};

function write({ twin, point, unit, samples }: HistoryRun): string {
  const names = `${cell(twin)},${cell(point)},${cell(unit)},`;
  let text = "";
  for (const { at, value, quality } of samples) text += `${names}${new Date(at).toISOString()},${value},${quality}\r\n`;
  return text;
}

const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

class CsvHistoryReader implements HistoryReader {
  readonly #lines = new Lines(
    MAX_RECORD_CHARS,
    (text, line) => this.#line(text, line),
    (line) => this.#tooLong(line),
  );
  #batch: HistoryBatch = { rows: [], faults: [] };
  #state: "header" | "records" | "refused" = "header";
  /** Lines of a record whose quoted cell is not closed yet, and the first one's number. */
  #open: string | undefined;
  #openLine = 0;

  read(chunk: Uint8Array): HistoryBatch {
    this.#lines.read(chunk);
    return this.#taken();
  }

  end(): HistoryBatch {
    this.#lines.end();
    this.#close();
    if (this.#state === "header") this.#refuse(1, "the file is empty");
    return this.#taken();
  }

  #taken(): HistoryBatch {
    const batch = this.#batch;
    this.#batch = { rows: [], faults: [] };
    return batch;
  }

  #line(text: string, line: number): void {
    if (this.#state === "refused") return;
    if (this.#state === "header") {
      if (text.replace(/\r$/, "") === HEADER) this.#state = "records";
      else this.#refuse(line, `the first line is ${quoted(text)}, not ${HEADER}`);
    } else if (this.#open !== undefined) this.#more(text);
    else if (!text.includes('"')) this.#record(text.replace(/\r$/, "").split(","), line);
    else if (isOpen(text)) {
      this.#open = text;
      this.#openLine = line;
    } else this.#records(text, line);
  }

  /** One more line of a record with a line break in one of its cells. */
  #more(text: string): void {
    this.#open = `${this.#open}\n${text}`;
    if (!text.includes('"') && this.#open.length <= MAX_RECORD_CHARS) return;
    if (!isOpen(this.#open) || this.#open.length > MAX_RECORD_CHARS) this.#close();
  }

  #close(): void {
    if (this.#open !== undefined) this.#records(this.#open, this.#openLine);
    this.#open = undefined;
  }

  /** Several records when a quoted cell is never closed: the table's reader knows how to go on behind it. */
  #records(text: string, line: number): void {
    const { records, faults } = readCsv(text);
    for (const fault of faults) this.#fault(line + fault.line - 1, "HISTORY_RECORD", fault.message);
    for (const [i, record] of records.entries()) {
      const next = records[i + 1]?.line ?? Number.POSITIVE_INFINITY;
      const isBroken = faults.some((fault) => fault.line >= record.line && fault.line < next);
      if (!isBroken) this.#record(record.cells, line + record.line - 1);
    }
  }

  #record(cells: readonly string[], line: number): void {
    if (cells.length === 1 && cells[0] === "") return;
    if (cells.length !== COLUMNS) {
      this.#fault(line, "HISTORY_RECORD", `the record has ${cells.length} cells, and ${COLUMNS} are wanted`);
      return;
    }
    const [twin, point, unit, time, number, quality] = cells as [string, string, string, string, string, string];
    const at = parseDateTime(time);
    const value = NUMBER.test(number) ? Number(number) : Number.NaN;
    if (at === undefined) this.#fault(line, "HISTORY_TIME", `${quoted(time)} is no time`);
    else if (!Number.isFinite(value)) this.#fault(line, "HISTORY_VALUE", `${quoted(number)} is no number`);
    else if (quality !== "" && !isSampleQuality(quality)) {
      const known = SAMPLE_QUALITIES.join(", ");
      this.#fault(line, "HISTORY_QUALITY", `${quoted(quality)} is no quality; there are ${known}`);
    } else {
      const row: HistoryRow = { line, twin, point, at, value, quality: quality === "" ? "GOOD" : quality };
      if (unit !== "") row.unit = unit;
      this.#batch.rows.push(row);
    }
  }

  #tooLong(line: number): void {
    if (this.#state === "header") this.#refuse(line, `the first line is not ${HEADER}`);
    if (this.#state === "refused") return;
    this.#close();
    this.#fault(line, "HISTORY_RECORD", `the line has more than ${MAX_RECORD_CHARS} characters`);
  }

  #refuse(line: number, reason: string): void {
    this.#state = "refused";
    this.#fault(line, "HISTORY_HEADER", reason);
  }

  #fault(line: number, code: HistoryCode, reason: string): void {
    this.#batch.faults.push({ line, code, reason });
  }
}

/** Whether a quoted cell goes on behind the end of the text. */
function isOpen(text: string): boolean {
  let quotes = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) quotes++;
  return quotes % 2 === 1;
}
