// The history as files, over a real socket and a small fixed world.

import { request } from "node:http";
import pino from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type GraphQLServer, startGraphQL } from "../../../graphql/server.ts";
import type { HistoryRun } from "../../../models/telemetry/history-rows.ts";
import { QuartierError } from "../../../runtime/errors.ts";
import { altstadt, type FixedWorld, METER, NOON } from "../world.ts";

const HEADER = "twin,point,unit,at,value,quality";
const LINE = `${METER},power,W,2026-01-01T12:00:00.000Z,310,GOOD`;

let world: FixedWorld;
let server: GraphQLServer;
let logged: string[];

beforeEach(async () => {
  world = altstadt();
  logged = [];
  const log = pino({ level: "warn" }, { write: (line: string) => void logged.push(line) });
  server = await startGraphQL({ world, port: 0, log });
});
afterEach(() => server.close());

const at = (query = "") => `http://127.0.0.1:${server.port}/history${query}`;
const post = (body: string, type = "text/csv", headers: Record<string, string> = {}) =>
  fetch(at(), { method: "POST", body, headers: { "content-type": type, ...headers } });

async function refused(response: Response): Promise<[status: number, code: string, message: string]> {
  const { errors } = (await response.json()) as { errors: { message: string; extensions: Record<string, string> }[] };
  expect(errors[0]!.extensions.hint).toMatch(/\.$/);
  return [response.status, errors[0]!.extensions.code!, errors[0]!.message];
}

const run = (samples = 1): HistoryRun => ({
  ...{ twin: METER, point: "power", unit: "W" },
  samples: Array.from({ length: samples }, (_, i) => ({ at: NOON + i, value: 310, quality: "GOOD" })),
});

describe("GET /history", () => {
  it("gives CSV unless asked for SenML", async () => {
    world.runs.push(run());
    const csv = await fetch(at());
    expect([csv.status, csv.headers.get("content-type")]).toEqual([200, "text/csv; charset=utf-8"]);
    expect(await csv.text()).toBe(`${HEADER}\r\n${LINE}\r\n`);
    const senml = await fetch(at("?format=senml"));
    expect(senml.headers.get("content-type")).toBe("application/senml+json; charset=utf-8");
    expect(JSON.parse(await senml.text())).toEqual([{ bn: `${METER}/power`, bu: "W", bt: NOON / 1000, v: 310 }]);
  });

  it("asks the world for what is wanted: twins, kinds, points, and a span that ends now unless told otherwise", async () => {
    await fetch(at(`?twin=${METER}&twin=bus:lv:19&point=power&kind=METER&from=2026-01-01T00:00:00Z`));
    await fetch(at("?to=2026-01-01T13:00:00%2B01:00"));
    const [some, all] = world.exported;
    expect(some).toEqual({
      ...{ twins: [METER, "bus:lv:19"], points: ["power"], kinds: ["meter"] },
      ...{ from: Date.UTC(2026, 0, 1), to: NOON + 1 },
    });
    expect(all).toEqual({ from: Date.UTC(2000, 0, 1) - 2000 * 365.2425 * 86_400_000, to: NOON });
  });

  it.each([
    ["?twin=bus:lv:99", "TWIN_UNKNOWN", "bus:lv:99"],
    ["?kind=WINDMILL", "INPUT_INVALID", "WINDMILL"],
    ["?format=xml", "INPUT_INVALID", "csv or senml"],
    ["?from=yesterday", "INPUT_INVALID", "yesterday"],
    ["?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "INPUT_INVALID", "before"],
    ["?from=1970-01-01T00:00:00Z&format=senml", "INPUT_INVALID", "1978-07-04"],
    ["?from=2026-01-01T00:00:00Z&from=2026-01-01T00:00:00Z", "INPUT_INVALID", "once"],
    ["?twins=x", "INPUT_INVALID", "twins"],
    [`?${"point=power&".repeat(1_001)}`, "LIMIT_EXCEEDED", "point"],
  ])("%s is refused", async (query, code, part) => {
    expect(await refused(await fetch(at(query)))).toEqual([400, code, expect.stringContaining(part)]);
  });

  it("reads the world only as fast as the client takes it (X1)", async () => {
    let pulled = 0;
    let isClosed = false;
    world.exportHistory = async function* () {
      try {
        for (; pulled < 100_000; pulled++) yield run(2_000);
      } finally {
        isClosed = true;
      }
    };
    const response = await new Promise<NodeJS.ReadableStream & { destroy(): void }>((resolve) => {
      request(at(), (answer) => resolve(answer.pause())).end();
    });
    let before = -1;
    while (pulled !== before) {
      before = pulled;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(pulled).toBeGreaterThan(0);
    expect(pulled).toBeLessThan(500);
    response.destroy();
    while (!isClosed) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(logged).toEqual([]);
  });

  it("that fails on the way ends without its last chunk, and is logged (X2)", async () => {
    world.exportHistory = async function* () {
      yield run(2_000);
      throw new Error("the disk is on fire");
    };
    await expect(fetch(at()).then((response) => response.text())).rejects.toThrow();
    expect(logged.join()).toContain("the disk is on fire");
  });
});

describe("POST /history", () => {
  it("takes CSV and SenML, and answers a report with what was refused", async () => {
    const csv = await post(`${HEADER}\n${LINE}\nnonsense\n`);
    expect(await csv.json()).toEqual({
      ...{ read: 2, new: 1, duplicates: 0, corrected: 0, refused: 1 },
      refusals: [{ line: 3, code: "HISTORY_RECORD", reason: expect.any(String), hint: expect.any(String) }],
    });
    expect(world.imported.flatMap(({ rows }) => rows)).toMatchObject([{ twin: METER, at: NOON, value: 310 }]);
    const pack = JSON.stringify([{ n: `${METER}/power`, u: "W", t: NOON / 1000, v: 311 }]);
    expect((await post(pack, "application/senml+json; charset=utf-8")).status).toBe(200);
    expect(world.imported.flatMap(({ rows }) => rows).at(-1)).toMatchObject({ twin: METER, at: NOON, value: 311 });
  });

  it("of a file that is none is refused, and the client hears why although it has not sent all (X3)", async () => {
    const body = `at,value\n${`${LINE}\n`.repeat(200_000)}`;
    expect(await refused(await post(body))).toEqual([400, "HISTORY_HEADER", expect.stringContaining("at,value")]);
  });

  it("is told when it may try again, and when the program failed", async () => {
    world.failure = new QuartierError("OVERLOADED", "4 imports are running");
    expect(await refused(await post(HEADER))).toEqual([503, "OVERLOADED", "4 imports are running"]);
    world.failure = new Error("secret");
    expect(await refused(await post(HEADER))).toEqual([500, "INTERNAL", "The program failed on this."]);
    expect(logged.join()).toContain("secret");
  });

  it.each(["text/plain", "application/x-www-form-urlencoded", "application/json"])(
    "of %s is refused (G3)",
    async (type) => {
      expect((await refused(await post(HEADER, type))).slice(0, 2)).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
      expect(world.imported).toEqual([]);
    },
  );

  it("by a page of another origin is refused, and by another name (G1, G2)", async () => {
    expect((await refused(await post(HEADER, "text/csv", { origin: "https://evil.example" })))[1]).toBe(
      "ORIGIN_REFUSED",
    );
    const status = await new Promise((resolve) => {
      const headers = { host: "evil.example", "content-type": "text/csv" };
      request(at(), { method: "POST", headers }, (answer) => resolve(answer.resume().statusCode)).end(HEADER);
    });
    expect(status).toBe(403);
    expect(world.imported).toEqual([]);
  });
});

it("other methods are refused, a preflight of its own page is answered", async () => {
  expect((await refused(await fetch(at(), { method: "DELETE" }))).slice(0, 2)).toEqual([405, "METHOD_NOT_ALLOWED"]);
  const origin = `http://127.0.0.1:${server.port}`;
  const preflight = await fetch(at(), { method: "OPTIONS", headers: { origin } });
  expect([preflight.status, preflight.headers.get("access-control-allow-origin")]).toEqual([204, origin]);
});
