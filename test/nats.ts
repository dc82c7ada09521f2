// A real nats-server for a test file: started in a temporary data folder, stopped and removed at its end.
// Fed by    runtime/nats-server (found on PATH or in the cache, fetched once if need be).

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { findNatsServer } from "../runtime/nats-server/find.ts";
import { startNatsServer } from "../runtime/nats-server/start.ts";

/** The first test run on a machine fetches the server. */
const FETCH_LIMIT_MS = 600_000;

export const silentLog = { debug() {}, warn() {}, error() {} };

/** Starts one server; its caller stops it. */
export async function testNats(): Promise<{ url: string; stop(): Promise<void> }> {
  const dataDir = mkdtempSync(join(tmpdir(), "quartier-test-nats-"));
  const server = await startNatsServer({ binary: await findNatsServer(), dataDir, log: silentLog });
  const stop = async (): Promise<void> => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { url: server.url, stop };
}

/** One server for all tests of a file. Call at the top of the file; `url` may be read from the first test on. */
export function withNatsServer(): { readonly url: string } {
  let server: Awaited<ReturnType<typeof testNats>> | undefined;
  beforeAll(async () => {
    server = await testNats();
  }, FETCH_LIMIT_MS);
  afterAll(() => server?.stop());
  return {
    get url() {
      if (server === undefined) throw new Error("the server runs from beforeAll on");
      return server.url;
    },
  };
}
