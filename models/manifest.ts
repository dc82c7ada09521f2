// district.yaml: what a district is made of, and where its files lie.
// Fed by    the text of district.yaml
// Gives     a `Manifest` and findings, each with the line it is about
// Must not  read any file itself
// M1  it never throws; all findings are reported, and what is left of a broken manifest is still loaded
// M2  no file that it names lies outside the folder of district.yaml

import { LINK_ROLES, type Link, type LinkRole, MANIFEST_FILE } from "./district.ts";
import { type Finding, Findings, findingCodes } from "./finding.ts";
import { didYouMean } from "./nearest.ts";
import { type YamlEntry, type YamlNode, YamlText } from "./yaml.ts";

/** Types of the contract; which of them have a loader is said by `LOADERS` in load.ts. */
export const SOURCE_TYPES = [
  "ifc",
  "cityjson",
  "citygml",
  "epanet",
  "pandapower",
  "matpower",
  "opendss",
  "pandapipes",
  "simbench",
  "cgmes",
  "gbxml",
  "brick",
] as const;
export type SourceType = (typeof SOURCE_TYPES)[number];

export interface ManifestSource {
  id: string;
  type: SourceType;
  /** Relative to the folder of district.yaml. Of some types it may be a folder. */
  file: string;
  /** Further files of the same source. */
  more: string[];
  /** Its line, for findings. */
  at: string;
}

export interface ManifestLink extends Link {
  at: string;
}

export interface Manifest {
  district: string;
  name: string;
  timezone: string;
  sources: ManifestSource[];
  /** File of the meter table, with its line. */
  meters?: { file: string; at: string };
  links: ManifestLink[];
}

export const MANIFEST_FINDINGS = findingCodes({
  DISTRICT_YAML: { severity: "error", hint: "Mend the YAML: indentation, colons, brackets and quotes." },
  DISTRICT_SHAPE: { severity: "error", hint: "Compare it with models/examples/altstadt/district.yaml." },
  DISTRICT_ID: { severity: "error", hint: "Give the district an id of small letters, digits and hyphens." },
  DISTRICT_TIMEZONE: { severity: "error", hint: "Use an IANA name such as Europe/Berlin." },
  DISTRICT_TIMEZONE_MISSING: { severity: "warning", hint: "Say `timezone: Europe/Berlin`, or UTC is taken." },
  DISTRICT_SOURCES_MISSING: { severity: "error", hint: "List the BIM and SIM files under `sources:`." },
  DISTRICT_SOURCES_EMPTY: { severity: "warning", hint: "List the BIM and SIM files under `sources:`." },
  DISTRICT_SOURCE_ID: { severity: "error", hint: "Give every source an id of its own: letters, digits, _ and -." },
  DISTRICT_TYPE_UNKNOWN: { severity: "error", hint: `Use one of ${SOURCE_TYPES.join(", ")}.` },
  DISTRICT_FILE_PATH: { severity: "error", hint: "Name a file inside the folder of district.yaml, relative to it." },
  DISTRICT_LINK: {
    severity: "error",
    hint: "Write a link as { from: ID, to: ID } or { from: ID, role: ROLE, to: ID }.",
  },
  DISTRICT_KEY_UNKNOWN: { severity: "warning", hint: "Mend its spelling, or take it out: it has no effect." },
  DISTRICT_KEY_TWICE: { severity: "error", hint: "Keep one of them: the first is taken." },
});

const DISTRICT_ID = /^[a-z0-9-]+$/;
const SOURCE_ID = /^[A-Za-z0-9_-]+$/;
const ROLES = Object.keys(LINK_ROLES) as LinkRole[];

/** There is no manifest only when the text is no YAML map at all. */
export interface ManifestRead {
  manifest?: Manifest;
  findings: Finding[];
}

/** Reads district.yaml. */
export function readManifest(text: string): ManifestRead {
  const reader = new ManifestReader(text);
  const manifest = reader.manifest();
  return manifest ? { manifest, findings: reader.findings.all } : { findings: reader.findings.all };
}

class ManifestReader {
  readonly findings = new Findings(MANIFEST_FINDINGS, "district", MANIFEST_FILE);
  readonly #yaml: YamlText;

  constructor(text: string) {
    this.#yaml = new YamlText(text);
  }

  manifest(): Manifest | undefined {
    const top = this.#top();
    for (const fault of this.#yaml.faults) this.findings.add("DISTRICT_YAML", fault.at, fault.message);
    return top;
  }

  #top(): Manifest | undefined {
    const entries = this.#yaml.entries(this.#yaml.root);
    if (!entries) {
      if (this.#yaml.faults.length === 0) this.findings.add("DISTRICT_SHAPE", "", "the file is no YAML map");
      return undefined;
    }
    const fields = this.#fields(entries, ["district", "name", "timezone", "sources", "meters", "links"]);
    const district = this.#district(fields.get("district"));
    const manifest: Manifest = {
      district,
      name: this.#text(fields.get("name")) ?? district,
      timezone: this.#timezone(fields.get("timezone")),
      sources: this.#sources(fields.get("sources")),
      links: this.#links(fields.get("links")),
    };
    const meters = fields.get("meters");
    const file = this.#text(meters);
    if (meters && file !== undefined && this.#fileIsInside(file, meters.at)) manifest.meters = { file, at: meters.at };
    return manifest;
  }

  #district(field: YamlEntry | undefined): string {
    const id = this.#text(field);
    if (id !== undefined && DISTRICT_ID.test(id)) return id;
    this.findings.add("DISTRICT_ID", field?.at ?? "", id === undefined ? "the district has no id" : `${id} is no id`);
    return "unnamed";
  }

  #timezone(field: YamlEntry | undefined): string {
    const timezone = this.#text(field);
    if (timezone === undefined) {
      this.findings.add("DISTRICT_TIMEZONE_MISSING", field?.at ?? "", "the district has no timezone");
      return "UTC";
    }
    if (isTimezone(timezone)) return timezone;
    this.findings.add("DISTRICT_TIMEZONE", field!.at, `there is no timezone ${timezone}`);
    return "UTC";
  }

  #sources(field: YamlEntry | undefined): ManifestSource[] {
    const items = this.#list(field);
    if (!field) this.findings.add("DISTRICT_SOURCES_MISSING", "", "the district has no sources");
    else if (items.length === 0) this.findings.add("DISTRICT_SOURCES_EMPTY", field.at, "the list of sources is empty");
    const ids = new Set<string>();
    return items.flatMap((item) => this.#source(item, ids) ?? []);
  }

  #source(item: YamlNode | null, ids: Set<string>): ManifestSource | undefined {
    const at = this.#yaml.at(item);
    const fields = this.#fieldsOf(item, ["id", "type", "file"], "a source");
    if (!fields) return undefined;
    const id = this.#text(fields.get("id"));
    const type = this.#text(fields.get("type"));
    const files = this.#files(fields.get("file"));
    const idIsGood = this.#sourceIdIsGood(id, at, ids);
    const known = SOURCE_TYPES.find((name) => name === type);
    if (type === undefined) this.findings.add("DISTRICT_TYPE_UNKNOWN", at, `source ${id ?? ""} has no type`);
    else if (!known) {
      const message = `source ${id ?? ""} has the unknown type ${type}${didYouMean(type, SOURCE_TYPES)}`;
      this.findings.add("DISTRICT_TYPE_UNKNOWN", fields.get("type")!.at, message);
    }
    const [file, ...more] = files;
    if (file === undefined) this.findings.add("DISTRICT_FILE_PATH", at, `source ${id ?? ""} has no file`);
    if (file === undefined || !files.every((one) => this.#fileIsInside(one, fields.get("file")!.at))) return undefined;
    return idIsGood && known ? { id: id!, type: known, file, more, at } : undefined;
  }

  /** One file, or a list of them. */
  #files(field: YamlEntry | undefined): string[] {
    const items = field?.value && this.#yaml.items(field.value);
    if (!items) return [this.#text(field) ?? []].flat();
    return items.flatMap((item) => this.#yaml.text(item)?.trim() || []);
  }

  #sourceIdIsGood(id: string | undefined, at: string, ids: Set<string>): boolean {
    if (id === undefined) this.findings.add("DISTRICT_SOURCE_ID", at, "a source has no id");
    else if (!SOURCE_ID.test(id)) this.findings.add("DISTRICT_SOURCE_ID", at, `${id} is no source id`);
    else if (ids.has(id)) this.findings.add("DISTRICT_SOURCE_ID", at, `another source has the id ${id}, too`);
    else return ids.add(id) !== undefined;
    return false;
  }

  #links(field: YamlEntry | undefined): ManifestLink[] {
    return this.#list(field).flatMap((item) => this.#link(item) ?? []);
  }

  #link(item: YamlNode | null): ManifestLink | undefined {
    const at = this.#yaml.at(item);
    const fields = this.#fieldsOf(item, ["from", "to", "role"], "a link");
    if (!fields) return undefined;
    const from = this.#text(fields.get("from"));
    const to = this.#text(fields.get("to"));
    const word = fields.has("role") ? this.#text(fields.get("role")) : "feeds";
    const role = ROLES.find((name) => name === word);
    if (from === undefined) this.findings.add("DISTRICT_LINK", at, "a link has no `from`");
    if (to === undefined) this.findings.add("DISTRICT_LINK", at, "a link has no `to`");
    if (!role)
      this.findings.add("DISTRICT_LINK", at, `${word ?? "nothing"} is no role: it can be one of ${ROLES.join(", ")}`);
    return from !== undefined && to !== undefined && role ? { from, role, to, at } : undefined;
  }

  #list(field: YamlEntry | undefined): (YamlNode | null)[] {
    if (!field?.value) return [];
    const items = this.#yaml.items(field.value);
    if (items) return items;
    if (this.#yaml.text(field.value) !== undefined || this.#yaml.entries(field.value)) {
      this.findings.add("DISTRICT_SHAPE", field.at, `${field.key} must be a list`);
    }
    return [];
  }

  #fieldsOf(item: YamlNode | null, known: string[], what: string): Map<string, YamlEntry> | undefined {
    const entries = this.#yaml.entries(item);
    if (entries) return this.#fields(entries, known);
    this.findings.add("DISTRICT_SHAPE", this.#yaml.at(item), `${what} must be a map with ${known.join(", ")}`);
    return undefined;
  }

  #fields(entries: YamlEntry[], known: string[]): Map<string, YamlEntry> {
    const fields = new Map<string, YamlEntry>();
    for (const entry of entries) {
      if (!known.includes(entry.key)) {
        const message = `the key ${entry.key} is unknown${didYouMean(entry.key, known)}`;
        this.findings.add("DISTRICT_KEY_UNKNOWN", entry.at, message);
      } else if (fields.has(entry.key)) {
        this.findings.add("DISTRICT_KEY_TWICE", entry.at, `the key ${entry.key} stands here a second time`);
      } else fields.set(entry.key, entry);
    }
    return fields;
  }

  /** The text of a field, undefined when it is blank or not there; a list or map in its place is a finding. */
  #text(field: YamlEntry | undefined): string | undefined {
    if (!field?.value) return undefined;
    const text = this.#yaml.text(field.value)?.trim();
    if (text === undefined && (this.#yaml.items(field.value) || this.#yaml.entries(field.value))) {
      this.findings.add("DISTRICT_SHAPE", field.at, `${field.key} must be a text`);
    }
    return text || undefined;
  }

  #fileIsInside(file: string, at: string): boolean {
    const fault = pathFault(file);
    if (fault) this.findings.add("DISTRICT_FILE_PATH", at, `the file ${JSON.stringify(file)} ${fault}`);
    return fault === undefined;
  }
}

function isTimezone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false; // newer engines take offsets such as +01:00, which know no summer time
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Why a path may not be read, if so. Both kinds of slashes count: a district may be written on Windows. */
function pathFault(file: string): string | undefined {
  if (/^[\\/]|^[A-Za-z]:/.test(file)) return "is absolute";
  if (file.includes("\0")) return "has a zero character";
  let depth = 0;
  for (const step of file.split(/[\\/]/)) {
    if (step === "..") depth -= 1;
    else if (step !== "" && step !== ".") depth += 1;
    if (depth < 0) return "leaves the folder";
  }
  return undefined;
}
