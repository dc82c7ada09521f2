// Tests of the MATPOWER exporter: what is exported is read again as the same case.

import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DistrictPart } from "../../../models/loaders/loader.ts";
import { loadMatpower } from "../../../models/loaders/matpower.ts";
import { differencesOf, districtOf, exported } from "./parts.ts";

const FIXTURES = new URL("../../fixtures/matpower/", import.meta.url);
function load(input: string | Uint8Array): DistrictPart {
  const bytes = typeof input === "string" ? new TextEncoder().encode(input) : input;
  return loadMatpower({ source: "g-1", file: "case.m", bytes }) as DistrictPart;
}
const out = (part: DistrictPart) => exported(districtOf(part), { format: "matpower" });
const codes = (part: DistrictPart) => part.findings.map(({ code }) => code);

describe("read again, it is the same case:", () => {
  for (const name of readdirSync(FIXTURES).filter((each) => each.endsWith(".m"))) {
    test(name, () => {
      const part = load(new Uint8Array(readFileSync(new URL(name, FIXTURES))));
      const text = out(part);
      expect(differencesOf(part, load(text))).toEqual([]);
      expect(codes(load(text))).toEqual(codes(part));
      expect(text).toMatch(/^function mpc = case_g_1\nmpc\.version = '2';\nmpc\.baseMVA = /);
    });
  }
});

test("a case of version 1 becomes one of version 2, with nothing that it did not say", () => {
  const part = load(`function [baseMVA, bus, gen, branch, areas, gencost] = old
baseMVA = 100;
bus = [ 1 3 0 0 0 0 1 1 0 110 1 1.1 0.9; 2 1 20 10 0 0 1 1 0 110 1 1.1 0.9 ];
gen = [ 1 0 0 10 -10 1 100 1 50 0 ];
branch = [ 1 2 0.01 0.1 0.02 100 0 0 0 0 1 ];
areas = [ 1 1 ];
gencost = [ 2 0 0 3 0.1 5 0 ];
`);
  const again = load(out(part));
  expect(differencesOf(part, again)).toEqual([]);
  expect(codes(part)).toEqual(["MATPOWER_VERSION"]);
  expect(codes(again)).toEqual([]);
});

const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -400, max: 400 }).map((n) => n / 10),
  fc.constantFrom("Inf", "-Inf", "NaN", "0", "1e-7"),
);
const name = fc
  .string({ unit: "grapheme", maxLength: 10 })
  .filter((text) => !/[\n\r\v\u2028\u2029]|\.\.\.$/.test(text));

test("any case is the same case when it is read again: no limits, costs of both kinds, DC lines, names, fields of others", () => {
  const cases = fc.record({
    values: fc.infiniteStream(value),
    numbers: fc.uniqueArray(fc.integer({ min: 1, max: 9999 }), { minLength: 3, maxLength: 6 }),
    types: fc.infiniteStream(fc.constantFrom(1, 2, 3, 4, 9)),
    names: fc.infiniteStream(name),
    wide: fc.boolean(),
    costs: fc.constantFrom("none", "active", "both", "few"),
    base: fc.constantFrom("mpc.baseMVA = 100;", "mpc.baseMVA = 1e-3;", ""),
  });
  fc.assert(
    fc.property(cases, ({ values, numbers, types, names, wide, costs, base }) => {
      const v = (count: number) => Array.from({ length: count }, () => String(values.next().value)).join(" ");
      const text = (count: number) =>
        Array.from({ length: count }, () => `'${String(names.next().value).replaceAll("'", "''")}'`).join("; ");
      const [a, b, c] = numbers as [number, number, number];
      const generators = [a, b, 77_777, a];
      const cost = (kind: number) => (kind % 2 ? `1 0 5 2 ${v(4)}` : `2 NaN 0 3 ${v(3)} 0`);
      const rowsOfCosts = { none: 0, active: 4, both: 8, few: 2 }[costs];
      const part = load(`function mpc = any
mpc.version = '2';
${base}
mpc.bus = [ ${numbers.map((bus) => `${bus} ${types.next().value} ${v(wide ? 15 : 11)}`).join(";\n")} ];
mpc.gen = [ ${generators.map((bus, at) => `${bus} ${v(6)} ${at % 2} ${v(wide ? 17 : 2)}`).join(";\n")} ];
mpc.branch = [ ${a} ${b} ${v(8)} 1 ${v(wide ? 10 : 2)};\n ${b} ${b} ${v(8)} 0 ${v(wide ? 10 : 2)};\n ${c} 88888 ${v(8)} 1 ${v(wide ? 10 : 2)} ];
mpc.dcline = [ ${b} ${c} 1 ${v(14)};\n 99999 ${c} 1 ${v(14)};\n ${a} ${b} 0 ${v(14)} ];
mpc.dclinecost = [ 2 0 0 2 ${v(2)}; 2 0 0 2 ${v(2)} ];
${rowsOfCosts > 0 ? `mpc.gencost = [ ${Array.from({ length: rowsOfCosts }, (_, at) => cost(at)).join(";\n")} ];` : ""}
mpc.bus_name = { ${text(numbers.length)} };
mpc.genfuel = { ${text(4)} };
mpc.areas = [ 1 ${a}; 2 ${b} ];
mpc.others.limits = [ ${v(3)} ];
mpc.others.words = { ${text(2)} };
`);
      expect(differencesOf(part, load(out(part)))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
