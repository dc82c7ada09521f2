import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readPlainPack } from "../../../models/telemetry/plain-pack.ts";
import { POINTS_OF_DEVICE } from "../../../models/telemetry/senml-readings.ts";
import { decodeRecords } from "../../../models/telemetry/senml-records.ts";

const NOW_MS = Date.UTC(2026, 0, 1, 12);
const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text, "latin1"));
const read = (text: string) => readPlainPack(bytesOf(text), NOW_MS, POINTS_OF_DEVICE);

/** By way of JSON.parse; undefined where something is wrong with it. */
function byJson(bytes: Uint8Array) {
  let pack: unknown;
  try {
    pack = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
  if (!Array.isArray(pack) || pack.length === 0) return undefined;
  const { records, errors } = decodeRecords(pack, NOW_MS, POINTS_OF_DEVICE);
  return errors.length > 0 ? undefined : records;
}

const often = fc.constantFrom(
  "power",
  "energyImport",
  "W",
  "kWh",
  "1-0:1.8.0",
  "dev-17/",
  "urn:dev:mac:0024befffe804ff1:",
);
const text = fc.oneof(
  { weight: 8, arbitrary: often },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ minLength: 250, maxLength: 260 }) },
);
const number = fc.oneof(
  fc.double().filter(Number.isFinite),
  fc.integer(),
  fc.nat(9_999).map((cents) => cents / 100),
  fc.constantFrom(-0, 2 ** 53, 1e300, 1e-300),
);
const time = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -1_000, max: 2e12 }).map((ms) => ms / 1_000) },
  { weight: 1, arbitrary: number },
);
const record = fc.record(
  { bn: text, bt: time, bu: text, bv: number, n: text, u: text, v: number, t: time },
  { requiredKeys: ["n", "v"] },
);
const written = fc
  .tuple(fc.array(record, { minLength: 1, maxLength: 4 }), fc.boolean())
  // As Python's json writes it, or without spaces.
  .map(([pack, withSpaces]) =>
    withSpaces
      ? JSON.stringify(pack, null, 1)
          .replace(/\n\s*(?=[\]}])/g, "")
          .replace(/\n\s*/g, " ")
      : JSON.stringify(pack),
  );

describe("Plain packs", () => {
  test.each([
    '[{"n":"power","u":"W","v":310,"t":1767225600}]',
    '[{"bn":"","bt":1767225600,"n":"energyImport","u":"kWh","v":1204.25},{"n":"power","u":"W","v":310}]',
    '[{"bn":"urn:dev:ow:10e2073a01080063:","bt":1.320067464e9,"bu":"%RH","n":"humidity","v":20},{"n":"humidity","t":60,"v":20.3}]',
    '[{"n": "power", "u": "W", "v": 310.5, "t": -5}, {"n": "energyImport", "v": 1}]',
    '[{"v":-0.5,"n":"power"}]',
    '[{"n":"power","v":1,"v":2,"t":3,"t":4}]',
  ])("%s is one", (pack) => {
    expect(read(pack)).toEqual(byJson(bytesOf(pack)));
    expect(read(pack)).toBeDefined();
  });

  test.each([
    '[{"n":"power","v":310}] ',
    '[{"n":"power","v":310 }]',
    '[{"n":"pow\\u0065r","v":310}]',
    '[{"n":"caf\u00e9","v":310}]',
    '[{"n":"power","vb":true}]',
    '[{"n":"power","v":"310"}]',
    '[{"n":"power"}]',
    '[{"n":"power","v":1,"s":2}]',
    '[{"n":"power","v":-,"v":1}]',
    '[{"n":"power","v":01}]',
    '[{"n":"power","v":1e999}]',
    '[{"n":"power","v":1,"t":1e12}]',
    '[{"n":"","v":1}]',
    '[{"n":"power","v":1},{}]',
    '[{"n":"power","v":1}{"n":"power","v":1}]',
    '[{"n":"power","v":1},]',
    '{"n":"power","v":1}]',
    "[}]",
    "[]",
    "",
  ])("%s is none", (pack) => {
    expect(read(pack)).toBeUndefined();
  });

  test("B1: what is read is what JSON.parse and the records give", () => {
    let [plain, good] = [0, 0];
    fc.assert(
      fc.property(written, (pack) => {
        const bytes = new TextEncoder().encode(pack);
        const readings = readPlainPack(bytes, NOW_MS, POINTS_OF_DEVICE);
        const expected = byJson(bytes);
        if (expected) good++;
        if (!readings) return;
        plain++;
        expect(readings).toEqual(expected);
      }),
      { numRuns: 2_000 },
    );
    // Not all: some texts have escapes.
    expect(plain).toBeGreaterThan(good / 2);
    expect(good).toBeGreaterThan(500);
  });

  test("B1: bytes that are changed are read so, too, or not at all", () => {
    const change = fc.record({
      at: fc.nat(),
      byte: fc.oneof(fc.constantFrom(...bytesOf('[]{},:"-.0eE+ \\')), fc.nat(255)),
    });
    let plain = 0;
    fc.assert(
      fc.property(
        written,
        fc.array(change, { minLength: 1, maxLength: 3 }),
        fc.constantFrom(0, 0, 0, 1),
        (pack, changes, cut) => {
          const whole = new TextEncoder().encode(pack);
          for (const { at, byte } of changes) whole[at % whole.length] = byte;
          const bytes = whole.subarray(0, whole.length - cut);
          const readings = readPlainPack(bytes, NOW_MS, POINTS_OF_DEVICE);
          if (!readings) return;
          plain++;
          expect(readings).toEqual(byJson(bytes));
        },
      ),
      { numRuns: 20_000 },
    );
    expect(plain).toBeGreaterThan(100);
  });
});
