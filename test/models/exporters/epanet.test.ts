// Tests of the EPANET exporter. What is exported is read again by the loader, and by the EPANET engine itself (epanet-js), which
// must then calculate what it calculates from the original: every pressure and every flow, hydraulic time step by time step.

import { readdirSync, readFileSync } from "node:fs";
import { Project, Workspace } from "epanet-js";
import fc from "fast-check";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { loadEpanet } from "../../../models/loaders/epanet.ts";
import type { DistrictPart } from "../../../models/loaders/loader.ts";
import { differencesOf, districtOf, exported } from "./parts.ts";

// Codes of the EPANET toolkit (EN_CountType, EN_NodeProperty, EN_LinkProperty, EN_InitHydOption).
const Count = { Node: 0, Link: 2 };
const PRESSURE = 11;
const FLOW = 8;
const NO_SAVE = 0;
const TOLERANCE = 1e-6;
/** Of hydraulic time steps: L-Town has two thousand of them. */
const MAX_STEPS = 40;

const FIXTURES = new URL("../../fixtures/epanet/", import.meta.url);
const L_TOWN = new URL("../../../models/examples/altstadt/sim/water.inp", import.meta.url);
const FILES = readdirSync(FIXTURES).filter((name) => name.endsWith(".inp"));

const workspace = new Workspace();
beforeAll(async () => {
  // The engine says of every time step that a pressure is negative, which the original's also are.
  vi.spyOn(console, "warn").mockImplementation(() => {});
  await workspace.loadModule();
});

const read = (name: string) => new Uint8Array(readFileSync(name === "L-Town" ? L_TOWN : new URL(name, FIXTURES)));
const encode = (text: string) => new TextEncoder().encode(text);
function load(input: string | Uint8Array): DistrictPart {
  const bytes = typeof input === "string" ? encode(input) : input;
  return loadEpanet({ source: "w", file: "net.inp", bytes }) as DistrictPart;
}
const out = (part: DistrictPart) => exported(districtOf(part), { format: "epanet" });
const complaints = (part: DistrictPart) =>
  part.findings.filter(({ severity }) => severity !== "info").map(({ code }) => code);

/** Pressure of each node and flow of each link at each hydraulic time step, as the engine calculates them. */
function solved(bytes: Uint8Array): Map<string, number> | string {
  const project = new Project(workspace);
  workspace.writeFile("net.inp", bytes);
  try {
    project.open("net.inp", "net.rpt", "net.out");
  } catch (error) {
    return String(error);
  }
  const values = new Map<string, number>();
  try {
    project.openH();
    project.initH(NO_SAVE);
    for (let more = true, steps = 0; more && steps < MAX_STEPS; steps++) {
      const at = project.runH();
      for (let i = 1; i <= project.getCount(Count.Node); i++) {
        values.set(`${at} node ${project.getNodeId(i)}`, project.getNodeValue(i, PRESSURE));
      }
      for (let i = 1; i <= project.getCount(Count.Link); i++) {
        values.set(`${at} link ${project.getLinkId(i)}`, project.getLinkValue(i, FLOW));
      }
      more = project.nextH() > 0;
    }
    project.closeH();
  } finally {
    project.close();
  }
  return values;
}

function expectSameSolution(before: Map<string, number>, after: Map<string, number>): void {
  expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
  const others = [...before].filter(([place, value]) => {
    return Math.abs(value - after.get(place)!) > TOLERANCE * Math.abs(value);
  });
  expect(others.map(([place, value]) => `${place}: ${value} and ${after.get(place)}`).slice(0, 5)).toEqual([]);
}

describe("read again, it is the same network, and the engine calculates the same from it:", () => {
  for (const name of [...FILES, "L-Town"]) {
    test(name, { timeout: 60_000 }, () => {
      const bytes = read(name);
      const part = load(bytes);
      const text = out(part);
      const again = load(text);
      expect(differencesOf(part, again)).toEqual([]);
      expect(complaints(again)).toEqual(complaints(part));
      const before = solved(bytes);
      const after = solved(encode(text));
      if (typeof before === "string" || typeof after === "string") expect(after).toBe(before);
      else expectSameSolution(before, after);
    });
  }
});

/** Ids and texts as files may have them: with blanks in quotes, accents, other scripts. */
const wordOf = fc
  .stringMatching(/^[A-Za-z0-9äß水_.+*/#'-][A-Za-z0-9 äß水_.+*/#'-]{0,8}$/)
  .map((text) => text.trimEnd())
  .filter((text) => text !== "*");
const numberOf = fc.oneof(
  fc.integer({ min: 0, max: 5000 }),
  fc.double({ min: 1e-6, max: 1e9, noNaN: true }),
  fc.integer({ min: 1, max: 99_999_999 }).map((n) => n / 1000),
);
const quoted = (id: string) => `"${id}"`;
const rows = (section: string, lines: string[]) => `[${section}]\n${lines.map((line) => ` ${line}\n`).join("")}\n`;

describe("any network is the same network when it is read again:", () => {
  const nodes = fc.uniqueArray(wordOf, { minLength: 3, maxLength: 8 });
  const links = fc.uniqueArray(wordOf, { minLength: 2, maxLength: 8 });
  const values = fc.infiniteStream(numberOf);
  const unit = fc.constantFrom("GPM", "CFS", "MGD", "IMGD", "AFD", "LPS", "LPM", "MLD", "CMH", "CMD", "CMS", "SI");
  const formula = fc.constantFrom("H-W", "D-W", "C-M");
  const pressure = fc.constantFrom(
    "",
    " PRESSURE PSI\n",
    " PRESSURE KPA\n",
    " PRESSURE METERS\n",
    " SPECIFIC GRAVITY 1.3\n",
  );
  const choices = fc.infiniteStream(fc.nat(1000));

  test("with all sections, units and odd names", () => {
    const network = fc.tuple(nodes, links, values, unit, formula, pressure, choices);
    fc.assert(
      fc.property(network, ([nodes, links, values, unit, formula, pressure, choices]) => {
        const n = () => String(values.next().value);
        const pick = <T>(list: readonly T[]): T => list[(choices.next().value as number) % list.length]!;
        const [reservoir, tank, ...junctions] = nodes.map(quoted);
        const link = (at: number) => quoted(links[at % links.length]!);
        const ends = () => `${pick(nodes.map(quoted))} ${pick([...junctions, "nowhere"])}`;
        const text = [
          rows("TITLE", ['A "title" \\ with <all> kinds & of signs', "and a second line"]),
          rows(
            "JUNCTIONS",
            junctions.map((id) => `${id} ${n()} ${n()} ${pick(["p1", "", '"p 2"'])} ;a comment; more`),
          ),
          rows("RESERVOIRS", [`${reservoir} ${n()} p1`]),
          rows("TANKS", [`${tank} ${n()} ${n()} ${n()} ${n()} ${n()} ${n()} ${pick(["", "vol", "* yes", "vol no"])}`]),
          rows(
            "PIPES",
            links
              .slice(0, -1)
              .map((id) => `${quoted(id)} ${ends()} ${n()} ${n()} ${n()} ${pick(["", n(), `${n()} CV`, "closed"])}`),
          ),
          rows("PUMPS", [
            `${link(links.length - 1)} ${ends()} ${pick(["HEAD head", `POWER ${n()}`, "HEAD head SPEED 0", `POWER 3 SPEED ${n()} PATTERN p1`])}`,
          ]),
          rows(
            "VALVES",
            ["PRV", "PSV", "PBV", "FCV", "TCV", "GPV", "PCV"].map(
              (type) =>
                `valve-${type} ${ends()} ${n()} ${type} ${type === "GPV" ? "loss" : n()} ${n()} ${type === "PCV" ? "loss" : ""}`,
            ),
          ),
          rows("STATUS", [
            `valve-PRV ${pick(["OPEN", "CLOSED", n()])}`,
            `valve-FCV ${n()}`,
            `${link(links.length - 1)} ${pick(["OPEN", "CLOSED", "0", n()])}`,
          ]),
          rows("TAGS", [`NODE ${reservoir} "two  words"`, `LINK ${link(0)} tag`]),
          rows(
            "DEMANDS",
            junctions.slice(1).flatMap((id) => [`${id} ${n()} p1 ;homes & more`, `${id} ${n()}`]),
          ),
          rows("PATTERNS", [`p1 ${n()} ${n()} ${n()}`, `"p 2" 1 ${n()}`, `p1 ${n()}`, `1 ${n()}`]),
          rows("CURVES", [
            `vol 0 ${n()}`,
            `vol 1e9 ${n()}`,
            `head ${n()} ${n()}`,
            `loss ${n()} ${n()}`,
            `unused ${n()} ${n()}`,
          ]),
          rows("CONTROLS", [
            `LINK ${link(0)} CLOSED IF NODE ${tank} ABOVE ${n()} ;why`,
            `LINK ${link(1)} OPEN AT TIME 5`,
          ]),
          rows("RULES", [
            "RULE 1",
            `IF TANK ${tank} LEVEL BELOW ${n()}`,
            `THEN PIPE ${link(0)} STATUS IS OPEN`,
            "PRIORITY 2",
          ]),
          rows("ENERGY", [
            "GLOBAL EFFIC 75",
            `PUMP ${link(links.length - 1)} EFFIC loss`,
            `PUMP ${link(links.length - 1)} PRICE ${n()}`,
          ]),
          rows(
            "EMITTERS",
            junctions.slice(0, 1).map((id) => `${id} ${n()}`),
          ),
          rows("QUALITY", [`${reservoir} ${n()}`]),
          rows("SOURCES", [`${reservoir} ${pick(["CONCEN", "MASS", ""])} ${n()} p1`]),
          rows("REACTIONS", [
            "GLOBAL BULK -.5",
            `BULK ${link(0)} -${n()}`,
            `WALL ${link(1)} ${n()}`,
            `TANK ${tank} ${n()}`,
          ]),
          rows("MIXING", [`${tank} ${pick(["MIXED", `2COMP ${n()}`])}`]),
          rows("TIMES", ["DURATION 24:30", "HYDRAULIC TIMESTEP 0:07:30", "START CLOCKTIME 6 PM", "STATISTIC AVERAGED"]),
          rows("REPORT", ["STATUS YES", `NODES ${reservoir}`]),
          `[OPTIONS]\n UNITS ${unit}\n HEADLOSS ${formula}\n EMITTER EXPONENT 0.7\n QUALITY Chlorine mg/L\n${pressure}\n`,
          rows(
            "COORDINATES",
            nodes.map((id) => `${quoted(id)} ${n()} -${n()}`),
          ),
          rows("VERTICES", [`${link(0)} ${n()} ${n()}`, `${link(0)} ${n()} ${n()}`]),
          rows("LABELS", [`${n()} ${n()} "a label"`]),
          "[END]\n",
        ].join("");
        const part = load(text);
        expect(differencesOf(part, load(out(part)))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test("with numbers that cannot be read, and rows that end too early", () => {
    const text = `[JUNCTIONS]\n J1 abc x\n J2\n[RESERVOIRS]\n R1\n R2 50\n[TANKS]\n T1 1 2 3\n[PIPES]\n P1 R1\n P2 R1 J1 10\n P3 J1 J2 1 2 3 bad open
[VALVES]\n V1 J1 J2 12\n V2 J1 J2 12 XYZ 4\n V3 J1 J2 12 PRV abc\n[PUMPS]\n U1 J1 J2 SPEED abc\n[OPTIONS]\n UNITS GPM\n NEW THING\n[END]\n`;
    const part = load(text);
    expect(part.twins).toHaveLength(12);
    expect(differencesOf(part, load(out(part)))).toEqual([]);
  });

  test("from a directory's order of twins, in which a tank may come before the node that carries what concerns all", () => {
    const part = load(read("Net3.inp"));
    const sorted = { ...part, twins: part.twins.toSorted((a, b) => (a.id < b.id ? -1 : 1)) };
    expect(differencesOf(part, load(out(sorted)))).toEqual([]);
  });
});

test("a changed attribute is what is written: it is no copy of the file", () => {
  const part = load(read("Net1.inp"));
  const pipe = part.twins.find(({ id }) => id === "pipe:w:10")!;
  pipe.attributes.diameterMm = 400;
  pipe.attributes.initialStatus = "closed";
  const again = load(out(part)).twins.find(({ id }) => id === "pipe:w:10")!;
  expect(again.attributes).toMatchObject({ diameterMm: 400, initialStatus: "closed", inService: false });
});
