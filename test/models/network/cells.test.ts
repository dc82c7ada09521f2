import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TwinId } from "../../../models/district.ts";
import { feedersOf } from "../../../models/network/feeders.ts";
import type { NetworkGraph } from "../../../models/network/graph.ts";
import { meshesOf } from "../../../models/network/meshes.ts";
import { networksOf } from "../../../models/network/networks.ts";
import { zonesOf } from "../../../models/network/zones.ts";
import { finish } from "../../../models/work.ts";
import { districtOf, feeds, graphOf, idOf, idsOf, link, type Net, nets, presentAs, stepsOf, twin } from "./nets.ts";

const RUNS = { seed: 20260101, numRuns: 200 };
const networks = (graph: NetworkGraph) => finish(networksOf(graph)).map(({ first }) => graph.vertexOf[first]!);

describe("meshes", () => {
  /** By taking out one branch, or one node, at a time. */
  it("are what no single branch or node cuts apart (M1)", () => {
    fc.assert(
      fc.property(nets, ({ net, out }) => {
        const graph = graphOf(districtOf(net));
        const present = presentAs(graph, out);
        const meshes = networks(graph).flatMap((network) => finish(meshesOf(present, network)));
        const steps = stepsOf(net, out).filter(({ branch, from, to }) => branch && from !== to);
        const together = (some: typeof steps, begin: TwinId) => {
          const found = new Set([begin]);
          for (const at of found) for (const { from, to } of some) if (from === at) found.add(to);
          return found;
        };
        const joining = [...new Set(steps.map(({ branch }) => branch!))];
        const onLoops = joining.filter(({ twin: id, from, to }) =>
          together(
            steps.filter(({ branch }) => branch!.twin !== id),
            from,
          ).has(to),
        );
        const meshed = meshes.flatMap(({ branches }) => idsOf(graph, branches));
        expect(meshed.toSorted()).toEqual(onLoops.map(({ twin: id }) => id).toSorted());
        for (const mesh of meshes) {
          const [nodes, branches] = [idsOf(graph, mesh.nodes), new Set(idsOf(graph, mesh.branches))];
          expect(mesh.loops).toBe(branches.size - nodes.length + 1);
          const own = steps.filter(({ branch }) => branches.has(branch!.twin));
          for (const cut of nodes) {
            const rest = own.filter(({ from, to }) => from !== cut && to !== cut);
            const others = nodes.filter((id) => id !== cut);
            expect([...together(rest, others[0]!)].toSorted()).toEqual(others.toSorted());
          }
        }
      }),
      RUNS,
    );
  });
});

describe("feeders", () => {
  it("have each supplied node that is not of a substation in exactly one, behind its head (F2)", () => {
    fc.assert(
      fc.property(nets, ({ net, out }) => {
        const graph = graphOf(districtOf(net));
        const present = presentAs(graph, out);
        const feeders = finish(feedersOf(present));
        const inFeeders = feeders.flatMap(({ nodes }) => nodes);
        expect(new Set(inFeeders).size).toBe(inFeeders.length);
        const reached = [...Array(graph.nodes).keys()].filter(
          (node) => present.tree.km[node]! < Number.POSITIVE_INFINITY,
        );
        const feeding = new Set(
          net.links.filter(({ from, to }) => from.startsWith("grid:") && to.startsWith("bus:")).map(({ to }) => to),
        );
        // All branches are lines here: a substation is a node at which a source stands whose own way is the nearest.
        const atSource = reached.filter((node) => present.tree.via[node]! >= graph.branches);
        for (const node of atSource) expect(feeding).toContain(graph.directory.idAt(graph.twinOf[node]!));
        expect(inFeeders.length + atSource.length).toBe(reached.length);
        for (const { openPoints, meshedWith, head } of feeders) {
          for (const point of openPoints)
            expect([...idsOf(graph, [point])].some((id) => out.has(id) || id.startsWith("switch:"))).toBe(true);
          for (const other of meshedWith)
            expect(feeders.find((each) => each.head === other)?.meshedWith).toContain(head);
        }
      }),
      RUNS,
    );
  });

  it("begin with the first line behind transformers and switches, and meet at open points (F1, F3)", () => {
    const { graph, present } = ring();
    const named = finish(feedersOf(present)).map(({ head, source, nodes, lengthKm, openPoints, meshedWith }) => ({
      ...{ head: idsOf(graph, [head])[0], source: idsOf(graph, [source])[0], nodes: idsOf(graph, nodes), lengthKm },
      ...{ openPoints: idsOf(graph, openPoints), meshedWith: [...meshedWith].length },
    }));
    const rest = { source: "grid:n:g", openPoints: ["switch:n:s"], meshedWith: 0 };
    expect(named).toEqual([
      { head: "line:n:1", nodes: ["bus:n:2"], lengthKm: 1, ...rest },
      { head: "line:n:3", nodes: ["bus:n:3", "bus:n:4"], lengthKm: 3, ...rest },
    ]);
    const closed = finish(feedersOf(presentAs(graph, [])));
    expect(closed.map(({ openPoints, meshedWith }) => [openPoints.size, meshedWith.size])).toEqual(
      Array(2).fill([0, 1]),
    );
  });
});

describe("zones", () => {
  it("part a network at valves or switches, whatever their positions: every node in one, every other branch, too (Z1, Z3)", () => {
    fc.assert(
      fc.property(nets, ({ net }) => {
        const graph = graphOf(districtOf(net));
        const zones = networks(graph).flatMap((network) => finish(zonesOf(graph, network, new Set(["switch"]))));
        const twins = zones.flatMap((zone) => idsOf(graph, zone.twins));
        const wanted = net.twins.filter(({ kind }) => kind === "bus" || kind === "line").map(({ id }) => id);
        expect(twins.toSorted()).toEqual(wanted.toSorted());
        const zoneOf = new Map(zones.flatMap((zone) => idsOf(graph, zone.twins).map((id) => [id, zone] as const)));
        const stands = new Set(
          net.links.filter(({ role }) => role === "connects").map(({ from, to }) => `${from} ${to}`),
        );
        for (const { twin: id, from, to, switches } of net.branches) {
          for (const end of [from, to]) {
            if (!switches.some((each) => stands.has(`${each} ${end}`))) expect(zoneOf.get(end)).toBe(zoneOf.get(id));
          }
        }
        const whole = networks(graph).map((network) => finish(zonesOf(graph, network, new Set())).length);
        expect(whole.every((count) => count === 1)).toBe(true);
      }),
      RUNS,
    );
  });

  it("at a switch at the end of a line are on both sides of it, at transformers voltage levels (Z1, Z2)", () => {
    const { graph } = ring();
    const network = networks(graph)[0]!;
    const shown = (...kinds: ("switch" | "transformer")[]) =>
      finish(zonesOf(graph, network, new Set(kinds))).map(({ twins, bounds }) => [
        idsOf(graph, twins),
        idsOf(graph, bounds),
      ]);
    expect(shown("transformer")).toEqual([
      [["bus:n:0"], ["transformer:n:t"]],
      [
        ["bus:n:1", "bus:n:2", "bus:n:3", "bus:n:4", "line:n:1", "line:n:2", "line:n:3", "line:n:4"],
        ["transformer:n:t"],
      ],
    ]);
    // The ring is whole beside the switch: both of its sides are one zone.
    expect(shown("switch")).toHaveLength(1);
  });
});

/** grid - bus 0 - transformer - bus 1, and from there a ring 1 - 2 - 4 - 3 - 1 that is open at bus 2, by a switch of line 2. */
function ring() {
  const bus = (n: number) => idOf("bus", n);
  const line = (n: number, from: number, to: number, switches: TwinId[] = []) => {
    return { twin: idOf("line", n), from: bus(from), to: bus(to), switches };
  };
  const net: Net = {
    twins: [
      ...[
        twin("grid", "g"),
        ...[0, 1, 2, 3, 4].map((n) => twin("bus", n)),
        twin("transformer", "t"),
        twin("switch", "s"),
      ],
      ...[twin("line", 1, { lengthKm: 1 }), twin("line", 2, { lengthM: 2_000 }), twin("line", 3, { lengthKm: 1 })],
      twin("line", 4, { lengthKm: 2 }),
    ],
    links: [feeds("grid:n:g", bus(0)), link("switch:n:s", "connects", bus(2))],
    branches: [
      { twin: "transformer:n:t", from: bus(0), to: bus(1), switches: [] },
      ...[line(1, 1, 2), line(2, 2, 4, ["switch:n:s"]), line(3, 1, 3), line(4, 3, 4)],
    ],
  };
  const graph = graphOf(districtOf(net));
  return { graph, present: presentAs(graph, ["switch:n:s"]) };
}
