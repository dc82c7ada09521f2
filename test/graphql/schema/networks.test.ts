import { describe, expect, it } from "vitest";
import { client } from "../ask.ts";
import { altstadt, type FixedWorld, NOON, SCHOOL } from "../world.ts";

const LINE = "line:lv:3";
const [HV, LV, END] = ["bus:lv:17", "bus:lv:18", "bus:lv:19"] as const;

/** Altstadt with a grid at the high-voltage bus, and its breaker closed. */
function fed(): FixedWorld {
  const world = altstadt();
  const grid = world.add("grid", "lv", "0");
  world.link(grid.id, "feeds", HV);
  world.views.get("switch:lv:5")!.state = "closed.confirmed";
  return world;
}

const ids = (nodes: { id: string }[]) => nodes.map(({ id }) => id);

describe("the networks of a twin", () => {
  it("are told upstream and downstream, the nearest first, in pages", async () => {
    const { ask } = client(fed());
    const query = `query ($id: ID!, $first: Int, $after: String) { twin(id: $id) {
      upstream(first: $first, after: $after) { nodes { id } totalCount pageInfo { hasNextPage hasPreviousPage endCursor } } } }`;
    const whole = ["switch:lv:5", LINE, LV, "transformer:lv:0", HV, "grid:lv:0"];
    const { data } = await ask(query, { id: END });
    expect(ids(data.twin.upstream.nodes).toSorted()).toEqual(whole.toSorted());
    expect(ids(data.twin.upstream.nodes).slice(2)).toEqual(whole.slice(2));
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: typeof data = (await ask(query, { id: END, first: 2, after })).data.twin.upstream;
      expect([page.totalCount, page.pageInfo.hasPreviousPage]).toEqual([6, after !== null]);
      seen.push(...ids(page.nodes));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after);
    expect(seen).toEqual(ids(data.twin.upstream.nodes));
  });

  it("are told of some kinds, of what depends on a twin, of supply and of ways", async () => {
    const { data, errors } = await client(fed()).ask(`{
      school: twin(id: "${SCHOOL}") { suppliedBy { id } nearest: upstream(kinds: [TRANSFORMER], first: 1) { nodes { id } }
        supplyPath { twins { id } lengthKm branches shortestBy unknownLengths } path(to: "${END}") { twins { id } lengthKm branches shortestBy } }
      line: twin(id: "${LINE}") { downstream { nodes { id } } downUnder: downstream(solely: true) { nodes { id } } }
      grid: twin(id: "grid:lv:0") { supplies { edges { cursor node { __typename id } } totalCount } }
      tank: twin(id: "tank:water:T1") { path(to: "${HV}") { branches } supplyPath { branches } downstream { nodes { id } } }
    }`);
    expect(errors).toBeUndefined();
    expect(ids(data.school.suppliedBy)).toEqual(["grid:lv:0"]);
    expect(ids(data.school.nearest.nodes)).toEqual(["transformer:lv:0"]);
    expect({ ...data.school.supplyPath, twins: ids(data.school.supplyPath.twins) }).toEqual({
      twins: ["grid:lv:0", HV, "transformer:lv:0", LV, SCHOOL],
      ...{ lengthKm: 0, branches: 1, shortestBy: "BRANCHES", unknownLengths: 0 },
    });
    expect({ ...data.school.path, twins: ids(data.school.path.twins) }).toEqual({
      twins: [SCHOOL, LV, LINE, "switch:lv:5", END],
      ...{ lengthKm: 0.12, branches: 1, shortestBy: "LENGTH" },
    });
    expect([ids(data.line.downstream.nodes).toSorted(), ids(data.line.downUnder.nodes).toSorted()]).toEqual(
      Array(2).fill([END, "switch:lv:5"].toSorted()),
    );
    expect(data.grid.supplies.edges.map((edge: { node: { id: string } }) => edge.node.id).toSorted()).toEqual(
      ["load:lv:1", SCHOOL, "meter:meters:m-17"].toSorted(),
    );
    expect(data.tank.path).toBeNull();
    expect(data.tank.supplyPath.branches).toBe(0);
    expect(ids(data.tank.downstream.nodes)).toEqual(["pipe:water:P1", "junction:water:J1"]);
  });

  it("follow the positions, and those of then for a past twin", async () => {
    const world = fed();
    const query = `query ($at: DateTime) { twin(id: "${END}", at: $at) { suppliedBy { id state } supplyPath { branches } upstream { totalCount } } }`;
    const { ask } = client(world);
    expect((await ask(query)).data.twin.suppliedBy).toEqual([{ id: "grid:lv:0", state: "normal" }]);
    world.views.get("switch:lv:5")!.state = "open.confirmed";
    expect((await ask(query)).data.twin).toEqual({ suppliedBy: [], supplyPath: null, upstream: { totalCount: 0 } });
    const { data } = await ask(query, { at: new Date(NOON - 3_600_000).toISOString() });
    expect(data.twin.suppliedBy).toEqual([{ id: "grid:lv:0", state: "early" }]);
    expect(data.twin).toMatchObject({ supplyPath: { branches: 2 }, upstream: { totalCount: 6 } });
  });

  it("are empty for what has left the model; a way to a twin that is not there is refused, as is the cursor of another list", async () => {
    const { ask, codeOf } = client(fed());
    const { data } = await ask(
      `{ alarms(state: CLEARED) { nodes { twin { state suppliedBy { id } supplyPath { branches } upstream { totalCount } } } } }`,
    );
    expect(data.alarms.nodes[0].twin).toEqual({
      ...{ state: "removed", suppliedBy: [], supplyPath: null, upstream: { totalCount: 0 } },
    });
    expect(await codeOf(`{ twin(id: "${END}") { path(to: "bus:no:1") { branches } } }`)).toBe("TWIN_UNKNOWN");
    const page = await ask(`{ twins(first: 1) { pageInfo { endCursor } } }`);
    const cursor = page.data.twins.pageInfo.endCursor;
    expect(await codeOf(`{ twin(id: "${END}") { upstream(after: "${cursor}") { totalCount } } }`)).toBe(
      "INPUT_INVALID",
    );
    expect(await codeOf(`{ twin(id: "${END}") { upstream(first: 1001) { totalCount } } }`)).toBe("LIMIT_EXCEEDED");
  });
});

describe("the query networks", () => {
  it("lists what hangs together, with islands, feeders, zones and meshes", async () => {
    const world = fed();
    world.views.get("switch:lv:5")!.state = "open.confirmed";
    const { data, errors } = await client(
      world,
    ).ask(`{ networks { totalCount nodes { id carrier nodeCount branchCount lengthKm loops
      sources { id } islands { id isSupplied nodeCount sources { id } } dead: islands(supplied: false) { id }
      feeders { head { id } nodeCount } zones { id nodeCount branchCount bounds { id } twins { id } } meshes { loops } } } }`);
    expect(errors).toBeUndefined();
    const [electric, water] = data.networks.nodes;
    expect([data.networks.totalCount, electric.carrier, water.carrier]).toEqual([2, "ELECTRICITY", "WATER"]);
    expect(electric).toMatchObject({
      id: HV,
      nodeCount: 3,
      branchCount: 2,
      lengthKm: 0.12,
      loops: 0,
      meshes: [],
      feeders: [],
    });
    expect(electric.sources).toEqual([{ id: "grid:lv:0" }]);
    expect(electric.islands).toEqual([
      { id: HV, isSupplied: true, nodeCount: 2, sources: [{ id: "grid:lv:0" }] },
      { id: END, isSupplied: false, nodeCount: 1, sources: [] },
    ]);
    expect(electric.dead).toEqual([{ id: END }]);
    expect(electric.zones).toEqual([
      {
        ...{ id: HV, nodeCount: 2, branchCount: 2, bounds: [{ id: "switch:lv:5" }] },
        twins: [{ id: HV }, { id: LV }, { id: LINE }, { id: "transformer:lv:0" }],
      },
      { id: END, nodeCount: 1, branchCount: 0, bounds: [{ id: "switch:lv:5" }], twins: [{ id: END }] },
    ]);
    expect(water).toMatchObject({ id: "junction:water:J1", sources: [{ id: "tank:water:T1" }], lengthKm: 0.15 });
    expect(water.feeders).toEqual([{ head: { id: "pipe:water:P1" }, nodeCount: 1 }]);
  });

  it("takes one carrier, pages, and an instant; one network is found by any twin on it", async () => {
    const { ask } = client(altstadt());
    const { data } =
      await ask(`{ water: networks(carrier: WATER) { nodes { id } } first: networks(first: 1) { nodes { id } pageInfo { endCursor hasNextPage } }
      then: networks(at: "${new Date(NOON - 3_600_000).toISOString()}") { nodes { islands { nodeCount } } }
      of: network(of: "${SCHOOL}") { id } none: network(of: "district:altstadt:altstadt") { id } }`);
    expect(data.water.nodes).toEqual([{ id: "junction:water:J1" }]);
    expect(data.first).toMatchObject({ nodes: [{ id: HV }], pageInfo: { hasNextPage: true } });
    const next = await ask(`{ networks(after: "${data.first.pageInfo.endCursor}") { nodes { id } } }`);
    expect(next.data.networks.nodes).toEqual([{ id: "junction:water:J1" }]);
    expect(data.then.nodes[0].islands).toEqual([{ nodeCount: 3 }]);
    expect([data.of, data.none]).toEqual([{ id: HV }, null]);
  });
});

describe("by place", () => {
  const square = (size: number) => ({
    type: "Polygon",
    coordinates: [
      [
        [13.4 - size, 52.5 - size],
        [13.4 + size, 52.5 - size],
        [13.4 + size, 52.5 + size],
        [13.4 - size, 52.5 + size],
        [13.4 - size, 52.5 - size],
      ],
    ],
  });

  it("twins within an area are those whose model places them there, with all that stands there", async () => {
    const { ask, world } = client();
    const query = `query ($area: JSON, $kinds: [Kind!]) { twins(filter: { within: $area, kinds: $kinds }) { nodes { id } totalCount } }`;
    const { data } = await ask(query, { area: square(0.01) });
    expect(ids(data.twins.nodes)).toEqual([
      SCHOOL,
      "device:meters:dev-17",
      "meter:meters:m-17",
      "space:school:r1",
      "storey:school:s0",
    ]);
    expect(world.placedTimes).toBe(1);
    expect(ids((await ask(query, { area: square(0.01), kinds: ["METER"] })).data.twins.nodes)).toEqual([
      "meter:meters:m-17",
    ]);
    const far = {
      type: "Polygon",
      coordinates: [
        [
          [0, 0],
          [1, 0],
          [1, 1],
          [0, 0],
        ],
      ],
    };
    expect((await ask(query, { area: far })).data.twins.totalCount).toBe(0);
  });

  it("refuses what is no area, with what is wrong with it", async () => {
    const { ask, codeOf } = client();
    const query = `query ($area: JSON) { twins(filter: { within: $area }) { totalCount } }`;
    expect(await codeOf(query, { area: { type: "Point", coordinates: [1, 2] } })).toBe("INPUT_INVALID");
    const { errors } = await ask(query, {
      area: {
        type: "Polygon",
        coordinates: [
          [
            [179, 0],
            [-179, 0],
            [179, 1],
            [179, 0],
          ],
        ],
      },
    });
    expect(errors![0]!.message).toContain("antimeridian");
  });

  it("twins near a place come with their distances, the nearest first, in pages", async () => {
    const { ask, codeOf } = client();
    const near = (more: string) =>
      `{ near(lonDeg: 13.4, latDeg: 52.501, ${more}) { totalCount edges { distanceM cursor node { id } } pageInfo { endCursor } } }`;
    const { data } = await ask(near("withinM: 200, first: 2"));
    expect(data.near.totalCount).toBe(5);
    expect(data.near.edges.map((edge: { node: { id: string } }) => edge.node.id)).toEqual([
      SCHOOL,
      "device:meters:dev-17",
    ]);
    expect(data.near.edges[0].distanceM).toBeCloseTo(111.2, 1);
    const next = await ask(near(`withinM: 200, after: "${data.near.pageInfo.endCursor}"`));
    expect(next.data.near.edges).toHaveLength(3);
    expect((await ask(near("withinM: 100"))).data.near.totalCount).toBe(0);
    expect(await codeOf(near("withinM: -1"))).toBe("INPUT_INVALID");
    expect(await codeOf(`{ near(lonDeg: 181, latDeg: 0, withinM: 1) { totalCount } }`)).toBe("INPUT_INVALID");
  });
});
