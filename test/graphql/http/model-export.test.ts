// The district as a file, over a real socket and a small fixed world.

import { request } from "node:http";
import pino from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type GraphQLServer, startGraphQL } from "../../../graphql/server.ts";
import { newTwin } from "../../../models/district.ts";
import { loadEpanet } from "../../../models/loaders/epanet.ts";
import type { DistrictPart } from "../../../models/loaders/loader.ts";
import { altstadt, type FixedWorld } from "../world.ts";

const WATER = "[JUNCTIONS]\n J 1\n[RESERVOIRS]\n R 2\n[PIPES]\n P R J 100 200 130\n[END]\n";

let world: FixedWorld;
let server: GraphQLServer;

beforeEach(async () => {
  world = altstadt();
  server = await startGraphQL({ world, port: 0, log: pino({ level: "silent" }) });
});
afterEach(() => server.close());

const at = (query = "") => `http://127.0.0.1:${server.port}/export${query}`;

async function refused(response: Response): Promise<[status: number, code: string, message: string]> {
  const { errors } = (await response.json()) as { errors: { message: string; extensions: Record<string, string> }[] };
  expect(errors[0]!.extensions.hint).toMatch(/\.$/);
  return [response.status, errors[0]!.extensions.code!, errors[0]!.message];
}

describe("GET /export", () => {
  it("gives every twin as GeoJSON and as JSON", async () => {
    const geojson = await fetch(at("?format=geojson"));
    expect([geojson.status, geojson.headers.get("content-type")]).toEqual([200, "application/geo+json; charset=utf-8"]);
    const { features } = (await geojson.json()) as { features: { id: string }[] };
    const ids = [...world.district.twins.keys()];
    expect(features.map(({ id }) => id)).toEqual(ids);
    const json = await fetch(at("?format=json"));
    expect(json.headers.get("content-type")).toBe("application/json; charset=utf-8");
    const said = (await json.json()) as { twins: { id: string }[]; links: unknown[] };
    expect(said.twins.map(({ id }) => id)).toEqual(ids);
    expect(said.links).toEqual(world.district.links);
  });

  it("gives a source in the format that it came from", async () => {
    const bytes = new TextEncoder().encode(WATER);
    const part = loadEpanet({ source: "net", file: "w.inp", bytes }) as DistrictPart;
    for (const twin of part.twins) world.district.twins.set(twin.id, twin);
    world.district.links.push(...part.links);
    world.district.branches.push(...part.branches);
    const response = await fetch(at("?format=epanet&source=net"));
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/plain; charset=utf-8"]);
    const again = { source: "net", file: "w.inp", bytes: new Uint8Array(await response.arrayBuffer()) };
    expect((loadEpanet(again) as DistrictPart).twins).toEqual(part.twins);
  });

  it.each([
    ["", "INPUT_INVALID", "geojson"],
    ["?format=xml", "INPUT_INVALID", "xml"],
    ["?format=epanet", "INPUT_INVALID", "no source that came as epanet"],
    ["?format=pandapower&source=nowhere", "INPUT_INVALID", "nowhere"],
    ["?format=json&format=json", "INPUT_INVALID", "once"],
    ["?format=json&twin=x", "INPUT_INVALID", "twin"],
  ])("%s is refused", async (query, code, part) => {
    expect(await refused(await fetch(at(query)))).toEqual([400, code, expect.stringContaining(part)]);
  });

  it("answers as the guard lets it: own names and origins only, and nothing but GET", async () => {
    expect((await fetch(at("?format=json"), { headers: { origin: "https://elsewhere.example" } })).status).toBe(403);
    expect((await fetch(at("?format=json"), { method: "DELETE" })).status).toBe(405);
    expect((await fetch(at("?format=json"), { method: "POST", body: "{}" })).status).toBe(415);
  });

  it("X1: lets others have their turns, and waits for a client that does not read", async () => {
    for (let i = 0; i < 30_000; i++) {
      const twin = newTwin("bus", "large", i, { text: "x".repeat(200) });
      world.district.twins.set(twin.id, twin);
    }
    const asked = new Promise<import("node:http").IncomingMessage>((resolve) => {
      request(at("?format=json"), resolve).end();
    });
    const slow = await asked;
    const health = await fetch(`http://127.0.0.1:${server.port}/health`);
    expect(health.status).toBe(200);
    let bytes = 0;
    for await (const chunk of slow) bytes += (chunk as Buffer).length;
    expect(bytes).toBeGreaterThan(30_000 * 200);
  });
});
