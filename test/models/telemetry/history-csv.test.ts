// History as CSV: what was written is read again; what is broken is named with its line, and leaves the rest as it is.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { historyCsv } from "../../../models/telemetry/history-csv.ts";
import { readIn, rowsOf, runs, withoutLines, written } from "./history-files.ts";

const HEADER = "twin,point,unit,at,value,quality";
const AT = Date.UTC(2026, 0, 1);
const GOOD_LINE = "meter:m:1,power,W,2026-01-01T00:00:00.000Z,310.5,GOOD";
const read = (...lines: string[]) => readIn(historyCsv, [HEADER, ...lines].join("\n"));

test("a run is a record a sample, times in UTC with milliseconds, what holds a comma or a quote in quotes", () => {
  const run = {
    twin: 'meter:m:"1",2',
    point: "power",
    unit: "W",
    samples: [{ at: AT + 7, value: 1e21, quality: "SUSPECT" as const }],
  };
  expect(written(historyCsv, [run])).toBe(
    `${HEADER}\r\n"meter:m:""1"",2",power,W,2026-01-01T00:00:00.007Z,1e+21,SUSPECT\r\n`,
  );
});

test("what was written is read again, wherever the chunks end, and is written again to the same text (R1, R2)", () => {
  fc.assert(
    fc.property(runs, fc.integer({ min: 1, max: 40 }), (all, chunkBytes) => {
      const text = written(historyCsv, all);
      const { rows, faults } = readIn(historyCsv, text, chunkBytes);
      expect(faults).toEqual([]);
      expect(withoutLines(rows)).toEqual(rowsOf(all));
    }),
  );
});

test("any text is rows and faults, and never a throw", () => {
  const line = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(GOOD_LINE, '"', '"a', "", "\r", ",,,,,"));
  fc.assert(
    fc.property(fc.array(line), fc.integer({ min: 1, max: 20 }), (lines, chunkBytes) => {
      for (const { line: at } of readIn(historyCsv, [HEADER, ...lines].join("\n"), chunkBytes).faults) {
        expect(at).toBeGreaterThan(1);
      }
    }),
  );
});

describe("the header (H1)", () => {
  test.each([
    ["nothing", ""],
    ["a record", GOOD_LINE],
    ["other columns", "at,value"],
    ["a pack", `[{"n":"x","v":1}]`],
  ])("is missing before %s: nothing is read", (_, first) => {
    const { rows, faults } = readIn(historyCsv, `${first}\n${GOOD_LINE}\n`);
    expect(rows).toEqual([]);
    expect(faults).toEqual([{ line: 1, code: "HISTORY_HEADER", reason: expect.stringContaining(HEADER) }]);
  });

  test("is missing in an empty file", () => {
    expect(readIn(historyCsv, "").faults).toMatchObject([{ line: 1, code: "HISTORY_HEADER" }]);
  });

  test("may have a byte order mark, and lines may end in LF or CRLF", () => {
    for (const end of ["\n", "\r\n"]) {
      const { rows, faults } = readIn(historyCsv, `\uFEFF${HEADER}${end}${GOOD_LINE}${end}${end}${GOOD_LINE}`);
      expect(faults).toEqual([]);
      expect(rows.map(({ line }) => line)).toEqual([2, 4]);
    }
  });
});

test("times may have any zone, unit and quality may be left out (H2, H3)", () => {
  const { rows, faults } = read("meter:m:1,power,,2026-01-01T01:00+01:00,-3,");
  expect(faults).toEqual([]);
  expect(rows).toEqual([{ line: 2, twin: "meter:m:1", point: "power", at: AT, value: -3, quality: "GOOD" }]);
});

describe("a broken record is named with its line, and the others are read (H4):", () => {
  test.each([
    ["too few cells", "meter:m:1,power,W,2026-01-01T00:00:00Z", "HISTORY_RECORD", "4 cells"],
    ["too many cells", `${GOOD_LINE},more`, "HISTORY_RECORD", "7 cells"],
    ["a time without its zone", "meter:m:1,power,W,2026-01-01T00:00:00,1,", "HISTORY_TIME", "no time"],
    ["a day that there is not", "meter:m:1,power,W,2026-02-30T00:00:00Z,1,", "HISTORY_TIME", "2026-02-30"],
    ["no value", "meter:m:1,power,W,2026-01-01T00:00:00Z,,", "HISTORY_VALUE", '""'],
    ["a decimal comma", 'meter:m:1,power,W,2026-01-01T00:00:00Z,"1,5",', "HISTORY_VALUE", "1,5"],
    ["a number in hexadecimal", "meter:m:1,power,W,2026-01-01T00:00:00Z,0x10,", "HISTORY_VALUE", "0x10"],
    ["a number beyond all", "meter:m:1,power,W,2026-01-01T00:00:00Z,1e999,", "HISTORY_VALUE", "1e999"],
    ["another quality", "meter:m:1,power,W,2026-01-01T00:00:00Z,1,good", "HISTORY_QUALITY", "GOOD, ESTIMATED, SUSPECT"],
    ["a quote that is not closed", '"meter:m:1,power,W,2026-01-01T00:00:00Z,1,', "HISTORY_RECORD", "never closed"],
    ["text behind a quoted cell", '"meter:m:1"x,power,W,2026-01-01T00:00:00Z,1,', "HISTORY_RECORD", "quoted cell"],
    ["a line without end", "x".repeat(9_000), "HISTORY_RECORD", "8192 characters"],
  ])("%s", (_, line, code, reason) => {
    const { rows, faults } = read(GOOD_LINE, line, GOOD_LINE, GOOD_LINE);
    expect(faults).toEqual([{ line: 3, code, reason: expect.stringContaining(reason) }]);
    expect(rows.map((row) => row.line)).toEqual([2, 4, 5]);
  });
});

test("a cell with a line break is one record, on the line where it begins", () => {
  const { rows, faults } = read('"meter:m:a\r\nb",power,W,2026-01-01T00:00:00Z,1,GOOD\r', GOOD_LINE);
  expect(faults).toEqual([]);
  expect(rows.map(({ line, twin }) => [line, twin])).toEqual([
    [2, "meter:m:a\r\nb"],
    [4, "meter:m:1"],
  ]);
});
