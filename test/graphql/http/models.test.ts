// A model comes in over HTTP, over a real socket and a small fixed world.

import pino from "pino";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type GraphQLServer, startGraphQL } from "../../../graphql/server.ts";
import { QuartierError } from "../../../runtime/errors.ts";
import { altstadt, type FixedWorld, NOON } from "../world.ts";

let world: FixedWorld;
let server: GraphQLServer;

beforeEach(async () => {
  world = altstadt();
  server = await startGraphQL({ world, port: 0, log: pino({ level: "silent" }) });
});
afterEach(() => server.close());

const send = (headers: Record<string, string>, method = "POST") =>
  fetch(`http://127.0.0.1:${server.port}/models`, {
    method,
    headers,
    ...(method === "POST" && { body: "an archive" }),
  });

it("an archive is handed to the world as it comes, and the version is the answer", async () => {
  const answer = await send({ "content-type": "application/zip" });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ id: "b0", loadedAt: NOON, isCurrent: false });
  expect(world.archive).toBe("an archive");
});

it.each([
  ["another content type", { "content-type": "text/plain" }, "POST", 415, "UNSUPPORTED_MEDIA_TYPE"],
  [
    "a page of another origin",
    { "content-type": "application/zip", origin: "https://evil.example" },
    "POST",
    403,
    "ORIGIN_REFUSED",
  ],
  ["a GET", {}, "GET", 405, "METHOD_NOT_ALLOWED"],
])("%s is refused, and nothing is taken", async (_, headers, method, status, code) => {
  const answer = await send(headers as Record<string, string>, method);
  expect(answer.status).toBe(status);
  expect((await answer.json()).errors[0].extensions.code).toBe(code);
  expect(world.archive).toBe("");
});

it("what the world refuses has its code and hint", async () => {
  world.failure = new QuartierError("MODEL_UNREADABLE", "what was sent is no zip archive");
  const answer = await send({ "content-type": "application/zip" });
  expect(answer.status).toBe(400);
  expect((await answer.json()).errors[0].extensions).toMatchObject({ code: "MODEL_UNREADABLE" });
});
