import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeSenml, encodeSenml, MAX_PACK_BYTES, MAX_PACK_RECORDS } from "../../../models/telemetry/senml.ts";

const NOW_MS = Date.UTC(2026, 0, 1, 12);
const bytesOf = (text: string) => new TextEncoder().encode(text);
const decode = (pack: unknown) => decodeSenml(bytesOf(JSON.stringify(pack)), NOW_MS);
const readings = (pack: unknown) => {
  const { records, errors } = decode(pack);
  expect(errors).toEqual([]);
  return records;
};
const codes = (pack: unknown) => decode(pack).errors.map(({ code, record }) => [code, record]);

describe("SenML packs", () => {
  test("the pack of the contract gives its two readings", () => {
    const pack = '[{"bn":"","bt":1767225600,"n":"energyImport","u":"kWh","v":1204.25},{"n":"power","u":"W","v":310}]';
    expect(decodeSenml(bytesOf(pack), NOW_MS)).toEqual({
      records: [
        { point: "energyImport", unit: "kWh", value: 1204.25, timeMs: 1767225600000 },
        { point: "power", unit: "W", value: 310, timeMs: 1767225600000 },
      ],
      errors: [],
    });
  });

  // RFC 8428, section 5.1.3, with points in place of the example's names and its resolved form (section 5.1.4).
  test("base fields are carried on and added", () => {
    const pack = [
      { bn: "urn:dev:ow:10e2073a01080063:", bt: 1.320067464e9, bu: "%RH", v: 20, n: "humidity" },
      { u: "lon", v: 24.30621, n: "longitude" },
      { t: 60, v: 20.3, n: "humidity" },
      { bv: 100, bu: "V", bt: 1.320067564e9, n: "voltage", v: 0.5 },
      { n: "voltage", t: -1, v: 1 },
    ];
    expect(readings(pack)).toEqual([
      { point: "humidity", unit: "%RH", value: 20, timeMs: 1320067464000 },
      { point: "longitude", unit: "lon", value: 24.30621, timeMs: 1320067464000 },
      { point: "humidity", unit: "%RH", value: 20.3, timeMs: 1320067524000 },
      { point: "voltage", unit: "V", value: 100.5, timeMs: 1320067564000 },
      { point: "voltage", unit: "V", value: 101, timeMs: 1320067563000 },
    ]);
  });

  test.each([
    [{ n: "power" }, "power"],
    [{ bn: "dev-17/", n: "power" }, "power"],
    [{ bn: "urn:dev:mac:0024befffe804ff1:", n: "power" }, "power"],
    [{ bn: "urn:dev:ow:10e2073a01080063:power" }, "power"],
    [{ bn: "urn:dev:ow:10e2073a01080063", n: ":power" }, "power"],
    [{ bn: "dev-17/temp", n: "erature" }, "temperature"],
    [{ n: "1-0:1.8.0" }, "1-0:1.8.0"],
    [{ bn: "dev-17/", n: "1-0:1.8.0" }, "1-0:1.8.0"],
  ])("%j names its point", (name, point) => {
    expect(readings([{ ...name, v: 1 }])[0]!.point).toBe(point);
  });

  test("a first record may hold base fields only", () => {
    expect(
      readings([
        { bn: "dev-17/", bt: 1767225600, bver: 10 },
        { n: "power", v: 1 },
      ]),
    ).toEqual([{ point: "power", value: 1, timeMs: 1767225600000 }]);
  });

  test("a boolean is 1 or 0", () => {
    expect(
      readings([
        { n: "open", vb: true },
        { n: "closed", vb: false },
      ]).map(({ value }) => value),
    ).toEqual([1, 0]);
  });

  test.each([
    [{}, NOW_MS],
    [{ t: -5 }, NOW_MS - 5_000],
    [{ t: 2.5 }, NOW_MS + 2_500],
    [{ bt: -10, t: 3 }, NOW_MS - 7_000],
    [{ t: 2 ** 28 - 1 }, NOW_MS + (2 ** 28 - 1) * 1000],
    [{ t: 2 ** 28 }, 2 ** 28 * 1000],
    [{ bt: 1767225600, t: 0.1 }, 1767225600100],
    [{ bt: 1767225600.123 }, 1767225600123],
    [{ bt: 1767225600, t: -0.001 }, 1767225599999],
  ])("the time %j is read to the millisecond", (time, timeMs) => {
    expect(readings([{ n: "power", v: 1, ...time }])[0]!.timeMs).toBe(timeMs);
  });

  test("S2: good records of a pack with bad ones are kept, and each bad one is named", () => {
    const pack = [
      { n: "power", u: "W", v: 1 },
      { u: "W", v: 2 },
      { n: "state", vs: "on" },
      { n: "blob", vd: "aGk" },
      { n: "power" },
      { n: "power", s: 3 },
      { n: "power", v: 1, vb: true },
      { n: "power", v: "1" },
      { n: "power", v: null },
      { n: "open", vb: 1 },
      { n: "power", v: 1, secret_: 1 },
      7,
      null,
      [],
      { n: "power", v: 1, t: "now" },
      { n: "power", v: 1, t: 1767225600000 },
      { n: "power", v: 1, u: 5 },
      { n: "power", v: 1, ut: "soon" },
      { n: 5, v: 1 },
      { n: "x".repeat(257), v: 1 },
      { name: "power", value: 3 },
      { n: "voltage", u: "V", v: 230, unknown: true },
    ];
    const { records, errors } = decode(pack);
    expect(records.map(({ point }) => point)).toEqual(["power", "voltage"]);
    expect(errors.map(({ code, record }) => [record, code])).toEqual([
      [1, "SENML_NO_NAME"],
      [2, "SENML_VALUE_NOT_NUMERIC"],
      [3, "SENML_VALUE_NOT_NUMERIC"],
      [4, "SENML_NO_VALUE"],
      [5, "SENML_NO_VALUE"],
      [6, "SENML_NO_VALUE"],
      [7, "SENML_VALUE_NOT_NUMERIC"],
      [8, "SENML_VALUE_NOT_NUMERIC"],
      [9, "SENML_VALUE_NOT_NUMERIC"],
      [10, "SENML_FIELD"],
      [11, "SENML_NOT_A_RECORD"],
      [12, "SENML_NOT_A_RECORD"],
      [13, "SENML_NOT_A_RECORD"],
      [14, "SENML_TIME"],
      [15, "SENML_TIME"],
      [16, "SENML_FIELD"],
      [17, "SENML_FIELD"],
      [18, "SENML_NO_NAME"],
      [19, "SENML_NO_NAME"],
      [20, "SENML_NO_NAME"],
    ]);
    for (const { reason } of errors) expect(reason).toMatch(/^\S.{10,160}\.$/);
  });

  test("S3: a broken base field spoils the records after it, up to the next good one", () => {
    const spoilt = (broken: object, good: object) => [
      { n: "a", u: "W", v: 1, ...broken },
      { n: "b", v: 1 },
      { n: "c", v: 1, ...good },
    ];
    expect(codes(spoilt({ bt: "x" }, { bt: 0 }))).toEqual([
      ["SENML_TIME", 0],
      ["SENML_TIME", 1],
    ]);
    expect(codes(spoilt({ bn: 1 }, { bn: "" }))).toEqual([
      ["SENML_NO_NAME", 0],
      ["SENML_NO_NAME", 1],
    ]);
    expect(codes(spoilt({ bv: null }, { bv: 0 }))).toEqual([
      ["SENML_VALUE_NOT_NUMERIC", 0],
      ["SENML_VALUE_NOT_NUMERIC", 1],
    ]);
    expect(codes(spoilt({ bu: 1 }, { bu: "W" }))).toEqual([["SENML_FIELD", 1]]);
  });

  test.each([
    ["", "SENML_NOT_JSON"],
    ["{", "SENML_NOT_JSON"],
    ['[{"n":"power","v":NaN}]', "SENML_NOT_JSON"],
    ['[{"n":"power","v":Infinity}]', "SENML_NOT_JSON"],
    ['[{"n":"power","v":1e999}]', "SENML_VALUE_NOT_NUMERIC"],
    ['[{"n":"power","bv":1e308,"v":1e308}]', "SENML_VALUE_NOT_NUMERIC"],
    ["{}", "SENML_NOT_A_PACK"],
    ['"[]"', "SENML_NOT_A_PACK"],
    ["null", "SENML_NOT_A_PACK"],
    ["[]", "SENML_NOT_A_PACK"],
    ["[{}]", "SENML_NO_NAME"],
    ['[{"bver":11,"n":"power","v":1}]', "SENML_VERSION"],
    ['[{"bver":"10","n":"power","v":1}]', "SENML_VERSION"],
    ['[{"bver":10.5,"n":"power","v":1}]', "SENML_VERSION"],
  ])("%s is refused with %s", (text, code) => {
    const { records, errors } = decodeSenml(bytesOf(text), NOW_MS);
    expect(records).toEqual([]);
    expect(errors.map((error) => error.code)).toEqual([code]);
  });

  test("a pack that says that it uses secondary units (RFC 9100) is read", () => {
    expect(readings([{ bver: 26, n: "energyImport", u: "kWh", v: 1 }])).toHaveLength(1);
  });

  test("bytes that are not UTF-8 are refused, and a byte order mark is not minded", () => {
    expect(decodeSenml(Uint8Array.of(0x5b, 0xff, 0x5d), NOW_MS).errors[0]!.code).toBe("SENML_NOT_JSON");
    expect(decodeSenml(bytesOf('\uFEFF[{"n":"power","v":1}]'), NOW_MS).records).toHaveLength(1);
  });

  test("a pack beyond the limits is refused whole", () => {
    expect(codes(Array(MAX_PACK_RECORDS + 1).fill({ n: "power", v: 1 }))).toEqual([["SENML_TOO_LARGE", undefined]]);
    expect(readings(Array(MAX_PACK_RECORDS).fill({ n: "power", v: 1 }))).toHaveLength(MAX_PACK_RECORDS);
    expect(decodeSenml(new Uint8Array(MAX_PACK_BYTES + 1), NOW_MS).errors[0]!.code).toBe("SENML_TOO_LARGE");
  });

  test("the same point and time twice gives both, in their order", () => {
    expect(
      readings([
        { n: "power", v: 1 },
        { n: "power", v: 2 },
      ]).map(({ value }) => value),
    ).toEqual([1, 2]);
  });

  test("S1: no JSON and no bytes make it throw, and whatever comes out is a reading", () => {
    const label = fc.constantFrom(
      "bn",
      "bt",
      "bu",
      "bv",
      "bs",
      "bver",
      "n",
      "u",
      "v",
      "vb",
      "vs",
      "vd",
      "s",
      "t",
      "ut",
      "x_",
    );
    const packs = fc.array(fc.dictionary(label, fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.double(), fc.string())));
    const bytes = fc.oneof(
      packs.map((pack) => bytesOf(JSON.stringify(pack))),
      fc.jsonValue().map((json) => bytesOf(JSON.stringify(json))),
      fc.uint8Array(),
    );
    fc.assert(
      fc.property(bytes, (input) => {
        const { records, errors } = decodeSenml(input, NOW_MS);
        expect(records.length + errors.length).toBeGreaterThan(0);
        for (const { point, value, timeMs } of records) {
          expect(point).not.toBe("");
          expect(Number.isFinite(value)).toBe(true);
          expect(Number.isSafeInteger(timeMs)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("S4: what is encoded is decoded again", () => {
    const reading = fc.record(
      {
        point: fc.string({ minLength: 1, maxLength: 20 }),
        unit: fc.string({ minLength: 1, maxLength: 10 }),
        value: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
        timeMs: fc.integer({ min: 2 ** 28 * 1000, max: Date.UTC(9999, 11, 31) }),
      },
      { requiredKeys: ["point", "value", "timeMs"] },
    );
    fc.assert(
      fc.property(fc.array(reading, { minLength: 1, maxLength: 20 }), (all) => {
        expect(decodeSenml(encodeSenml(all), NOW_MS)).toEqual({ records: all, errors: [] });
      }),
    );
  });

  test("S4: the first absolute time is one also as the sum of a base time and an offset", () => {
    const all = [2 ** 28 * 1000 + 43, 2 ** 28 * 1000].map((timeMs) => ({ point: "power", value: 0, timeMs }));
    expect(decodeSenml(encodeSenml(all), NOW_MS)).toEqual({ records: all, errors: [] });
  });

  test("what would not be read again as it is cannot be encoded", () => {
    const reading = { point: "power", value: 1, timeMs: NOW_MS };
    for (const wrong of [{ value: Number.NaN }, { timeMs: 5 }, { point: "" }]) {
      expect(() => encodeSenml([{ ...reading, ...wrong }])).toThrow(RangeError);
    }
    expect(() => encodeSenml([])).toThrow(RangeError);
  });
});
