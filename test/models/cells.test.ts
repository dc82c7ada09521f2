import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cellsOf, MAX_CELLS, MIN_CELL_NODES } from "../../models/cells.ts";
import {
  type Branch,
  type LoadedDistrict,
  KINDS,
  type Kind,
  type Link,
  type LinkRole,
  newTwin,
  type TwinId,
  type TwinModel,
  twinId,
} from "../../models/district.ts";
import { loadPandapower } from "../../models/loaders/pandapower.ts";
import { buildTopology } from "../../models/topology.ts";

function districtOf(twins: TwinModel[], links: Link[], branches: Branch[] = []): LoadedDistrict {
  const all = [newTwin("district", "altstadt", "altstadt", {}), ...twins];
  return {
    id: "altstadt",
    name: "Altstadt",
    timezone: "Europe/Berlin",
    twins: new Map(all.map((twin) => [twin.id, twin])),
    links,
    branches,
    devices: new Map(),
  };
}

/** A chain of `size` nodes of a source, their ids beginning with `stem`. */
function chain(kind: Kind, source: string, size: number, stem = ""): { twins: TwinModel[]; branches: Branch[] } {
  const nodes = Array.from({ length: size }, (_, n) => newTwin(kind, source, `${stem}${n}`, {}));
  const lines = nodes.slice(1).map((_, n) => newTwin("line", source, `${stem}${n}`, {}));
  const branches = lines.map((l, n) => ({ twin: l.id, from: nodes[n]!.id, to: nodes[n + 1]!.id, switches: [] }));
  return { twins: [...nodes, ...lines], branches };
}

const link = (from: TwinId, role: LinkRole, to: TwinId): Link => ({ from, role, to });

describe("cells", () => {
  it("names a network after its source, the next largest `-2`, and lets tiny ones join the first", () => {
    const large = chain("bus", "lv", MIN_CELL_NODES + 5, "a");
    const next = chain("bus", "lv", MIN_CELL_NODES, "b");
    const tiny = chain("bus", "lv", MIN_CELL_NODES - 1, "c");
    const parts = [tiny, next, large];
    const cells = cellsOf(
      districtOf(
        parts.flatMap((part) => part.twins),
        [],
        parts.flatMap((part) => part.branches),
      ),
    );
    expect(cells.get("bus:lv:a0")).toBe("lv");
    expect(cells.get("line:lv:a3")).toBe("lv");
    expect(cells.get("bus:lv:b0")).toBe("lv-2");
    expect(cells.get("bus:lv:c0")).toBe("lv");
    expect(cells.get("district:altstadt:altstadt")).toBe("altstadt");
    expect(new Set(cells.values())).toEqual(new Set(["altstadt", "lv", "lv-2"]));
  });

  it("keeps a real low voltage feeder together in one cell", async () => {
    const bytes = readFileSync(new URL("../../models/examples/altstadt/sim/lv.json", import.meta.url));
    const { twins, links, branches } = await loadPandapower({ source: "lv", file: "lv.json", bytes });
    const cells = cellsOf(districtOf(twins, links, branches));
    expect(cells.size).toBe(twins.length + 1);
    expect(twins.every(({ id }) => cells.get(id) === "lv")).toBe(true);
  });

  it("takes loads, switches and sources into the network that they are tied to", () => {
    const a = chain("bus", "lv", 12, "a");
    const b = chain("bus", "lv", 11, "b");
    const others = (["load", "generator", "grid", "storage", "switch"] as const).map((k) => newTwin(k, "lv", 0, {}));
    const links = [
      link("bus:lv:b3", "feeds", "load:lv:0"),
      link("generator:lv:0", "feeds", "bus:lv:b3"),
      link("grid:lv:0", "feeds", "bus:lv:b0"),
      link("bus:lv:b3", "feeds", "storage:lv:0"),
      link("switch:lv:0", "connects", "line:lv:b1"),
    ];
    const cells = cellsOf(districtOf([...a.twins, ...b.twins, ...others], links, [...a.branches, ...b.branches]));
    for (const twin of others) expect(cells.get(twin.id)).toBe("lv-2");
  });

  it("puts a building with the electric node that feeds it, else with the water node, else with its source", () => {
    const lv = chain("bus", "lv", 2);
    const water = chain("junction", "water", 2);
    const houses = [1, 2, 3].map((n) => newTwin("building", "bim", n, {}));
    const links = [
      link("junction:water:0", "feeds", "building:bim:1"),
      link("bus:lv:0", "feeds", "building:bim:1"),
      link("junction:water:0", "feeds", "building:bim:2"),
    ];
    const cells = cellsOf(
      districtOf([...lv.twins, ...water.twins, ...houses], links, [...lv.branches, ...water.branches]),
    );
    expect(houses.map((house) => cells.get(house.id))).toEqual(["lv", "water", "bim"]);
  });

  it("lets storeys, spaces and devices go with their building, a meter with what it measures, its device with it", () => {
    const lv = chain("bus", "lv", 2);
    const twins = (
      [
        ["building", "bim", "h"],
        ["storey", "bim", "s"],
        ["space", "bim", "r"],
        ["device", "bim", "lamp"],
        ["meter", "meters", "m"],
        ["device", "meters", "d"],
        ["meter", "meters", "lost"],
      ] as const
    ).map(([kind, source, element]) => newTwin(kind, source, element, {}));
    const links = [
      link("district:altstadt:altstadt", "contains", "building:bim:h"),
      link("building:bim:h", "contains", "storey:bim:s"),
      link("storey:bim:s", "contains", "space:bim:r"),
      link("space:bim:r", "contains", "device:bim:lamp"),
      link("meter:meters:m", "measures", "space:bim:r"),
      link("device:meters:d", "feeds", "meter:meters:m"),
      link("bus:lv:1", "feeds", "building:bim:h"),
    ];
    const cells = cellsOf(districtOf([...lv.twins, ...twins], links, lv.branches));
    expect(twins.map((twin) => cells.get(twin.id))).toEqual(["lv", "lv", "lv", "lv", "lv", "lv", "meters"]);
  });

  it("cuts rings of owners", () => {
    const meters = ["a", "b"].map((element) => newTwin("meter", `meters-${element}`, element, {}));
    const [a, b] = meters.map((meter) => meter.id);
    const cells = cellsOf(districtOf(meters, [link(a!, "measures", b!), link(b!, "measures", a!)]));
    expect([cells.get(a!), cells.get(b!)]).toEqual(["meters-a", "meters-a"]);
  });

  it("keeps names apart when a source is called like the district or like another source's second network", () => {
    const parts = [
      chain("bus", "lv", 20, "a"),
      chain("bus", "lv", 15, "b"),
      chain("bus", "lv-2", 15),
      chain("bus", "altstadt", 15),
    ];
    const cells = cellsOf(
      districtOf(
        parts.flatMap((part) => part.twins),
        [],
        parts.flatMap((part) => part.branches),
      ),
    );
    expect(cells.get("bus:lv:a0")).toBe("lv");
    expect(cells.get("bus:lv-2:0")).toBe("lv-2");
    expect(cells.get("bus:lv:b0")).toBe("lv-3");
    expect(cells.get("bus:altstadt:0")).toBe("altstadt-2");
    expect(cells.get("district:altstadt:altstadt")).toBe("altstadt");
  });

  it("C4: packs more sources than MAX_CELLS into that many cells, always the same way", () => {
    const twins = Array.from({ length: 3 * MAX_CELLS }, (_, n) => newTwin("building", `house-${n}`, "b", {}));
    const cells = cellsOf(districtOf(twins, []));
    expect(new Set(cells.values()).size).toBe(MAX_CELLS);
    expect(cells).toEqual(cellsOf(districtOf(twins, [])));
    const withDistrict = [...cells].filter(([, cell]) => cell === "altstadt").map(([id]) => id);
    expect(withDistrict).toEqual(["district:altstadt:altstadt"]);
  });

  const kinds = KINDS.filter((kind) => kind !== "district");
  const districts = fc
    .array(fc.tuple(fc.constantFrom(...kinds), fc.constantFrom("lv", "lv-2", "ä b.c", "altstadt"), fc.nat(6)), {
      minLength: 1,
      maxLength: 40,
    })
    .chain((made) => {
      const twins = [...new Map(made.map((m) => [twinId(...m), newTwin(m[0], m[1], m[2], {})])).values()];
      const id = fc.constantFrom(...twins.map((twin) => twin.id));
      const role = fc.constantFrom<LinkRole>("feeds", "contains", "measures", "connects");
      const links = fc.array(fc.record({ from: id, role, to: id }), { maxLength: 40 });
      const branch = fc.record({ twin: id, from: id, to: id, switches: fc.array(id, { maxLength: 2 }) });
      return fc.tuple(fc.constant(twins), links, fc.array(branch, { maxLength: 40 }));
    });

  it("C1, C3, C4: gives every twin of any district one cell with a fit name", () => {
    fc.assert(
      fc.property(districts, ([twins, links, branches]) => {
        const district = districtOf(twins, links, branches);
        const cells = cellsOf(district);
        expect([...cells.keys()].toSorted()).toEqual([...district.twins.keys()].toSorted());
        for (const cell of cells.values()) expect(cell).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(new Set(cells.values()).size).toBeLessThanOrEqual(MAX_CELLS);
        expect([...cells.values()].filter((cell) => cell === "altstadt")).toHaveLength(1);
      }),
    );
  });

  it("C2: never parts the nodes of one network", () => {
    fc.assert(
      fc.property(districts, ([twins, links, branches]) => {
        const district = districtOf(twins, links, branches);
        const cells = cellsOf(district);
        for (const network of buildTopology(twins, links, branches)) {
          expect(new Set(network.nodes.map((node) => cells.get(node))).size).toBe(1);
        }
      }),
    );
  });
});
