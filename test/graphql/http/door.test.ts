import { describe, expect, it } from "vitest";
import { MAX_BODY_BYTES } from "../../../graphql/limits.ts";
import { QuartierError } from "../../../runtime/errors.ts";
import { client, ENDPOINT } from "../ask.ts";

const NOW = JSON.stringify({ query: "{ status { natsVersion } }" });
const ANSWER = { data: { status: { natsVersion: "2.12.1" } } };

async function refused(response: Response): Promise<[number, string]> {
  const body = (await response.json()) as { errors: { message: string; extensions: { code: string; hint: string } }[] };
  expect(body.errors).toHaveLength(1);
  expect(body.errors[0]!.message).not.toBe("");
  expect(body.errors[0]!.extensions.hint).toMatch(/\.$/);
  return [response.status, body.errors[0]!.extensions.code];
}

describe("requests", () => {
  it("are answered by POST and by GET, a mutation by POST only", async () => {
    const { post, door } = client();
    expect(await (await post(NOW)).json()).toEqual(ANSWER);
    expect(await (await door.fetch(`${ENDPOINT}?query={status{natsVersion}}`)).json()).toEqual(ANSWER);
    const mutation = await door.fetch(`${ENDPOINT}?query=mutation{acknowledgeAlarm(id:"a2"){id}}`);
    expect(await refused(mutation)).toEqual([405, "BAD_REQUEST"]);
  });

  it.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/graphql",
  ])("of %s, which a web form could send, are refused (G3)", async (type) => {
    expect(await refused(await client().post(NOW, { "content-type": type }))).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
  });

  it.each([
    ["text that is no JSON", "{", "BAD_REQUEST"],
    ["null", "null", "BAD_REQUEST"],
    ["a batch", `[${NOW},${NOW}]`, "BAD_REQUEST"],
    ["no query", "{}", "BAD_REQUEST"],
    ["variables that are no object", `{"query":"{ status { now } }","variables":"x"}`, "BAD_REQUEST"],
    ["a parameter that there is not", `{"query":"{ status { now } }","doc":"x"}`, "BAD_REQUEST"],
  ])("that hold %s are refused", async (_, body, code) => {
    expect(await refused(await client().post(body))).toEqual([400, code]);
  });

  it("larger than the limit are refused, with and without a length said before", async () => {
    const { post, door } = client();
    const large = JSON.stringify({ query: `#${"x".repeat(MAX_BODY_BYTES)}` });
    expect(await refused(await post(large))).toEqual([413, "LIMIT_EXCEEDED"]);
    const stream = new ReadableStream({
      start(controller) {
        for (let sent = 0; sent <= MAX_BODY_BYTES; sent += 65_536) controller.enqueue(new Uint8Array(65_536).fill(32));
        controller.close();
      },
    });
    const request = new Request(ENDPOINT, {
      method: "POST",
      body: stream,
      duplex: "half",
      headers: { "content-type": "application/json" },
    } as RequestInit);
    expect(await refused(await door.fetch(request))).toEqual([413, "LIMIT_EXCEEDED"]);
  });

  it("by another method are refused", async () => {
    expect((await refused(await client().door.fetch(ENDPOINT, { method: "PUT", body: NOW })))[1]).toBe("BAD_REQUEST");
  });

  it("that accept no form of the answer are told so", async () => {
    expect(await refused(await client().post(NOW, { accept: "image/png" }))).toEqual([406, "NOT_ACCEPTABLE"]);
  });
});

describe("paths", () => {
  it("/health says ok while the world and NATS answer, and 503 when one does not (R1)", async () => {
    const { door, world } = client();
    const health = async () => {
      const answer = await door.fetch("http://localhost:4000/health");
      return [answer.status, await answer.json()];
    };
    expect(await health()).toEqual([200, { status: "ok" }]);
    world.natsAnswers = false;
    expect(await health()).toEqual([503, { status: "unavailable" }]);
    world.natsAnswers = true;
    world.failure = new QuartierError("STORE_UNWRITABLE", "the disk fails");
    expect(await health()).toEqual([503, { status: "unavailable" }]);
  });

  it("/ leads to /graphql, where a browser finds GraphiQL", async () => {
    const { door } = client();
    const root = await door.fetch("http://localhost:4000/");
    expect([root.status, root.headers.get("location")]).toEqual([302, "/graphql"]);
    const page = await door.fetch(ENDPOINT, { headers: { accept: "text/html,*/*" } });
    expect(page.headers.get("content-type")).toContain("text/html");
    expect(await page.text()).toContain("Quartier: the live twins of an energy district");
  });

  it.each(["/graphql2", "/api", "/health/x", "/favicon.ico", "/x/graphql"])("%s is not found", async (path) => {
    expect(await refused(await client().door.fetch(`http://localhost:4000${path}`))).toEqual([404, "NOT_FOUND"]);
  });

  it("are not told by how an address ends", async () => {
    const response = await client().door.fetch(
      `${ENDPOINT}?query={status{natsVersion}}&operationName=&extensions=&x=/health`,
    );
    expect(await response.json()).toEqual(ANSWER);
  });
});

describe("names and origins", () => {
  it.each(["localhost", "127.0.0.1:4000", "[::1]:4000", "LOCALHOST:1"])(
    "the name %s is this machine's",
    async (host) => {
      expect((await client().post(NOW, { host })).status).toBe(200);
    },
  );

  it.each(["evil.example:4000", "localhost.evil.example", "192.168.0.7:4000"])(
    "the name %s is refused on a loopback address (G1)",
    async (host) => {
      expect(await refused(await client().post(NOW, { host }))).toEqual([403, "HOST_REFUSED"]);
    },
  );

  it("any name is taken on an address that others reach", async () => {
    expect((await client(undefined, { host: "0.0.0.0" }).post(NOW, { host: "twins.example" })).status).toBe(200);
  });

  it("a page of the same origin may call, another one may not (G2)", async () => {
    const { post } = client();
    expect((await post(NOW, { host: "localhost:4000", origin: "http://localhost:4000" })).status).toBe(200);
    for (const origin of ["https://evil.example", "http://localhost:5173", "null"]) {
      const response = await post(NOW, { host: "localhost:4000", origin });
      expect(response.headers.get("access-control-allow-origin")).toBeNull();
      expect(await refused(response)).toEqual([403, "ORIGIN_REFUSED"]);
    }
  });

  it("an allowed origin gets CORS headers, also before the request", async () => {
    const origin = "http://localhost:5173";
    const { post, door } = client(undefined, { origins: [origin] });
    expect((await post(NOW, { origin })).headers.get("access-control-allow-origin")).toBe(origin);
    const preflight = await door.fetch(ENDPOINT, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST" },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-headers")).toBe("content-type");
    const other = await door.fetch(ENDPOINT, { method: "OPTIONS", headers: { origin: "https://evil.example" } });
    expect(await refused(other)).toEqual([403, "ORIGIN_REFUSED"]);
  });
});

describe("GraphiQL", () => {
  it("opens with queries that the schema answers", async () => {
    const { DEFAULT_QUERY } = await import("../../../graphql/http/graphiql.ts");
    const { post } = client();
    const twin = "switch:lv:5";
    for (const operationName of ["Buildings", "Alarms", "Status", "OpenSwitch"]) {
      const response = await post(JSON.stringify({ query: DEFAULT_QUERY, operationName, variables: { twin } }));
      expect(await response.json(), operationName).not.toHaveProperty("errors");
    }
  });
});
