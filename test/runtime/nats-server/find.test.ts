import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { findNatsServer, lookForNatsServer } from "../../../runtime/nats-server/find.ts";
import { inspectNats } from "../../../runtime/nats-server/inspect.ts";
import { isNewEnough } from "../../../runtime/nats-server/version.ts";

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "quartier-test-find-"));
  await findNatsServer(); // fetched once per machine
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

/** A command that says it is a nats-server of that version, and can do no more. */
function pretender(version: string): string {
  const path = join(mkdtempSync(join(folder, "bin-")), "nats-server");
  writeFileSync(path, `#!/bin/sh\necho "nats-server: v${version}"\n`);
  chmodSync(path, 0o755);
  return path;
}

test("B1 what is found is new enough and is found again without a fetch", async () => {
  const progress = vi.fn();
  const binary = await findNatsServer(progress);
  expect(isNewEnough(binary.version)).toBe(true);
  expect(binary.origin).not.toBe("fetched");
  expect(progress).not.toHaveBeenCalled();
});

test("a nats-server on PATH comes first when it is new enough", async () => {
  const path = pretender("2.11.3");
  vi.stubEnv("PATH", `${join(path, "..")}:${process.env.PATH}`);
  expect(await findNatsServer()).toEqual({ path, version: "2.11.3", origin: "path" });
});

test("one on PATH that is too old is passed over and named", async () => {
  const path = pretender("2.10.27");
  vi.stubEnv("PATH", `${join(path, "..")}:${process.env.PATH}`);
  const { binary, tooOld } = await lookForNatsServer();
  expect(tooOld).toContain(`2.10.27 at ${path}`);
  expect(binary?.path).not.toBe(path);
});

test("on a machine without apt, one sentence says that a newer one is needed and what to do", async () => {
  const path = pretender("2.10.27");
  vi.stubEnv("PATH", join(path, ".."));
  vi.stubEnv("XDG_CACHE_HOME", mkdtempSync(join(folder, "cache-")));
  if ((await lookForNatsServer()).binary !== undefined) return; // installed system-wide, beyond PATH: nothing is missing here
  await expect(findNatsServer()).rejects.toMatchObject({
    code: "NATS_SERVER_TOO_OLD",
    message: expect.stringContaining(`nats-server 2.10.27 at ${path}`),
    hint: expect.stringContaining("NATS_URL"),
  });
  expect(await inspectNats(undefined)).toEqual([
    {
      name: "nats-server",
      ok: false,
      found: expect.stringContaining("2.10.27"),
      hint: expect.stringContaining("2.11.0"),
    },
  ]);
});

test("I1 the doctor finds the server and leaves an empty cache empty", async () => {
  expect(await inspectNats(undefined)).toMatchObject([{ name: "nats-server", ok: true, hint: "" }]);
  const cache = mkdtempSync(join(folder, "cache-"));
  vi.stubEnv("XDG_CACHE_HOME", cache);
  await inspectNats(undefined);
  expect(readdirSync(cache, { recursive: true }).filter((name) => String(name).includes("server/"))).toEqual([]);
});
