import { once } from "node:events";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import pino from "pino";
import { afterEach, describe, expect, it } from "vitest";
import { CLOSE_LIMIT_MS, MAX_CONNECTIONS } from "../../graphql/limits.ts";
import { type GraphQLServer, startGraphQL } from "../../graphql/server.ts";
import { altstadt, METER } from "./world.ts";

const log = pino({ level: "silent" });
const servers: GraphQLServer[] = [];
const start = async (world = altstadt(), port = 0) => {
  const server = await startGraphQL({ world, port, log });
  servers.push(server);
  return server;
};

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const subscribe = (url: string, signal?: AbortSignal) =>
  fetch(url, {
    method: "POST",
    headers: { accept: "text/event-stream", "content-type": "application/json" },
    body: JSON.stringify({ query: "subscription { twinChanged { id state } }" }),
    ...(signal && { signal }),
  });

describe("the server", () => {
  it("answers on its socket as soon as it has started (V1)", async () => {
    const { url, port } = await start();
    expect(url).toBe(`http://127.0.0.1:${port}/graphql`);
    const body = JSON.stringify({ query: "{ district { name } }" });
    const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
    expect(await response.json()).toEqual({ data: { district: { name: "Altstadt" } } });
    expect(await (await fetch(`http://127.0.0.1:${port}/health`)).json()).toEqual({ status: "ok" });
  });

  it("closes a connection beyond the limit, and takes the next one when another has gone (V3)", async () => {
    const { port } = await start();
    const opened: Socket[] = [];
    for (let i = 0; i < MAX_CONNECTIONS; i++) {
      const socket = connect(port, "127.0.0.1");
      opened.push(socket);
      await once(socket, "connect");
    }
    const extra = connect(port, "127.0.0.1");
    extra.on("error", () => {}).resume();
    await once(extra, "close");
    await Promise.all(opened.map((socket) => once(socket.destroy(), "close")));
    await expect
      .poll(async () => (await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined))?.status)
      .toBe(200);
  });

  it("says in one sentence that its port is in use (V1)", async () => {
    const { port } = await start();
    await expect(start(altstadt(), port)).rejects.toMatchObject({
      code: "PORT_IN_USE",
      message: `port ${port} of 127.0.0.1 is in use by another program`,
      hint: expect.stringContaining("--port"),
    });
  });

  it("says that an address is none of this machine", async () => {
    await expect(startGraphQL({ world: altstadt(), port: 0, log, host: "192.0.2.1" })).rejects.toMatchObject({
      code: "HOST_UNAVAILABLE",
    });
  });

  it("refuses a name that is not this machine's, as the socket hears it", async () => {
    const { port } = await start();
    const status = await new Promise((resolve) => {
      request({ port, host: "127.0.0.1", path: "/health", headers: { host: "evil.example" } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
    expect(status).toBe(403);
  });

  it("streams changes, and lets go of them when the client hangs up", async () => {
    const world = altstadt();
    const { url } = await start(world);
    const abort = new AbortController();
    const response = await subscribe(url, abort.signal);
    const reader = response.body!.getReader();
    world.change(METER, "silent");
    let text = "";
    while (!text.includes("silent")) text += new TextDecoder().decode((await reader.read()).value);
    expect(text).toContain(`"twinChanged":{"id":"${METER}","state":"silent"}`);
    abort.abort();
    await expect.poll(() => world.twinStreams.size).toBe(0);
  });

  it("ends subscriptions when it closes, and closes at once (V2)", async () => {
    const world = altstadt();
    const server = await start(world);
    const response = await subscribe(server.url);
    const text = response.text();
    const before = performance.now();
    await server.close();
    expect(performance.now() - before).toBeLessThan(CLOSE_LIMIT_MS / 2);
    expect(await text).toContain("event: complete");
    expect(world.twinStreams.size).toBe(0);
    await expect(fetch(server.url)).rejects.toThrow();
  });

  it("closes within the limit although a client never ends its request (V2)", async () => {
    const server = await start();
    const socket = connect(server.port, "127.0.0.1");
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => undefined);
    await new Promise((resolve) => socket.once("connect", resolve));
    socket.write(
      "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{",
    );
    await server.close();
    await closed;
  });

  it("may be closed twice", async () => {
    const server = await start();
    await Promise.all([server.close(), server.close()]);
  });
});
