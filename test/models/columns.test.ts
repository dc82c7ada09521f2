// Columns: what was put in comes out again, and what is not whole is refused.

import fc from "fast-check";
import { expect, test } from "vitest";
import { type Column, decodeColumns, encodeColumns } from "../../models/columns.ts";

const column: fc.Arbitrary<Column> = fc.oneof(
  fc.uint8Array({ maxLength: 20 }),
  fc.uint32Array({ maxLength: 20 }),
  fc.int32Array({ maxLength: 20 }),
);
const columns = fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), column, { maxKeys: 5, noNullPrototype: true });

test("columns and what is said beside them come back as they were, wherever the bytes lie", () => {
  fc.assert(
    fc.property(columns, fc.jsonValue(), fc.nat(16), (given, said, offset) => {
      const bytes = encodeColumns(given, said);
      const elsewhere = new Uint8Array(bytes.length + offset);
      elsewhere.set(bytes, offset);
      for (const each of [bytes, elsewhere.subarray(offset)]) {
        const decoded = decodeColumns(each)!;
        expect(decoded.columns).toEqual(given);
        expect(JSON.stringify(decoded.said)).toBe(JSON.stringify(said));
      }
    }),
  );
});

test("what is cut off, or of another form, is refused (N1)", () => {
  const bytes = encodeColumns({ a: Uint32Array.of(1, 2, 3), b: Uint8Array.of(4) }, { key: "k" });
  for (let length = 0; length < bytes.length - 7; length++)
    expect(decodeColumns(bytes.subarray(0, length))).toBeUndefined();
  const other = bytes.slice();
  other[4]!++;
  expect(decodeColumns(other)).toBeUndefined();
  expect(decodeColumns(new TextEncoder().encode("{}, and more than a head would be"))).toBeUndefined();
});
