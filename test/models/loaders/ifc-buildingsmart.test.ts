import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { loadText } from "./ifc-model.ts";

// The file names say whether buildingSMART's validation service lets a file pass. Rules that say nothing to a twin
// (positioning elements, alignments, annotations, shapes of storeys) are not expected to be told.
const FOLDER = new URL("../../fixtures/ifc/buildingsmart/", import.meta.url);
const FILES = readdirSync(FOLDER);

const EXPECTED: [rule: RegExp, codes: string[]][] = [
  [/^fail-grf001/, ["IFC_GEOREFERENCE_CONFLICT"]],
  [/^fail-grf00[246]/, ["IFC_CRS_UNKNOWN"]],
  [/^fail-grf003/, ["IFC_GEOREFERENCE_MISSING"]],
  [/^fail-grf005/, ["IFC_MAP_SCALE"]],
  [/^fail-grf007/, ["IFC_CRS_UNKNOWN"]],
  [/^fail-grf008/, ["IFC_GEOREFERENCE_IMPLAUSIBLE"]],
  [/^fail-pse002/, ["IFC_PROPERTY_SET_NAME"]],
  [/^fail-sps001.*_0_buildings/, ["IFC_BUILDING_MISSING"]],
  [/^fail-sps001.*_[12]_buildings_variant_0/, ["IFC_BUILDING_OUTSIDE_SITE"]],
  [/^fail-sps001.*_[12]_buildings_variant_1/, ["IFC_SITE_SEVERAL"]],
  [/^fail-sps001.*0-sites_1_building/, ["IFC_REFERENCE_WRONG", "IFC_UNPLACED"]],
  [/^fail-sps002/, ["IFC_REFERENCE_WRONG"]],
  [/^fail-sps003/, ["IFC_PLACED_TWICE"]],
  [/^fail-sps005/, ["IFC_PLACED_TWICE"]],
  [/^fail-sps007-scenario03/, ["IFC_UNPLACED"]],
  [/^fail-sps007-scenario04/, ["IFC_PLACED_TWICE"]],
];

async function findingsOf(file: string) {
  return (await loadText(new Uint8Array(readFileSync(new URL(file, FOLDER))), file)).findings;
}

describe("buildingSMART's test files", () => {
  test("those that pass have no errors", async () => {
    for (const file of FILES.filter((name) => name.startsWith("pass-"))) {
      expect((await findingsOf(file)).filter(({ severity }) => severity === "error")).toEqual([]);
    }
  });

  test.each(EXPECTED)("%s has findings %j", async (rule, codes) => {
    const files = FILES.filter((name) => rule.test(name));
    expect(files).not.toEqual([]);
    for (const file of files) {
      const found = (await findingsOf(file)).map(({ code }) => code);
      expect([file, ...found]).toEqual(expect.arrayContaining([file, ...codes]));
    }
  });

  test.each(["grf001", "grf002", "grf004", "grf005", "grf007", "grf008", "pse002", "sps003", "sps005"])(
    "those that pass %s do not have what its failures have",
    async (rule) => {
      const codes = EXPECTED.filter(([pattern]) => pattern.test(`fail-${rule}`)).flatMap(([, all]) => all);
      for (const file of FILES.filter((name) => name.startsWith(`pass-${rule}`))) {
        const found = (await findingsOf(file)).map(({ code }) => code).filter((code) => codes.includes(code));
        expect([file, found]).toEqual([file, []]);
      }
    },
  );
});
