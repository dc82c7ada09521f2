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
