// `quartier history`, against the real door over a small fixed world.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import pino from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type GraphQLServer, startGraphQL } from "../../../graphql/server.ts";
import { readArguments } from "../../../runtime/cli/arguments.ts";
import { history } from "../../../runtime/cli/history.ts";
import { altstadt, type FixedWorld, METER, NOON } from "../../graphql/world.ts";

const HEADER = "twin,point,unit,at,value,quality";
const LINE = `${METER},power,W,2026-01-01T12:00:00.000Z,310,GOOD`;
const CSV = `${HEADER}\r\n${LINE}\r\n`;
const SENML = `[{"bn":"${METER}/power","bu":"W","bt":${NOON / 1000},"v":310}]\n`;

let world: FixedWorld;
let server: GraphQLServer;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "quartier-cli-history-"));
  world = altstadt();
  world.runs.push({
    ...{ twin: METER, point: "power", unit: "W" },
    samples: [{ at: NOON, value: 310, quality: "GOOD" }],
  });
  server = await startGraphQL({ world, port: 0, log: pino({ level: "silent" }) });
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

async function done(words: string[], url = server.url) {
  const said = { lines: [] as string[], complaints: [] as string[], progress: [] as string[], stdout: "" };
  const terminal = {
    print: (line: string) => said.lines.push(line),
    complain: (line: string) => said.complaints.push(line),
    progress: (line: string) => said.progress.push(line),
  };
  const stdout = new Writable({
    write(chunk: Buffer, _, next) {
      said.stdout += chunk.toString();
      next();
    },
  });
  const exit = await history(readArguments(["history", ...words, "--url", url], {}), terminal, stdout);
  return { exit, ...said };
}

const file = (text: string, name = "some file") => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

test("export writes to standard output, as CSV unless SenML is asked for", async () => {
  expect(await done(["export"])).toMatchObject({ exit: 0, stdout: CSV, lines: [], complaints: [] });
  expect((await done(["export", "--format", "senml"])).stdout).toBe(SENML);
});

test("export asks for what is named", async () => {
  const span = ["--from", "2026-01-01T00:00:00Z", "--to", "2026-01-02T00:00:00Z"];
  await done(["export", "--twin", METER, "--twin", "bus:lv:19", "--point", "power", ...span]);
  expect(world.exported).toEqual([
    { twins: [METER, "bus:lv:19"], points: ["power"], from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 0, 2) },
  ]);
});

test("export --out writes a file, and leaves the old one when it breaks off (H2)", async () => {
  const out = file("before", "out.csv");
  expect(await done(["export", "--out", out])).toMatchObject({ exit: 0, stdout: "" });
  expect(readFileSync(out, "utf8")).toBe(CSV);
  world.exportHistory = async function* () {
    yield* world.runs;
    throw new Error("broken");
  };
  const half = done(["export", "--out", out]);
  await expect(half).rejects.toThrow(/broke off|no program answers/);
  expect(readFileSync(out, "utf8")).toBe(CSV);
  expect(existsSync(`${out}.partial`)).toBe(false);
});

test("import tells CSV from SenML by its beginning, and what became of the samples", async () => {
  const summary = "1 samples read: 1 new, 0 duplicates, 0 corrected, 0 refused";
  expect(await done(["import", file(CSV)])).toMatchObject({ exit: 0, lines: [summary], complaints: [] });
  world.imported.length = 0;
  expect(await done(["import", file(SENML)])).toMatchObject({ exit: 0, lines: [summary], complaints: [] });
  expect(world.imported.flatMap(({ rows }) => rows)).toMatchObject([{ twin: METER, at: NOON, value: 310 }]);
});

test("import names what was refused with file and line, escaped, and exits with 1", async () => {
  const path = file(`${HEADER}\n${LINE}\nmeter:m:1,power,W,\u001b[2Jnoon,1,\n`);
  const { exit, lines, complaints } = await done(["import", path]);
  expect({ exit, lines }).toEqual({ exit: 1, lines: ["2 samples read: 1 new, 0 duplicates, 0 corrected, 1 refused"] });
  expect(complaints).toEqual([
    expect.stringMatching(/:3: HISTORY_TIME: .*\\u001b\[2Jnoon.*is no time\. Write the time/),
  ]);
  world.imported.length = 0;
  const json = await done(["import", path, "--json"]);
  expect(JSON.parse(json.lines[0]!)).toMatchObject({ read: 2, new: 1, refused: 1, refusals: [{ line: 3 }] });
});

test("progress is shown for what is long, and taken away in the end", async () => {
  const { progress } = await done(["import", file(`${HEADER}\n${`${LINE}\n`.repeat(30_000)}`)]);
  expect(progress[0]).toMatch(/^1\.\d MB of \d\.\d MB sent$/);
  expect(progress.at(-1)).toBe("");
});

test("a file that is none is refused, also while it is still on its way", async () => {
  const path = file(`at,value\n${"1,2\n".repeat(3_000_000)}`);
  await expect(done(["import", path])).rejects.toMatchObject({
    ...{ code: "HISTORY_HEADER", hint: expect.stringContaining("twin,point") },
  });
  await expect(done(["import", file("")])).rejects.toMatchObject({ code: "HISTORY_HEADER" });
});

test.each([
  [[], "wants export or import FILE"],
  [["import"], "wants export or import FILE"],
  [["import", "a", "b"], "wants export or import FILE"],
  [["export", "a"], "wants export or import FILE"],
  [["export", "--format", "xml"], "csv or senml"],
  [["export", "--from", "yesterday"], "--from takes a time"],
])("%j is wrong use", async (words, part) => {
  await expect(done(words)).rejects.toThrow(part);
});

test("an unknown twin, a missing file, nobody there and somebody else are one sentence each with a hint", async () => {
  await expect(done(["export", "--twin", "bus:lv:99"])).rejects.toMatchObject({ code: "TWIN_UNKNOWN" });
  await expect(done(["import", join(folder, "none")])).rejects.toThrow("ENOENT");
  const other = createServer((_, response) => response.writeHead(404).end("<html>")).listen(0, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}/graphql`;
  await expect(done(["export"], url)).rejects.toMatchObject({ message: expect.stringContaining("is no Quartier") });
  await new Promise((resolve) => other.close(resolve));
  await expect(done(["export"], url)).rejects.toMatchObject({
    ...{ message: expect.stringContaining("no program answers"), hint: expect.stringContaining("--url") },
  });
});
