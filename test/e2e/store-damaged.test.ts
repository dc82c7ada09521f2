// Pages of the store that are damaged: whenever the program comes to them, it ends with the same name and hint.

import { closeSync, openSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testNats } from "../nats.ts";
import { devices } from "./devices.ts";
import { district, metered } from "./districts.ts";
import { type Ended, temporaryFolder, until, up } from "./program.ts";
import { pointValue } from "./twins.ts";

const PAGE_BYTES = 4_096;
/** Those that LMDB begins with, of which an open one has what it needs in memory. */
const META_PAGES = 2;

let given: Awaited<ReturnType<typeof testNats>>;
beforeAll(async () => {
  given = await testNats();
}, 600_000);
afterAll(() => given.stop());

function damage(dataDir: string): void {
  const path = join(dataDir, "store/world.lmdb");
  const bytes = Buffer.alloc(statSync(path).size - META_PAGES * PAGE_BYTES);
  const file = openSync(path, "r+");
  writeSync(file, bytes, 0, bytes.length, META_PAGES * PAGE_BYTES);
  closeSync(file);
}

const expectNamed = ({ code, stderr }: Pick<Ended, "code" | "stderr">, dataDir: string): void => {
  expect(stderr).toMatch(/^STORE_DAMAGED: .*MDB_\w+.*\. See what the system's log says .*$/m);
  expect(stderr).toContain(join(dataDir, "store"));
  expect(code).toBe(1);
};

test("at a start", async () => {
  const dataDir = temporaryFolder();
  const folder = district({ ...metered(2), id: "damaged-before" });
  await (await up(folder, { nats: given.url, dataDir })).stop();
  damage(dataDir);
  const refused = await up(folder, { nats: given.url, dataDir }).catch((error: Error) => error.message);
  expectNamed({ code: 1, stderr: String(refused) }, dataDir);
  expect(refused).toContain("ended with 1 ");
}, 60_000);

test("while it runs", async () => {
  const dataDir = temporaryFolder();
  const program = await up(district({ ...metered(2), id: "damaged-later" }), { nats: given.url, dataDir });
  const fleet = await devices(given.url, "damaged-later");
  await fleet.send("dev-0", [{ n: "power", u: "W", v: 1 }]);
  await until(async () => (await pointValue(program, "meter:meters:e-0", "power")) === 1, "the reading");
  damage(dataDir);
  await fleet.send("dev-0", [{ n: "power", u: "W", v: 2 }]);
  expectNamed(await program.ended, dataDir);
}, 60_000);
