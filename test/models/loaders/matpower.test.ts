// Tests of the MATPOWER loader. References: the counts and limits in the headers of the PGLib files, their rows counted by
// hand (the lines between the brackets), and values calculated by hand where statements convert units.

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Attributes } from "../../../models/district.ts";
import type { DistrictPart } from "../../../models/loaders/loader.ts";
import { loadMatpower, MATPOWER_FINDINGS } from "../../../models/loaders/matpower.ts";

const FIXTURES = new URL("../../fixtures/matpower/", import.meta.url);

function load(input: string | Uint8Array): DistrictPart {
  const bytes = typeof input === "string" ? new TextEncoder().encode(input) : input;
  return loadMatpower({ source: "g", file: "case.m", bytes }) as DistrictPart;
}
const fixture = (name: string) => new Uint8Array(readFileSync(new URL(name, FIXTURES)));
const codes = (part: DistrictPart) => part.findings.map((finding) => finding.code);
const attributes = (part: DistrictPart, id: string): Attributes => part.twins.find((one) => one.id === id)!.attributes;
const count = (part: DistrictPart, ...kinds: string[]) => part.twins.filter((one) => kinds.includes(one.kind)).length;

/** The rows of a table as text, cut out without the loader: the lines between `mpc.bus = [` and `];`. */
function rowsOf(text: string, table: string): number[][] {
  const body = text.split(`mpc.${table} = [\n`)[1]!.split("];")[0]!;
  return body
    .trim()
    .split("\n")
    .map((line) => line.replace(/;.*/, "").trim().split(/\s+/).map(Number));
}

const BUS_2 = "2 1 20 10 0 0 1 1 0 110 1 1.1 0.9;";
const CASE = {
  baseMVA: "mpc.baseMVA = 100;",
  bus: `mpc.bus = [\n1 3 0 0 0 0 1 1 0 110 1 1.1 0.9;\n${BUS_2}\n];`,
  gen: "mpc.gen = [\n1 0 0 10 -10 1 100 1 50 0;\n];",
  branch: "mpc.branch = [\n1 2 0.01 0.1 0.02 100 0 0 0 0 1 -360 360;\n];",
};
/** A small sound case with some statements exchanged, and more at its end. */
const matpower = (changed: Partial<typeof CASE> = {}, end = "") =>
  `function mpc = small\nmpc.version = '2';\n${Object.values({ ...CASE, ...changed }).join("\n")}\n${end}\n`;

describe("every row of the tables becomes twins in", () => {
  // Buses, generators and branches as PGLib's BASELINE.md counts them.
  const cases: [string, number, number, number][] = [
    ["case3_lmbd", 3, 3, 3],
    ["case5_pjm", 5, 5, 6],
    ["case14_ieee", 14, 5, 20],
    ["case24_ieee_rts", 24, 33, 38],
    ["case30_ieee", 30, 6, 41],
    ["case39_epri", 39, 10, 46],
    ["case57_ieee", 57, 7, 80],
    ["case89_pegase", 89, 12, 210],
  ];
  for (const [name, buses, generators, branches] of cases) {
    test(name, () => {
      const bytes = fixture(`pglib_opf_${name}.m`);
      const part = load(bytes);
      expect(part.findings).toEqual([]);
      expect([count(part, "bus"), count(part, "generator")]).toEqual([buses, generators]);
      expect(part.branches).toHaveLength(branches);
      const text = new TextDecoder().decode(bytes);
      const busRows = rowsOf(text, "bus");
      expect(count(part, "load")).toBe(busRows.filter((row) => row[2] !== 0 || row[3] !== 0).length);
      for (const row of busRows) {
        const type = ["", "PQ", "PV", "ref", "isolated"][row[1]!];
        const said = {
          carrier: "electricity",
          busType: type,
          pdMw: row[2],
          qdMvar: row[3],
          gsMw: row[4],
          bsMvar: row[5],
          vmPu: row[7],
          vaDeg: row[8],
          vnKv: row[9],
          vmaxPu: row[11],
          vminPu: row[12],
          baseMva: 100,
        };
        expect(attributes(part, `bus:g:${row[0]}`)).toMatchObject(said);
      }
      const baseKv = new Map(busRows.map((row) => [row[0], row[9]]));
      for (const [index, row] of rowsOf(text, "branch").entries()) {
        const isTransformer = row[8] !== 0 || row[9] !== 0 || baseKv.get(row[0]) !== baseKv.get(row[1]);
        const id = `${isTransformer ? "transformer" : "line"}:g:${index + 1}`;
        expect(attributes(part, id)).toMatchObject({
          rPu: row[2],
          xPu: row[3],
          bPu: row[4],
          rateAMva: row[5],
          ratio: row[8],
          shiftDeg: row[9],
          inService: row[10] === 1,
        });
        expect(part.branches[index]).toEqual({
          twin: id,
          from: `bus:g:${row[0]}`,
          to: `bus:g:${row[1]}`,
          switches: [],
        });
      }
      for (const [index, row] of rowsOf(text, "gen").entries()) {
        expect(attributes(part, `generator:g:${index + 1}`)).toMatchObject({
          pMw: row[1],
          qMvar: row[2],
          qmaxMvar: row[3],
          qminMvar: row[4],
          vgPu: row[5],
          inService: row[7]! > 0,
          pmaxMw: row[8],
          pminMw: row[9],
        });
        expect(part.links).toContainEqual({ from: `generator:g:${index + 1}`, role: "feeds", to: `bus:g:${row[0]}` });
      }
    });
  }
});

describe("a twin has", () => {
  test("slack: true where a generator in service holds a reference bus, and its cost", () => {
    const part = load(fixture("pglib_opf_case5_pjm.m"));
    const slack = part.twins.filter((one) => one.attributes.slack === true);
    // Bus 4 is the reference of case5, and generator 4 stands there.
    expect(slack.map((one) => [one.id, one.attributes.bus])).toEqual([["generator:g:4", 4]]);
    expect(attributes(part, "generator:g:3").cost).toMatchObject({ coefficients: [0, 30, 0] });
  });

  test("maxIKa from the rating and the base voltage: 100 MVA at 110 kV are 0.5249 kA", () => {
    expect(attributes(load(matpower()), "line:g:1").maxIKa as number).toBeCloseTo(0.5249, 4);
    const unrated = load(matpower({ branch: CASE.branch.replace(" 100 ", " 0 ") }));
    expect(attributes(unrated, "line:g:1")).not.toHaveProperty("maxIKa");
  });

  test("the names, fuels and DC lines that the case gives", () => {
    const dc = "mpc.dcline = [\n1 2 1 10 9 0 0 1 1 0 20 -5 5 -5 5 0 0.1;\n];";
    const end = `mpc.bus_name = {'North'; 'South'};\nmpc.genfuel = {'wind'};\nmpc.gentype = {'WT'};\n${dc}`;
    const part = load(matpower({}, end));
    expect(part.twins.find((one) => one.id === "bus:g:2")?.name).toBe("South");
    expect(attributes(part, "generator:g:1")).toMatchObject({ fuel: "wind", unitType: "WT" });
    expect(attributes(part, "bus:g:1").dcLines).toEqual([
      expect.objectContaining({ toBus: 2, pFromMw: 10, loss1: 0.1, inService: true }),
    ]);
    expect(codes(part)).toEqual(["MATPOWER_DCLINE"]);
  });

  test("no attribute for Inf and NaN", () => {
    const part = load(matpower({ gen: "mpc.gen = [ 1 0 0 Inf -Inf 1 NaN 1 1e3 0 ];" }));
    expect(part.findings).toEqual([]);
    const said = attributes(part, "generator:g:1");
    for (const name of ["qmaxMvar", "qminMvar", "mBaseMva"]) expect(said).not.toHaveProperty(name);
    expect(said.pmaxMw).toBe(1000);
  });
});

describe("the statements at the end of a case are carried out:", () => {
  test("ohm to per unit and kW to MW, as MATPOWER's distribution cases do it", () => {
    const part = load(fixture("radial-ohm-kw.m"));
    // Branch 3 is out of service, and bus 4 hangs on it alone.
    expect(part.findings.map(({ code, at }) => [code, at])).toEqual([["MATPOWER_BUS_UNCONNECTED", "line 20"]]);
    expect(attributes(part, "line:g:1")).toMatchObject({ rPu: 0.05, xPu: 0.025 });
    expect(attributes(part, "line:g:3")).toMatchObject({ rPu: 0.2, xPu: 0.15, inService: false });
    expect(attributes(part, "load:g:2")).toMatchObject({ pMw: 0.2, qMvar: 0.1 });
    expect(attributes(part, "load:g:3")).toMatchObject({ pMw: 0.4, qMvar: -0.05 });
    expect(part.twins.filter((one) => one.kind === "bus").map((one) => one.name)).toEqual([
      "Umspannwerk",
      "O'Connell St",
      "50 % Ring",
      "Ende [4]",
    ]);
  });

  const statements: [string, string, number][] = [
    [
      "a power factor",
      "pf = 0.8;\nmpc.bus(:, 4) = mpc.bus(:, 3) * sin(acos(pf));\nmpc.bus(:, 3) = mpc.bus(:, 3) * pf;",
      16,
    ],
    ["column numbers", "mpc.bus(:, [3 4]) = mpc.bus(:,[3 4])/1e3;", 0.02],
    ["define_constants", "define_constants;\nmpc.bus(:, PD) = mpc.bus(:, PD) .* 2;", 40],
    ["a loop", "for i = 1:size(mpc.bus, 1)\n  mpc.bus(i, 3) = mpc.bus(i, 3) / 2;\nend", 10],
    ["a condition", "if mpc.baseMVA == 100\n  mpc.bus(2, 3) = 7;\nelse\n  mpc.bus(2, 3) = 8;\nend", 7],
    [
      "an elseif inside a loop",
      "for k = [1 2], if k == 1, x = 3; elseif k == 2, x = 5; end, end\nmpc.bus(2, 3) = x;",
      5,
    ],
    ["a logical index", "mpc.bus(mpc.bus(:, 3) > 0, 3) = 3;", 3],
    ["find and end", "k = find(mpc.bus(:, 1) == 2);\nmpc.bus(k, 3) = mpc.bus(end, 4) + k;", 12],
    ["signs that part elements or join them", "x = [1 -2] * [1; 1] + [4 - 1];\nmpc.bus(2, 3) = x;", 2],
    ["powers and transposes", "x = [1 2 3]' .^ 2;\nmpc.bus(2, 3) = -2^2 + sum(x);", 10],
    ["a continued line", "mpc.bus(2, 3) = 1 + ... one\n  2;", 3],
    ["max, min and abs", "mpc.bus(2, 3) = max([1 9 3]) + min(4, abs(-2));", 11],
  ];
  for (const [what, text, expected] of statements) {
    test(what, () => {
      const part = load(matpower({}, text));
      expect(part.findings).toEqual([]);
      expect(attributes(part, "bus:g:2").pdMw as number).toBeCloseTo(expected, 9);
    });
  }

  test("rows that are taken out take their lines with them", () => {
    const branch = "mpc.branch = [\n1 2 0.01 0.1 0 0 0 0 0 0 1;\n1 2 0 0 0 0 0 0 0 0 1;\n];\nmpc.branch(1, :) = [];";
    const part = load(matpower({ branch }));
    expect(part.branches).toHaveLength(1);
    const zero = part.findings.find((finding) => finding.code === "MATPOWER_ZERO_IMPEDANCE")!;
    expect(matpower({ branch }).split("\n")[Number(zero.at.slice(5)) - 1]).toBe("1 2 0 0 0 0 0 0 0 0 1;");
  });

  test("what is not understood is told of with its line, and the rest goes on", () => {
    const part = load(
      matpower({}, "mpc = scale_load(2, mpc);\nmpc.bus(2, 3) = 5;\nwhile true\n  x = 1;\nend\nfprintf('ready\\n');"),
    );
    expect(part.findings.map(({ code, severity, at }) => [code, severity, at])).toEqual([
      ["MATPOWER_STATEMENT_UNREAD", "warning", "line 14"],
      ["MATPOWER_STATEMENT_UNREAD", "warning", "line 16"],
    ]);
    expect(attributes(part, "bus:g:2").pdMw).toBe(5);
  });
});

test("version 1 returns its tables one by one, under whatever names", () => {
  const v1 = `function [baseMVA, bus, generators, branch, areas, gencost] = old
baseMVA = 100;
bus = [ 1 3 0 0 0 0 1 1 0 345 1 1.1 0.9; 2 1 10 5 0 0 1 1 0 345 1 1.1 0.9 ];
generators = [ 1 0 0 300 -300 1 100 1 250 10 ];
branch = [ 1 2 0.01 0.05 0.1 250 250 250 0 0 1 ];
areas = [ 1 1 ];
gencost = [ 2 1500 0 3 0.11 5 150 ];
return;`;
  const part = load(v1);
  expect(codes(part)).toEqual(["MATPOWER_VERSION"]);
  expect([count(part, "bus"), count(part, "load"), count(part, "generator"), count(part, "line")]).toEqual([
    2, 1, 1, 1,
  ]);
  expect(attributes(part, "generator:g:1").cost).toMatchObject({ startup: 1500, coefficients: [0.11, 5, 150] });
});

describe("a fault is told of, in its line, and the rest is kept:", () => {
  const faults: [string, string, string, RegExp | undefined][] = [
    ["no power base", matpower({ baseMVA: "" }), "MATPOWER_BASE_MVA", undefined],
    ["no branch table", matpower({ branch: "" }), "MATPOWER_TABLE_MISSING", undefined],
    ["an empty table", matpower({ gen: "mpc.gen = [];" }), "MATPOWER_TABLE_EMPTY", undefined],
    [
      "a row too short",
      matpower({ bus: CASE.bus.replace(BUS_2, "2 1 20 10 0;\n3 1 0 0 0 0 1 1 0 110 1 1.1 0.9;") }),
      "MATPOWER_RAGGED",
      /^2 1 20 10 0;/,
    ],
    ["too few columns", matpower({ branch: "mpc.branch = [\n1 2 0.01 0.1;\n];" }), "MATPOWER_COLUMNS", /^1 2 0.01/],
    ["a word for a number", matpower({ bus: CASE.bus.replace("20 10", "20 ten") }), "MATPOWER_NUMBER", /ten/],
    [
      "a bus twice",
      matpower({ bus: CASE.bus.replace(BUS_2, `${BUS_2}\n2 1 9 9 0 0 1 1 0 110 1 1.1 0.9;`) }),
      "MATPOWER_DUPLICATE_BUS",
      /^2 1 9 9/,
    ],
    [
      "a bus number that is none",
      matpower({ bus: CASE.bus.replace("2 1 20", "0 1 20") }),
      "MATPOWER_BUS_NUMBER",
      /^0 1/,
    ],
    ["an unknown bus type", matpower({ bus: CASE.bus.replace("2 1 20", "2 7 20") }), "MATPOWER_BUS_TYPE", /^2 7/],
    [
      "a branch to nowhere",
      matpower({ branch: CASE.branch.replace("1 2 ", "1 9 ") }),
      "MATPOWER_BUS_UNDEFINED",
      /^1 9/,
    ],
    ["a generator nowhere", matpower({ gen: CASE.gen.replace("\n1 0", "\n9 0") }), "MATPOWER_BUS_UNDEFINED", /^9 0/],
    ["no reference", matpower({ bus: CASE.bus.replace("1 3 0", "1 2 0") }), "MATPOWER_NO_REFERENCE", undefined],
    [
      "a reference without generator",
      matpower({ gen: CASE.gen.replace("100 1 50", "100 0 50") }),
      "MATPOWER_REFERENCE_WITHOUT_GENERATOR",
      /^1 3/,
    ],
    ["an isolated bus", matpower({ bus: CASE.bus.replace("2 1 20", "2 4 20") }), "MATPOWER_BUS_ISOLATED", /^2 4/],
    [
      "a bus that no branch reaches",
      matpower({ branch: CASE.branch.replace(" 1 -360", " 0 -360") }),
      "MATPOWER_BUS_UNCONNECTED",
      /^\d \d/,
    ],
    [
      "no impedance",
      matpower({ branch: CASE.branch.replace("0.01 0.1", "0 0") }),
      "MATPOWER_ZERO_IMPEDANCE",
      /^1 2 0 0/,
    ],
    [
      "a branch from a bus to itself",
      matpower({ branch: CASE.branch.replace("1 2 ", "1 1 ") }),
      "MATPOWER_SAME_ENDS",
      /^1 1/,
    ],
    ["no base voltage", matpower({ bus: CASE.bus.replaceAll(" 110 ", " 0 ") }), "MATPOWER_BASE_KV", /^1 3/],
    ["limits the wrong way round", matpower({ gen: CASE.gen.replace("10 -10", "-10 10") }), "MATPOWER_LIMITS", /^1 0/],
    ["names too few", matpower({}, "mpc.bus_name = {'A'};"), "MATPOWER_NAMES", undefined],
    ["a bracket that is not closed", matpower({ bus: CASE.bus.replace("\n];", "\n") }), "MATPOWER_BRACKET", /^mpc.bus/],
    ["a quote that is not closed", matpower({}, "mpc.note = 'open;"), "MATPOWER_BRACKET", /'open/],
  ];
  for (const [what, text, code, line] of faults) {
    test(what, () => {
      const part = load(text);
      const finding = part.findings.find((one) => one.code === code);
      expect(codes(part)).toContain(code);
      if (line) expect(text.split("\n")[Number(finding!.at.slice("line ".length)) - 1]).toMatch(line);
      expect(count(part, "bus")).toBeGreaterThan(0);
    });
  }

  test("a part of the grid that no reference reaches", () => {
    const bus = CASE.bus.replace("];", "3 1 0 0 0 0 1 1 0 110 1 1.1 0.9;\n4 1 0 0 0 0 1 1 0 110 1 1.1 0.9;\n];");
    const part = load(matpower({ bus, branch: CASE.branch.replace("];", "3 4 0.1 0.1 0 0 0 0 0 0 1 -360 360;\n];") }));
    expect(codes(part)).toEqual(["MATPOWER_BUS_UNREACHABLE", "MATPOWER_BUS_UNREACHABLE"]);
  });
});

test("a file that is no case is one error", () => {
  for (const text of ["", "hello world", "function y = square(x)\ny = x^2;\n", '{"bus": [1]}', "\u0000\u0001"]) {
    expect(load(text)).toMatchObject({ twins: [], links: [], branches: [] });
    expect(codes(load(text))).toEqual(["MATPOWER_NOT_CASE"]);
  }
});

test("a file reads the same in Latin-1, with CR LF and with tabs", () => {
  const text = matpower({}, "mpc.bus_name = {'Br\u00fccke', 'M\u00fchle'};");
  const twins = load(text).twins;
  const latin1 = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  expect(load(latin1).twins).toEqual(twins);
  expect(codes(load(latin1))).toEqual(["MATPOWER_ENCODING"]);
  expect(load(text.replaceAll("\n", "\r\n").replaceAll(" ", "\t")).twins).toEqual(twins);
});

test("a function without a name and a struct made at once are read, as other writers of cases have them", () => {
  const nameless = matpower().replace("function mpc = small", "function mpc = ");
  expect(load(nameless).twins).toEqual(load(matpower()).twins);
  const made = matpower({ baseMVA: "" }).replace("mpc.version = '2';", "mpc = struct('version', '2', 'baseMVA', 100);");
  expect(codes(load(made))).toEqual([]);
});

test("a table of another tool with words in it is no error of the case", () => {
  const part = load(matpower({}, "mpc.sdata = [\n'Normal' 0.0 0.0;\n'Beta' 2 4;\n];"));
  expect(part.findings.map(({ code, severity }) => [code, severity])).toEqual([
    ["MATPOWER_STATEMENT_UNREAD", "warning"],
  ]);
});

test("blocks within blocks without end are refused, where a few of them are carried out", () => {
  const nested = (depth: number) => `${"if 1\n".repeat(depth)}mpc.bus(2, 3) = 5;\n${"end\n".repeat(depth)}`;
  expect(attributes(load(matpower({}, nested(50))), "bus:g:2").pdMw).toBe(5);
  const part = load(matpower({}, nested(60_000)));
  expect(codes(part)).toEqual(["MATPOWER_STATEMENT_UNREAD"]);
  expect(part.findings[0]!.message).toContain("more than 100 blocks lie within one another");
});

test("values that are named like what every object has are no columns", () => {
  expect(codes(load(matpower({}, "[a, b] = constructor;")))).toEqual(["MATPOWER_STATEMENT_UNREAD"]);
});

test("a loop without end and a huge matrix are refused", () => {
  const part = load(matpower({}, "for i = 1:1e6\n  x = zeros(1, 2);\nend\ny = zeros(1e9, 1e9);\nz = 1:1e12;"));
  expect(codes(part).length).toBeGreaterThan(0);
  expect(count(part, "bus")).toBe(2);
});

test("L1: whatever happens to its bytes, a case is loaded without a throw, and every link and branch names a twin (D2)", () => {
  const original = fixture("radial-ohm-kw.m");
  const damage = fc.array(fc.tuple(fc.nat(original.length - 1), fc.nat(255), fc.nat(40)), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(damage, (spots) => {
      const bytes = [...original];
      for (const [at, value, removed] of spots) bytes.splice(at, removed, value);
      const part = load(Uint8Array.from(bytes));
      const ids = new Set(part.twins.map((one) => one.id));
      expect(ids.size).toBe(part.twins.length);
      for (const { from, to } of part.links) expect(ids.has(from) && ids.has(to)).toBe(true);
      for (const branch of part.branches)
        expect(ids.has(branch.twin) && ids.has(branch.from) && ids.has(branch.to)).toBe(true);
      for (const finding of part.findings) expect(MATPOWER_FINDINGS).toHaveProperty(finding.code);
    }),
    { numRuns: 200, seed: 4711 },
  );
});

test("the census counts every row once, and statements that are not understood", () => {
  const part = load(
    matpower(
      { bus: `mpc.bus = [\n1 3 0 0 0 0 1 1 0 110 1 1.1 0.9;\n${BUS_2}\n${BUS_2}\n];` },
      `mpc.gencost = [2 0 0 2 1 0; 2 0 0 2 1 0; 2 0 0 2 1 0];
mpc.bus_name = {'one'; 'two'; 'three'; 'four'};
mpc.areas = [1 1; 2 1];
mpc.more.limits = [1 2 3];
nonsense(1, 2);`,
    ),
  );
  expect(part.census).toEqual({
    read: { bus: 2, gen: 1, branch: 1 },
    kept: { bus_name: 3, gencost: 1, areas: 2, more: 1 },
    unknown: { bus_name: 1, bus: 1, gencost: 2, statement: 1 },
  });
  expect(attributes(part, "bus:g:1").network).toEqual({
    format: "matpower",
    baseMva: 100,
    fields: {
      areas: [[1, 1], [2, 1]], // biome-ignore format: a matrix
      more: { struct: { limits: [[1, 2, 3]] } },
    },
  });
});

test("no limit is no number, and is said all the same", () => {
  const part = load(matpower({ gen: "mpc.gen = [\n1 0 0 Inf -Inf 1 100 1 50 NaN;\n];" }));
  const generator = attributes(part, "generator:g:1");
  expect(generator.infinite).toEqual({ qmaxMvar: 1, qminMvar: -1 });
  expect(generator).not.toHaveProperty("qmaxMvar");
  expect(generator).not.toHaveProperty("pminMw");
});
