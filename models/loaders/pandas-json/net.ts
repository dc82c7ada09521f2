// The net inside a file: unwrapped, its version read, its tables found.
// Fed by    the text of the file
// Gives     the tables by name, what the net says beside them (version, frequency, fluid), and what no table was read of
// Must not  change units or names: that is the upgrade's work

import type { Json } from "../../district.ts";
import { readJson } from "../json-text.ts";
import { isPythonObject } from "./attributes.ts";
import type { NetFormat, Report } from "./format.ts";
import { isObject, type JsonObject, looksLikeTable, readTable, type Table } from "./table.ts";

export interface Net {
  /** Those that the format reads, and results; none is empty. */
  tables: Map<string, Table>;
  /** Tables with rows that the format has no use for, or that are not known at all. */
  others: Map<string, Table>;
  /** Values that only Python can read, by their names: the name of their class. */
  python: Map<string, string>;
  /** Tables inside of values, such as `profiles.load`: series that can be a year long, and are not read. */
  nested: string[];
  /** `format_version`, or `version` of nets that have none or claim a later one: `[2, 12, 0]`; empty when unknown. */
  version: number[];
  /** A value that is no table, by its name. */
  own(name: string): Json | undefined;
}

/** `_object` may hold the net as a string, and so on; no version nested deeper than two. */
const MAX_WRAPPERS = 4;

export function readNet(text: string, format: NetFormat, report: Report): Net | undefined {
  const content = unwrapNet(text, format, report);
  if (!content) return undefined;
  const parameters = isObject(content.parameters)
    ? readTable("parameters", content.parameters).rows[0]?.cells
    : undefined;
  const own = (name: string): Json | undefined => content[name] ?? parameters?.get(name);
  const version = versionOf(own("format_version"), own("version"));
  const net: Net = { tables: new Map(), others: new Map(), python: new Map(), nested: [], version, own };
  readTables(content, net, format, report);
  reportVersion(net, format, report);
  return net;
}

function isRead(name: string, { tables, alsoRead }: NetFormat): boolean {
  return alsoRead.has(name) || name.startsWith("res_") || tables.some(({ table }) => table === name);
}

function unwrapNet(text: string, format: NetFormat, report: Report): JsonObject | undefined {
  let { value, faults } = readJson(text);
  for (let wrappers = 0; wrappers < MAX_WRAPPERS; wrappers++) {
    for (const fault of faults) report("NOT_JSON", fault.at, fault.message);
    const inner =
      typeof value === "string" ? value : isObject(value) && isWrapper(value, format) ? value._object : undefined;
    if (inner === undefined) break;
    ({ value, faults } = typeof inner === "string" ? readJson(inner) : { value: inner, faults: [] });
  }
  if (isObject(value) && !("_class" in value) && Object.keys(value).some((key) => isRead(key, format))) return value;
  if (value !== undefined) report("NOT_A_NET", "", whatItIs(value, format));
  return undefined;
}

function isWrapper(value: JsonObject, { className }: NetFormat): boolean {
  return "_object" in value && (value._class === undefined || value._class === className);
}

function whatItIs(value: Json, { className, examples }: NetFormat): string {
  if (!isObject(value)) return `the file holds ${Array.isArray(value) ? "a list" : typeof value}, not a net`;
  if (typeof value._class === "string") return `the file holds a ${value._class}, not a ${className}`;
  return `the file holds none of a net's tables (${examples} ...)`;
}

function readTables(content: JsonObject, net: Net, format: NetFormat, report: Report): void {
  for (const [name, value] of Object.entries(content)) {
    // Names with an underscore in front are the tool's own.
    if (value === null || name.startsWith("_") || format.silent.has(name)) continue;
    const reads = isRead(name, format);
    if (!reads && !isObject(value)) continue;
    if (!reads && !looksLikeTable(value)) {
      if (isPythonObject(value)) net.python.set(name, textOr("object", (value as JsonObject)._class));
      else net.nested.push(...tablesIn(value as JsonObject).map((inner) => `${name}.${inner}`));
      continue;
    }
    const table = readTable(name, value);
    for (const { word, message } of table.problems) report(word, name || "a table without a name", message);
    if (table.rows.length > 0) (reads ? net.tables : net.others).set(name, table);
  }
}

function tablesIn(value: JsonObject): string[] {
  const isTable = (inner: Json) => isObject(inner) && "_class" in inner && looksLikeTable(inner);
  return Object.entries(value).flatMap(([name, inner]) => (isTable(inner) ? [name] : []));
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

function isLater(a: readonly number[], b: readonly number[]): boolean {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

function reportVersion({ version }: Net, { knownVersion }: NetFormat, report: Report): void {
  if (version.length === 0) report("VERSION_UNKNOWN", "", "the net does not say its version");
  if (isLater(version.slice(0, 2), knownVersion)) {
    report("VERSION_NEWER", "", `format ${version.join(".")} is newer than ${knownVersion.join(".")}`);
  }
}

const textOr = (usual: string, value: Json | undefined): string => (typeof value === "string" ? value : usual);
