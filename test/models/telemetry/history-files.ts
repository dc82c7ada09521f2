// What the tests of both forms of history in files need: runs of any samples, and readers fed chunk by chunk.

import fc from "fast-check";
import {
  type HistoryBatch,
  type HistoryFormat,
  type HistoryRow,
  type HistoryRun,
  SAMPLE_QUALITIES,
} from "../../../models/telemetry/history-rows.ts";

/** 1980 to 2100, in whole milliseconds: what both forms can say. */
const at = fc.integer({ min: Date.UTC(1980, 0), max: Date.UTC(2100, 0) });
const name = fc.oneof(
  fc.constantFrom("meter:meters:m-17", "building:school:0xScRe4drECQ4DMSq$d6d", "bus:lv:a b", "pipe:w:ü/_,\"\r\n;'é"),
  fc.string({ unit: "binary", minLength: 1, maxLength: 20 }),
);
const sample = fc.record({
  at,
  value: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
  quality: fc.constantFrom(...SAMPLE_QUALITIES),
});

export const runs: fc.Arbitrary<HistoryRun[]> = fc.array(
  fc.record({
    ...{ twin: name, point: name, unit: fc.constantFrom("kWh", "W", "m3/h", "%", "Cel") },
    samples: fc.array(sample, { minLength: 1, maxLength: 8 }),
  }),
  { maxLength: 5 },
);

export function written({ head, write }: HistoryFormat, all: readonly HistoryRun[]): string {
  return head + all.map(write).join("");
}

/** Reads a text, cut into chunks of so many bytes. */
export function readIn(format: HistoryFormat, text: string, chunkBytes = 1_000_000): HistoryBatch {
  const reader = format.reader();
  const bytes = new TextEncoder().encode(text);
  const all: HistoryBatch = { rows: [], faults: [] };
  const add = ({ rows, faults }: HistoryBatch) => {
    all.rows.push(...rows);
    all.faults.push(...faults);
  };
  for (let start = 0; start < bytes.length; start += chunkBytes)
    add(reader.read(bytes.subarray(start, start + chunkBytes)));
  add(reader.end());
  return all;
}

/** Rows as they are to be read, without their lines. */
export const rowsOf = (all: readonly HistoryRun[]) =>
  all.flatMap(({ twin, point, unit, samples }) => samples.map((each) => ({ twin, point, unit, ...each })));

export const withoutLines = (rows: readonly HistoryRow[]) => rows.map(({ line: _, ...row }) => row);
