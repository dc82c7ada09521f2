// Tests of the pandapipes loader. References: counts and sums taken from the tables with Python's json, the results that
// pandapipes' own pipeflow saved, and those of OpenModelica and STANET in columns of their own.

import { describe, expect, it } from "vitest";
import type { DistrictPart } from "../../../models/loaders/loader.ts";
import { buildTopology } from "../../../models/topology.ts";
import { LOOP, loadPipes, pipesFixture, pipesJson, STRAND } from "./pandapipes-nets.ts";
import { codesOf, complaintsOf, countsOf, type Tables, twinIn } from "./pandapower-nets.ts";

const number = (value: unknown): number => value as number;
const result = (part: DistrictPart, id: string) => twinIn(part, id).attributes.result as Record<string, number>;
const sum = (part: DistrictPart, table: string, value: (attributes: Record<string, unknown>) => number): number =>
  part.twins
    .filter(({ attributes }) => attributes.table === table)
    .reduce((total, { attributes }) => total + value(attributes), 0);

/** The nodes that sources reach with everything as the file has it. */
function supplied(part: DistrictPart): string[] {
  const byId = new Map(part.twins.map((twin) => [twin.id, twin.attributes]));
  const on = (id: string) => byId.get(id)!.inService !== false && byId.get(id)!.initialStatus !== "closed";
  return buildTopology(part.twins, part.links, part.branches).flatMap((topology) => {
    const reached = topology.supplied(on, on);
    return topology.nodes.filter((_, at) => reached[at] === 1);
  });
}

describe("pandapipes: published networks", () => {
  it("reads a gas net with its valves, on the map", async () => {
    const part = await loadPipes(pipesFixture("1-LV-rural1--0-sw.json"));
    expect(part.findings).toEqual([]);
    expect(countsOf(part)).toEqual({ junction: 41, pipe: 13, valve: 27, reservoir: 1, load: 13 });
    expect(part.branches).toHaveLength(13 + 27 + 1);
    expect(new Set(part.twins.map(({ attributes }) => attributes.carrier))).toEqual(new Set(["gas"]));
    expect(sum(part, "pipe", ({ lengthKm }) => number(lengthKm))).toBeCloseTo(0.55970604, 9);
    expect(sum(part, "sink", ({ mdotKgPerS }) => number(mdotKgPerS))).toBeCloseTo(0.0008, 9);
    expect(twinIn(part, "junction:s:0")).toMatchObject({
      name: "Junction 1",
      attributes: { pnBar: 1.05, position: { x: 11.411, y: 53.6407 }, location: { latDeg: 53.6407, lonDeg: 11.411 } },
    });
    expect(twinIn(part, "valve:s:0").attributes).toMatchObject({
      opened: true,
      initialStatus: "open",
      diameterM: 0.005,
    });
    expect(part.branches.find(({ twin }) => twin === "valve:s:0")).toMatchObject({
      from: "junction:s:0",
      to: "junction:s:14",
    });
    expect(twinIn(part, "reservoir:s:0").attributes.network).toMatchObject({
      version: "0.2",
      fluid: {
        name: "lgas",
        fluidType: "gas",
        isGas: true,
        properties: { density: { class: "FluidPropertyInterExtra" } },
      },
    });
    expect(part.census).toEqual({
      read: { junction: 41, pipe: 13, ext_grid: 1, sink: 13, valve: 27 },
      kept: { junction_geodata: 41, pipe_geodata: 13, fluid: 1 },
      unknown: {},
    });
  });

  it("reads water with pumps and sources; results stand with the elements, and keep the mass", async () => {
    const part = await loadPipes(pipesFixture("openmodelica-versatility.json"));
    expect(part.findings).toEqual([]);
    expect(countsOf(part)).toEqual({ junction: 10, pipe: 8, valve: 2, pump: 1, reservoir: 2, plant: 2, load: 6 });
    expect(twinIn(part, "junction:s:0").attributes.carrier).toBe("water");
    const mass = (table: string) => sum(part, table, (at) => (at.result as Record<string, number>).mdotKgPerS!);
    // What the sources give, the sinks take; the rest goes into the external grids.
    expect(mass("source")).toBeCloseTo(mass("sink") + mass("ext_grid"), 6);
    expect(mass("source")).toBeCloseTo(9.171, 9);
    for (const { id, attributes } of part.twins.filter(({ kind }) => kind === "junction")) {
      // pandapipes and OpenModelica agree to 2 %.
      expect(result(part, id).pBar! / number(attributes.pOm)).toBeCloseTo(1, 1);
    }
    // The curve of the pump, in m3/h and bar, gives the lift that the pipeflow found: 5.56 kg/s of 998.2 kg/m3.
    const { stdType, stdTypeParameters } = twinIn(part, "pump:s:0").attributes;
    expect([stdType, (stdTypeParameters as { class: string }).class]).toEqual(["om_P1", "PumpStdType"]);
    const [a, b, c] = (stdTypeParameters as { regPar: number[] }).regPar as [number, number, number];
    const flowM3PerH = (5.56 / 998.2060924679472) * 3600;
    expect(a * flowM3PerH ** 2 + b * flowM3PerH + c).toBeCloseTo(result(part, "pump:s:0").deltapBar!, 3);
  });

  it("keeps columns that pandapipes does not know: STANET's results", async () => {
    const part = await loadPipes(pipesFixture("stanet-gas-pipe.json"));
    expect(complaintsOf(part)).toEqual([]);
    expect(twinIn(part, "junction:s:0").attributes.pStanet).toBeGreaterThan(0);
    expect(twinIn(part, "pipe:s:0").attributes).toHaveProperty("vStanet");
    expect(twinIn(part, "reservoir:s:0").attributes.network).toMatchObject({
      pipeflowOptions: { mode: "hydraulics", ambientTemperature: 278.15 },
    });
  });

  it("supplies the junctions for which the pipeflow has a pressure", async () => {
    const part = await loadPipes(pipesFixture("openmodelica-versatility.json"));
    const solved = part.twins.filter(({ kind, id }) => kind === "junction" && result(part, id).pBar !== undefined);
    expect(
      supplied(part)
        .filter((id) => id.startsWith("junction"))
        .toSorted(),
    ).toEqual(solved.map(({ id }) => id).toSorted());
  });
});

describe("pandapipes: carriers", () => {
  const carrier = async (tables: Tables, net = {}) =>
    twinIn(await loadPipes(pipesJson(tables, net)), "junction:s:0").attributes.carrier;

  it("tells water from heat by what exchanges heat, by what loses it, and by its warmth", async () => {
    expect(await carrier(STRAND)).toBe("water");
    expect(await carrier(LOOP)).toBe("heat");
    const { pipe, ext_grid } = STRAND as { pipe: Tables[string]; ext_grid: Tables[string] };
    expect(await carrier({ ...STRAND, ext_grid: { ...ext_grid, data: [[0, 5, 353, "pt"]] } })).toBe("heat");
    const lossy = { columns: [...pipe.columns, "alpha_w_per_m2k"], data: [[...pipe.data[0]!, 5]] };
    expect(await carrier({ ...STRAND, pipe: lossy })).toBe("heat");
  });

  it("takes a gas by its fluid, and says so when a net has none", async () => {
    const gas = { fluid: { _class: "Fluid", _object: { name: "hydrogen", fluid_type: "Gas" } } };
    expect(await carrier({ ...STRAND, ext_grid: { columns: ["junction", "p_bar"], data: [[0, 5]] } }, gas)).toBe("gas");
    const part = await loadPipes(pipesJson(STRAND, { fluid: null }));
    expect(complaintsOf(part)).toEqual(["PANDAPIPES_FLUID_MISSING fluid"]);
    expect(twinIn(part, "junction:s:0").attributes.carrier).toBe("water");
  });
});

describe("pandapipes: components", () => {
  it("makes a reservoir with a way of its own of an ext_grid; one that fixes no pressure supplies nobody", async () => {
    const part = await loadPipes(pipesJson(STRAND));
    expect(part.branches).toEqual([
      { twin: "pipe:s:0", from: "junction:s:0", to: "junction:s:1", switches: [] },
      { twin: "reservoir:s:0", from: "reservoir:s:0", to: "junction:s:0", switches: [] },
    ]);
    expect(part.links).toContainEqual({ from: "reservoir:s:0", role: "feeds", to: "junction:s:0" });
    expect(part.links).toContainEqual({ from: "reservoir:s:0", role: "connects", to: "junction:s:0" });
    expect(part.links).toContainEqual({ from: "junction:s:1", role: "feeds", to: "load:s:0" });
    expect(supplied(part)).toEqual(["junction:s:0", "junction:s:1", "reservoir:s:0"]);
    const warm = { columns: ["junction", "p_bar", "t_k", "type"], data: [[0, 5, 283, "t"]] };
    const cold = await loadPipes(pipesJson({ ...STRAND, ext_grid: warm }));
    expect(supplied(cold)).toEqual(["reservoir:s:0"]);
    expect(complaintsOf(cold)).toEqual(["PANDAPIPES_UNSUPPLIED junction 0"]);
  });

  it("makes a plant of a circulation pump, which feeds the flow and takes the return", async () => {
    const part = await loadPipes(pipesJson(LOOP));
    expect(part.findings).toEqual([]);
    expect(countsOf(part)).toEqual({ junction: 4, pipe: 2, exchanger: 2, plant: 1 });
    const plant = "plant:s:0";
    expect(twinIn(part, plant).attributes).toMatchObject({ carrier: "heat", slack: true, pliftBar: 2, tFlowK: 353 });
    expect(part.branches).toContainEqual({ twin: plant, from: "junction:s:3", to: "junction:s:0", switches: [] });
    expect(part.links.filter(({ from, role }) => from === plant && role === "feeds")).toEqual([
      { from: plant, role: "feeds", to: "junction:s:0" },
    ]);
    expect(twinIn(part, "exchanger:s:heat_consumer.0").attributes).toMatchObject({
      qextW: 50000,
      table: "heat_consumer",
    });
    expect(twinIn(part, "exchanger:s:0").attributes).toMatchObject({ qextW: 20000, lossCoefficient: 0 });
    expect(supplied(part)).toHaveLength(4);
    expect(twinIn(part, plant).attributes.network).toMatchObject({ fluid: { name: "water" } });
  });

  it("gives controls their set-points as settings of valves, compressors a pump, storages a tank", async () => {
    const ends = ["from_junction", "to_junction"];
    const part = await loadPipes(
      pipesJson({
        ...STRAND,
        junction: { columns: ["pn_bar"], data: [[5], [5], [5], [5], [5]] },
        press_control: {
          columns: [...ends, "controlled_junction", "controlled_p_bar", "control_active"],
          data: [[1, 2, 2, 3, true], [1, 2, 2, 3, false]], // biome-ignore format: a table
        },
        flow_control: { columns: [...ends, "controlled_mdot_kg_per_s"], data: [[2, 3, 0.4]] },
        compressor: { columns: [...ends, "pressure_ratio"], data: [[3, 4, 1.2]] },
        mass_storage: { columns: ["junction", "mdot_kg_per_s", "max_m_stored_kg"], data: [[4, -0.1, null]] },
        source: { columns: ["junction", "mdot_kg_per_s"], data: [[4, 0.1]] },
      }),
    );
    expect(complaintsOf(part)).toEqual([]);
    expect(twinIn(part, "valve:s:press_control.0").attributes).toMatchObject({
      ...{ initialStatus: "active", setting: 3, settingUnit: "bar", controlledJunction: 2 },
    });
    expect(twinIn(part, "valve:s:press_control.1").attributes.initialStatus).toBe("open");
    expect(twinIn(part, "valve:s:flow_control.0").attributes).toMatchObject({ setting: 0.4, settingUnit: "kg/s" });
    expect(twinIn(part, "pump:s:compressor.0").attributes.pressureRatio).toBe(1.2);
    expect(twinIn(part, "tank:s:0").attributes).toMatchObject({ mdotKgPerS: -0.1, minMStoredKg: 0 });
    expect(part.links).toContainEqual({ from: "junction:s:4", role: "feeds", to: "tank:s:0" });
    expect(twinIn(part, "plant:s:source.0").attributes.slack).toBe(false);
    expect(part.links).toContainEqual({ from: "plant:s:source.0", role: "feeds", to: "junction:s:4" });
  });

  it("does not take a source of a mass flow for what supplies a network", async () => {
    const source = { columns: ["junction", "mdot_kg_per_s"], data: [[1, 0.1]] };
    const part = await loadPipes(pipesJson({ ...STRAND, ext_grid: { columns: [], data: [] }, source }));
    expect(complaintsOf(part)).toEqual(["PANDAPIPES_NO_SOURCE "]);
  });
});

describe("pandapipes: versions", () => {
  it("P1: gives the same twins for circulation pumps and heat losses in the words of 0.7 and of 0.11", async () => {
    const older: Tables = {
      ...LOOP,
      pipe: { ...LOOP.pipe!, columns: LOOP.pipe!.columns.map((name) => name.replace("u_w", "alpha_w")) },
      circ_pump_pressure: {
        ...LOOP.circ_pump_pressure!,
        columns: ["from_junction", "to_junction", "p_bar", "plift_bar", "t_k", "type"],
      },
    };
    const recent = await loadPipes(pipesJson(LOOP, { version: "0.7.0" }));
    expect(await loadPipes(pipesJson(older, { version: "0.7.0" }))).toEqual(recent);
  });

  it("reads valves between two junctions of all versions, and valves before a pipe of the newest", async () => {
    const junction = { columns: ["pn_bar"], data: [[5], [5], [5]] };
    const valve = (columns: string[], ...data: (string | number | boolean)[][]): Tables => ({
      ...STRAND,
      junction,
      valve: { columns, data },
    });
    const old = valve(["from_junction", "to_junction", "diameter_m", "opened"], [1, 2, 0.05, false]);
    const recent = valve(["junction", "element", "et", "inner_diameter_mm", "opened"], [1, 2, "ju", 50, false]);
    const part = await loadPipes(pipesJson(old));
    expect(part.branches.at(-2)).toEqual({ twin: "valve:s:0", from: "junction:s:1", to: "junction:s:2", switches: [] });
    expect(twinIn(part, "valve:s:0").attributes).toMatchObject({ initialStatus: "closed", diameterM: 0.05 });
    expect(complaintsOf(part)).toEqual(["PANDAPIPES_UNSUPPLIED junction 2"]);
    expect(twinIn(await loadPipes(pipesJson(recent)), "valve:s:0").attributes).toMatchObject(
      twinIn(part, "valve:s:0").attributes,
    );

    const atPipe = await loadPipes(pipesJson({ ...STRAND, ...valve(["junction", "element", "et", "diameter_m", "opened"], [1, 0, "pi", 0.05, false]), junction: STRAND.junction! })); // biome-ignore format: one call
    expect(atPipe.branches[0]).toEqual({
      ...{ twin: "pipe:s:0", from: "junction:s:0", to: "junction:s:1" },
      switches: ["valve:s:0"],
    });
    expect(complaintsOf(atPipe)).toEqual(["PANDAPIPES_UNSUPPLIED junction 1"]);
  });

  it("reads the standard types of 0.6 and of 0.7, and says which type is missing", async () => {
    const types = {
      pump: { P1: { _class: "PumpStdType", _object: '{"name": "P1", "component": "pump", "reg_par": [-0.1, 6]}' } },
    };
    const pump = { columns: ["from_junction", "to_junction", "std_type"], data: [[0, 1, "P1"], [0, 1, "P9"]] }; // biome-ignore format: a table
    for (const name of ["std_type", "std_types"]) {
      const part = await loadPipes(pipesJson({ ...STRAND, pump }, { [name]: types }));
      expect(complaintsOf(part)).toEqual(["PANDAPIPES_STD_TYPE pump 1"]);
      expect(twinIn(part, "pump:s:0").attributes.stdTypeParameters).toEqual({
        ...{ class: "PumpStdType", name: "P1", component: "pump", regPar: [-0.1, 6] },
      });
    }
  });

  it("says when a format is newer, a version is missing, a file holds another net", async () => {
    expect(codesOf(await loadPipes(pipesJson(STRAND, { version: "1.2.0" })))).toEqual(["PANDAPIPES_VERSION_NEWER"]);
    expect(codesOf(await loadPipes(pipesJson(STRAND, { version: null })))).toEqual(["PANDAPIPES_VERSION_UNKNOWN"]);
    const power = await loadPipes('{"_module": "pandapower.auxiliary", "_class": "pandapowerNet", "_object": {}}');
    expect(power.findings).toMatchObject([
      { code: "PANDAPIPES_NOT_A_NET", message: "the file holds a pandapowerNet, not a pandapipesNet" },
    ]);
  });
});
