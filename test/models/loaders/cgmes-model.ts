// CIM models for the tests of the CIM loader: fixtures, folders of them, and small ones written where they are used.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Attributes, Kind, TwinModel } from "../../../models/district.ts";
import { loadCgmes } from "../../../models/loaders/cgmes.ts";
import type { DistrictPart, SourceFile, SourceFolder } from "../../../models/loaders/loader.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures/cgmes");

export const fixture = (name: string) => readFileSync(join(FIXTURES, name));

/** The files of a folder of fixtures by their names. */
export function filesOf(folder: string): Record<string, Buffer> {
  return Object.fromEntries(
    readdirSync(join(FIXTURES, folder))
      .sort()
      .map((name) => [name, fixture(join(folder, name))]),
  );
}

/** A folder as a loader sees it. */
export function folderWith(files: Readonly<Record<string, Uint8Array>>): SourceFolder {
  return {
    list: async () => Object.keys(files),
    read: async (path) => {
      if (!files[path]) throw new Error(`there is no ${path}`);
      return { file: path, bytes: files[path] };
    },
  };
}

export async function load(bytes: Uint8Array | string, rest: Partial<SourceFile> = {}): Promise<DistrictPart> {
  return loadCgmes({
    source: "s",
    file: "grid.xml",
    bytes: typeof bytes === "string" ? Buffer.from(bytes) : bytes,
    ...rest,
  });
}

export const loadFolder = (files: Readonly<Record<string, Uint8Array>>) =>
  load("", { file: "grid", folder: folderWith(files) });

const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:cim="http://iec.ch/TC57/CIM100#" xmlns:md="http://iec.ch/TC57/61970-552/ModelDescription/1#">`;
const FULL_MODEL = '<md:FullModel rdf:about="urn:uuid:m"><md:Model.profile>EQ</md:Model.profile></md:FullModel>';

/** A file of CGMES (with a header), or of plain CIM100. */
export const cim = (body: string, isCgmes = true) => `${HEAD}${isCgmes ? FULL_MODEL : ""}\n${body}\n</rdf:RDF>\n`;

/** `object("Breaker", "b1", { "Switch.open": "true", "Equipment.EquipmentContainer": "#_vl" })`: `#...` are references. */
export function object(className: string, id: string, properties: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries(properties).map(([name, value]) =>
    value.includes("#") ? `<cim:${name} rdf:resource="${value}"/>` : `<cim:${name}>${value}</cim:${name}>`,
  );
  return `<cim:${className} rdf:ID="_${id}">${lines.join("")}</cim:${className}>`;
}

export const terminal = (id: string, equipment: string, node: string, number = 1) =>
  object("Terminal", id, {
    "Terminal.ConductingEquipment": `#_${equipment}`,
    "Terminal.ConnectivityNode": `#_${node}`,
    "ACDCTerminal.sequenceNumber": String(number),
  });

/** A source, two nodes and a line between them: nothing is to be said of it. */
export const SMALL = [
  object("BaseVoltage", "bv", { "BaseVoltage.nominalVoltage": "20" }),
  object("VoltageLevel", "vl", { "VoltageLevel.BaseVoltage": "#_bv" }),
  object("ConnectivityNode", "n1", { "ConnectivityNode.ConnectivityNodeContainer": "#_vl" }),
  object("ConnectivityNode", "n2", { "ConnectivityNode.ConnectivityNodeContainer": "#_vl" }),
  object("EnergySource", "es", { "Equipment.EquipmentContainer": "#_vl" }),
  terminal("t1", "es", "n1"),
  object("ACLineSegment", "ln", {
    "ConductingEquipment.BaseVoltage": "#_bv",
    "Conductor.length": "2",
    "ACLineSegment.r": "0.5",
  }),
  terminal("t2", "ln", "n1", 1),
  terminal("t3", "ln", "n2", 2),
].join("\n");

export const count = (part: DistrictPart, kind: Kind) => part.twins.filter((twin) => twin.kind === kind).length;
export const codes = (part: DistrictPart) => part.findings.map(({ code }) => code);
export const twin = (part: DistrictPart, kind: Kind, name: string): TwinModel =>
  part.twins.find((one) => one.kind === kind && (one.name === name || one.element === name))!;
export const attributes = (part: DistrictPart, kind: Kind, name: string): Attributes =>
  twin(part, kind, name).attributes;
