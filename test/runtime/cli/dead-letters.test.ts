// `quartier dead-letters`, against the real door over a small fixed world.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import pino from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type GraphQLServer, startGraphQL } from "../../../graphql/server.ts";
import { readArguments } from "../../../runtime/cli/arguments.ts";
import { deadLetters } from "../../../runtime/cli/dead-letters.ts";
import { altstadt, type FixedWorld } from "../../graphql/world.ts";

let world: FixedWorld;
let server: GraphQLServer;

beforeEach(async () => {
  world = altstadt();
  server = await startGraphQL({ world, port: 0, log: pino({ level: "silent" }) });
});
afterEach(() => server.close());

async function printed(words: string[], url = server.url): Promise<{ exit: number; lines: string[] }> {
  const lines: string[] = [];
  const terminal = { print: (line: string) => lines.push(line), complain: () => {}, progress: () => {} };
  const exit = await deadLetters(readArguments(["dead-letters", ...words, "--url", url], {}), terminal);
  return { exit, lines };
}

const LINE =
  "d1  2026-01-01T12:00:00.000Z  DEVICE_UNKNOWN  quartier.altstadt.telemetry.dev-99: no meter has the device dev-99";

test.each([[[]], [["list"]]])("%j lists the letters, one a line", async (words) => {
  expect(await printed(words)).toEqual({ exit: 0, lines: [LINE] });
});

test("--json gives one object a line, with the payload", async () => {
  const { lines } = await printed(["list", "--json"]);
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      ...{ id: "d1", at: "2026-01-01T12:00:00.000Z", subject: "quartier.altstadt.telemetry.dev-99" },
      ...{ code: "DEVICE_UNKNOWN", reason: "no meter has the device dev-99" },
      payload: '[{"n":"power","u":"W","v":310}]',
    },
  ]);
});

test("a list of many pages comes whole, once each (D2)", async () => {
  const [letter] = world.letters.splice(0);
  for (let n = 999; n >= 650; n--) world.letters.push({ ...letter!, id: `d${n}` });
  const { lines } = await printed([]);
  expect(lines.map((line) => line.split(" ")[0])).toEqual(world.letters.map(({ id }) => id));
});

test("control characters of a device do not reach the terminal (D1)", async () => {
  world.letters[0]!.reason = "no point \u001b]0;owned\u0007\r\n\u009b2J";
  const { lines } = await printed([]);
  expect(lines[0]).toMatch(/no point \\u001b\]0;owned\\u0007\\u000d\\u000a\\u009b2J$/);
});

test("replay sends one again, and says what it becomes if that does not help", async () => {
  const { exit, lines } = await printed(["replay", "d1"]);
  const subject = "quartier.altstadt.telemetry.dev-99";
  expect({ exit, lines }).toEqual({
    ...{ exit: 0, lines: [`replayed d1 on ${subject}; if it still cannot be read, it is d1-again`] },
  });
  expect(world.letters).toEqual([]);
  await expect(printed(["replay", "d1"])).rejects.toMatchObject({
    ...{ code: "DEAD_LETTER_UNKNOWN", hint: expect.stringContaining("deadLetters") },
  });
});

test("drop throws one away; a second time there is nothing to do", async () => {
  expect(await printed(["drop", "d1"])).toEqual({ exit: 0, lines: ["dropped d1"] });
  expect(world.letters).toEqual([]);
  expect(await printed(["drop", "d1"])).toEqual({ exit: 0, lines: ["d1 is not there any more"] });
  expect((await printed(["drop", "d1", "--json"])).lines).toEqual(['{"id":"d1","dropped":false}']);
});

test.each([
  [["mend"], "wants list, replay ID or drop ID"],
  [["replay"], "wants list, replay ID or drop ID"],
  [["drop", "d1", "d2"], "wants list, replay ID or drop ID"],
  [["list", "d1"], "wants list, replay ID or drop ID"],
])("%j is wrong use", async (words, part) => {
  await expect(printed(words)).rejects.toThrow(part);
  expect(world.letters).toHaveLength(1);
});

test.each(["127.0.0.1:4000", "ftp://127.0.0.1/", "nowhere"])("--url %s is wrong use", async (url) => {
  await expect(printed([], url)).rejects.toThrow("--url takes an address");
});

test("nobody at the address, or somebody else, is one sentence with a hint", async () => {
  const { url } = server;
  await server.close();
  await expect(printed([], url)).rejects.toMatchObject({
    ...{ message: `no program answers at ${url} (ECONNREFUSED)`, hint: expect.stringContaining("--url") },
  });
  for (const [body, part] of [
    ["<html>", "no program answers"],
    ["null", "is no GraphQL"],
  ] as const) {
    const other = createServer((_, response) => response.end(body)).listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    await expect(printed([], `http://127.0.0.1:${(other.address() as AddressInfo).port}/`)).rejects.toThrow(part);
    await new Promise((resolve) => other.close(resolve));
  }
});
