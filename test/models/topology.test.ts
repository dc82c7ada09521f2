import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Branch, type Kind, type Link, newTwin, type TwinId, type TwinModel } from "../../models/district.ts";
import { buildTopology } from "../../models/topology.ts";

const twin = (kind: Kind, element: string | number, attributes: TwinModel["attributes"] = {}): TwinModel =>
  newTwin(kind, "n", element, attributes);
const bus = (element: number): TwinId => `bus:n:${element}`;
const line = (element: number, from: number, to: number, switches: TwinId[] = []): Branch => ({
  twin: `line:n:${element}`,
  from: bus(from),
  to: bus(to),
  switches,
});
const feeds = (from: TwinId, to: TwinId): Link => ({ from, role: "feeds", to });
const always = () => true;

/** grid -> bus 0 - line 0 - bus 1 - line 1 (switch 5) - bus 2, and bus 9 alone. */
const feeder = () => ({
  twins: [twin("grid", 0), ...[0, 1, 2, 9].map((n) => twin("bus", n)), twin("switch", 5)],
  links: [feeds("grid:n:0", bus(0))],
  branches: [line(0, 0, 1), line(1, 1, 2, ["switch:n:5"])],
});

describe("topology", () => {
  it("gives each connected network once, with its nodes, branches and sources", () => {
    const { twins, links, branches } = feeder();
    const [first, second, ...others] = buildTopology(twins, links, branches);
    expect(others).toEqual([]);
    expect(first!.nodes).toEqual([bus(0), bus(1), bus(2)]);
    expect(first!.branches).toEqual(branches);
    expect(first!.sources).toEqual([{ twin: "grid:n:0", nodes: [bus(0)] }]);
    expect(first!.branchTwins.toSorted()).toEqual(["grid:n:0", "line:n:0", "line:n:1", "switch:n:5"]);
    expect(first!.nodeIndex.get(bus(2))).toBe(2);
    expect(second!.nodes).toEqual([bus(9)]);
    expect(second!.sources).toEqual([]);
  });

  it("supplies what is before an open switch and not what is behind it", () => {
    const { twins, links, branches } = feeder();
    const [network] = buildTopology(twins, links, branches);
    expect([...network!.supplied(always, always)]).toEqual([1, 1, 1]);
    expect([...network!.supplied((id) => id !== "switch:n:5", always)]).toEqual([1, 1, 0]);
    expect([...network!.supplied((id) => id !== "line:n:0", always)]).toEqual([1, 0, 0]);
    expect([...network!.supplied(always, () => false)]).toEqual([0, 0, 0]);
  });

  it("keeps a ring supplied when one of its lines opens", () => {
    const twins = [twin("grid", 0), ...[0, 1, 2].map((n) => twin("bus", n))];
    const branches = [line(0, 0, 1), line(1, 1, 2), line(2, 2, 0)];
    const [ring] = buildTopology(twins, [feeds("grid:n:0", bus(0))], branches);
    for (const open of branches) expect([...ring!.supplied((id) => id !== open.twin, always)]).toEqual([1, 1, 1]);
  });

  it("takes plants as sources, but not those that only follow the network; a reservoir may be the way into it itself", () => {
    const twins = [twin("junction", "j"), twin("plant", 1), twin("plant", 2, { slack: false }), twin("reservoir", "r")];
    const links = [feeds("plant:n:1", "junction:n:j"), feeds("plant:n:2", "junction:n:j")];
    const way: Branch = { twin: "reservoir:n:r", from: "reservoir:n:r", to: "junction:n:j", switches: [] };
    const [network] = buildTopology(twins, links, [way]);
    expect(network!.sources.map((source) => source.twin)).toEqual(["plant:n:1", "reservoir:n:r"]);
    const only = (source: TwinId) => (id: TwinId) => id === source;
    expect([...network!.supplied(only("reservoir:n:r"), only("reservoir:n:r"))]).toEqual([1, 1]);
    expect([...network!.supplied(() => false, only("reservoir:n:r"))]).toEqual([0, 1]);
    expect([...network!.supplied(() => false, only("plant:n:1"))]).toEqual([1, 0]);
  });

  it("takes reservoirs and tanks as sources at themselves, and of the generators only the slack", () => {
    const twins = [
      twin("junction", "j"),
      twin("reservoir", "r"),
      twin("tank", "t"),
      twin("bus", 1),
      twin("generator", "pv"),
      twin("generator", "slack", { slack: true }),
    ];
    const branches: Branch[] = [
      { twin: "pipe:n:1", from: "reservoir:n:r", to: "junction:n:j", switches: [] },
      { twin: "pump:n:2", from: "junction:n:j", to: "tank:n:t", switches: [] },
    ];
    const links = [feeds("generator:n:pv", bus(1)), feeds("generator:n:slack", bus(1))];
    const [electric, water] = buildTopology(twins, links, branches);
    expect(electric!.sources).toEqual([{ twin: "generator:n:slack", nodes: [bus(1)] }]);
    expect(water!.sources.map((source) => source.twin)).toEqual(["reservoir:n:r", "tank:n:t"]);
  });

  it("asks for each twin at most once a call, and writes into the array it is given", () => {
    const { twins, links } = feeder();
    const sw = "switch:n:5";
    const branches = [line(0, 0, 1, [sw]), line(1, 1, 2, [sw, sw]), line(1, 0, 2, [sw])];
    const [network] = buildTopology(twins, links, branches);
    const asked: TwinId[] = [];
    const note = (id: TwinId) => asked.push(id) > 0;
    const into = new Uint8Array(3).fill(7);
    expect(network!.supplied(note, note, into)).toBe(into);
    expect([...into]).toEqual([1, 1, 1]);
    expect(asked.toSorted()).toEqual(["grid:n:0", "line:n:0", "line:n:1", sw]);
  });

  it("leaves out a branch whose end is no node of the district", () => {
    const [network, ...others] = buildTopology([twin("bus", 1)], [], [line(0, 1, 2), line(1, 1, 1)]);
    expect(others).toEqual([]);
    expect(network!.branches).toEqual([line(1, 1, 1)]);
  });

  const networks = fc.record({
    size: fc.integer({ min: 1, max: 12 }),
    ends: fc.array(fc.tuple(fc.nat(11), fc.nat(11), fc.array(fc.nat(3), { maxLength: 2 })), { maxLength: 20 }),
    grids: fc.array(fc.nat(11), { maxLength: 3 }),
    open: fc.set(fc.nat(23), { maxLength: 8 }),
    dead: fc.set(fc.nat(2), { maxLength: 2 }),
  });

  it("T1, T2, T3: agrees with a naive search over the whole district", () => {
    fc.assert(
      fc.property(networks, ({ size, ends, grids, open, dead }) => {
        const twins = [...Array(size).keys()].map((n) => twin("bus", n));
        const branches = ends
          .filter(([from, to]) => from < size && to < size)
          .map(([from, to, switches], n) =>
            line(
              n,
              from,
              to,
              switches.map((s) => `switch:n:${s}`),
            ),
          );
        const links = grids.flatMap((at, n) => (at < size ? [feeds(`grid:n:${n}`, bus(at))] : []));
        const closed = new Set(branches.map((b) => b.twin).concat([0, 1, 2, 3].map((n) => `switch:n:${n}`)));
        for (const n of open) closed.delete(n < 20 ? `line:n:${n}` : `switch:n:${n - 20}`);
        const alive = (id: TwinId) => ![...dead].some((n) => id === `grid:n:${n}`);
        const topologies = buildTopology([...twins, ...grids.map((_, n) => twin("grid", n))], links, branches);

        const together = reach(branches, () => true);
        for (const { nodes } of topologies) {
          for (const node of nodes) expect([...together([node])].toSorted()).toEqual(nodes);
        }
        expect(topologies.flatMap((t) => t.nodes).toSorted()).toEqual(twins.map((t) => t.id).toSorted());

        const fed = links.filter((l) => alive(l.from)).map((l) => l.to);
        const expected = reach(branches, (b) => [b.twin, ...b.switches].every((id) => closed.has(id)))(fed);
        for (const topology of topologies) {
          const supplied = topology.supplied((id) => closed.has(id), alive);
          topology.nodes.forEach((node, n) => {
            expect(supplied[n]).toBe(expected.has(node) ? 1 : 0);
          });
        }
      }),
      { seed: 20260101 },
    );
  });

  it("T4: gives the same topologies whatever the order of the twins", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(feeder().twins, { minLength: 6 }), (shuffled) => {
        const { twins, links, branches } = feeder();
        const shape = (of: TwinModel[]) =>
          buildTopology(of, links, branches).map((t) => [t.nodes, t.branches, t.sources]);
        expect(shape(shuffled)).toEqual(shape(twins));
      }),
    );
  });
});

/** Oracle: grows a set of nodes by scanning all branches until nothing is added. */
function reach(branches: Branch[], conducts: (branch: Branch) => boolean) {
  return (from: TwinId[]): Set<TwinId> => {
    const reached = new Set(from);
    for (let before = -1; before !== reached.size; ) {
      before = reached.size;
      for (const branch of branches.filter(conducts)) {
        if (reached.has(branch.from) || reached.has(branch.to)) reached.add(branch.from).add(branch.to);
      }
    }
    return reached;
  };
}
