// History as SenML: packs as RFC 8428 has them, names that any twin id goes through, qualities that others may pass over.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SampleQuality } from "../../../models/telemetry/history-rows.ts";
import { historySenml, readSenmlName, senmlName } from "../../../models/telemetry/history-senml.ts";
import { decodeSenml, MAX_PACK_BYTES, MAX_PACK_RECORDS } from "../../../models/telemetry/senml.ts";
import { readIn, rowsOf, runs, withoutLines, written } from "./history-files.ts";

const AT = Date.UTC(2026, 0, 1);
const T = AT / 1000;
const run = (samples: { at: number; value: number; quality: SampleQuality }[], twin = "meter:m:1") => ({
  ...{ twin, point: "power", unit: "W", samples },
});
const good = (at: number, value: number) => ({ at, value, quality: "GOOD" as const });

test("a run is a pack a line, with its name, unit and time in the base fields", () => {
  const text = written(historySenml, [run([good(AT, 1.5), { at: AT + 900_001, value: -2, quality: "SUSPECT" }])]);
  expect(text).toBe(`[{"bn":"meter:m:1/power","bu":"W","bt":${T},"v":1.5},{"t":900.001,"v":-2,"quality":"SUSPECT"}]\n`);
});

test("each pack is one that RFC 8428 allows: no more records than the limit, and readable for who knows no qualities", () => {
  const samples = Array.from({ length: 2_500 }, (_, i) => good(AT + i * 1_000, i));
  const packs = written(historySenml, [run(samples)])
    .trimEnd()
    .split("\n");
  expect(packs.map((pack) => JSON.parse(pack).length)).toEqual([MAX_PACK_RECORDS, MAX_PACK_RECORDS, 500]);
  const { records, errors } = decodeSenml(new TextEncoder().encode(packs[2]), 0);
  expect(errors).toEqual([]);
  expect(records[0]).toEqual({ point: "power", unit: "W", value: 2_000, timeMs: AT + 2_000_000 });
});

test("what was written is read again, wherever the chunks end (R1, R2)", () => {
  fc.assert(
    fc.property(runs, fc.integer({ min: 1, max: 40 }), (all, chunkBytes) => {
      const { rows, faults } = readIn(historySenml, written(historySenml, all), chunkBytes);
      expect(faults).toEqual([]);
      expect(withoutLines(rows)).toEqual(rowsOf(all));
    }),
  );
});

describe("a name (N1)", () => {
  test.each([
    ["meter:meters:m-17", "power", "meter:meters:m-17/power"],
    ["building:school:0xScRe$", "temperature", "building:school:0xScRe_24/temperature"],
    ["bus:lv:a_b/c d", "1-0:1.8.0", "bus:lv:a_5Fb_2Fc_20d/1-0:1.8.0"],
    ["pipe:w:Süd", "flow", "pipe:w:S_C3_BCd/flow"],
  ])("of %s %s is %s, and says the same twin and point again", (twin, point, name) => {
    expect(senmlName(twin, point)).toBe(name);
    expect(readSenmlName(name)).toEqual([twin, point]);
  });

  test("consists of what RFC 8428 lets it, section 4.5.1, and is that of no other twin or point", () => {
    const part = fc.string({ unit: "binary", minLength: 1 });
    fc.assert(
      fc.property(part, part, (twin, point) => {
        const name = senmlName(`meter:m:${twin}`, point);
        expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9\-:./_]*$/);
        expect(readSenmlName(name)).toEqual([`meter:m:${twin}`, point]);
      }),
    );
  });

  test.each(["power", "/power", "meter:m:1/", "a/b/c", "a_b/c", "a_5f/c", "a_FF/c"])("is not %s", (name) => {
    expect(readSenmlName(name)).toBeUndefined();
  });
});

describe("packs of others", () => {
  test("may be written over several lines, carry base fields on, and leave units and qualities out", () => {
    const text = `[\n  {"bn":"meter:m:1/","bt":${T},\n   "n":"power","v":1},\n  {"n":"energyImport","u":"kWh","v":2}\n]\n[{"n":"meter:m:2/power","t":${T},"v":3}]`;
    const { rows, faults } = readIn(historySenml, text);
    expect(faults).toEqual([]);
    expect(rows).toEqual([
      { line: 1, twin: "meter:m:1", point: "power", at: AT, value: 1, quality: "GOOD" },
      { line: 1, twin: "meter:m:1", point: "energyImport", unit: "kWh", at: AT, value: 2, quality: "GOOD" },
      { line: 6, twin: "meter:m:2", point: "power", at: AT, value: 3, quality: "GOOD" },
    ]);
  });

  test.each([
    ["no JSON", "[{", "HISTORY_SENML", "SENML_NOT_JSON"],
    ["no pack", "[]", "HISTORY_SENML", "SENML_NOT_A_PACK"],
    ["a time that is relative to now (N4)", `[{"n":"a/b","t":-5,"v":1}]`, "HISTORY_SENML", "SENML_TIME: record 0"],
    ["a text for a value", `[{"n":"a/b","t":${T},"vs":"x"}]`, "HISTORY_SENML", "SENML_VALUE_NOT_NUMERIC"],
    ["a field that must be understood", `[{"n":"a/b","t":${T},"v":1,"x_":1}]`, "HISTORY_SENML", "SENML_FIELD"],
    ["a name without a twin", `[{"n":"power","t":${T},"v":1}]`, "HISTORY_SENML", "TWIN/POINT"],
    ["a quality that there is not", `[{"n":"a/b","t":${T},"v":1,"quality":3}]`, "HISTORY_QUALITY", "GOOD, ESTIMATED"],
    ["too many bytes", `[${" ".repeat(MAX_PACK_BYTES)}]`, "HISTORY_SENML", "SENML_TOO_LARGE"],
    ["too many lines", `[${"\n ".repeat(MAX_PACK_BYTES / 2)}]`, "HISTORY_SENML", "SENML_TOO_LARGE"],
  ])("that have %s are named with their line, and the packs behind are read", (_, pack, code, reason) => {
    const fine = `[{"n":"meter:m:1/power","t":${T},"v":1}]`;
    const { rows, faults } = readIn(historySenml, `${fine}\n${pack}\n${fine}\n`);
    expect(faults).toEqual([{ line: 2, code, reason: expect.stringContaining(reason) }]);
    expect(rows).toHaveLength(2);
  });

  test("of any text are rows and faults, and never a throw", () => {
    const line = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.json(),
      fc.json().map((json) => `[${json}]`),
    );
    fc.assert(
      fc.property(fc.array(line), fc.integer({ min: 1, max: 20 }), (lines, chunkBytes) => {
        readIn(historySenml, lines.join("\n"), chunkBytes);
      }),
    );
  });
});
