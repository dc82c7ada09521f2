import { expect, test } from "vitest";
import { type Kind, type LinkRole, newTwin } from "../../models/district.ts";
import { checkLinks } from "../../models/links.ts";

const KINDS_HERE: Kind[] = ["bus", "building", "junction", "pump", "plant", "meter", "load", "device", "grid"];
const TWINS = new Map(KINDS_HERE.map((kind) => [`${kind}:s:17`, newTwin(kind, "s", 17, {})]));

function link(from: string, to: string, role: LinkRole = "feeds", at = "line 9") {
  return { from, role, to, at };
}

test("a link between two twins is kept, without its place", () => {
  expect(checkLinks([link("bus:s:17", "building:s:17")], TWINS, [])).toEqual({
    links: [{ from: "bus:s:17", role: "feeds", to: "building:s:17" }],
    findings: [],
  });
});

test("an unknown end is an error that suggests the nearest id, and the other links are kept", () => {
  const { links, findings } = checkLinks([link("bus:s:18", "x"), link("bus:s:17", "pump:s:17")], TWINS, []);
  expect(links).toHaveLength(1);
  expect(findings).toMatchObject([
    { severity: "error", code: "LINK_UNKNOWN_TWIN", source: "district", file: "district.yaml", at: "line 9" },
    { code: "LINK_UNKNOWN_TWIN", message: "there is no twin x" },
  ]);
  expect(findings[0]!.message).toBe("there is no twin bus:s:18 (did you mean bus:s:17?)");
});

test("a link to itself is an error", () => {
  const { links, findings } = checkLinks([link("bus:s:17", "bus:s:17")], TWINS, []);
  expect(links).toEqual([]);
  expect(findings).toMatchObject([{ severity: "error", code: "LINK_TO_ITSELF" }]);
});

test("K2 a link that is there already, in the manifest or from a source, is not kept twice", () => {
  const once = link("bus:s:17", "building:s:17");
  const { links, findings } = checkLinks([once, once, link("grid:s:17", "bus:s:17")], TWINS, [
    { from: "grid:s:17", role: "feeds", to: "bus:s:17" },
  ]);
  expect(links).toHaveLength(1);
  expect(findings.map((finding) => `${finding.severity} ${finding.code}`)).toEqual(
    Array(2).fill("warning LINK_DUPLICATE"),
  );
});

test.each([
  ["building:s:17", "bus:s:17"], // a prosumer
  ["bus:s:17", "pump:s:17"],
  ["plant:s:17", "bus:s:17"],
  ["plant:s:17", "junction:s:17"],
  ["junction:s:17", "building:s:17"],
  ["device:s:17", "meter:s:17"],
])("%s may feed %s", (from, to) => {
  expect(checkLinks([link(from, to)], TWINS, []).findings).toEqual([]);
});

test.each([
  ["junction:s:17", "bus:s:17"],
  ["bus:s:17", "junction:s:17"],
  ["meter:s:17", "building:s:17"],
  ["load:s:17", "bus:s:17"],
])("%s that feeds %s is odd, and kept", (from, to) => {
  const { links, findings } = checkLinks([link(from, to)], TWINS, []);
  expect(links).toHaveLength(1);
  expect(findings).toMatchObject([{ severity: "warning", code: "LINK_ODD" }]);
});
