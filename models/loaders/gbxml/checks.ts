// What is wrong with a gbXML file that can be read, and what became of its elements.
// Fed by    the document, once its twins are made
// Gives     findings, and the census
// Must not  change anything

import type { TwinModel } from "../../district.ts";
import type { Census } from "../loader.ts";
import type { XmlElement } from "../xml.ts";
import { type GbxmlDocument, within } from "./document.ts";

/** Versions of the schema: 0.37 is the first that tools wrote, 7.03 the newest that is known. */
const VERSIONS = { oldest: 0.34, newest: 7.03 };
const UNITS = ["temperatureUnit", "lengthUnit", "areaUnit", "volumeUnit"];
const TWINS: ReadonlySet<string> = new Set(["Building", "BuildingStorey", "Space"]);
/** Elements of the schema that are attributes when something refers to them. */
const KNOWN: ReadonlySet<string> = new Set([
  ...[
    "Campus",
    "Building",
    "BuildingStorey",
    "Space",
    "Surface",
    "Opening",
    "Zone",
    "Construction",
    "Layer",
    "Material",
  ],
  ...["WindowType", "Schedule", "WeekSchedule", "DaySchedule", "Glaze", "Gap", "Frame", "Blind"],
]);
const REFERENCE = /IdRef$/;

export function checkHeader({ root, findings, units }: GbxmlDocument): void {
  const version = root.attributes.get("version");
  const number = Number(version);
  if (version === undefined) findings.add("GBXML_VERSION", "line 1", "the root names no version");
  else if (!(number >= VERSIONS.oldest && number <= VERSIONS.newest)) {
    findings.add("GBXML_VERSION", "line 1", `the version is ${version}`);
  }
  const missing = UNITS.filter((name) => !root.attributes.get(name));
  if (missing.length > 0) findings.add("GBXML_UNIT_MISSING", "line 1", `the root has no ${missing.join(", ")}`);
  for (const name of UNITS) {
    const unit = root.attributes.get(name);
    if (unit && !units.get(unit)) findings.add("GBXML_UNIT_UNKNOWN", "line 1", `${name} is ${unit}`);
  }
}

/** One finding for each id that is named and not there. */
export function checkReferences(document: GbxmlDocument): void {
  const missing = new Map<string, { element: XmlElement; attribute: string; count: number }>();
  for (const element of within(document.root)) {
    for (const [attribute, text] of element.attributes) {
      if (!REFERENCE.test(attribute)) continue;
      for (const id of text.split(/\s+/)) {
        if (id === "" || document.get(id)) continue;
        const known = missing.get(id);
        if (known) known.count++;
        else missing.set(id, { element, attribute, count: 1 });
      }
    }
  }
  for (const [id, { element, attribute, count }] of missing) {
    const others = count > 1 ? `, and ${count - 1} more references name it` : "";
    document.findings.add(
      "GBXML_DANGLING",
      document.at(element),
      `${attribute} of a ${element.name} is ${id}, which is not in the file${others}`,
    );
  }
}

/** Counts all elements with an id. */
export function censusOf(document: GbxmlDocument, twins: readonly TwinModel[]): Census {
  const counts = {
    read: new Map<string, number>(),
    kept: new Map<string, number>(),
    unknown: new Map<string, number>(),
  };
  const made = new Set(twins.map(({ element }) => element));
  const firsts = new Map<string, XmlElement>();
  for (const element of within(document.root)) {
    const id = element.attributes.get("id");
    if (id === undefined || element === document.root) continue;
    const isTwin = TWINS.has(element.name) && document.isFirst(element) && made.has(id);
    const fate = isTwin ? "read" : document.used.has(element) ? "kept" : "unknown";
    counts[fate].set(element.name, (counts[fate].get(element.name) ?? 0) + 1);
    if (fate === "unknown" && !firsts.has(element.name)) firsts.set(element.name, element);
  }
  for (const [name, first] of firsts) {
    const code = KNOWN.has(name) ? "GBXML_UNATTACHED" : "GBXML_ELEMENT_UNKNOWN";
    const count = counts.unknown.get(name)!;
    document.findings.add(
      code,
      document.at(first),
      `${count} of ${name} ${count === 1 ? "is" : "are"} part of no twin`,
    );
  }
  return {
    read: Object.fromEntries(counts.read),
    kept: Object.fromEntries(counts.kept),
    unknown: Object.fromEntries(counts.unknown),
  };
}
