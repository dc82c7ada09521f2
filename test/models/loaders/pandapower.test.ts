import { describe, expect, it } from "vitest";
import type { Json } from "../../../models/district.ts";
import type { DistrictPart } from "../../../models/loaders/loader.ts";
import { buildTopology } from "../../../models/topology.ts";
import { countsOf, example, FEEDER, fixture, load, netJson, twinIn } from "./pandapower-nets.ts";

const sum = (part: DistrictPart, table: string, attribute: string): number =>
  part.twins
    .filter(({ attributes }) => attributes.table === table)
    .reduce((total, { attributes }) => total + (attributes[attribute] as number), 0);

/** The buses that sources reach with the switches and lines as the file has them. */
function suppliedBuses(part: DistrictPart): string[] {
  const byId = new Map(part.twins.map((twin) => [twin.id, twin.attributes]));
  const on = (id: string) => byId.get(id)!.inService !== false && byId.get(id)!.closed !== false;
  return buildTopology(part.twins, part.links, part.branches).flatMap((topology) => {
    const supplied = topology.supplied(on, on);
    return topology.nodes.filter((_, at) => supplied[at] === 1);
  });
}

describe("pandapower: published networks", () => {
  // Counts and sums: taken from the tables with Python's json.
  it("reads the IEEE European LV feeder", async () => {
    const part = await load(example("lv.json"));
    expect(countsOf(part)).toEqual({ bus: 907, line: 905, transformer: 1, load: 55, grid: 1 });
    expect(part.branches).toHaveLength(906);
    expect(part.findings).toEqual([]);
    expect(sum(part, "line", "lengthKm")).toBeCloseTo(1.4315146268199956, 9);
    const first = twinIn(part, "load:s:asymmetric_load.0");
    expect(first.name).toBe("LOAD1");
    expect(first.attributes).toMatchObject({ bus: 34, pAMw: 3.6000001273e-5, type: "wye", inService: true });
    expect(twinIn(part, "bus:s:0").attributes).toMatchObject({ vnKv: 11, position: { x: 390883, y: 392897 } });
    expect(twinIn(part, "line:s:0").attributes.coords).toEqual([
      [390872.66299999994, 392887.37899999996],
      [390871.596, 392887.638],
    ]);
  });

  it("reads the CIGRE MV network with its switches and the drawing of its buses", async () => {
    const part = await load(example("mv.json"));
    expect(countsOf(part)).toEqual({ bus: 15, line: 15, transformer: 2, switch: 8, load: 18, grid: 1 });
    expect(sum(part, "load", "pMw")).toBeCloseTo(44.74215, 9);
    const bus = twinIn(part, "bus:s:0");
    expect(bus.attributes).toMatchObject({ vnKv: 110, position: { x: 7, y: 16 }, result: { vmPu: 1.03 } });
    expect(bus.attributes.location).toBeUndefined();
    // Switch 0 stands at bus 6 on line 12, as the file's first row of `switch` says.
    expect(twinIn(part, "switch:s:0").attributes).toMatchObject({ switchType: "l", type: "LBS", closed: true });
    expect(part.branches.find(({ twin }) => twin === "line:s:12")!.switches).toContain("switch:s:0");
    expect(part.links).toContainEqual({ from: "switch:s:0", role: "connects", to: "bus:s:6" });
    expect(part.links).toContainEqual({ from: "switch:s:0", role: "connects", to: "line:s:12" });
  });

  it("reads MV Oberrhein, whose coordinates are a map", async () => {
    const part = await load(fixture("mv_oberrhein.json"));
    expect(countsOf(part)).toEqual({
      bus: 179,
      line: 181,
      transformer: 2,
      switch: 322,
      load: 147,
      generator: 153,
      grid: 2,
    });
    expect(sum(part, "line", "lengthKm")).toBeCloseTo(108.74595316990002, 9);
    expect(sum(part, "load", "pMw")).toBeCloseTo(61.86, 9);
    expect(part.branches.flatMap(({ switches }) => switches)).toHaveLength(322);
    expect(part.twins.filter(({ attributes }) => attributes.closed === false)).toHaveLength(6);
    expect(twinIn(part, "bus:s:0").attributes.location).toEqual({
      latDeg: 48.41091584192147,
      lonDeg: 7.765225672614365,
    });
    expect(twinIn(part, "transformer:s:114").attributes).toMatchObject({ hvBus: 58, lvBus: 39, tapPos: -2 });
  });

  it("supplies the buses for which pandapower's power flow has a voltage", async () => {
    const files = ["example_1.6.0.json", "example_2.14.0.json", "mv_oberrhein.json", "kerber_landnetz_kabel_1.json"];
    for (const bytes of [...files.map(fixture), example("mv.json"), example("lv.json")]) {
      const part = await load(bytes);
      const solved = part.twins.filter(
        ({ kind, attributes }) => kind === "bus" && typeof (attributes.result as { vmPu?: number }).vmPu === "number",
      );
      expect(suppliedBuses(part).toSorted()).toEqual(solved.map(({ id }) => id).toSorted());
    }
  });

  it("says which lines are out of service", async () => {
    const part = await load(fixture("case33bw.json"));
    expect(part.findings.find(({ code }) => code === "PANDAPOWER_OUT_OF_SERVICE")).toMatchObject({
      severity: "info",
      at: "line",
      message: "5 of 37 out of service: line 32, line 33, line 34, line 35, line 36",
    });
    expect(twinIn(part, "line:s:36").attributes.inService).toBe(false);
  });
});

describe("pandapower: versions", () => {
  it("P1: gives the same twins for the same net, saved by 1.6 in kW and by 2.14 in MW", async () => {
    const old = await load(fixture("example_1.6.0.json"));
    const recent = await load(fixture("example_2.14.0.json"));
    expect(old.twins.map(({ id }) => id)).toEqual(recent.twins.map(({ id }) => id));
    expect(old.branches).toEqual(recent.branches);
    expect(old.links).toEqual(recent.links);
    // Its objects of Python are not part of a twin: the earlier one has none.
    delete (twinIn(recent, "grid:s:0").attributes.network as Record<string, Json>).opaque;
    // What 2.14 added to this net, what another power flow computed, the tap that its controller had moved by then, and
    // (see both files) the reactive power of the loads 14 to 24, 3 kvar in the one and 30 in the other.
    const own = (id: string) => (/^load:s:(1[4-9]|2[0-4])$/.test(id) ? "qMvar" : "tapPos");
    const later = /^(result|tapDependentImpedance|vkPercentCharacteristic|vectorGroup|vkr?0(Hv|Mv|Lv)Percent)$/;
    for (const [at, { id, name, attributes }] of recent.twins.entries()) {
      expect(old.twins[at]!.name, id).toBe(name);
      const shared = Object.entries(attributes).filter(([key]) => !later.test(key) && key !== own(id));
      const before = Object.entries(old.twins[at]!.attributes).filter(([key]) => !later.test(key) && key !== own(id));
      expect(rounded(Object.fromEntries(before)), id).toEqual(rounded(Object.fromEntries(shared)));
    }
  });

  it("turns the generation of nets before 2.0 positive, and its limits round", async () => {
    const old = await load(fixture("example_1.6.0.json"));
    expect(twinIn(old, "generator:s:0").attributes).toMatchObject({ pMw: 100, result: { pMw: 100 } });
    expect(twinIn(old, "generator:s:sgen.0").attributes).toMatchObject({ pMw: 20, qMvar: 4, snMva: 45 });
    expect(twinIn(old, "load:s:0").attributes).toMatchObject({ pMw: 38, qMvar: 6 });
    expect(twinIn(old, "transformer:s:1").attributes).toMatchObject({
      snMva: 0.4,
      vkPercent: 4,
      tapMin: -2,
      pfeKw: 0.95,
    });

    const gen = { columns: ["bus", "p_kw", "min_p_kw", "max_p_kw"], data: [[0, -500, -800, 0]] };
    const { load: _, ...others } = FEEDER;
    const part = await load(netJson({ ...others, gen }, { version: 1.6 }));
    expect(twinIn(part, "generator:s:0").attributes).toMatchObject({ pMw: 0.5, minPMw: 0, maxPMw: 0.8 });
  });

  it("tells kW from the columns when a net has no version", async () => {
    const part = await load(netJson({ ...FEEDER, load: { columns: ["bus", "p_kw"], data: [[2, 10]] } }, {}));
    expect(twinIn(part, "load:s:0").attributes.pMw).toBe(0.01);
    expect(part.findings.map(({ code }) => code)).toEqual(["PANDAPOWER_VERSION_UNKNOWN", "PANDAPOWER_CONVERTED"]);
  });
});

/** Numbers to 12 digits, so that 9.174917000000001 of an older pandapower is 9.174917; results of shunts left out. */
function rounded(value: unknown): unknown {
  const revived = (key: string, v: unknown) =>
    key === "result" ? undefined : typeof v === "number" ? Number(v.toPrecision(12)) : v;
  return JSON.parse(JSON.stringify(value), revived);
}
