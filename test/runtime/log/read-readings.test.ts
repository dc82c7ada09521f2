// Readings of a message: read from its text as JSON.parse reads them, digit for digit, and only what is exactly in form.

import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeEvent, encodeEvent, type LogEvent, type ReadEvent } from "../../../runtime/log/events.ts";
import { readReadings } from "../../../runtime/log/read-readings.ts";
import { hashesOf } from "../../../runtime/log/readings.ts";
import { asWritten } from "../live/harness.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.constantFrom("power", "meter:meters:m-1", 'a"b\\'),
);
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
  fc.integer().map((n) => n / 1000),
  fc.maxSafeInteger(),
);
const time = fc.integer({ min: -8.64e15, max: 8.64e15 });
const readings = fc.record({
  ...{ type: fc.constant("readings" as const), at: time },
  entries: fc.array(fc.tuple(text, fc.array(fc.tuple(text, time, number), { maxLength: 4 })), { maxLength: 4 }),
});

test("what stands in the text is what JSON reads, every number to its last bit (N1)", () => {
  fc.assert(
    fc.property(readings, (event) => {
      const bytes = encodeEvent(event);
      const read = readReadings(bytes)!;
      expect(asWritten(read)).toEqual(JSON.parse(new TextDecoder().decode(bytes)));
      for (const [entry, [id]] of event.entries.entries()) {
        expect([read.hash(entry), read.second(entry)]).toEqual(hashesOf(id));
        expect(read.isFor(entry, id)).toBe(true);
        expect(read.isFor(entry, `${id}x`)).toBe(false);
        expect(read.isFor(entry, `x${id.slice(1)}`)).toBe(id.startsWith("x"));
      }
    }),
    { numRuns: 500 },
  );
});

test.each([
  ...[
    "0",
    "-0",
    "1",
    "0.1",
    "-12.5",
    "100",
    "9007199254740991",
    "9007199254740992",
    "9007199254740993",
    "0.30000000000000004",
  ],
  ...[
    "1e3",
    "1E-7",
    "-2.5e+10",
    "123456789012345678901234567890",
    "0.0000000000000000000000001",
    "5e-324",
    "1.7976931348623157e308",
  ],
  ...["123456789.123456789", "4.35", "0.000001", "99999999999999999", "1.0"],
])("%s is read as JSON reads it", (number) => {
  const read = readReadings(bytesOf(`{"type":"readings","at":5,"entries":[["m",[["p",1,${number}]]]]}`))!;
  expect(read.value(0)).toBe(JSON.parse(number));
});

test("a mark of the byte order in front of an id or a point is a part of it, as JSON reads it (F1)", () => {
  const text = '{"type":"readings","at":5,"entries":[["\uFEFFm",[["\uFEFFp",1,2]]]]}';
  expect(asWritten(readReadings(bytesOf(text))!)).toEqual(JSON.parse(text));
});

test("a message keeps its readings whatever is read after it, also where many are more than a column has room for", () => {
  const sizes = [3, 4_000, 0, 3_999, 1, 20_000, 2, 40_000, 5];
  const events = sizes.map((size, message) => ({
    type: "readings" as const,
    at: message,
    entries: Array.from({ length: size }, (_, i): [string, [string, number, number][]] => [
      `m-${message}-${i}`,
      Array.from({ length: i % 4 }, (_, row) => [`p${row}`, 1_000 * message + row, i / 8]),
    ]),
  }));
  const read = events.map((event) => readReadings(encodeEvent(event))!);
  for (const [message, event] of events.entries()) expect(asWritten(read[message]!)).toEqual(event);
});

/** A change of one place of a text. */
const damage = fc.record({
  at: fc.nat(),
  by: fc.constantFrom("", "0", " ", ",", '"', "\\", "[", "]", "}", "-", ".", "e", "é", "\n", "null", "\uFEFF"),
});

test("what is damaged is read only as JSON reads it, and else refused (F1)", () => {
  fc.assert(
    fc.property(readings, damage, fc.boolean(), (event: LogEvent, { at, by }, replaces) => {
      const whole = JSON.stringify(event);
      const place = at % whole.length;
      const bytes = bytesOf(whole.slice(0, place) + by + whole.slice(place + (replaces ? 1 : 0)));
      // Half a character has no bytes of its own.
      const damaged = new TextDecoder().decode(bytes);
      const read = decodeEvent(bytes);
      if (typeof read === "string") return;
      const { type, at: when, entries } = JSON.parse(damaged);
      expect(asWritten(read as ReadEvent)).toEqual({ type, at: when, entries });
    }),
    { numRuns: 3_000 },
  );
});

test.each([
  '{"type":"readings","at":5,"entries":[["m",[["p",1,01]]]]}',
  '{"type":"readings","at":5,"entries":[["m",[["p",1,1.]]]]}',
  '{"type":"readings","at":5,"entries":[["m",[["p",1,.5]]]]}',
  '{"type":"readings","at":5,"entries":[["m",[["p",1,-]]]]}',
  '{"type":"readings","at":5,"entries":[["m",[["p",1,1e]]]]}',
  '{"type":"readings","at":5,"entries":[["m",[["p",1,1]],]]}',
  '{"type":"readings","at":5,"entries":[["m",[["p",1,1]]]]} ',
  '{"type":"readings","at":5,"entries":[["m',
  '{"type":"readings","at":5,"entries":[["m\u0001",[]]]}',
  '{"type":"readings","at":5,"entries":[["m\\x",[]]]}',
  '{"type":"readings","at":5,"entries":[["m",[["p\\x",1,1]]]]}',
  '{"type":"readings","at":5,"entries":[["m",[["p",1,1e999]]]]}',
])("%s is not in form", (message) => {
  expect(readReadings(bytesOf(message))).toBeUndefined();
});

test("another form of the same JSON is read, too", () => {
  const read = decodeEvent(bytesOf('{ "entries": [["m", [["p", 1, 2.50]]]], "at": 5, "type": "readings", "more": 1 }'));
  expect(asWritten(read as ReadEvent)).toEqual({ type: "readings", at: 5, entries: [["m", [["p", 1, 2.5]]]] });
});
