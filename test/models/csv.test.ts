import fc from "fast-check";
import { expect, test } from "vitest";
import { readCsv } from "../../models/csv.ts";

test("reads the examples of RFC 4180, clause 2", () => {
  expect(readCsv("aaa,bbb,ccc\r\nzzz,yyy,xxx").records.map((record) => record.cells)).toEqual([
    ["aaa", "bbb", "ccc"],
    ["zzz", "yyy", "xxx"],
  ]);
  expect(readCsv('"aaa","b\r\nbb","ccc"\r\nzzz,yyy,xxx').records).toEqual([
    { line: 1, cells: ["aaa", "b\r\nbb", "ccc"] },
    { line: 3, cells: ["zzz", "yyy", "xxx"] },
  ]);
  expect(readCsv('"aaa","b""bb","ccc"').records[0]!.cells).toEqual(["aaa", 'b"bb', "ccc"]);
});

test("a byte order mark is no part of a cell, and blank lines are no records", () => {
  expect(readCsv("\uFEFFa;b\n\n\rc;d\r\n", ";").records).toEqual([
    { line: 1, cells: ["a", "b"] },
    { line: 4, cells: ["c", "d"] },
  ]);
});

test("a quoted cell that is never closed does not swallow the rows behind it", () => {
  const { records, faults } = readCsv('a,b\n"c,d\ne,f\n"g,h');
  expect(records.map((record) => record.cells[0])).toContain("e");
  expect(faults.map((fault) => fault.line)).toEqual([2, 4]);
});

test("text behind a quoted cell is a fault and is kept", () => {
  expect(readCsv('a,"b"c\nd,e')).toEqual({
    records: [
      { line: 1, cells: ["a", "bc"] },
      { line: 2, cells: ["d", "e"] },
    ],
    faults: [{ line: 1, message: '"c" stands behind the end of a quoted cell' }],
  });
});

test("whatever is written as RFC 4180 says is read back", () => {
  const table = fc.array(
    fc.array(fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", " ") }), { minLength: 2 }),
  );
  fc.assert(
    fc.property(table, (rows) => {
      const text = rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",")).join("\r\n");
      const { records, faults } = readCsv(text);
      expect(records.map((record) => record.cells)).toEqual(rows);
      expect(faults).toEqual([]);
    }),
  );
});

test("no text makes it throw", () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r") }), (text) => void readCsv(text)));
});
