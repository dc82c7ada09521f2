import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readManifest, SOURCE_TYPES } from "../../models/manifest.ts";

const ALTSTADT = `district: altstadt            # id: [a-z0-9-]
name: Altstadt
timezone: Europe/Berlin
sources:                      # each becomes twins; file is relative to this folder
  - { id: school, type: ifc, file: bim/school.ifc }
  - { id: water,  type: epanet, file: sim/water.inp }
  - { id: lv,     type: pandapower, file: sim/lv.json }
meters: meters.csv            # see below
links:                        # BIM to SIM: what feeds what
  - { from: "bus:lv:17", to: "building:school:0xScRe4drECQ4DMSqUjd6d" }
`;

/** Code and place of each finding of a manifest, with one of its lines replaced. */
function findingsOf(text: string): string[] {
  return readManifest(text).findings.map((finding) => `${finding.severity} ${finding.code} ${finding.at}`);
}

function altered(line: number, by: string): string {
  return ALTSTADT.split("\n")
    .map((old, index) => (index === line - 1 ? by : old))
    .join("\n");
}

describe("readManifest", () => {
  test("reads the example of the contract without a finding", () => {
    expect(readManifest(ALTSTADT)).toEqual({
      manifest: {
        district: "altstadt",
        name: "Altstadt",
        timezone: "Europe/Berlin",
        sources: [
          { id: "school", type: "ifc", file: "bim/school.ifc", more: [], at: "line 5" },
          { id: "water", type: "epanet", file: "sim/water.inp", more: [], at: "line 6" },
          { id: "lv", type: "pandapower", file: "sim/lv.json", more: [], at: "line 7" },
        ],
        meters: { file: "meters.csv", at: "line 8" },
        links: [{ from: "bus:lv:17", role: "feeds", to: "building:school:0xScRe4drECQ4DMSqUjd6d", at: "line 10" }],
      },
      findings: [],
    });
  });

  test("reads the same with a byte order mark and CRLF", () => {
    expect(readManifest(`\uFEFF${ALTSTADT.replaceAll("\n", "\r\n")}`)).toEqual(readManifest(ALTSTADT));
  });

  test("knows all types of the contract", () => {
    for (const type of SOURCE_TYPES)
      expect(findingsOf(altered(5, `  - { id: a, type: ${type}, file: a }`))).toEqual([]);
  });

  test.each([
    [1, "district: Alt Stadt", "error DISTRICT_ID line 1"],
    [1, "district:", "error DISTRICT_ID line 1"],
    [2, "nmae: Altstadt", "warning DISTRICT_KEY_UNKNOWN line 2"],
    [3, "timezone: Europe/Atlantis", "error DISTRICT_TIMEZONE line 3"],
    [3, 'timezone: "+01:00"', "error DISTRICT_TIMEZONE line 3"],
    [3, "", "warning DISTRICT_TIMEZONE_MISSING "],
    [5, "  - { id: 'a:b', type: ifc, file: a.ifc }", "error DISTRICT_SOURCE_ID line 5"],
    [6, "  - { id: school, type: epanet, file: a.inp }", "error DISTRICT_SOURCE_ID line 6"],
    [5, "  - { id: a, type: IFC, file: a.ifc }", "error DISTRICT_TYPE_UNKNOWN line 5"],
    [5, "  - { id: a, file: a.ifc }", "error DISTRICT_TYPE_UNKNOWN line 5"],
    [5, "  - { id: a, type: ifc }", "error DISTRICT_FILE_PATH line 5"],
    [5, "  - { id: a, type: ifc, file: /etc/passwd }", "error DISTRICT_FILE_PATH line 5"],
    [5, "  - { id: a, type: ifc, file: 'C:\\a.ifc' }", "error DISTRICT_FILE_PATH line 5"],
    [5, "  - { id: a, type: ifc, file: bim/../../a.ifc }", "error DISTRICT_FILE_PATH line 5"],
    [8, "meters: ..\\meters.csv", "error DISTRICT_FILE_PATH line 8"],
    [5, "  - just a text", "error DISTRICT_SHAPE line 5"],
    [8, "meters: [meters.csv]", "error DISTRICT_SHAPE line 8"],
    [8, "name: Neustadt", "error DISTRICT_KEY_TWICE line 8"],
    [10, '  - { from: "bus:lv:17" }', "error DISTRICT_LINK line 10"],
    [10, '  - { from: "bus:lv:17", to: "bus:lv:18", role: fedBy }', "error DISTRICT_LINK line 10"],
  ])("line %i as %j is the finding %s", (line, by, finding) => {
    expect(findingsOf(altered(line, by))).toEqual([finding]);
  });

  test("a path may climb as long as it stays inside the folder", () => {
    expect(findingsOf(altered(5, "  - { id: a, type: ifc, file: bim/../sim/a.ifc }"))).toEqual([]);
  });

  test("a source that cannot be used leaves the others, and every finding is reported", () => {
    const { manifest, findings } = readManifest(altered(5, "  - { id: 'a b', type: ifx, file: ../a }"));
    expect(manifest!.sources.map((source) => source.id)).toEqual(["water", "lv"]);
    expect(findings.map((finding) => finding.code)).toEqual([
      "DISTRICT_SOURCE_ID",
      "DISTRICT_TYPE_UNKNOWN",
      "DISTRICT_FILE_PATH",
    ]);
  });

  test("an unknown type is told the nearest known one", () => {
    const { findings } = readManifest(altered(6, "  - { id: water, type: epanett, file: a }"));
    expect(findings[0]!.message).toContain("did you mean epanet?");
    expect(findings[0]!.hint).toContain("pandapower");
  });

  test("a text that is no YAML is an error with its line, and no manifest", () => {
    const { manifest, findings } = readManifest("district: altstadt\nsources: [ { id: a }\nname: b\n");
    expect(manifest).toBeUndefined();
    expect(findings[0]).toMatchObject({ severity: "error", code: "DISTRICT_YAML", file: "district.yaml" });
    expect(findings[0]!.at).toMatch(/^line \d$/);
  });

  test.each(["", "42", "- a\n- b\n", "just a text"])("%j is no manifest", (text) => {
    expect(readManifest(text)).toMatchObject({ findings: [{ severity: "error", code: "DISTRICT_SHAPE" }] });
  });

  test("an alias bomb does not go off", () => {
    const bomb = ["a: &a [x, x, x, x, x, x, x, x, x]"];
    for (let level = 1; level < 26; level += 1) {
      const [name, below] = [String.fromCharCode(97 + level), String.fromCharCode(96 + level)];
      bomb.push(`${name}: &${name} [${Array(9).fill(`*${below}`).join(", ")}]`);
    }
    const { findings } = readManifest(`${ALTSTADT}${bomb.join("\n")}\nsources: *z\n`);
    expect(new Set(findings.map((finding) => finding.code))).toEqual(
      new Set(["DISTRICT_KEY_UNKNOWN", "DISTRICT_KEY_TWICE"]),
    );
  });

  test("too many aliases are a finding", () => {
    const sources = Array(200).fill("  - *s").join("\n");
    const { findings } = readManifest(
      `district: a\ntimezone: UTC\nsources:\n  - &s { id: a, type: ifc, file: a }\n${sources}`,
    );
    expect(findings).toContainEqual(expect.objectContaining({ code: "DISTRICT_YAML" }));
  });

  test.each([
    ["brackets", "[".repeat(101)],
    ["braces", '{"a":'.repeat(5_000)],
    ["list after list", "- ".repeat(200)],
    ["key after key", `- { from: a, ${"to: ".repeat(20_001)} }`],
  ])("more than a hundred things within one another are a finding with its line: %s", (_, nested) => {
    const { manifest, findings } = readManifest(`district: a\nsources:\n  ${nested}`);
    expect(manifest).toBeUndefined();
    expect(findings).toMatchObject([{ code: "DISTRICT_YAML", at: "line 3" }]);
  });

  test("several documents in one file are a finding", () => {
    const { findings } = readManifest("district: a\n---\ndistrict: b\n");
    expect(findings).toMatchObject([{ code: "DISTRICT_YAML", message: "it holds several documents" }]);
  });

  test("nesting without end is a finding", () => {
    const { findings } = readManifest(`sources: ${"[".repeat(200_000)}`);
    expect(findings[0]).toMatchObject({ severity: "error", code: "DISTRICT_YAML" });
  });

  test("no text makes it throw", () => {
    fc.assert(
      fc.property(fc.nat(ALTSTADT.length), fc.nat(30), fc.string({ unit: "binary" }), (at, length, other) => {
        readManifest(ALTSTADT.slice(0, at) + other + ALTSTADT.slice(at + length));
      }),
      { numRuns: 300 },
    );
  });
});
