// Tests of the pandapower exporter: what is exported is read again as the same net.

import { readdirSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "../../../models/district.ts";
import type { DistrictPart } from "../../../models/loaders/loader.ts";
import { codesOf, example, fixture, load, netJson, type Tables } from "../loaders/pandapower-nets.ts";
import { differencesOf, districtOf, exported } from "./parts.ts";

const out = (part: DistrictPart) => exported(districtOf(part), { format: "pandapower" });
const FILES = readdirSync(new URL("../../fixtures/pandapower/", import.meta.url)).filter((name) =>
  name.endsWith(".json"),
);
/** What is told of versions and of what is left out once need not be told again. */
const OF_THE_FILE = /VERSION|CONVERTED|PYTHON_ONLY|TABLE_UNKNOWN|TABLE_IGNORED/;

describe("read again, it is the same net:", () => {
  for (const name of [...FILES, "lv.json", "mv.json"]) {
    test(name, { timeout: 60_000 }, async () => {
      const part = await load(FILES.includes(name) ? fixture(name) : example(name));
      const again = await load(out(part));
      expect(differencesOf(part, again)).toEqual([]);
      const told = (of: DistrictPart) => codesOf(of).filter((code) => !OF_THE_FILE.test(code));
      expect(told(again)).toEqual(told(part));
      // Of a net in today's words, nothing is to be told of the file itself, but that objects of Python are in it again.
      const ofTheFile = codesOf(again).filter((code) => OF_THE_FILE.test(code));
      expect(ofTheFile.filter((code) => code !== "PANDAPOWER_PYTHON_ONLY")).toEqual([]);
    });
  }
});

/** The tables of a net as Python would find them: each a DataFrame whose JSON is a text. */
function framesIn(
  text: string,
): Record<string, { columns: string[]; index: Json[]; data: Json[][]; dtype: Record<string, string> }> {
  const net = JSON.parse(text) as { _module: string; _class: string; _object: Record<string, never> };
  expect([net._module, net._class]).toEqual(["pandapower.auxiliary", "pandapowerNet"]);
  const frames = Object.entries(net._object as Record<string, Record<string, unknown>>).filter(
    ([, each]) => typeof each === "object",
  );
  return Object.fromEntries(
    frames.map(([name, { _module, _class, _object, orient, dtype }]) => {
      expect([_module, _class, orient]).toEqual(["pandas.core.frame", "DataFrame", "split"]);
      return [name, { ...JSON.parse(_object as string), dtype }];
    }),
  ) as never;
}

test("pandas gets the type of every column, and one that it can give to what stands there", async () => {
  const text = out(await load(fixture("mv_oberrhein.json")));
  const frames = framesIn(text);
  expect(frames.bus!.dtype).toMatchObject({ name: "object", vn_kv: "float64", in_service: "bool", geo: "object" });
  expect(frames.line!.dtype).toMatchObject({ from_bus: "uint32", parallel: "uint32", length_km: "float64" });
  expect(frames.switch!.dtype).toMatchObject({ bus: "uint32", element: "uint32", et: "object", closed: "bool" });
  for (const [name, { columns, index, data, dtype }] of Object.entries(frames)) {
    expect(Object.keys(dtype), name).toEqual(columns);
    expect(data.length, name).toBe(index.length);
    for (const [at, column] of columns.entries()) {
      const cells = data.map((row) => row[at]!);
      if (dtype[column] === "uint32")
        expect(cells.every((cell) => Number.isInteger(cell) && (cell as number) >= 0)).toBe(true);
      if (dtype[column] === "bool") expect(cells.every((cell) => typeof cell === "boolean")).toBe(true);
      if (dtype[column] === "float64")
        expect(cells.every((cell) => cell === null || typeof cell === "number")).toBe(true);
    }
  }
  // The columns that pandapower looks at are there although nothing stands in them.
  expect(frames.trafo!.columns).toEqual(expect.arrayContaining(["std_type", "tap_changer_type", "tap_side"]));
  expect(JSON.parse(text)._object).toMatchObject({ version: "3.0.0", format_version: "3.0.0", f_hz: 50, sn_mva: 1 });
});

const text = fc.string({ unit: "grapheme", maxLength: 8 });
const cell: fc.Arbitrary<Json> = fc.oneof(
  ...[fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.boolean(), text, fc.constant(null)],
  fc.array(fc.integer(), { maxLength: 3 }),
);
const column = fc.oneof(
  fc.constantFrom(
    "SubNet",
    "sub__net",
    "_own",
    "q_0",
    "p_mw",
    "Zone_A",
    "x",
    "type",
    "carrier",
    "table",
    "änderung",
    "vn_kv",
  ),
  fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_ -]{0,8}$/),
);

test("any net is the same net when it is read again, with whatever columns, names and indices", async () => {
  const table = (rows: number, own: readonly string[]) =>
    fc.record({
      extra: fc.uniqueArray(column, { maxLength: 4 }).map((names) => names.filter((name) => !own.includes(name))),
      cells: fc.array(fc.array(cell, { minLength: 4, maxLength: 4 }), { minLength: rows, maxLength: rows }),
      names: fc.array(fc.option(text), { minLength: rows, maxLength: rows }),
    });
  const nets = fc.record({
    ...{ bus: table(3, ["vn_kv"]), line: table(2, []), load: table(2, []), shunt: table(1, []), group: table(1, []) },
    ...{ asymmetric_load: table(1, []), res_bus: table(3, []), measurement: table(1, []) },
    results: fc.boolean(),
    frequency: fc.constantFrom({}, { f_hz: 60 }, { name: "Net 'n' \"one\"", sn_mva: 100 }),
  });
  await fc.assert(
    fc.asyncProperty(nets, async ({ results, frequency, ...random }) => {
      const made = (name: keyof typeof random, columns: string[], data: Json[][], index?: Json[]): Tables[string] => {
        const { extra, cells, names } = random[name];
        const rows = data.map((row, at) => [...row, names[at]!, ...cells[at]!.slice(0, extra.length)]);
        return { columns: [...columns, "name", ...extra], data: rows, ...(index && { index }) };
      };
      const tables: Tables = {
        bus: made("bus", ["vn_kv"], [[20], [20], [0.4]], [7, 3, 12]),
        line: made(
          "line",
          ["from_bus", "to_bus", "length_km"],
          [
            [7, 3, 0.1],
            [3, 99, 2],
          ],
        ),
        load: made(
          "load",
          ["bus", "p_mw"],
          [
            [3, 0.1],
            [12, null],
          ],
          ["a", "b.1"],
        ),
        asymmetric_load: made("asymmetric_load", ["bus", "p_a_mw"], [[12, 1e-7]]),
        shunt: made("shunt", ["bus", "q_mvar"], [[7, -0.96]]),
        group: made("group", ["element_type", "element_index"], [["line", [0, 1]]]),
        measurement: made(
          "measurement",
          ["measurement_type", "element_type", "element", "value"],
          [["v", "bus", 3, 1.01]],
        ),
        switch: {
          columns: ["bus", "element", "et", "closed"],
          data: [
            [7, 0, "l", true],
            [3, 12, "b", false],
          ],
        },
        ext_grid: {
          columns: ["bus", "vm_pu"],
          data: [
            [7, 1.02],
            [3, 1],
          ],
          index: [4, 1],
        },
        ...(results && { res_bus: made("res_bus", ["vm_pu"], [[1], [0.99], [null]], [7, 3, 12]) }),
      };
      const part = await load(netJson(tables, { version: "3.0.0", format_version: "3.0.0", ...frequency }));
      expect(differencesOf(part, await load(out(part)))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
