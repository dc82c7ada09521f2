// The words of the command line and what they end with: check, wrong use, and districts with broken files.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { district, EXAMPLE, HOUSES, MV, NORTH } from "./districts.ts";
import { type Ended, run, temporaryFolder, up } from "./program.ts";
import { stateOf } from "./twins.ts";

const HOUSE_IFC = readFileSync(new URL("../fixtures/ifc/4walls1floorSite.ifc", import.meta.url), "utf8");
const BROKEN = {
  ...HOUSES,
  sources: [
    ...HOUSES.sources,
    { id: "cut", type: "ifc", file: "bim/cut.ifc", text: HOUSE_IFC.slice(0, HOUSE_IFC.length / 3) },
    { id: "garbage", type: "epanet", file: "sim/garbage.inp", text: "\u0000\u0001 no [JUNCTIONS\n[PIPES]\nx y z\n" },
    { id: "torn", type: "pandapower", file: "sim/torn.json", text: '{"_module": "pandapower", "_object": {' },
  ],
};

/** One sentence for people, and no trace of the program's inside. */
function expectSentence({ stdout, stderr }: Ended, pattern: RegExp): void {
  expect(stderr).toMatch(pattern);
  expect(stdout + stderr).not.toMatch(/^\s+at .*[:(]\d+/m);
  expect(stdout + stderr).not.toContain("node:internal");
}

const checked = async (folder: string) => {
  const ended = await run(["check", folder, "--json"]);
  return { ...ended, report: JSON.parse(ended.stdout) };
};

test("broken files do not keep the twins of the others from living", async () => {
  const program = await up(district(BROKEN));
  expect(await stateOf(program, NORTH)).toContain("supply.supplied");
  expect(await stateOf(program, "bus:mv:14")).toBe("inBand");
  const ended = await program.stop();
  expect(ended.code).toBe(0);
  for (const file of ["bim/cut.ifc", "sim/garbage.inp", "sim/torn.json"])
    expectSentence(ended, new RegExp(`error .*${file}`));
}, 60_000);

test("check --json prints one object of the contract's form; exit 0 without errors", async () => {
  const { code, report, stderr } = await checked(district(HOUSES));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(Object.keys(report)).toEqual(["district", "twins", "links", "findings", "sources"]);
  expect(report.district).toBe("e2e");
  // mv.json holds 15 buses, 15 lines, 2 transformers, 8 switches, 18 loads and one external grid.
  expect(report.twins).toMatchObject({ bus: 15, line: 15, transformer: 2, switch: 8, load: 18, grid: 1 });
  expect(report.twins).toMatchObject({ district: 1, building: 2, meter: 4, device: 4 });
  expect(report.links).toEqual(expect.any(Number));
  expectFindings(report.findings);
});

function expectFindings(findings: Record<string, unknown>[]): void {
  for (const finding of findings) {
    expect(Object.keys(finding).sort()).toEqual(["at", "code", "file", "hint", "message", "severity", "source"]);
    expect(finding).toEqual({
      ...{
        severity: expect.stringMatching(/^(error|warning|info)$/),
        code: expect.stringMatching(/^[A-Z][A-Z0-9_]+$/),
      },
      ...{ source: expect.any(String), file: expect.any(String), at: expect.any(String) },
      ...{ message: expect.stringMatching(/\S/), hint: expect.stringMatching(/\S/) },
    });
  }
}

test("check of a district with broken files names each of them; exit 1", async () => {
  const { code, report } = await checked(district(BROKEN));
  expect(code).toBe(1);
  expectFindings(report.findings);
  const broken = new Set(
    report.findings
      .filter((finding: { severity: string }) => finding.severity === "error")
      .map((finding: { file: string }) => finding.file),
  );
  expect([...broken].sort()).toEqual(["bim/cut.ifc", "sim/garbage.inp", "sim/torn.json"]);
});

test("a missing file, a file of another format and a link into nowhere are findings with a place", async () => {
  const folder = district({
    sources: [MV, { id: "gone", type: "ifc", file: "bim/gone.ifc" }, { id: "odd", type: "gbxml", file: "sim/mv.json" }],
    links: [["bus:mv:99", "load:mv:0"]],
  });
  const { code, report } = await checked(folder);
  expect(code).toBe(1);
  expectFindings(report.findings);
  const errors = report.findings.filter(({ severity }: { severity: string }) => severity === "error");
  expect(errors).toContainEqual(
    expect.objectContaining({ code: "DISTRICT_FILE_UNREADABLE", file: "bim/gone.ifc", source: "gone" }),
  );
  expect(errors).toContainEqual(expect.objectContaining({ source: "odd", code: expect.stringMatching(/^GBXML_/) }));
  expect(errors).toContainEqual(
    expect.objectContaining({ file: "district.yaml", at: expect.stringMatching(/line \d+/) }),
  );
});

test("check without --json is for people", async () => {
  const { code, stdout } = await run(["check", district(HOUSES)]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ +15 bus$/m);
  expect(stdout).toMatch(/^0 errors, \d+ warnings, \d+ remarks$/m);
});

test("the example district has no errors", async () => {
  const { code, report } = await checked(EXAMPLE);
  expect(code).toBe(0);
  expect(report.twins).toMatchObject({ building: 162, meter: 528, junction: 782, pipe: 905 });
}, 60_000);

test("check of a folder that is not there says so; exit 1", async () => {
  const { code, report } = await checked(join(temporaryFolder(), "nowhere"));
  expect(code).toBe(1);
  expect(report.findings).toHaveLength(1);
  expect(report.findings[0]).toMatchObject({ severity: "error", code: "DISTRICT_MISSING", file: "district.yaml" });
  expectFindings(report.findings);
});

test("up of a folder that is not there says so; exit 1", async () => {
  const ended = await run(["up", join(temporaryFolder(), "nowhere"), "--port", "0", "--data", temporaryFolder()]);
  expect(ended.code).toBe(1);
  expectSentence(ended, /DISTRICT_MISSING .*nowhere/);
});

test("a district.yaml that is none is a finding with a line; exit 1", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "district.yaml"), "district: [unclosed\nsources:\n  - {");
  const { code, report } = await checked(folder);
  expect(code).toBe(1);
  expectFindings(report.findings);
  expect(report.findings.length).toBeGreaterThan(0);
});

test.each([
  ["no command", [], /a command is missing/],
  ["an unknown command", ["fly"], /no command fly/],
  ["no district", ["up"], /wants the folder of a district/],
  ["two districts", ["check", "a", "b"], /one district.* b/],
  ["an unknown option", ["check", "a", "--loud"], /--loud/],
  ["a port that is none", ["up", "a", "--port", "http"], /--port takes a whole number/],
  ["a speed of zero", ["up", "a", "--speed", "0"], /--speed takes a number/],
  ["an option without its value", ["up", "a", "--port"], /--port/],
])("wrong use, %s: one sentence, then the usage; exit 2", async (_, words, pattern) => {
  const ended = await run(words);
  expect(ended.code).toBe(2);
  expect(ended.stdout).toBe("");
  expect(ended.stderr.split("\n")[0]).toMatch(pattern);
  expect(ended.stderr).toContain("quartier up DISTRICT");
  expectSentence(ended, pattern);
});

test.each([["--help"], ["-h"]])("%s shows the usage on standard output; exit 0", async (word) => {
  expect(await run([word])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("quartier up DISTRICT"),
    stderr: "",
  });
});
