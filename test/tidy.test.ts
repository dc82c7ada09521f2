// Rules of the repository, as a test: what a newcomer may rely on when opening any file.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { expect, test } from "vitest";
import { DOOR_ERRORS } from "../graphql/errors.ts";
import { type FindingCode, findingCodes } from "../models/finding.ts";
import { ERRORS } from "../runtime/errors.ts";

const ROOT = resolve(import.meta.dirname, "..");
const ROOMS = ["models", "twins", "runtime", "graphql", "sim"] as const;
type Room = (typeof ROOMS)[number];

/** The composition root: the one file that knows all rooms. */
const COMPOSITION_ROOT = "runtime/main.ts";

const MAY_IMPORT: Record<Room, readonly string[]> = {
  models: ["models"],
  twins: ["twins", "models"],
  runtime: ["runtime", "models", "twins"],
  graphql: ["graphql", "models", "runtime"],
  sim: ["sim", "models"],
};

/** Folders in which a third-party package may be named. */
const PACKAGES: Record<string, readonly string[]> = {
  "@nats-io/jetstream": ["runtime/log", "runtime/pipeline.ts", "runtime/nats-server"],
  "@nats-io/transport-node": ["runtime", "sim"],
  "@graphql-yoga/render-graphiql": ["graphql"],
  fflate: ["runtime/cli"],
  graphql: ["graphql"],
  "graphql-yoga": ["graphql"],
  lmdb: ["runtime/store"],
  pino: ["runtime", "graphql"],
  "web-ifc": ["models/loaders/ifc"],
  xstate: ["twins", "runtime/live"],
  yaml: ["models"],
  zod: ["twins", "runtime/live", "models"],
};

const MAX_LINES = 300;
const TOP_LEVEL = [
  ...ROOMS,
  "test",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "tsconfig.build.json",
].concat(["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "LICENSE", "biome.json", "knip.json", "vitest.config.ts"]);

const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: ROOT,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => file && existsSync(join(ROOT, file)));
const sources = tracked.filter((file) => ROOMS.some((room) => file.startsWith(`${room}/`)) && file.endsWith(".ts"));
const text = (file: string) => readFileSync(join(ROOT, file), "utf8");
const roomOf = (file: string) => file.split("/")[0] as Room;

/** What a file imports, as it names it. */
const importsOf = (file: string): string[] =>
  [
    ...text(file).matchAll(/^(?:import|export)\b[^;]*?\bfrom\s+"([^"]+)"|^import\s+"([^"]+)"|\bimport\("([^"]+)"\)/gm),
  ].map((match) => (match[1] ?? match[2] ?? match[3])!);

test("the top level holds the six rooms, the documents and the tools' files, and nothing else", () => {
  const names = new Set(tracked.map((file) => file.split("/")[0]!).filter((name) => !name.startsWith(".")));
  expect([...names].filter((name) => !TOP_LEVEL.includes(name))).toEqual([]);
});

test("a room imports only what the house allows it", () => {
  const wrong: string[] = [];
  for (const file of sources.filter((source) => source !== COMPOSITION_ROOT)) {
    for (const name of importsOf(file).filter((imported) => imported.startsWith("."))) {
      const target = relative(ROOT, resolve(ROOT, file, "..", name)).split("/")[0]!;
      if (!MAY_IMPORT[roomOf(file)].includes(target)) wrong.push(`${file} imports ${name}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("a third-party package is named only where it is at home", () => {
  const wrong: string[] = [];
  for (const file of sources.filter((source) => source !== COMPOSITION_ROOT)) {
    for (const name of importsOf(file).filter(
      (imported) => !imported.startsWith(".") && !imported.startsWith("node:"),
    )) {
      const bare = name
        .split("/")
        .slice(0, name.startsWith("@") ? 2 : 1)
        .join("/");
      if (!PACKAGES[bare]?.some((home) => file.startsWith(home))) wrong.push(`${file} imports ${name}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("models and twins are pure: no clock, no chance, no process, no disk, no log", () => {
  const forbidden =
    /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\.|\bsetTimeout\b|\bsetInterval\b|\bprocess\.|\bconsole\.|\bfetch\(|"node:(?!zlib|buffer|util)/;
  const wrong = sources
    .filter((file) => roomOf(file) === "models" || roomOf(file) === "twins")
    .flatMap((file) =>
      text(file)
        .split("\n")
        .flatMap((line, i) =>
          forbidden.test(line) && !/^\s*(\/\/|\*|\/\*\*)/.test(line) ? [`${file}:${i + 1} ${line.trim()}`] : [],
        ),
    )
    .filter((place) => !place.startsWith("models/loaders/ifc/engine.ts"));
  expect(wrong).toEqual([]);
});

test("the fold has no hidden time or chance", () => {
  const wrong = sources.filter(
    (file) => file.startsWith("runtime/live/") && /\bDate\.now\b|\bMath\.random\b|\brandomUUID\b/.test(text(file)),
  );
  expect(wrong).toEqual([]);
});

test(`no source file has more than ${MAX_LINES} lines`, () => {
  expect(sources.filter((file) => text(file).split("\n").length - 1 > MAX_LINES)).toEqual([]);
});

test("every source file begins with what it is", () => {
  expect(sources.filter((file) => !/^(#!.*\n)?\/\/ \S/.test(text(file)))).toEqual([]);
});

test("no file has a name that says nothing", () => {
  const empty = /(^|\/)(utils?|helpers?|types|common|misc|manager|data)\.ts$/;
  expect(tracked.filter((file) => empty.test(file))).toEqual([]);
});

test("no test is left out or runs alone", () => {
  const tests = tracked.filter((file) => file.endsWith(".test.ts") && file !== "test/tidy.test.ts");
  expect(tests.filter((file) => /\b(?:it|test|describe)\.(?:only|skip|todo)\b/.test(text(file)))).toEqual([]);
});

test("no document or source names a package registry's host", () => {
  const hosts = new RegExp(
    ["registry\\.npm" + "js", "deb\\.deb" + "ian\\.org", "archive\\.ubun" + "tu\\.com"].join("|"),
  );
  const readable = tracked.filter(
    (file) => /\.(ts|md|json|ya?ml|npmrc)$|^\.ci\//.test(file) && statSync(join(ROOT, file)).size < 1e6,
  );
  expect(readable.filter((file) => hosts.test(text(file)) && !file.startsWith("test/runtime/nats-server"))).toEqual([]);
});

test("the lock file names every package for every platform, or `npm ci` refuses it", () => {
  const { packages } = JSON.parse(text("package-lock.json")) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`],
    ),
  );
  expect(missing).toEqual([]);
});

test("every error of the runtime and of the API is documented, with what to do about it", async () => {
  const row = ([code, { disposition, hint }]: [string, { disposition?: string; hint: string }]) =>
    `| ${code} | ${disposition ?? "reject"} | ${hint} |`;
  const table = [...Object.entries(ERRORS), ...Object.entries(DOOR_ERRORS)].map(row).join("\n");
  const head = "# Error codes\n\nWhat the runtime and the API say when something is not as it should be.\n\n";
  await expect(`${head}| code | what happens | what to do |\n|---|---|---|\n${table}\n`).toMatchFileSnapshot(
    "../runtime/ERRORS.md",
  );
});

test("every finding of a loader is documented, with its severity and what to do about it", async () => {
  const catalogue = new Map<string, FindingCode>();
  for (const file of sources.filter(
    (source) => source.startsWith("models/") && text(source).includes("findingCodes({"),
  )) {
    for (const [name, value] of Object.entries((await import(join(ROOT, file))) as Record<string, unknown>)) {
      if (!name.endsWith("_FINDINGS")) continue;
      for (const [code, finding] of Object.entries(findingCodes(value as Record<string, FindingCode>))) {
        expect(catalogue.has(code) && catalogue.get(code) !== finding, `${code} is declared twice`).toBe(false);
        catalogue.set(code, finding);
      }
    }
  }
  expect(catalogue.size).toBeGreaterThan(50);
  const rows = [...catalogue]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, { severity, hint }]) => `| ${code} | ${severity} | ${hint} |`);
  const head =
    "# Findings\n\nWhat `quartier check` can find in the files of a district.\n\n| code | severity | what to do |\n|---|---|---|\n";
  await expect(`${head}${rows.join("\n")}\n`).toMatchFileSnapshot("../models/FINDINGS.md");
});
