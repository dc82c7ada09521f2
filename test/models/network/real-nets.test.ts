// Networks of real files, as the graph has them, against what plain reading of those files gives.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import type { District } from "../../../models/district.ts";
import { loadEpanet } from "../../../models/loaders/epanet.ts";
import type { DistrictPart, Loader } from "../../../models/loaders/loader.ts";
import { loadPandapower } from "../../../models/loaders/pandapower.ts";
import { demandsOf } from "../../../models/network/demands.ts";
import { feedersOf } from "../../../models/network/feeders.ts";
import { islandsOf, networksOf } from "../../../models/network/networks.ts";
import { pathBetween } from "../../../models/network/path.ts";
import { suppliesOf } from "../../../models/network/trace.ts";
import { zonesOf } from "../../../models/network/zones.ts";
import { finish } from "../../../models/work.ts";
import { graphOf, idsOf, presentAs } from "./nets.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const FIXTURES = resolve(ROOT, "test/fixtures");

async function netOf(load: Loader, file: string) {
  const bytes = new Uint8Array(readFileSync(file));
  const part: DistrictPart = await load({ source: "n", file, bytes });
  const district: District = {
    ...{ id: "test", name: "Test", timezone: "UTC", links: part.links, branches: part.branches, devices: new Map() },
    twins: new Map(part.twins.map((twin) => [twin.id, twin])),
  };
  const graph = graphOf(district);
  const isOut = ({ closed, inService, status }: Record<string, unknown>) =>
    closed === false || inService === false || status === "closed";
  const out = part.twins.filter(({ attributes }) => isOut(attributes)).map(({ id }) => id);
  return { graph, present: presentAs(graph, out), part };
}

type Row = Record<string, string | number | boolean | null>;

/** A table of a pandapower file, by its index. */
function table(file: string, name: string): Map<number, Row> {
  const net = JSON.parse(readFileSync(file, "utf8"))._object;
  const held = net[name]?._object ?? net[name];
  const { columns, index, data } = typeof held === "string" ? JSON.parse(held) : held;
  const rows = data as Row[string][][];
  return new Map(rows.map((row, i) => [index[i], Object.fromEntries(row.map((cell, at) => [columns[at], cell]))]));
}

/** Shortest ways between all buses, by Floyd and Warshall: kilometres of lines that are in service and closed at both ends. */
function distancesOf(file: string) {
  const switches = [...table(file, "switch").values()];
  const isOpen = (et: string, element: number) =>
    switches.some((each) => each.et === et && each.element === element && each.closed === false);
  const buses = [...table(file, "bus").keys()];
  const far = new Map(buses.map((a) => [a, new Map(buses.map((b) => [b, a === b ? 0 : Number.POSITIVE_INFINITY]))]));
  const join = (a: unknown, b: unknown, km: number) => {
    for (const [x, y] of [
      [a, b],
      [b, a],
    ] as [number, number][])
      far.get(x)!.set(y, Math.min(far.get(x)!.get(y)!, km));
  };
  for (const [i, row] of table(file, "line")) {
    if (row.in_service && !isOpen("l", i)) join(row.from_bus, row.to_bus, Number(row.length_km));
  }
  for (const [i, row] of table(file, "trafo")) if (row.in_service && !isOpen("t", i)) join(row.hv_bus, row.lv_bus, 0);
  for (const row of switches) if (row.et === "b" && row.closed) join(row.bus, row.element, 0);
  for (const via of buses) {
    const onward = [...far.get(via)!].filter(([, km]) => km < Number.POSITIVE_INFINITY);
    for (const a of buses) {
      const first = far.get(a)!.get(via)!;
      if (first === Number.POSITIVE_INFINITY) continue;
      for (const [b, km] of onward) if (first + km < far.get(a)!.get(b)!) far.get(a)!.set(b, first + km);
    }
  }
  return { buses, far };
}

describe("networks of pandapower files", () => {
  it.each([
    ["CIGRE MV", resolve(ROOT, "models/examples/altstadt/sim/mv.json")],
    ["MV Oberrhein", resolve(FIXTURES, "pandapower/mv_oberrhein.json")],
    ["Kerber", resolve(FIXTURES, "pandapower/kerber_landnetz_kabel_1.json")],
    ["case33bw", resolve(FIXTURES, "pandapower/case33bw.json")],
  ])("%s: islands and shortest ways are those of its tables", async (_, file) => {
    const { graph, present } = await netOf(loadPandapower, file);
    const { buses, far } = distancesOf(file);
    const islands = new Set(
      buses.map((a) =>
        [...far.get(a)!]
          .filter(([, km]) => km < 1e9)
          .map(([b]) => b)
          .sort()
          .join(),
      ),
    );
    expect(
      finish(islandsOf(present))
        .map(({ nodes }) => nodes)
        .sort(),
    ).toEqual([...islands].map((each) => each.split(",").length).sort());
    const bus = (n: number) => graph.directory.indexOf(`bus:n:${n}`);
    const some = buses.filter((_, i) => i % Math.ceil(buses.length / 25) === 0);
    for (const a of some) {
      for (const b of some) {
        const path = finish(pathBetween(present, bus(a), bus(b)));
        const km = far.get(a)!.get(b)!;
        if (km === Number.POSITIVE_INFINITY) expect(path).toBeUndefined();
        else expect(path!.lengthKm).toBeCloseTo(km, 9);
      }
    }
  });

  it("Oberrhein has its two substations' feeders, which meet at open switches only", async () => {
    const file = resolve(FIXTURES, "pandapower/mv_oberrhein.json");
    const { graph, present } = await netOf(loadPandapower, file);
    const feeders = finish(feedersOf(present));
    const hvBuses = new Set([...table(file, "trafo").values()].flatMap(({ hv_bus, lv_bus }) => [hv_bus, lv_bus]));
    const inFeeders = feeders.reduce((sum, { nodes }) => sum + nodes.length, 0);
    expect(inFeeders).toBe(graph.nodes - hvBuses.size);
    expect(new Set(feeders.map(({ source }) => source)).size).toBe(table(file, "ext_grid").size);
    const open = [...table(file, "switch")].filter(([, { closed }]) => !closed).map(([i]) => `switch:n:${i}`);
    for (const { openPoints, meshedWith } of feeders) {
      expect(meshedWith.size).toBe(0);
      for (const id of idsOf(graph, openPoints)) expect(open).toContain(id);
    }
    expect(new Set(feeders.flatMap(({ openPoints }) => [...openPoints])).size).toBeGreaterThan(0);
  });
});

describe("networks of EPANET files", () => {
  /** Rows of a section, split at blanks. */
  const rows = (file: string, section: string) => {
    const [, after = ""] = readFileSync(file, "latin1").split(`[${section}]`);
    const lines = after
      .split(/\n\[/)[0]!
      .split("\n")
      .map((line) => line.replace(/;.*/, "").trim());
    return lines.filter(Boolean).map((line) => line.split(/\s+/));
  };

  it.each(["Net1", "Net2", "Net3"])("%s is one network with its nodes, links, lengths and sources", async (name) => {
    const file = resolve(FIXTURES, `epanet/${name}.inp`);
    const { graph } = await netOf(loadEpanet, file);
    const [network, ...others] = finish(networksOf(graph));
    expect(others).toEqual([]);
    const links = ["PIPES", "PUMPS", "VALVES"].flatMap((section) => rows(file, section));
    const sources = ["RESERVOIRS", "TANKS"].flatMap((section) => rows(file, section));
    const nodes = rows(file, "JUNCTIONS").length + sources.length;
    expect(network).toMatchObject({ carrier: "water", nodes, branches: links.length, loops: links.length - nodes + 1 });
    expect(network!.sources).toHaveLength(sources.length);
    const feet = rows(file, "PIPES").reduce((sum, [, , , length]) => sum + Number(length), 0);
    expect(network!.lengthKm).toBeCloseTo((feet * 0.3048) / 1_000, 6);
  });

  it("Net3: its sources supply the junctions with a demand, and its pumps part it into pressure zones", async () => {
    const file = resolve(FIXTURES, "epanet/Net3.inp");
    const { graph, present, part } = await netOf(loadEpanet, file);
    const demands = finish(demandsOf(graph.directory));
    const tank = graph.directory.indexOf("tank:n:1");
    const supplied = finish(suppliesOf(present, tank, demands, () => true));
    const demanding = part.twins.filter(
      ({ kind, attributes }) => kind === "junction" && Number(attributes.baseDemandLps) > 0,
    );
    expect(idsOf(graph, supplied.twins).toSorted()).toEqual(demanding.map(({ id }) => id).toSorted());
    const zones = finish(zonesOf(graph, graph.networkOf[graph.vertexOf[tank]!]!, new Set(["pump"])));
    expect(zones.map(({ nodes }) => nodes).sort((a, b) => b - a)).toEqual([graph.nodes - 1, 1]);
    expect(zones.flatMap((zone) => idsOf(graph, zone.bounds))).toContain("pump:n:10");
  });
});
