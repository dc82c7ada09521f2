// The net inside the file: unwrapped, its version read, its tables found.
// Fed by    the text of the file
// Gives     the tables by name, the net's own values (version, frequency), and findings about what is no table
// Must not  change units or names: that is the upgrade's work

import type { Json } from "../../district.ts";
import { readJson } from "../json-text.ts";
import { ELEMENT_TABLES, IGNORED_TABLES, STANDING_AT_BUS } from "./element-tables.ts";
import type { PandapowerFindings } from "./findings.ts";
import { isObject, type JsonObject, looksLikeTable, readTable, type Table } from "./table.ts";

export interface Net {
  tables: Map<string, Table>;
  /** `format_version`, or `version` of nets that have none or claim a later one: `[2, 12, 0]`; empty when unknown. */
  version: number[];
  frequencyHz: number | undefined;
}

/** The newest format whose tables and columns are known here (pandapower 3.5). */
const KNOWN_VERSION = [3, 3];

/** `_object` may hold the net as a string, and so on; no pandapower nested deeper than two. */
const MAX_WRAPPERS = 4;

const READ_TABLES = new Set([
  ...ELEMENT_TABLES.map(({ table }) => table),
  ...STANDING_AT_BUS.keys(),
  "bus_geodata",
  "line_geodata",
]);

export function readNet(text: string, findings: PandapowerFindings): Net | undefined {
  const content = unwrapNet(text, findings);
  if (!content) return undefined;
  const parameters = isObject(content.parameters)
    ? readTable("parameters", content.parameters).rows[0]?.cells
    : undefined;
  const own = (name: string): Json | undefined => content[name] ?? parameters?.get(name);
  const frequency = Number(own("f_hz"));
  const net: Net = {
    tables: readTables(content, findings),
    version: versionOf(own("format_version"), own("version")),
    frequencyHz: frequency > 0 && Number.isFinite(frequency) ? frequency : undefined,
  };
  reportVersion(net, findings);
  return net;
}

function unwrapNet(text: string, findings: PandapowerFindings): JsonObject | undefined {
  let { value, faults } = readJson(text);
  for (let wrappers = 0; wrappers < MAX_WRAPPERS; wrappers++) {
    for (const fault of faults) findings.add("PANDAPOWER_NOT_JSON", fault.at, fault.message);
    const inner =
      typeof value === "string" ? value : isObject(value) && isNetWrapper(value) ? value._object : undefined;
    if (inner === undefined) break;
    ({ value, faults } = typeof inner === "string" ? readJson(inner) : { value: inner, faults: [] });
  }
  if (isObject(value) && !("_class" in value) && Object.keys(value).some((key) => READ_TABLES.has(key))) return value;
  if (value !== undefined) findings.add("PANDAPOWER_NOT_A_NET", "", whatItIs(value));
  return undefined;
}

function isNetWrapper(value: JsonObject): boolean {
  return "_object" in value && (value._class === undefined || value._class === "pandapowerNet");
}

function whatItIs(value: Json): string {
  if (!isObject(value)) return `the file holds ${Array.isArray(value) ? "a list" : typeof value}, not a net`;
  if (typeof value._class === "string") return `the file holds a ${value._class}, not a pandapowerNet`;
  return "the file holds none of a net's tables (bus, line, load ...)";
}

function readTables(content: JsonObject, findings: PandapowerFindings): Map<string, Table> {
  const tables = new Map<string, Table>();
  for (const [name, value] of Object.entries(content)) {
    const isKnown = READ_TABLES.has(name) || name.startsWith("res_");
    if (isKnown && value !== null) {
      const table = readTable(name, value);
      for (const { code, message } of table.problems) findings.add(code, name, message);
      if (table.rows.length > 0) tables.set(name, table);
    } else if (!name.startsWith("_") && isObject(value)) reportLeftOut(name, value, findings);
  }
  return tables;
}

/** What is a table but makes no twin, and what only Python can read. Names with an underscore in front are pandapower's own. */
function reportLeftOut(name: string, value: JsonObject, findings: PandapowerFindings): void {
  if (IGNORED_TABLES.get(name) === "silent") return;
  if (!looksLikeTable(value)) {
    if ("_module" in value)
      findings.add("PANDAPOWER_PYTHON_ONLY", name, `a ${String(value._class)} of Python is left out`);
    return;
  }
  const table = readTable(name, value);
  for (const { code, message } of table.problems) findings.add(code, name, message);
  const rows = `${table.rows.length} ${table.rows.length === 1 ? "row" : "rows"}`;
  if (table.rows.length === 0) return;
  if (table.rows.some(({ cells }) => isObject(cells.get("object") ?? cells.get("controller")))) {
    findings.add("PANDAPOWER_PYTHON_ONLY", name, `${rows} of Python objects left out`);
  } else if (IGNORED_TABLES.has(name)) findings.add("PANDAPOWER_TABLE_IGNORED", name, `${rows} left out`);
  else findings.add("PANDAPOWER_TABLE_UNKNOWN", name, `${rows} of a table that pandapower does not know left out`);
}

/** As pandapower decides it: a format later than the version that wrote it is that version. */
function versionOf(format: Json | undefined, version: Json | undefined): number[] {
  const formats = versionNumbers(format);
  const versions = versionNumbers(version);
  if (formats.length === 0) return versions;
  return versions.length > 0 && isLater(formats, versions) ? versions : formats;
}

function versionNumbers(version: Json | undefined): number[] {
  if (typeof version !== "string" && typeof version !== "number") return [];
  return (/^\d+(?:\.\d+)*/.exec(String(version))?.[0] ?? "").split(".").filter(Boolean).map(Number);
}

function isLater(a: number[], b: number[]): boolean {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

function reportVersion({ version }: Net, findings: PandapowerFindings): void {
  if (version.length === 0) findings.add("PANDAPOWER_VERSION_UNKNOWN", "", "the net does not say its version");
  if (isLater(version.slice(0, 2), KNOWN_VERSION)) {
    findings.add(
      "PANDAPOWER_VERSION_NEWER",
      "",
      `format ${version.join(".")} is newer than ${KNOWN_VERSION.join(".")}`,
    );
  }
}
