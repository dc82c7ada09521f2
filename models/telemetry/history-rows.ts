// History in files: what its two forms, CSV and SenML, have in common.
// Fed by    runs of samples when it is written, chunks of bytes when it is read
// Gives     `HistoryFormat`: what a form of history in files can do; and `Lines`, in which both forms are read
// R1  what is written is read again as it was, and is written again to the same bytes
// R2  chunks may end anywhere, and what is held of them never exceeds a line's limit: a file may be larger than memory

/** NONE, which a point without a value has, is no quality of a sample. */
export const SAMPLE_QUALITIES = ["GOOD", "ESTIMATED", "SUSPECT"] as const;
export type SampleQuality = (typeof SAMPLE_QUALITIES)[number];

export interface HistorySample {
  /** Epoch ms. */
  at: number;
  value: number;
  quality: SampleQuality;
}

/** Samples of one point, oldest first, in the point's unit. */
export interface HistoryRun {
  twin: string;
  point: string;
  unit: string;
  samples: readonly HistorySample[];
}

/** A sample as a file has it. */
export interface HistoryRow extends HistorySample {
  /** Line on which it stands, or its SenML pack begins, from 1. */
  line: number;
  twin: string;
  point: string;
  /** The point's own when absent. */
  unit?: string;
}

export type HistoryCode =
  | "HISTORY_HEADER"
  | "HISTORY_RECORD"
  | "HISTORY_TIME"
  | "HISTORY_VALUE"
  | "HISTORY_QUALITY"
  | "HISTORY_SENML";

export interface HistoryFault {
  line: number;
  code: HistoryCode;
  reason: string;
}

export interface HistoryBatch {
  rows: HistoryRow[];
  /** HISTORY_HEADER is the last one: nothing of such a file is read. */
  faults: HistoryFault[];
}

export interface HistoryReader {
  read(chunk: Uint8Array): HistoryBatch;
  /** What is left when the last chunk was read. */
  end(): HistoryBatch;
}

export interface HistoryFormat {
  mediaType: string;
  /** What stands before the first run. */
  head: string;
  /** Samples before this time cannot be written. */
  firstMs: number;
  write(run: HistoryRun): string;
  reader(): HistoryReader;
}

export const isSampleQuality = (text: unknown): text is SampleQuality =>
  (SAMPLE_QUALITIES as readonly unknown[]).includes(text);

/** Cuts chunks of UTF-8 into lines. Their ends (LF) and a byte order mark are left out; a CR before an end is not. */
export class Lines {
  readonly #decoder = new TextDecoder("utf-8");
  readonly #maxChars: number;
  readonly #take: (text: string, line: number) => void;
  readonly #tooLong: (line: number) => void;
  #rest = "";
  #line = 1;
  /** Whether the line was said to be too long, and its end is awaited. */
  #isSkipping = false;

  constructor(maxChars: number, take: (text: string, line: number) => void, tooLong: (line: number) => void) {
    this.#maxChars = maxChars;
    this.#take = take;
    this.#tooLong = tooLong;
  }

  read(chunk: Uint8Array): void {
    const text = this.#rest + this.#decoder.decode(chunk, { stream: true });
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      this.#whole(text.slice(start, end));
      start = end + 1;
    }
    this.#rest = text.slice(start);
    if (this.#rest.length <= this.#maxChars) return;
    if (!this.#isSkipping) this.#tooLong(this.#line);
    this.#isSkipping = true;
    this.#rest = "";
  }

  end(): void {
    const text = this.#rest + this.#decoder.decode();
    this.#rest = "";
    if (text !== "") this.#whole(text);
  }

  #whole(text: string): void {
    if (this.#isSkipping) this.#isSkipping = false;
    else if (text.length > this.#maxChars) this.#tooLong(this.#line);
    else this.#take(text, this.#line);
    this.#line++;
  }
}
