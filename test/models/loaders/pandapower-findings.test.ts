import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../../models/district.ts";
import { PANDAPOWER_FINDINGS } from "../../../models/loaders/pandapower.ts";
import { codesOf, complaintsOf, FEEDER, fixture, load, netJson, type Tables, twinIn } from "./pandapower-nets.ts";

/** The feeder with some rows of a table replaced. */
const feeder = (changes: Tables): Tables => ({ ...FEEDER, ...changes });

describe("pandapower: findings", () => {
  it("has nothing to say of a sound net", async () => {
    expect((await load(netJson(FEEDER))).findings).toEqual([]);
  });

  it("names line and column of what is no JSON, and keeps the tables before it", async () => {
    const text = JSON.stringify(JSON.parse(netJson(FEEDER)), null, 1);
    const lines = text.split("\n");
    const fault = lines.findIndex((line) => line.includes('"line"'));
    lines[fault] = '"line" = {';
    const part = await load(lines.join("\n"));
    const finding = part.findings.find(({ code }) => code === "PANDAPOWER_NOT_JSON");
    expect(finding).toMatchObject({
      severity: "error",
      at: `line ${fault + 1}, column 8`,
      file: "net.json",
      source: "s",
    });
    expect(part.twins.map(({ kind }) => kind)).toEqual(["bus", "bus", "bus", "transformer", "grid"]);
  });

  it("keeps the rows of a table that stand before the place where the file was cut off", async () => {
    const whole = new TextDecoder().decode(fixture("example_2.14.0.json"));
    const part = await load(whole.slice(0, whole.indexOf("Bus SB 3")));
    // "Bus SB 3" is the twentieth bus: nineteen stand before it, and its own row is a torso.
    expect(part.twins.filter(({ name }) => name?.startsWith("Bus") || name?.startsWith("Double")).length).toBe(18);
    expect(twinIn(part, "bus:s:18").name).toBe("Bus SB 2");
    expect(codesOf(part)).toEqual(expect.arrayContaining(["PANDAPOWER_NOT_JSON", "PANDAPOWER_TABLE_UNREADABLE"]));
  });

  it("says what a file is that is no pandapower net", async () => {
    const pipes = await load('{"_module": "pandapipes.pandapipes_net", "_class": "pandapipesNet", "_object": {}}');
    expect(pipes.findings).toMatchObject([
      { code: "PANDAPOWER_NOT_A_NET", message: "the file holds a pandapipesNet, not a pandapowerNet" },
    ]);
    expect(codesOf(await load('{"type": "CityJSON"}'))).toEqual(["PANDAPOWER_NOT_A_NET"]);
    expect(codesOf(await load("[1, 2]"))).toEqual(["PANDAPOWER_NOT_A_NET"]);
    expect(codesOf(await load(""))).toEqual(["PANDAPOWER_NOT_JSON"]);
    expect(codesOf(await load("PK\u0003\u0004 an Excel file"))).toEqual(["PANDAPOWER_NOT_JSON"]);
  });

  it("reports every reference that leads nowhere, and makes no link or branch of it", async () => {
    const part = await load(
      netJson(
        feeder({
          line: { columns: ["from_bus", "to_bus", "length_km", "r_ohm_per_km"], data: [[1, 2, 1, 1], [1, 17, 1, 1], [1, null, 1, 1]] }, // biome-ignore format: a table
          load: { columns: ["p_mw"], data: [[1]] },
          switch: { columns: ["bus", "element", "et"], data: [[1, 9, "l"], [8, 2, "b"], [1, 0, "x"], [0, 0, "l"]] }, // biome-ignore format: a table
          shunt: { columns: ["bus"], data: [[5]] },
        }),
      ),
    );
    expect(complaintsOf(part).toSorted()).toEqual([
      "PANDAPOWER_DANGLING line 1",
      "PANDAPOWER_DANGLING line 2",
      "PANDAPOWER_DANGLING load 0",
      "PANDAPOWER_DANGLING shunt 0",
      "PANDAPOWER_DANGLING switch 0",
      "PANDAPOWER_DANGLING switch 1",
      "PANDAPOWER_SWITCH_MISPLACED switch 3",
      "PANDAPOWER_SWITCH_TYPE switch 2",
    ]);
    const ids = new Set(part.twins.map(({ id }) => id));
    for (const { from, to } of [...part.links, ...part.branches]) expect(ids.has(from) && ids.has(to)).toBe(true);
  });

  it("keeps the first of two rows with the same index", async () => {
    const part = await load(netJson(feeder({ load: { columns: ["bus", "p_mw"], index: [3, 3], data: [[2, 1], [2, 2]] } }))); // biome-ignore format: a table
    expect(complaintsOf(part)).toEqual(["PANDAPOWER_DUPLICATE_INDEX load 3"]);
    expect(twinIn(part, "load:s:3").attributes.pMw).toBe(1);
  });

  it("questions voltages, lengths and impedances that cannot be", async () => {
    const part = await load(
      netJson(
        feeder({
          bus: { columns: ["vn_kv"], data: [[20], [0.4], [0.4], [0], [20], [null]] },
          line: {
            columns: ["from_bus", "to_bus", "length_km", "r_ohm_per_km", "x_ohm_per_km"],
            data: [[1, 2, 0, 0.2, 0.1], [2, 3, 1, 0, 0], [2, 4, 1, 1, 1], [4, 5, "far", 1, 1], [2, 2, 1, 1, 1]], // biome-ignore format: a table
          },
        }),
      ),
    );
    expect(complaintsOf(part).toSorted()).toEqual([
      "PANDAPOWER_LOOP line 4",
      "PANDAPOWER_PARAMETER line 0",
      "PANDAPOWER_PARAMETER line 1",
      "PANDAPOWER_PARAMETER line 3",
      "PANDAPOWER_VALUE line 3",
      "PANDAPOWER_VOLTAGE bus 3",
      "PANDAPOWER_VOLTAGE bus 5",
      "PANDAPOWER_VOLTAGE_MISMATCH line 2",
    ]);
  });

  it("finds buses without branches, buses that no source reaches, and nets without a source", async () => {
    const bus = { columns: ["vn_kv"], data: [[20], [0.4], [0.4], [0.4]] };
    const open = { columns: ["bus", "element", "et", "closed"], data: [[1, 0, "l", false]] };
    const dark = await load(netJson(feeder({ bus, switch: open })));
    expect(complaintsOf(dark)).toEqual(["PANDAPOWER_UNSUPPLIED bus 2", "PANDAPOWER_BUS_ISOLATED bus 3"]);
    expect(complaintsOf(await load(netJson(feeder({ ext_grid: { columns: [], data: [] } }))))).toEqual([
      "PANDAPOWER_NO_SOURCE ",
    ]);
    const gen = { columns: ["bus", "slack"], data: [[2, true]] };
    expect(complaintsOf(await load(netJson(feeder({ ext_grid: { columns: [], data: [] }, gen }))))).toEqual([]);
    expect(complaintsOf(await load(netJson({ load: { columns: ["bus"], data: [[0]] } })))).toEqual([
      ...["PANDAPOWER_DANGLING load 0", "PANDAPOWER_NO_BUS "],
    ]);
  });

  it("counts what it leaves out: controllers, tables of others, newer formats", async () => {
    const net = {
      version: "9.0.0",
      format_version: "9.0.0",
      controller: {
        _class: "DataFrame",
        _object: JSON.stringify({ columns: ["object"], index: [0], data: [[{ _module: "pandapower.control" }]] }),
      },
      my_own: { _class: "DataFrame", _object: '{"columns":["a"],"index":[0],"data":[[1]]}' },
      empty_own: { _class: "DataFrame", _object: '{"columns":["a"],"index":[],"data":[]}' },
      graph: { _module: "networkx", _class: "MultiGraph", _object: "{}" },
      odd: { _module: "networkx", _class: {}, _object: "{}" },
      profiles: { load: { _class: "DataFrame", _object: '{"columns":["a"],"index":[0],"data":[[1]]}' } },
    };
    const part = await load(netJson(FEEDER, net));
    expect(part.findings.map(({ severity, code, at, message }) => `${severity} ${code} ${at}: ${message}`)).toEqual([
      "warning PANDAPOWER_VERSION_NEWER : format 9.0.0 is newer than 3.3",
      "info PANDAPOWER_PYTHON_ONLY controller: 1 row of Python objects, which are not looked into",
      "info PANDAPOWER_TABLE_UNKNOWN my_own: 1 row of a table that pandapower does not know left out",
      "warning PANDAPOWER_TABLE_IGNORED profiles.load: a table of series is left out",
      "info PANDAPOWER_PYTHON_ONLY graph: an object of Python (MultiGraph) is left out",
      "info PANDAPOWER_PYTHON_ONLY odd: an object of Python (object) is left out",
    ]);
    expect(part.census).toEqual({
      read: { bus: 3, ext_grid: 1, trafo: 1, line: 1, load: 1 },
      kept: {},
      unknown: { controller: 1, my_own: 1, graph: 1, odd: 1, "profiles.load": 1 },
    });
  });

  it("keeps a table that belongs to the whole net once, and says so of one that is too large", async () => {
    const group = { columns: ["name", "element_type", "element_index"], data: [["Ring", "line", [0]]] };
    const curve = { columns: ["p_mw"], data: Array.from({ length: 1001 }, (_, n) => [n]) };
    const part = await load(netJson(feeder({ group, q_capability_curve_table: curve })));
    expect(twinIn(part, "grid:s:0").attributes.network).toEqual({
      tables: { group: [{ index: "0", name: "Ring", elementType: "line", elementIndex: [0] }] },
    });
    expect(complaintsOf(part)).toEqual(["PANDAPOWER_TABLE_IGNORED q_capability_curve_table"]);
    expect(part.census).toMatchObject({ kept: { group: 1 }, unknown: { q_capability_curve_table: 1001 } });
  });

  it("lists measurements and costs at what they speak of, and reports those that speak of nothing", async () => {
    const measurement = {
      columns: ["name", "measurement_type", "element_type", "element", "value", "std_dev", "side"],
      data: [
        ["M1", "v", "bus", 2, 1.01, 0.004, null],
        [null, "p", "line", 0, 0.02, 0.001, "from"],
        ["M3", "p", "line", 7, 0.02, 0.001, "from"],
      ],
    };
    const poly_cost = { columns: ["element", "et", "cp1_eur_per_mw"], data: [[0, "ext_grid", 30]] };
    const part = await load(netJson(feeder({ measurement, poly_cost })));
    expect(complaintsOf(part)).toEqual(["PANDAPOWER_DANGLING measurement 2"]);
    expect(twinIn(part, "bus:s:2").attributes.measurements).toEqual([
      { index: "0", name: "M1", measurementType: "v", value: 1.01, stdDev: 0.004 },
    ]);
    expect(twinIn(part, "line:s:0").attributes.measurements).toMatchObject([{ index: "1", side: "from" }]);
    expect(twinIn(part, "grid:s:0").attributes.costs).toEqual([{ table: "poly_cost", index: "0", cp1EurPerMw: 30 }]);
    expect(part.census).toMatchObject({ kept: { measurement: 2, poly_cost: 1 }, unknown: { measurement: 1 } });
  });

  it("reports tables that cannot be read, row by row where it can", async () => {
    const part = await load(
      netJson(FEEDER, {
        version: "3.0.0",
        load: { _class: "DataFrame", _object: '{"columns":["bus","p_mw"],"index":[0,1,2],"data":[[2,1],[2],7]}' },
        sgen: { _class: "DataFrame", _object: "not JSON" },
        gen: 5,
      }),
    );
    expect(complaintsOf(part)).toEqual([
      "PANDAPOWER_TABLE_RAGGED load",
      "PANDAPOWER_TABLE_RAGGED load",
      "PANDAPOWER_TABLE_UNREADABLE sgen",
      "PANDAPOWER_TABLE_UNREADABLE gen",
    ]);
    expect(part.twins.filter(({ kind }) => kind === "load")).toHaveLength(2);
  });

  it("of tables whose names are empty or have line breaks is counted as unknown", async () => {
    const { census } = await load(netJson({ ...FEEDER, "": FEEDER.bus!, "a\nb": FEEDER.bus! }));
    expect(census!.unknown).toMatchObject({ "": 3, "a\nb": 3 });
  });

  const small = new TextEncoder().encode(netJson(FEEDER));
  const cell = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom(0, 1, 2, "constructor", "__proto__", "b", "l", null, -1, 0.5),
  );

  it("never throws, whatever bytes are changed or cut", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(small.length),
        fc.array(fc.tuple(fc.nat(small.length - 1), fc.nat(255)), { maxLength: 4 }),
        async (length, changes) => {
          const bytes = small.slice();
          for (const [at, byte] of changes) bytes[at] = byte;
          const part = await load(bytes.slice(0, length));
          for (const { code } of part.findings) expect(Object.keys(PANDAPOWER_FINDINGS)).toContain(code);
        },
      ),
    );
  });

  it("never throws, whatever stands in the cells of its tables, and every id it names is a twin", async () => {
    const columns = [
      "bus",
      "element",
      "element_type",
      "bus_dc",
      "et",
      "from_bus",
      "to_bus",
      "name",
      "vn_kv",
      "geo",
      "closed",
      "constructor",
      "p_kw",
    ];
    const table = fc.record({
      columns: fc.subarray(columns, { minLength: 1 }),
      index: fc.array(cell, { maxLength: 4 }),
      data: fc.array(fc.array(cell, { maxLength: columns.length }), { maxLength: 4 }),
    });
    const names = [
      "line",
      "switch",
      "load",
      "trafo3w",
      "impedance",
      "vsc",
      "bus_dc",
      "measurement",
      "poly_cost",
      "group",
      "shunt",
      "res_line",
      "bus_geodata",
      "line_geodata",
    ];
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom(...names), table), cell, async (tables, version) => {
        const part = await load(netJson({ ...FEEDER, ...(tables as Tables) }, { version: version as Json }));
        const ids = new Set(part.twins.map(({ id }) => id));
        expect(ids.size).toBe(part.twins.length);
        for (const { from, to } of [...part.links, ...part.branches]) expect(ids.has(from) && ids.has(to)).toBe(true);
        for (const { twin, switches } of part.branches)
          expect([twin, ...switches].every((id) => ids.has(id))).toBe(true);
      }),
    );
  });
});
