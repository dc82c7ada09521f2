import { describe, expect, it } from "vitest";
import type { Json } from "../../../models/district.ts";
import type { DistrictPart } from "../../../models/loaders/loader.ts";
import {
  codesOf,
  complaintsOf,
  FEEDER,
  fixture,
  load,
  netJson,
  split,
  type Tables,
  twinIn,
} from "./pandapower-nets.ts";

/** Every way to write a table down, applied to the feeder; all must give the same part. */
const FORMS: Record<string, (tables: Tables) => Json> = {
  "a DataFrame of columns": (tables) => frames(tables, "columns", byColumns),
  "a DataFrame by index": (tables) => frames(tables, "index", byIndex),
  "a DataFrame of records": (tables) => frames(tables, "records", records),
  "a DataFrame in table schema": (tables) =>
    frames(tables, "table", (table) => ({ schema: { primaryKey: ["index"] }, data: records(table) })),
  "plain columns of values by index, as 1.2 wrote them": (tables) => each(tables, byColumns),
  "plain columns of lists": (tables) => each(tables, byLists),
  "a DF with its dtypes": (tables) => each(tables, (table) => ({ DF: split(table), dtypes: {} })),
  "DataFrames whose _object is no string": (tables) =>
    each(tables, (table) => ({ _class: "DataFrame", _object: split(table), orient: "split" })),
  "a net inside a string": (tables) => ({
    _module: "pandapower.auxiliary",
    _class: "pandapowerNet",
    _object: JSON.stringify(frames(tables, "split", split)),
  }),
  "a net whose only key is _object": (tables) => ({ _object: JSON.stringify(frames(tables, "split", split)) }),
  "a net that was dumped twice": (tables) => netJson(tables),
};

function each(tables: Tables, form: (table: Tables[string]) => Json): { [key: string]: Json } {
  return {
    ...Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, form(table)])),
    version: "3.0.0",
  };
}

function frames(tables: Tables, orient: string, form: (table: Tables[string]) => Json): { [key: string]: Json } {
  return each(tables, (table) => ({ _class: "DataFrame", _object: JSON.stringify(form(table)), orient }));
}

function records({ columns, index, data }: Tables[string]): { [key: string]: Json }[] {
  return data.map((row, n) => ({
    index: index?.[n] ?? n,
    ...Object.fromEntries(columns.map((column, at) => [column, row[at]!])),
  }));
}

function byIndex(table: Tables[string]): { [key: string]: Json } {
  return Object.fromEntries(records(table).map(({ index, ...row }) => [String(index), row]));
}

function byColumns(table: Tables[string]): { [key: string]: Json } {
  return Object.fromEntries(
    table.columns.map((column) => [
      column,
      Object.fromEntries(
        Object.entries(byIndex(table)).map(([index, row]) => [index, (row as { [k: string]: Json })[column]!]),
      ),
    ]),
  );
}

function byLists({ columns, data }: Tables[string]): { [key: string]: Json } {
  return Object.fromEntries(columns.map((column, at) => [column, data.map((row) => row[at]!)]));
}

describe("pandapower: forms of a file", () => {
  for (const [name, form] of Object.entries(FORMS)) {
    it(`reads ${name}`, async () => {
      expect(await load(JSON.stringify(form(FEEDER)))).toEqual(await load(netJson(FEEDER)));
    });
  }

  it("reads the tables of 1.4, whose version stands in a table of parameters and whose lines have x0, y0, x1 ...", async () => {
    const tables: Tables = {
      ...FEEDER,
      load: { columns: ["bus", "p_kw"], data: [[2, 10]] },
      bus_geodata: { columns: ["x", "y"], data: [[0, 0], [1, 0], [1, 5]] }, // biome-ignore format: a table
      line_geodata: { columns: ["x0", "y0", "x1", "y1", "x2", "y2"], data: [[1, 0, 1, 5, null, null]] },
      parameters: { columns: ["version", "f_hz"], data: [[1.4, 60]] },
      dtypes: { columns: ["element", "column", "dtype"], data: [["load", "p_kw", "float64"]] },
    };
    const { version: _, ...content } = each(tables, byColumns);
    const part = await load(JSON.stringify(content));
    expect(codesOf(part)).toEqual(["PANDAPOWER_CONVERTED"]);
    expect(twinIn(part, "load:s:0").attributes.pMw).toBe(0.01);
    expect(twinIn(part, "grid:s:0").attributes.fHz).toBe(60);
    expect(twinIn(part, "bus:s:2").attributes.position).toEqual({ x: 1, y: 5 });
    const coords = twinIn(part, "line:s:0").attributes.coords;
    expect(coords).toEqual([[1, 0], [1, 5]]); // biome-ignore format: pairs
  });

  it("reads a real net of 1.6 in the form of 1.2 as it reads the net of 1.6", async () => {
    const net = JSON.parse(new TextDecoder().decode(fixture("example_1.6.0.json"))) as { [key: string]: Json };
    const plain = Object.entries(net).map(([name, value]) => {
      const frame = value as { _object?: string };
      return [name, frame?._object ? byColumns(JSON.parse(frame._object) as Tables[string]) : value];
    });
    const part = await load(JSON.stringify({ ...Object.fromEntries(plain), version: 1.2 }));
    expect(part).toEqual(await load(fixture("example_1.6.0.json")));
  });

  it("reads a GeoDataFrame of bus coordinates", async () => {
    const feature = (id: string, coordinates: number[]) => ({
      ...{ type: "Feature", id, properties: {} },
      geometry: { type: "Point", coordinates },
    });
    const features = [feature("1", [500000, 5300000]), feature("2.0", [500010, 5300020])];
    const _object = JSON.stringify({ type: "FeatureCollection", features });
    const part = await load(netJson(FEEDER, { version: "2.13.1", bus_geodata: { _class: "GeoDataFrame", _object } }));
    expect(part.findings).toEqual([]);
    expect(twinIn(part, "bus:s:1").attributes.position).toEqual({ x: 500000, y: 5300000 });
    expect(twinIn(part, "bus:s:2").attributes).toMatchObject({ position: { x: 500010, y: 5300020 } });
    expect(twinIn(part, "bus:s:2").attributes.location).toBeUndefined();
  });

  it("reads NaN, Infinity, a byte order mark and UTF-16, which Python and Windows tools write", async () => {
    const json = netJson(FEEDER).replace("[[2,0.01]]", "[[2,NaN]]").replace('"version"', '"sn_mva":Infinity,"version"');
    const part = await load(`\ufeff${json}`);
    expect(part.findings).toEqual([]);
    expect(twinIn(part, "load:s:0").attributes.pMw).toBeUndefined();
    const utf16 = await load(new Uint8Array(Buffer.from(`\ufeff${json}`, "utf16le")));
    expect(utf16.twins).toEqual(part.twins);
    expect(codesOf(utf16)).toEqual(["PANDAPOWER_ENCODING"]);
  });

  it("keeps an index verbatim: not contiguous, not sorted, or text", async () => {
    const part = await load(
      netJson({
        ...FEEDER,
        bus: { columns: ["vn_kv"], index: ["North", 7, "a:b"], data: [[0.4], [0.4], [0.4]] },
        ext_grid: { columns: ["bus"], index: [99], data: [["North"]] },
        trafo: { columns: [], data: [] },
        line: {
          columns: ["from_bus", "to_bus", "length_km", "r_ohm_per_km"],
          index: [12, 3],
          data: [["North", 7, 1, 1], [7, "a:b", 1, 1]], // biome-ignore format: a table
        },
        load: { columns: ["bus"], data: [["a:b"]] },
      }),
    );
    expect(complaintsOf(part)).toEqual([]);
    expect(part.twins.map(({ id }) => id)).toEqual([
      ...["bus:s:North", "bus:s:7", "bus:s:a:b", "line:s:12", "line:s:3", "load:s:0", "grid:s:99"],
    ]);
    expect(part.branches.map(({ from, to }) => [from, to])).toEqual([
      ["bus:s:North", "bus:s:7"],
      ["bus:s:7", "bus:s:a:b"],
    ]);
    expect(part.links).toContainEqual({ from: "bus:s:a:b", role: "feeds", to: "load:s:0" });
  });
});

describe("pandapower: elements", () => {
  const TRAFO3W = {
    columns: [
      "hv_bus",
      "mv_bus",
      "lv_bus",
      "vn_hv_kv",
      "vn_mv_kv",
      "vn_lv_kv",
      "vk_hv_percent",
      "vk_mv_percent",
      "vk_lv_percent",
    ],
    data: [[0, 1, 2, 110, 20, 10, 10, 10, 10]],
  };
  const busbar: Tables = {
    bus: { columns: ["vn_kv"], data: [[110], [20], [10], [10]] },
    ext_grid: { columns: ["bus"], data: [[0]] },
    trafo3w: TRAFO3W,
    switch: {
      columns: ["bus", "element", "et", "closed"],
      data: [[1, 0, "t3", true], [2, 3, "b", null], [0, 0, "t3", 0]], // biome-ignore format: a table
    },
  };

  it("makes three branches of a three-winding transformer, each with the switches at its own ends", async () => {
    const part = await load(netJson(busbar));
    expect(complaintsOf(part)).toEqual(["PANDAPOWER_UNSUPPLIED bus 1"]);
    const twin = "transformer:s:trafo3w.0";
    expect(part.branches).toEqual([
      { twin, from: "bus:s:0", to: "bus:s:1", switches: ["switch:s:0", "switch:s:2"] },
      { twin, from: "bus:s:0", to: "bus:s:2", switches: ["switch:s:2"] },
      { twin, from: "bus:s:1", to: "bus:s:2", switches: ["switch:s:0"] },
      { twin: "switch:s:1", from: "bus:s:2", to: "bus:s:3", switches: [] },
    ]);
    expect(twinIn(part, "switch:s:1").attributes.closed).toBe(true);
    expect(twinIn(part, "switch:s:2").attributes.closed).toBe(false);
  });

  it("makes an impedance, a dcline and a tcsc lines, and lists shunts, wards and converters at their bus", async () => {
    const part = await load(
      netJson({
        ...busbar,
        switch: { columns: [], data: [] },
        impedance: { columns: ["from_bus", "to_bus", "rft_pu", "xft_pu"], data: [[2, 3, 0.1, 0.2]] },
        dcline: { columns: ["from_bus", "to_bus", "p_mw"], data: [[2, 3, 1]] },
        tcsc: { columns: ["from_bus", "to_bus"], data: [[2, 3]] },
        shunt: { columns: ["name", "bus", "q_mvar"], index: [4, 5], data: [["C1", 3, -1], [null, 3, -2]] }, // biome-ignore format: a table
        xward: { columns: ["bus", "ps_mw"], data: [[1, 5]] },
      }),
    );
    expect(complaintsOf(part)).toEqual([]);
    expect(codesOf(part)).toEqual(["PANDAPOWER_BRANCH_AS_LINE"]);
    expect(twinIn(part, "line:s:impedance.0").attributes).toMatchObject({ impedance: true, rftPu: 0.1, gfPu: 0 });
    expect(twinIn(part, "line:s:dcline.0").attributes.dcline).toBe(true);
    expect(part.branches.map(({ twin }) => twin)).toContain("line:s:tcsc.0");
    expect(twinIn(part, "bus:s:3").attributes.shunts).toEqual([
      { index: "4", name: "C1", pMw: 0, qMvar: -1, step: 1, maxStep: 1, inService: true },
      { index: "5", pMw: 0, qMvar: -2, step: 1, maxStep: 1, inService: true },
    ]);
    expect(twinIn(part, "bus:s:1").attributes.xwards).toMatchObject([{ index: "0", psMw: 5 }]);
  });

  it("makes buses and lines of a grid of direct current, and lines of its converters", async () => {
    const part = await load(
      netJson({
        ...busbar,
        switch: { columns: [], data: [] },
        trafo3w: { columns: [], data: [] },
        bus: { columns: ["vn_kv"], data: [[20], [20], [20]] },
        bus_dc: { columns: ["name", "vn_kv"], data: [["P", 10], ["Q", 10], ["N", 10]] }, // biome-ignore format: a table
        line_dc: { columns: ["from_bus_dc", "to_bus_dc", "length_km"], data: [[0, 1, 2]] },
        vsc: { columns: ["bus", "bus_dc", "r_ohm"], data: [[0, 0, 0.1], [1, 9, 0.1]] }, // biome-ignore format: a table
        b2b_vsc: { columns: ["bus", "bus_dc_plus", "bus_dc_minus"], data: [[1, 1, 2]] },
        load_dc: { columns: ["bus_dc", "p_dc_mw"], data: [[1, 1]] },
        source_dc: { columns: ["bus_dc", "vm_pu"], data: [[1, 1]] },
      }),
    );
    expect(part.branches.map(({ twin, from, to }) => `${twin} ${from} ${to}`)).toEqual([
      "line:s:line_dc.0 bus:s:bus_dc.0 bus:s:bus_dc.1",
      "line:s:vsc.0 bus:s:0 bus:s:bus_dc.0",
      "line:s:b2b_vsc.0 bus:s:1 bus:s:bus_dc.1",
      "line:s:b2b_vsc.0 bus:s:1 bus:s:bus_dc.2",
    ]);
    expect(part.links).toContainEqual({ from: "bus:s:bus_dc.1", role: "feeds", to: "load:s:load_dc.0" });
    expect(part.links).toContainEqual({ from: "generator:s:source_dc.0", role: "feeds", to: "bus:s:bus_dc.1" });
    expect(twinIn(part, "line:s:vsc.0").attributes).toMatchObject({ vsc: true, rOhm: 0.1, inService: true });
    expect(complaintsOf(part)).toEqual(["PANDAPOWER_DANGLING vsc 1", "PANDAPOWER_BUS_ISOLATED bus 2"]);
  });

  it("gives loads, generators and storages of different tables different ids, and links them in the way of the power", async () => {
    const at = (bus: number) => ({ columns: ["bus"], data: [[bus]] });
    const names = ["asymmetric_load", "motor", "gen", "sgen", "asymmetric_sgen", "storage"];
    const part = await load(netJson({ ...FEEDER, ...Object.fromEntries(names.map((name) => [name, at(2)])) }));
    expect(part.links.filter(({ role }) => role === "feeds").map(({ from, to }) => `${from} ${to}`)).toEqual([
      "bus:s:2 load:s:0",
      "bus:s:2 load:s:asymmetric_load.0",
      "bus:s:2 load:s:motor.0",
      "generator:s:0 bus:s:2",
      "generator:s:sgen.0 bus:s:2",
      "generator:s:asymmetric_sgen.0 bus:s:2",
      "bus:s:2 storage:s:0",
      "grid:s:0 bus:s:0",
    ]);
  });

  it("fills missing and empty columns with pandapower's defaults, and drops other empty cells", async () => {
    const part: DistrictPart = await load(
      netJson({ ...FEEDER, gen: { columns: ["bus", "in_service", "zone", "slack"], data: [[2, null, null, 1]] } }),
    );
    expect(twinIn(part, "generator:s:0").attributes).toEqual({
      ...{ carrier: "electricity", table: "gen", bus: 2, slack: true },
      ...{ inService: true, vmPu: 1, scaling: 1, slackWeight: 0 },
    });
    expect(twinIn(part, "line:s:0").attributes).toMatchObject({ parallel: 1, df: 1, gUsPerKm: 0, inService: true });
    expect(twinIn(part, "load:s:0").attributes).toMatchObject({ qMvar: 0, scaling: 1, type: "wye" });
  });
});
