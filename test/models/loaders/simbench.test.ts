// Tests of the SimBench loader. References: rows counted and summed with awk in the tables of SimBench's own test network,
// and what simbench's converter to pandapower makes of it (factors of its format_information.py, worked out by hand).

import { describe, expect, it } from "vitest";
import type { DistrictPart } from "../../../models/loaders/loader.ts";
import { loadSimbench } from "../../../models/loaders/simbench.ts";
import { buildTopology } from "../../../models/topology.ts";
import { codesOf, complaintsOf, countsOf, twinIn } from "./pandapower-nets.ts";
import { FEEDER, filesOf, fixtureFiles, folderOf, loadTables, zipOf } from "./simbench-grids.ts";

const fixture = (): DistrictPart | Promise<DistrictPart> =>
  loadSimbench({ source: "s", file: "grid", bytes: new Uint8Array(), folder: folderOf(fixtureFiles()) });

describe("simbench: the test network of SimBench", () => {
  it("makes a twin of each row of the elements' tables, and counts the rest", async () => {
    const part = await fixture();
    expect(countsOf(part)).toEqual({
      ...{ bus: 16, line: 11, transformer: 2, switch: 5, grid: 5, generator: 6, load: 6, storage: 1 },
    });
    expect(part.branches).toHaveLength(11 + 2 + 5);
    expect(part.census).toEqual({
      read: {
        Node: 16,
        Line: 11,
        Transformer: 2,
        Switch: 5,
        ExternalNet: 5,
        PowerPlant: 3,
        RES: 3,
        Load: 6,
        Storage: 1,
      },
      kept: {
        ...{ LineType: 2, DCLineType: 1, TransformerType: 1, Shunt: 1, Measurement: 2, Coordinates: 12, Substation: 1 },
        ...{ StudyCases: 24, LoadProfile: 2, PowerPlantProfile: 2, RESProfile: 2, StorageProfile: 1 },
      },
      unknown: {},
    });
    // The loads of lines 3, 5 and 7 name the profile G0_1, and LoadProfile has G0_0 alone.
    expect(complaintsOf(part)).toEqual([3, 5, 7].map((line) => `SIMBENCH_PROFILE_UNKNOWN Load line ${line}`));
  });

  it("gives the elements the data of their types, in pandapower's words and units", async () => {
    const part = await fixture();
    const line = twinIn(part, "line:s:OHL_1_2").attributes;
    expect(line).toMatchObject({
      ...{ fromBus: "Bus 1a_1", toBus: "Bus 2", stdType: "HV OHL 1", lengthKm: 0.225, maxLoadingPercent: 100 },
      ...{ rOhmPerKm: 0.05, xOhmPerKm: 0.4, bUsPerKm: 3, maxIKa: 0.5, type: "ohl" },
    });
    // 3 microsiemens at 50 Hz: 3e-6 / (100 pi) F.
    expect(line.cNfPerKm).toBeCloseTo(9.549296585513721, 12);
    expect(twinIn(part, "transformer:s:Trafo1").attributes).toMatchObject({
      ...{ hvBus: "Bus 11", lvBus: "Bus 10", snMva: 25, vnHvKv: 110, vnLvKv: 20, shiftDegree: 150, vkPercent: 12 },
      // 70 kW of 25 MVA are 0.28 %.
      ...{ vkrPercent: 0.28, pfeKw: 30, i0Percent: 0, tapSide: "hv", tapMin: -5, tapMax: 5, autoTap: true },
    });
    expect(twinIn(part, "line:s:DCL1").attributes).toMatchObject({
      ...{ dcline: true, pMw: 3, lossPercent: 1.2, lossMw: 0.025, maxPMw: 5, maxQFromMvar: 1, maxQToMvar: 1 },
    });
    expect(twinIn(part, "storage:s:Storage1").attributes).toMatchObject({ socPercent: 70, maxEMwh: 0.15, minPMw: -2 });
    expect(twinIn(part, "bus:s:Bus 5").attributes).toMatchObject({ vnKv: 20, minVmPu: 0.9, position: { x: 3, y: -2 } });
    expect(twinIn(part, "bus:s:Bus 5").attributes).not.toHaveProperty("location");
    expect(twinIn(part, "bus:s:Bus 3").attributes.shunts).toEqual([
      { id: "Shunt1", pMw: 0, qMvar: -0.5, vnKv: 10, step: 1, voltLvl: 5 },
    ]);
  });

  it("tells which of the external nets, plants and renewables holds the network up, and at which voltage", async () => {
    const part = await fixture();
    const slack = part.twins.filter(({ attributes }) => attributes.slack === true).map(({ id }) => id);
    expect(slack).toEqual(["grid:s:ExtGrid1", "generator:s:Gen2", "generator:s:RES2"]);
    expect(twinIn(part, "grid:s:ExtGrid1").attributes).toMatchObject({ vmPu: 1, vaDegree: 0, calcType: "vavm" });
    expect(twinIn(part, "grid:s:ExtGrid2").attributes).toMatchObject({ vmPu: 1, pMw: 1, slack: false });
    expect(twinIn(part, "grid:s:xWard1").attributes).toMatchObject({ psMw: 0.1, rOhm: 0.1, xOhm: 1, vmPu: 1 });
    expect(twinIn(part, "grid:s:xWard1").attributes).not.toHaveProperty("pMw");
    const [network, ...others] = buildTopology(part.twins, part.links, part.branches);
    expect(others).toEqual([]);
    expect(network!.sources.map(({ twin }) => twin)).toEqual(slack.toSorted());
    const shut = new Set(part.twins.filter(({ attributes }) => attributes.closed === false).map(({ id }) => id));
    expect([...shut]).toEqual(["switch:s:BusTrafo2"]);
    expect(network!.supplied((id) => !shut.has(id), () => true)).not.toContain(0); // biome-ignore format: one line
  });

  it("makes branches of switches between nodes, those of lines with an auxiliary node behind them", async () => {
    const part = await fixture();
    expect(part.branches).toContainEqual({
      ...{ twin: "switch:s:BusLine1", from: "bus:s:Bus 1a", to: "bus:s:Bus 1a_1", switches: [] },
    });
    expect(twinIn(part, "switch:s:BusLine1").attributes).toMatchObject({ type: "CB", closed: true, switchType: "b" });
    expect(part.links).toContainEqual({ from: "switch:s:BusLine1", role: "connects", to: "bus:s:Bus 1a_1" });
    expect(part.links).toContainEqual({ from: "bus:s:Bus 3", role: "feeds", to: "load:s:Load1" });
    expect(part.links).toContainEqual({ from: "generator:s:RES3", role: "feeds", to: "bus:s:Bus 9" });
    expect(part.links).toContainEqual({ from: "bus:s:Bus 3", role: "feeds", to: "storage:s:Storage1" });
  });

  it("keeps measurements where they measure, and study cases and profiles once", async () => {
    const part = await fixture();
    expect(twinIn(part, "bus:s:Bus 10").attributes.measurements).toEqual([
      { id: "Messung 1", variable: "v", voltLvl: 5 },
    ]);
    expect(twinIn(part, "line:s:OHL_1_2").attributes.measurements).toEqual([
      { id: "Messung 2", variable: "p", voltLvl: 5, bus: "Bus 2" },
    ]);
    const network = twinIn(part, "grid:s:ExtGrid1").attributes.network as { [key: string]: unknown };
    expect(network.studyCases).toHaveLength(24);
    expect((network.studyCases as unknown[])[4]).toEqual({
      ...{ studyCase: "lW", voltLvl: 1, pload: 0.25, qload: 0.306358, Wind_p: 1, PV_p: 0.8, RES_p: 1, Slack_vm: 1.025 },
    });
    expect(network.substations).toEqual([{ id: "Substation1", voltLvl: 5 }]);
    const { StorageProfile } = network.profiles as Record<string, { profiles: Record<string, unknown> }>;
    expect(StorageProfile).toMatchObject({ steps: 96, from: "01.01.2018 00:00", to: "01.01.2018 23:45" });
    expect(StorageProfile!.profiles.P1).toMatchObject({ count: 96, min: -0.5 });
    expect((StorageProfile!.profiles.P1 as { values: number[] }).values.slice(0, 2)).toEqual([-0.5, -0.5]);
    expect(part.twins.filter(({ attributes }) => attributes.network !== undefined)).toHaveLength(1);
  });
});

describe("simbench: forms of a source", () => {
  it("reads a folder, one table of it, and an archive as the same grid", async () => {
    const files = fixtureFiles();
    const whole = await fixture();
    const one = await loadSimbench({
      ...{ source: "s", file: "sim/Node.csv", bytes: files.get("Node.csv")!, folder: folderOf(files) },
    });
    expect(one.twins).toEqual(whole.twins);
    const packed = new Map([...files].map(([name, bytes]) => [`grid/${name}`, bytes]));
    const archive = await loadSimbench({
      source: "s",
      file: "grid.zip",
      bytes: zipOf(packed),
      folder: folderOf(files),
    });
    expect(archive.twins).toEqual(whole.twins);
    expect(archive.branches).toEqual(whole.branches);
  });

  it("reads tables whatever their case, encoding and separator; further files of the source too", async () => {
    const { Line: _, LineType, ...others } = FEEDER;
    const tables = {
      ...others,
      LINE: FEEDER.Line!.replaceAll(";", "\t").replaceAll("\n", "\r\n"),
      lineType: `\ufeff${LineType}`,
    };
    expect((await loadTables(tables)).twins).toEqual((await loadTables(FEEDER)).twins);
    const latin = new Uint8Array(Buffer.from(FEEDER.Load!.replaceAll("House", "H\u00e4user"), "latin1"));
    const files = filesOf({ ...FEEDER, Node: FEEDER.Node!.replaceAll("House", "H\u00e4user"), Line: FEEDER.Line!.replaceAll("House", "H\u00e4user") }); // biome-ignore format: one call
    files.delete("Load.csv");
    const more = [{ file: "extra/Load.csv", bytes: latin }];
    const part = await loadSimbench({
      source: "s",
      file: "grid",
      bytes: new Uint8Array(),
      folder: folderOf(files),
      more,
    });
    expect(codesOf(part)).toEqual(["SIMBENCH_ENCODING"]);
    expect(part.links).toContainEqual({ from: "bus:s:H\u00e4user", role: "feeds", to: "load:s:H1" });
  });

  it("tells of tables beside it that are none of SimBench's, but only in a folder of its own", async () => {
    const files = filesOf({ ...FEEDER, Tariffs: "id;price\na;1\nb;2" });
    const part = await loadTables({}, { folder: folderOf(files) });
    expect(codesOf(part)).toEqual(["SIMBENCH_TABLE_UNKNOWN"]);
    expect(part.census?.unknown).toEqual({ "Tariffs.csv": 2 });
    const one = await loadTables({}, { file: "Node.csv", bytes: files.get("Node.csv")!, folder: folderOf(files) });
    expect(codesOf(one)).toEqual([]);
  });

  it("takes coordinates for a map when the lengths of the lines agree with them", async () => {
    const nodes = "id;vmR;coordID\nMS;20;c1\nStation;0.4;c1\nHouse;0.4;c2";
    const Coordinates = "id;x;y\nc1;9.48;51.31\nc2;9.4814;51.3101";
    const part = await loadTables({ ...FEEDER, Node: nodes, Coordinates });
    expect(twinIn(part, "bus:s:House").attributes.location).toEqual({ latDeg: 51.3101, lonDeg: 9.4814 });
  });

  it("reads three-winding transformers, and what a power flow found at the nodes", async () => {
    const part = await loadTables({
      ...FEEDER,
      Transformer3W: "id;nodeHV;nodeMV;nodeLV;type;tapposHV\nT3;MS;Station;House;X;1",
      Transformer3WType: "id;sRHV;vmHV;vmMV;vmLV;vmImpHVMV;vmImpHVLV;vmImpMVLV\nX;1;20;0.4;0.4;10;12;6",
      NodePFResult: "node;vm;va;substation;subnet;voltLvl\nHouse;0.98;-151.2;;LV1;7",
    });
    expect(complaintsOf(part)).toEqual([]);
    expect(twinIn(part, "transformer:s:T3").attributes).toMatchObject({
      ...{ snHvMva: 1, vkHvPercent: 10, vkMvPercent: 6, vkLvPercent: 12, tapPos: 1 },
    });
    expect(part.branches.filter(({ twin }) => twin === "transformer:s:T3")).toHaveLength(3);
    expect(twinIn(part, "bus:s:House").attributes.result).toEqual({ vmPu: 0.98, vaDegree: -151.2 });
  });
});
