import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TwinId } from "../../../models/district.ts";
import { anchorsOf } from "../../../models/network/hanging.ts";
import { islandsOf, networksOf } from "../../../models/network/networks.ts";
import { pathBetween, sourcesOf, supplyPath } from "../../../models/network/path.ts";
import type { Present } from "../../../models/network/present.ts";
import { downstreamOf, suppliesOf, upstreamOf } from "../../../models/network/trace.ts";
import { buildTopology } from "../../../models/topology.ts";
import { finish } from "../../../models/work.ts";
import {
  compare,
  type Distance,
  distances,
  districtOf,
  feeds,
  graphOf,
  idOf,
  idsOf,
  link,
  type Net,
  nets,
  presentAs,
  type Step,
  stepsOf,
  twin,
} from "./nets.ts";

const all = () => true;
const RUNS = { seed: 20260101, numRuns: 150 };

const asked = (present: Present, id: TwinId) => {
  const { graph } = present;
  const number = graph.directory.indexOf(id);
  const none = new Uint8Array(graph.directory.size);
  return {
    up: () => idsOf(graph, finish(upstreamOf(present, number, all)).twins),
    down: () => idsOf(graph, finish(downstreamOf(present, number, false, all)).twins),
    sole: () => idsOf(graph, finish(downstreamOf(present, number, true, all)).twins),
    supplies: () => idsOf(graph, finish(suppliesOf(present, number, none, all)).twins),
    suppliedBy: () => idsOf(graph, finish(sourcesOf(present, number))),
    supplyPath: () => supplyPath(present, number),
    pathTo: (to: TwinId) => finish(pathBetween(present, number, graph.directory.indexOf(to))),
    anchors: () => anchorsOf(graph, number),
  };
};

/** Sources that count as fed by nothing: those that nothing feeds, then one after the other those that are not reached. */
function rootsOf(net: Net, out: ReadonlySet<TwinId>, steps: readonly Step[]): TwinId[] {
  const giving = net.twins.filter(({ id, kind }) => kind === "grid" && !out.has(id)).map(({ id }) => id);
  const fedNodes = (id: TwinId) => net.links.some(({ from, to }) => from === id && to.startsWith("bus:"));
  const isFed = (id: TwinId) => net.links.some(({ role, from, to }) => role === "feeds" && to === id && from !== id);
  const roots = giving.filter((id) => fedNodes(id) && !isFed(id));
  for (const id of giving.sort()) if (!distances(steps, roots).has(id)) roots.push(id);
  return roots;
}

/** Directions of supply, by the definition: from the nearer end to the further one. */
function directed(net: Net, out: ReadonlySet<TwinId>) {
  const steps = stepsOf(net, out);
  const roots = rootsOf(net, out, steps);
  const far = distances(steps, roots);
  const falling = steps.filter(({ from, to }) => {
    const [a, z] = [far.get(from), far.get(to)];
    return a && z && compare(a, z) < 0;
  });
  return { steps, roots, far, falling };
}

function reached(steps: readonly Step[], begin: TwinId, way: "down" | "up"): Set<TwinId> {
  const found = new Set([begin]);
  for (const at of found) {
    for (const step of steps) {
      const [here, there] = way === "down" ? [step.from, step.to] : [step.to, step.from];
      if (here !== at) continue;
      found.add(there);
      if (step.branch) for (const id of [step.branch.twin, ...step.branch.switches]) found.add(id);
    }
  }
  found.delete(begin);
  return found;
}

const isVertex = (id: TwinId) => id.startsWith("bus:") || id.startsWith("grid:");

describe("what lies upstream and downstream", () => {
  it("agrees with a patient search along falling distances, from every bus and grid (T1, D1, D3)", () => {
    fc.assert(
      fc.property(nets, ({ net, out }) => {
        const present = presentAs(graphOf(districtOf(net)), out);
        const { far, falling } = directed(net, out);
        for (const { id } of net.twins.filter((each) => isVertex(each.id))) {
          const found = asked(present, id);
          expect(found.up().toSorted()).toEqual([...(far.has(id) ? reached(falling, id, "up") : [])].toSorted());
          const down = found.down().filter(isVertex);
          expect(down.toSorted()).toEqual([...reached(falling, id, "down")].filter(isVertex).toSorted());
        }
      }),
      RUNS,
    );
  });

  it("upstream and downstream of vertices are each other's reverse, and form no ring", () => {
    fc.assert(
      fc.property(nets, ({ net, out }) => {
        const present = presentAs(graphOf(districtOf(net)), out);
        const vertices = net.twins.map(({ id }) => id).filter(isVertex);
        const up = new Map(vertices.map((id) => [id, new Set(asked(present, id).up())]));
        for (const id of vertices) {
          expect(up.get(id)!.has(id)).toBe(false);
          const down = new Set(asked(present, id).down());
          for (const other of vertices) expect(down.has(other)).toBe(up.get(other)!.has(id));
        }
      }),
      RUNS,
    );
  });

  it("what is solely downstream is what is dead once the twin is out (T3, L1)", () => {
    fc.assert(
      fc.property(nets, ({ net, out }) => {
        const graph = graphOf(districtOf(net));
        const present = presentAs(graph, out);
        const { roots, far } = directed(net, out);
        const parts = net.twins.filter(({ id }) => !id.startsWith("load:"));
        for (const { id } of parts) {
          const steps = stepsOf(net, new Set([...out, id])).filter(({ from, to }) => from !== id && to !== id);
          const still = distances(
            steps,
            roots.filter((root) => root !== id),
          );
          const dead = [...far.keys()].filter((each) => each !== id && !still.has(each));
          const sole = asked(present, id).sole();
          expect(sole.filter(isVertex).toSorted()).toEqual(dead.toSorted());
          for (const { from, to } of net.links.filter((each) => each.to.startsWith("load:"))) {
            const isLost = far.has(from) && (from === id || !still.has(from));
            if (far.has(from)) expect([to, sole.includes(to)]).toEqual([to, isLost]);
          }
        }
      }),
      RUNS,
    );
  });

  it("a load is supplied by exactly the sources that supply it", () => {
    fc.assert(
      fc.property(nets, ({ net, out }) => {
        const present = presentAs(graphOf(districtOf(net)), out);
        const loads = net.twins.filter(({ kind }) => kind === "load").map(({ id }) => id);
        const grids = net.twins.filter(({ kind }) => kind === "grid").map(({ id }) => id);
        const supplies = new Map(grids.map((id) => [id, asked(present, id).supplies()]));
        for (const load of loads) {
          const by = grids.filter((grid) => supplies.get(grid)!.includes(load));
          expect(asked(present, load).suppliedBy().toSorted()).toEqual(by.toSorted());
        }
      }),
      RUNS,
    );
  });
});

describe("the shortest way", () => {
  it("is as long as a patient search finds it, and is a way: each of its parts touches the next (P1, P2)", () => {
    fc.assert(
      fc.property(nets, ({ net, out }) => {
        const graph = graphOf(districtOf(net));
        const present = presentAs(graph, out);
        const steps = stepsOf(net, out).flatMap((step) => [step, { ...step, from: step.to, to: step.from }]);
        const vertices = net.twins.map(({ id }) => id).filter(isVertex);
        const isAlone = (id: TwinId) => graph.vertexOf[graph.directory.indexOf(id)]! < 0;
        for (const from of vertices.filter((id) => !isAlone(id))) {
          const far = distances(steps, [from]);
          for (const to of vertices.filter((id) => !isAlone(id))) {
            const path = asked(present, from).pathTo(to);
            if (!far.has(to)) {
              expect(path).toBeUndefined();
              continue;
            }
            expect(path!.lengthKm).toBe(far.get(to)![0]);
            const twins = idsOf(graph, path!.twins);
            expect([twins[0], twins.at(-1)]).toEqual([from, to]);
            const stops = twins.filter(isVertex);
            for (const [i, at] of stops.entries()) {
              if (i > 0) expect(steps.some((step) => step.from === stops[i - 1] && step.to === at)).toBe(true);
            }
            expect(twins.filter((id) => id.startsWith("line:"))).toHaveLength(path!.branches);
          }
        }
      }),
      { ...RUNS, numRuns: 150 },
    );
  });

  it("from the nearest source is as long as the supply tree says, and begins with a source", () => {
    fc.assert(
      fc.property(nets, ({ net, out }) => {
        const graph = graphOf(districtOf(net));
        const present = presentAs(graph, out);
        const { far, roots } = directed(net, out);
        for (const { id } of net.twins.filter(({ kind }) => kind === "bus")) {
          const path = asked(present, id).supplyPath();
          expect(path?.lengthKm).toBe((far.get(id) as Distance | undefined)?.[0]);
          if (path) expect(roots).toContain(graph.directory.idAt(path.twins[0]!));
        }
      }),
      RUNS,
    );
  });
});

describe("networks and islands", () => {
  it("are the components of the topology, with every branch closed, and as positions are (N1, N2)", () => {
    fc.assert(
      fc.property(nets, ({ net, out }) => {
        const district = districtOf(net);
        const graph = graphOf(district);
        const topologies = buildTopology(district.twins.values(), district.links, district.branches);
        expect(
          finish(networksOf(graph)).map(({ first, nodes, branches, sources }) => [
            ...[graph.directory.idAt(first), nodes, branches, idsOf(graph, sources)],
          ]),
        ).toEqual(
          topologies.map(({ nodes, branches, sources }) => [
            ...[nodes[0], nodes.length, branches.length, sources.map(({ twin: id }) => id)],
          ]),
        );
        const steps = stepsOf(net, out).filter(({ branch }) => branch);
        const seen = new Set<TwinId>();
        const expected: [TwinId, number, number][] = [];
        for (const { id } of net.twins.filter(({ kind }) => kind === "bus").sort((a, b) => (a.id < b.id ? -1 : 1))) {
          if (seen.has(id)) continue;
          const together = new Set(distances(steps, [id]).keys());
          for (const each of together) seen.add(each);
          const own = new Set(steps.filter(({ from }) => together.has(from)).map(({ branch }) => branch!));
          expected.push([id, together.size, own.size - together.size + 1]);
        }
        const present = presentAs(graph, out);
        const islands = finish(islandsOf(present));
        expect(islands.map(({ first, nodes, loops }) => [graph.directory.idAt(first), nodes, loops])).toEqual(expected);
        for (const topology of topologies) {
          const supplied = topology.supplied(
            (id) => !out.has(id),
            (id) => !out.has(id),
          );
          for (const island of islands) {
            const at = topology.nodeIndex.get(graph.directory.idAt(island.first));
            if (at !== undefined) expect(island.isSupplied).toBe(supplied[at] === 1);
          }
        }
      }),
      RUNS,
    );
  });
});

/** grid g - bus a - transformer t - bus b; from there to bus c line 1 with a switch at b, and line 2; at c a load of a building. Water: r - p - j - p2 - k. */
function town() {
  const [a, b, c] = ["a", "b", "c"].map((n) => idOf("bus", n)) as [TwinId, TwinId, TwinId];
  const water = { carrier: "water" };
  const net: Net = {
    twins: [
      ...[twin("grid", "g"), twin("bus", "a"), twin("bus", "b"), twin("bus", "c"), twin("transformer", "t")],
      ...[twin("line", 1, { lengthKm: 1 }), twin("line", 2, { lengthKm: 2.5 }), twin("switch", "s")],
      ...[twin("load", "l"), twin("building", "h"), twin("space", "r"), twin("generator", "pv")],
      ...[twin("meter", "e", { carrier: "electricity" }), twin("meter", "w", water), twin("device", "d")],
      ...[twin("junction", "j", water), twin("junction", "k", water), twin("reservoir", "r", water)],
      ...[twin("pump", "p", water), twin("pump", "p2", water)],
    ],
    links: [
      ...[feeds("grid:n:g", a), feeds(c, "load:n:l"), feeds("load:n:l", "building:n:h"), feeds("generator:n:pv", c)],
      ...[feeds("junction:n:k", "building:n:h"), feeds(b, "pump:n:p"), feeds("device:n:d", "meter:n:w")],
      ...[link("building:n:h", "contains", "space:n:r"), link("switch:n:s", "connects", b)],
      ...[link("meter:n:e", "measures", "building:n:h"), link("meter:n:w", "measures", "building:n:h")],
    ],
    branches: [
      { twin: "transformer:n:t", from: b, to: a, switches: [] },
      { twin: "line:n:1", from: b, to: c, switches: ["switch:n:s"] },
      { twin: "line:n:2", from: c, to: b, switches: [] },
      { twin: "pump:n:p", from: "reservoir:n:r", to: "junction:n:j", switches: [] },
      { twin: "pump:n:p2", from: "junction:n:j", to: "junction:n:k", switches: [] },
    ],
  };
  const graph = graphOf(districtOf(net));
  return (id: TwinId, ...out: TwinId[]) => asked(presentAs(graph, out), id);
}

describe("a town", () => {
  const [GRID, A, B, C] = ["grid:n:g", "bus:n:a", "bus:n:b", "bus:n:c"] as const;
  const ELECTRIC = [C, "line:n:1", "line:n:2", "switch:n:s", B, "transformer:n:t", A, GRID];
  const WATER = ["junction:n:k", "pump:n:p2", "junction:n:j", "pump:n:p", "reservoir:n:r"];

  it("has upstream of a load its bus, the ways to it in a ring, and the grid, nearest first", () => {
    expect(town()("load:n:l").up()).toEqual(ELECTRIC);
    expect(town()("load:n:l", "switch:n:s").up()).toEqual(
      ELECTRIC.filter((id) => id !== "line:n:1" && id !== "switch:n:s"),
    );
    expect(town()("load:n:l", "transformer:n:t").up()).toEqual([]);
  });

  it("has a building on both of its networks, its meters on those of their carriers, its spaces with it (H1, H2)", () => {
    expect(town()("building:n:h").up().toSorted()).toEqual(["load:n:l", ...ELECTRIC, ...WATER].toSorted());
    expect(town()("space:n:r").up().toSorted()).toEqual(["building:n:h", "load:n:l", ...ELECTRIC, ...WATER].toSorted());
    expect(town()("meter:n:w").up()).toEqual(["building:n:h", ...WATER]);
    expect(town()("device:n:d").up().toSorted()).toEqual(["meter:n:w", ...town()("meter:n:w").up()].toSorted());
    expect(town()("meter:n:e").suppliedBy()).toEqual([GRID]);
    expect(town()("meter:n:w").suppliedBy()).toEqual(["reservoir:n:r"]);
    expect(town()("building:n:h").suppliedBy().toSorted()).toEqual([GRID, "reservoir:n:r"]);
    expect(town()("building:n:h", GRID).suppliedBy()).toEqual(["reservoir:n:r"]);
  });

  it("has a switch between its bus and its line, on whichever side that is (E4)", () => {
    expect(town()("switch:n:s").up()[0]).toBe(B);
    expect(town()("switch:n:s").down().slice(0, 2)).toEqual(["line:n:1", C]);
    expect(town()("line:n:1").up().slice(0, 2)).toEqual(["switch:n:s", B]);
    expect(town()("line:n:1").down()[0]).toBe(C);
    expect(town()("switch:n:s", "switch:n:s").down()).toEqual([]);
    expect(town()("switch:n:s", "switch:n:s").up()[0]).toBe(B);
  });

  it("has downstream of a bus what hangs there: loads, buildings, meters of its carrier, a pump that it drives (T2, H3)", () => {
    expect(town()(B).down().toSorted()).toEqual(
      [
        "pump:n:p",
        "line:n:1",
        "line:n:2",
        "switch:n:s",
        C,
        "load:n:l",
        "building:n:h",
        "meter:n:e",
        "generator:n:pv",
      ].toSorted(),
    );
    expect(town()(B).supplies().toSorted()).toEqual(["building:n:h", "load:n:l", "meter:n:e", "pump:n:p"]);
    expect(town()("reservoir:n:r").supplies().toSorted()).toEqual(["building:n:h", "meter:n:w"]);
    expect(town()("load:n:l").down()).toEqual(["building:n:h", "meter:n:e", "meter:n:w"]);
  });

  it("loses by one line of a ring nothing, by its transformer all; a building loses the carrier in question (T3, L2)", () => {
    expect(town()("line:n:2").sole()).toEqual([]);
    expect(town()("line:n:2", "switch:n:s").sole().toSorted()).toEqual(
      [C, "building:n:h", "generator:n:pv", "load:n:l", "meter:n:e"].toSorted(),
    );
    expect(town()("transformer:n:t").sole()).toContain("building:n:h");
    expect(town()("pump:n:p2").sole()).toEqual(["junction:n:k", "building:n:h", "meter:n:w"]);
  });

  it("has ways by kilometres, over the shorter line as long as it conducts (P1), and none from water to electricity", () => {
    const path = town()("building:n:h").pathTo(A);
    expect(path).toMatchObject({ lengthKm: 1, branches: 2, unknownLengths: 0 });
    expect(town()("building:n:h", "line:n:1").pathTo(A)).toMatchObject({ lengthKm: 2.5, branches: 2 });
    expect(town()("building:n:h", "line:n:1", "line:n:2").pathTo(A)).toBeUndefined();
    expect(town()("junction:n:k").pathTo(A)).toBeUndefined();
    expect(town()("line:n:2").pathTo("line:n:1")).toMatchObject({ lengthKm: 3.5, branches: 2 });
    expect(town()("space:n:r").pathTo("space:n:r")).toMatchObject({ lengthKm: 0, branches: 0 });
  });
});
