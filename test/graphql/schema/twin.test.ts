import { describe, expect, it } from "vitest";
import { MAX_FILTER_ENTRIES } from "../../../graphql/limits.ts";
import { type Answer, client } from "../ask.ts";
import { altstadt, FixedWorld, METER, SCHOOL } from "../world.ts";

describe("the query twin", () => {
  it("tells what the world has of it", async () => {
    const { data } = await client().ask(
      `query ($id: ID!) { twin(id: $id) { __typename id kind name state revision attributes
         points { name value unit at quality } point(name: "power") { value } commands { name }
         links(role: "measures") { role twin { __typename name } } } }`,
      { id: METER },
    );
    expect(data.twin).toEqual({
      __typename: "Meter",
      id: METER,
      kind: "METER",
      name: null,
      state: "online.normal",
      revision: 7,
      attributes: { carrier: "electricity", measures: SCHOOL, device: "dev-17", intervalMs: 900_000 },
      points: [
        { name: "energyImport", value: 1204.25, unit: "kWh", at: "2026-01-01T11:59:00.000Z", quality: "GOOD" },
        { name: "power", value: 0.31, unit: "kW", at: "2026-01-01T11:59:00.000Z", quality: "GOOD" },
        { name: "consumption", value: 1204.25, unit: "kWh", at: "2026-01-01T11:59:00.000Z", quality: "GOOD" },
      ],
      point: { value: 0.31 },
      commands: [],
      links: [{ role: "measures", twin: { __typename: "Building", name: "School" } }],
    });
  });

  it("gives null for a twin, and for a point, that is not there", async () => {
    const { data, errors } = await client().ask(
      `{ none: twin(id: "bus:lv:99") { id } odd: twin(id: "no id at all") { id } bus: twin(id: "bus:lv:17") { point(name: "x") { value } } }`,
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({ none: null, odd: null, bus: { point: null } });
  });

  it("gives a point without a value as null of quality NONE", async () => {
    const { data } = await client().ask(`{ twin(id: "bus:lv:19") { points { value at quality } } }`);
    expect(data.twin.points).toEqual([{ value: null, at: null, quality: "NONE" }]);
  });

  it("gives the commands of a twin with schema, and whether they are allowed now", async () => {
    const { data } = await client().ask(`{ twin(id: "switch:lv:5") { commands { name description schema allowed } } }`);
    const schema = { type: "object", properties: {}, additionalProperties: false };
    expect(data.twin.commands).toEqual([{ name: "open", description: "Opens the switch", schema, allowed: true }]);
  });

  it("gives links of all roles, or of the one that is asked for, and refuses a role that there is not", async () => {
    const { ask, codeOf } = client();
    const roles = `query ($role: String) { twin(id: "${SCHOOL}") { links(role: $role) { role twin { id } } } }`;
    const { data } = await ask(roles);
    expect(data.twin.links.map((link: { role: string }) => link.role)).toEqual([
      "isPartOf",
      "contains",
      "measuredBy",
      "fedBy",
    ]);
    expect((await ask(roles, { role: "fedBy" })).data.twin.links).toEqual([
      { role: "fedBy", twin: { id: "bus:lv:18" } },
    ]);
    expect(await codeOf(roles, { role: "feed" })).toBe("INPUT_INVALID");
  });

  it("gives the last entries of the journal", async () => {
    const { data } = await client().ask(
      `{ twin(id: "bus:lv:19") { journal(last: 1) { at sequence cause before after } } }`,
    );
    const entry = { sequence: 41, cause: "supply.lost", before: "inBand", after: "dead" };
    expect(data.twin.journal).toEqual([{ at: "2026-01-01T12:00:00.000Z", ...entry }]);
    expect(await client().codeOf(`{ twin(id: "bus:lv:19") { journal(last: 1001) { at } } }`)).toBe("LIMIT_EXCEEDED");
  });
});

describe("the query twins", () => {
  const ids = (data: { twins: { nodes: { id: string }[] } }) => data.twins.nodes.map((node) => node.id);

  it("filters by ids, kinds, sources and state, and takes null for no filter", async () => {
    const { ask } = client();
    const query = `query ($filter: TwinFilter) { twins(filter: $filter) { nodes { id } totalCount } }`;
    expect((await ask(query, { filter: null })).data.twins.totalCount).toBe(16);
    expect(
      (await ask(query, { filter: { ids: null, kinds: null, sources: null, state: null } })).data.twins.totalCount,
    ).toBe(16);
    expect(ids((await ask(query, { filter: { kinds: ["METER"] } })).data)).toEqual([METER]);
    expect(ids((await ask(query, { filter: { ids: [SCHOOL, "x"] } })).data)).toEqual([SCHOOL]);
    expect((await ask(query, { filter: { sources: ["water"] } })).data.twins.totalCount).toBe(3);
    expect(ids((await ask(query, { filter: { state: "online" } })).data)).toEqual([METER]);
    expect(ids((await ask(query, { filter: { ids: [] } })).data)).toEqual([]);
  });

  it("walks through all pages by their cursors, each twin once and in order", async () => {
    const { ask } = client();
    const query = `query ($after: String) { twins(first: 5, after: $after) {
      nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }`;
    const seen: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const answer: Answer = await ask(query, { after });
      const { twins } = answer.data;
      expect(twins.edges.map((edge: { node: unknown }) => edge.node)).toEqual(twins.nodes);
      expect(twins.pageInfo.startCursor).toBe(twins.edges[0].cursor);
      expect(twins.pageInfo.endCursor).toBe(twins.edges.at(-1).cursor);
      expect(twins.pageInfo.hasPreviousPage).toBe(seen.length > 0);
      expect(twins.totalCount).toBe(16);
      seen.push(...twins.nodes.map((node: { id: string }) => node.id));
      after = twins.pageInfo.endCursor;
      more = twins.pageInfo.hasNextPage;
    }
    expect(seen).toEqual([...altstadt().views.keys()].sort());
  });

  it("goes on behind a twin that was there when its cursor was given", async () => {
    const { ask, world } = client();
    const first = (await ask(`{ twins(first: 2) { pageInfo { endCursor } } }`)).data.twins.pageInfo.endCursor;
    world.views.delete("bus:lv:17");
    expect(ids((await ask(`{ twins(first: 1, after: "${first}") { nodes { id } } }`)).data)).toEqual(["bus:lv:18"]);
  });

  it("counts only, when the page is empty", async () => {
    const { data } = await client().ask(
      `{ twins(first: 0) { totalCount nodes { id } pageInfo { startCursor hasNextPage } } }`,
    );
    expect(data.twins).toEqual({ totalCount: 16, nodes: [], pageInfo: { startCursor: null, hasNextPage: true } });
  });

  it.each([
    ["a page below zero", "first: -1", "INPUT_INVALID"],
    ["a page of more than 1000", "first: 1001", "LIMIT_EXCEEDED"],
    ["a page that is no whole number", "first: 1.5", "INPUT_INVALID"],
    ["a cursor that is none", `after: "next"`, "INPUT_INVALID"],
    ["a cursor of another connection", `after: "${Buffer.from("alarms/a1").toString("base64url")}"`, "INPUT_INVALID"],
    ["a kind that is none", "filter: { kinds: [HOUSE] }", "INPUT_INVALID"],
    ["a filter field that is none", "filter: { kind: BUS }", "INPUT_INVALID"],
    ["an id that is none", "filter: { ids: [true] }", "INPUT_INVALID"],
  ])("refuses %s", async (_, args, code) => {
    expect(await client().codeOf(`{ twins(${args}) { totalCount } }`)).toBe(code);
  });

  it("refuses a filter that is too long", async () => {
    const ids = Array.from({ length: MAX_FILTER_ENTRIES + 1 }, (_, index) => `bus:lv:${index}`);
    expect(await client().codeOf(`query ($ids: [ID!]) { twins(filter: { ids: $ids }) { totalCount } }`, { ids })).toBe(
      "LIMIT_EXCEEDED",
    );
  });

  it("answers a full page with all points within the limits", async () => {
    const world = new FixedWorld();
    for (let element = 0; element < 1000; element++) {
      const points = Array.from({ length: 10 }, (_, index) => ({
        name: `p${index}`,
        value: 1,
        unit: "W",
        at: 0,
        quality: "GOOD" as const,
      }));
      world.add("meter", "meters", String(element), { points });
    }
    const { data, errors } = await client(world).ask(
      `{ twins(first: 1000) { nodes { id name state points { name value unit at quality } } } }`,
    );
    expect(errors).toBeUndefined();
    expect(data.twins.nodes).toHaveLength(1000);
  });
});

describe("the query district", () => {
  it("is the twin of the whole, with its totals", async () => {
    const { data } = await client().ask(
      `{ district { id timezone buildings { id } totals { carrier point value unit quality } } }`,
    );
    expect(data.district).toEqual({
      id: "district:altstadt:altstadt",
      timezone: "Europe/Berlin",
      buildings: [{ id: SCHOOL }],
      totals: [
        { carrier: "ELECTRICITY", point: "electricityConsumption", value: 1204.25, unit: "kWh", quality: "GOOD" },
      ],
    });
  });
});
