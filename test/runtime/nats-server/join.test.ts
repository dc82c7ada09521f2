import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "@nats-io/transport-node";
import { afterEach, expect, test, vi } from "vitest";
import { readBanner } from "../../../runtime/nats-server/banner.ts";
import { findNatsServer } from "../../../runtime/nats-server/find.ts";
import { inspectNats } from "../../../runtime/nats-server/inspect.ts";
import { joinNats } from "../../../runtime/nats-server/join.ts";
import { likelyPort } from "../../../runtime/nats-server/loopback-port.ts";
import { natsFor } from "../../../runtime/nats-server/nats-for.ts";
import { silentLog, withNatsServer } from "../../nats.ts";

const server = withNatsServer();
const ends: Array<() => unknown> = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A nats-server of somebody else, started by hand. */
async function startByHand(...args: string[]): Promise<number> {
  const port = await likelyPort("");
  const { path } = await findNatsServer();
  const child: ChildProcess = spawn(path, ["-a", "127.0.0.1", "-p", String(port), ...args], { stdio: "ignore" });
  ends.push(() => {
    child.kill("SIGKILL");
    return once(child, "exit");
  });
  await vi.waitFor(async () => expect(await readBanner(port)).toBeDefined(), { timeout: 5_000 });
  return port;
}

test("Z1 a server that a URL names is joined as it is, and left running", async () => {
  const nats = await natsFor({ url: server.url, dataDir: "/nowhere", log: silentLog });
  expect(nats).toMatchObject({ url: server.url, version: (await findNatsServer()).version });
  await nats.stop();
  const connection = await connect(nats.connection);
  await connection.close();
});

test("nobody at the URL: unreachable, within the time limit", async () => {
  const port = await likelyPort("");
  await expect(joinNats(`nats://anna:s3cret@127.0.0.1:${port}`)).rejects.toMatchObject({
    code: "NATS_UNREACHABLE",
    message: expect.stringContaining(`nats://***@127.0.0.1:${port}`),
    hint: expect.stringContaining("NATS_URL"),
  });
});

test("a server without JetStream is refused with what turns it on", async () => {
  const port = await startByHand();
  await expect(joinNats(`nats://127.0.0.1:${port}`)).rejects.toMatchObject({
    code: "NATS_NO_JETSTREAM",
    hint: expect.stringContaining("nats-server -js"),
  });
});

test("credentials of the URL are used, and wrong ones are said without showing them", async () => {
  const store = mkdtempSync(join(tmpdir(), "quartier-test-join-"));
  ends.push(() => rmSync(store, { recursive: true, force: true }));
  const port = await startByHand("-js", "-sd", store, "--user", "anna", "--pass", "s3cret:1");
  const joined = await joinNats(`nats://anna:s3cret%3A1@127.0.0.1:${port}`);
  expect(joined.shown).toBe(`nats://***@127.0.0.1:${port}`);
  const [check] = await inspectNats(`nats://anna:wr0ng@127.0.0.1:${port}`);
  expect(check).toMatchObject({ name: "NATS_URL", ok: false, hint: expect.stringContaining("user:password") });
  expect(JSON.stringify(check)).not.toContain("wr0ng");
});

test("a server that is too old is refused with its version", async () => {
  // No old server can be had here: this one says the greeting of nats-server 2.9.10 and answers PING.
  const old = createServer((socket) => {
    socket.on("error", () => {});
    socket.write(
      'INFO {"server_id":"X","server_name":"x","version":"2.9.10","headers":true,"max_payload":1048576,"proto":1}\r\n',
    );
    socket.on("data", (chunk) => String(chunk).includes("PING") && socket.write("PONG\r\n"));
  });
  ends.push(() => old.close());
  await once(old.listen(0, "127.0.0.1"), "listening");
  await expect(joinNats(`nats://127.0.0.1:${(old.address() as AddressInfo).port}`)).rejects.toMatchObject({
    code: "NATS_TOO_OLD",
    message: expect.stringContaining("2.9.10"),
  });
});
