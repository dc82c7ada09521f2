import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { takeClaim } from "../../../runtime/nats-server/claim.ts";
import { startMark } from "../../../runtime/nats-server/process-identity.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "quartier-test-claim-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a claim is held until it is released", () => {
  const file = join(folder, "claim");
  const first = takeClaim(file);
  expect(first.held).toBe(true);
  expect(takeClaim(file)).toEqual({ held: false, holderPid: process.pid });
  if (first.held) first.release();
  expect(existsSync(file)).toBe(false);
  expect(takeClaim(file).held).toBe(true);
});

test("K2 the claim of a process that has ended is taken over", async () => {
  const file = join(folder, "claim");
  const child = spawn("sleep", ["60"]);
  const mark = startMark(child.pid ?? 0);
  expect(mark).toBeDefined();
  writeFileSync(file, JSON.stringify({ pid: child.pid, mark, id: "x" }));
  expect(takeClaim(file)).toEqual({ held: false, holderPid: child.pid });
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(takeClaim(file).held).toBe(true);
  expect(readdirSync(folder)).toEqual(["claim"]);
});

test("K2 a process that has got the id of the one that ended is not taken for it", () => {
  const file = join(folder, "claim");
  writeFileSync(file, JSON.stringify({ pid: process.pid, mark: "another boot/1", id: "x" }));
  expect(takeClaim(file).held).toBe(true);
});

test("a claim file of garbage is nobody's", () => {
  const file = join(folder, "claim");
  writeFileSync(file, "{ not json");
  expect(takeClaim(file).held).toBe(true);
});

test("a folder that is not there is said, not waited for", () => {
  expect(() => takeClaim(join(folder, "missing", "claim"))).toThrow("ENOENT");
});

test("K3 a claim that was copied with its folder says so; one whose folder was moved is what it was", () => {
  const [original, copy, moved] = ["original", "copy", "moved"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(original);
  const claim = takeClaim(join(original, "claim"));
  expect(claim.held).toBe(true);
  cpSync(original, copy, { recursive: true });
  expect(takeClaim(join(copy, "claim"))).toEqual({ held: false, holderPid: process.pid, copyOf: original });
  renameSync(original, moved);
  expect(takeClaim(join(moved, "claim"))).toEqual({ held: false, holderPid: process.pid });
  if (claim.held) claim.release();
});
