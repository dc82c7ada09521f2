// History as SenML (RFC 8428, JSON): packs of one point each, one pack a line.
// Fed by    runs of samples; bytes of a file, chunk by chunk
// Gives     packs; rows, and what was wrong, with the line on which its pack begins
// N1  a name is TWIN/POINT. RFC 8428 allows letters, digits and `-:./_` in it, twin ids hold anything: each byte (UTF-8) of another
//     character, and of `/` and `_` within either part, is `_` and two hexadecimal digits, so that names are faithful and most look
//     as they are: `meter:meters:m-17/power`, `building:school:0xScRe_24Q/temperature`
// N2  the quality stands in the field `quality`, absent for GOOD. It ends in no `_`, so who does not know it may pass over it
//     (section 4.4)
// N3  a pack is a whole one, with its own base fields; when read, a line that begins with `[` begins one
// N4  times are absolute: what SenML takes for relative to now is refused

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
import { decodeSenml, MAX_PACK_BYTES, MAX_PACK_RECORDS } from "./senml.ts";
import { ABSOLUTE_FROM_S, type Naming, quoted, type SenmlReading } from "./senml-readings.ts";

const PLAIN = /^[A-Za-z0-9:.-]*$/;
/** A twin's id may be long, and three times as long when nothing of it is plain. */
const WHOLE_NAMES: Naming = { nameOf: (baseName, name) => baseName + name, maxChars: 2_048 };

const encoder = new TextEncoder();
const utf8 = new TextDecoder("utf-8", { fatal: true });

export const historySenml: HistoryFormat = {
  mediaType: "application/senml+json",
  head: "",
  firstMs: ABSOLUTE_FROM_S * 1000,
  write,
  reader: () => new SenmlHistoryReader(),
};

function write({ twin, point, unit, samples }: HistoryRun): string {
  const base = `"bn":${JSON.stringify(senmlName(twin, point))},"bu":${JSON.stringify(unit)}`;
  let text = "";
  for (let start = 0; start < samples.length; start += MAX_PACK_RECORDS) {
    const pack = samples.slice(start, start + MAX_PACK_RECORDS);
    const baseMs = pack[0]!.at;
    for (const [i, { at, value, quality }] of pack.entries()) {
      text += i === 0 ? `[{${base},"bt":${baseMs / 1000}` : `,{"t":${(at - baseMs) / 1000}`;
      text += `,"v":${value}${quality === "GOOD" ? "" : `,"quality":"${quality}"`}}`;
    }
    text += "]\n";
  }
  return text;
}

export function senmlName(twin: string, point: string): string {
  return `${escaped(twin)}/${escaped(point)}`;
}

function escaped(text: string): string {
  if (PLAIN.test(text)) return text;
  let name = "";
  for (const byte of encoder.encode(text)) {
    const sign = String.fromCharCode(byte);
    name += PLAIN.test(sign) ? sign : `_${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return name;
}

/** Twin and point of a name; undefined when it is none of ours. */
export function readSenmlName(name: string): [twin: string, point: string] | undefined {
  const [twin, point, ...more] = name.split("/").map(unescaped);
  return twin && point && more.length === 0 ? [twin, point] : undefined;
}

function unescaped(part: string): string | undefined {
  if (!part.includes("_")) return part;
  const bytes: number[] = [];
  for (let at = 0; at < part.length; at++) {
    if (part[at] !== "_") bytes.push(part.charCodeAt(at));
    else {
      const digits = part.slice(at + 1, at + 3);
      if (!/^[0-9A-F]{2}$/.test(digits)) return undefined;
      bytes.push(Number.parseInt(digits, 16));
      at += 2;
    }
  }
  try {
    return utf8.decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}

class SenmlHistoryReader implements HistoryReader {
  readonly #lines = new Lines(
    MAX_PACK_BYTES,
    (text, line) => this.#line(text, line),
    (line) => {
      this.#close();
      this.#tooLong(line);
    },
  );
  #batch: HistoryBatch = { rows: [], faults: [] };
  /** The lines of the pack that is being read, and the first one's number. */
  #pack = "";
  #packLine = 0;
  /** Whether the rest of the pack is passed over. */
  #isSkipping = false;
  /** Names come in runs: the last one is likely to come again. */
  #lastName = "";
  #lastNames: [twin: string, point: string] | undefined;

  read(chunk: Uint8Array): HistoryBatch {
    this.#lines.read(chunk);
    return this.#taken();
  }

  end(): HistoryBatch {
    this.#lines.end();
    this.#close();
    return this.#taken();
  }

  #taken(): HistoryBatch {
    const batch = this.#batch;
    this.#batch = { rows: [], faults: [] };
    return batch;
  }

  #line(text: string, line: number): void {
    if (/^\s*\[/.test(text)) {
      this.#close();
      this.#isSkipping = false;
    }
    if (this.#isSkipping) return;
    if (this.#pack === "") this.#packLine = line;
    this.#pack = this.#pack === "" ? text.trim() : `${this.#pack}\n${text}`;
    if (this.#pack.length > MAX_PACK_BYTES) this.#tooLong(this.#packLine);
  }

  #tooLong(line: number): void {
    this.#pack = "";
    this.#isSkipping = true;
    const reason = `SENML_TOO_LARGE: the pack has more than ${MAX_PACK_BYTES} bytes`;
    this.#fault(line, "HISTORY_SENML", reason);
  }

  #close(): void {
    const pack = this.#pack;
    this.#pack = "";
    if (pack === "") return;
    const { records, errors } = decodeSenml(encoder.encode(pack), Number.NaN, WHOLE_NAMES);
    for (const { code, record, reason } of errors) {
      const place = record === undefined ? "" : `record ${record}: `;
      this.#fault(this.#packLine, "HISTORY_SENML", `${code}: ${place}${reason.replace(/\.$/, "")}`);
    }
    for (const reading of records) this.#reading(reading, this.#packLine);
  }

  #reading({ point: name, unit, value, timeMs, quality = "GOOD" }: SenmlReading, line: number): void {
    if (name !== this.#lastName) {
      this.#lastName = name;
      this.#lastNames = readSenmlName(name);
    }
    const names = this.#lastNames;
    if (!names) this.#fault(line, "HISTORY_SENML", `${quoted(name)} is no TWIN/POINT`);
    else if (!isSampleQuality(quality)) {
      const known = SAMPLE_QUALITIES.join(", ");
      this.#fault(line, "HISTORY_QUALITY", `the quality of ${quoted(name)} is none; there are ${known}`);
    } else {
      const row: HistoryRow = { line, twin: names[0], point: names[1], at: timeMs, value, quality };
      if (unit !== undefined) row.unit = unit;
      this.#batch.rows.push(row);
    }
  }

  #fault(line: number, code: HistoryCode, reason: string): void {
    this.#batch.faults.push({ line, code, reason });
  }
}
