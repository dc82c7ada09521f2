// A CityJSON file or CityJSONSeq as one set of CityObjects, whatever its version.
// Fed by    the text of the file
// Gives     the objects with the vertices that their geometries name, the templates and the reference system
// C1  a line of a sequence that cannot be read does not hide the others
// C2  an id is one object: the first that has it

import type { Json } from "../../district.ts";
import type { Findings } from "../../finding.ts";
import { readJson } from "../json-text.ts";
import type { CITYJSON_FINDINGS } from "./findings.ts";
import { repeatedObjects } from "./repeated.ts";
import { readTransform, type Transform, Vertices } from "./vertices.ts";

export type JsonObject = { [key: string]: Json };
export type CityFindings = Findings<typeof CITYJSON_FINDINGS>;

export interface CityObject {
  id: string;
  /** `CityObjects/b1`, in a sequence `line 7 CityObjects/b1`. */
  at: string;
  type: string;
  json: JsonObject;
  /** Undefined when nothing says what their numbers mean: the object has no geometry then. */
  vertices: Vertices | undefined;
}

export interface Templates {
  shapes: Json[];
  vertices: Vertices;
}

export interface CityDocument {
  /** False when the file is no CityJSON at all, which is a finding already. */
  isRead: boolean;
  objects: Map<string, CityObject>;
  templates: Templates;
  /** As the file spells it. */
  referenceSystem?: string;
}

export function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

/** The items of a list; none when it is something else. */
export function listOf(json: Json | undefined): Json[] {
  return Array.isArray(json) ? json : [];
}

/** A value as a message can show it. What is nested is not written out: it may be nested without end. */
export function shown(json: Json | undefined): string {
  if (Array.isArray(json)) return "a list";
  return isObject(json) ? "an object" : JSON.stringify(json ?? null).slice(0, 80);
}

/** Reads the text of a file. CityJSONSeq is recognised by its first line, or else by the ending `.jsonl`. */
export function readDocument(text: string, file: string, findings: CityFindings): CityDocument {
  const reader = new DocumentReader(findings);
  const lines = sequenceLines(text, file);
  if (lines) reader.sequence(lines);
  else reader.single(text);
  return reader.document;
}

/** The lines of a CityJSONSeq; undefined when the text is one CityJSON. */
function sequenceLines(text: string, file: string): string[] | undefined {
  const end = text.indexOf("\n");
  const named = /\.jsonl$/i.test(file);
  if (end < 0 || text.slice(end).trim() === "") return named && end < 0 && text.length > 0 ? [text] : undefined;
  const first = withoutSeparator(text.slice(0, end));
  const looksLikeOne = /^\s*\{.*"type"\s*:\s*"CityJSON(Feature)?".*\}\s*$/s.test(first);
  return looksLikeOne || named ? text.split("\n").map(withoutSeparator) : undefined;
}

/** A JSON text sequence (RFC 8142) has a record separator before each text. */
function withoutSeparator(line: string): string {
  return line.startsWith("\u001e") ? line.slice(1) : line;
}

class DocumentReader {
  readonly document: CityDocument = {
    isRead: false,
    objects: new Map(),
    templates: { shapes: [], vertices: new Vertices([]) },
  };
  readonly #findings: CityFindings;
  #transform: Transform | undefined;
  #version = "";

  constructor(findings: CityFindings) {
    this.#findings = findings;
  }

  single(text: string): void {
    const { value, faults } = readJson(text);
    for (const fault of faults) this.#findings.add("CITYJSON_JSON", fault.at, fault.message);
    for (const id of repeatedObjects(text)) {
      const message = `the id ${shown(id)} stands more than once: the last object that has it was read`;
      this.#findings.add("CITYJSON_ID_TWICE", `CityObjects/${id}`, message);
    }
    if (!isObject(value) || value.type !== "CityJSON") {
      const reason = isObject(value) ? `its type is ${shown(value.type)}` : "it is no JSON object";
      this.#findings.add("CITYJSON_TYPE", "type", `the file is no CityJSON: ${reason}`);
      if (!isObject(value) || !isObject(value.CityObjects)) return;
    }
    this.#header(value, "");
    this.#objects(value, "", true);
  }

  sequence(lines: string[]): void {
    let header = false;
    for (const [index, line] of lines.entries()) {
      if (line.trim() === "") continue;
      const at = `line ${index + 1}`;
      const { value, faults } = readJson(line);
      const column = faults[0]?.at.replace(/^line \d+/, at) ?? at;
      if (!isObject(value) || faults.length > 0) {
        this.#findings.add("CITYJSON_SEQ_LINE", column, faults[0]?.message ?? "the line is no JSON object");
      } else if (value.type === "CityJSON" && !header) {
        header = true;
        this.#header(value, at);
        this.#objects(value, at, false);
      } else if (value.type === "CityJSONFeature") {
        if (!header)
          this.#findings.add("CITYJSON_SEQ_HEADER", at, "a feature stands before the line of the type CityJSON");
        header = true;
        this.#objects(value, at, true);
      } else {
        this.#findings.add("CITYJSON_SEQ_LINE", at, `the line is no CityJSONFeature: its type is ${shown(value.type)}`);
      }
    }
    if (!header) this.#findings.add("CITYJSON_TYPE", "", "the file is no CityJSONSeq: none of its lines is CityJSON");
  }

  #header(root: JsonObject, at: string): void {
    const version = typeof root.version === "string" ? root.version : shown(root.version);
    this.#version = version;
    if (!/^(1\.0|1\.1|2\.0)(\.\d+)?$/.test(version)) {
      this.#findings.add("CITYJSON_VERSION", at || "version", `the version is ${version.slice(0, 80)}`);
    }
    const transform = readTransform(root.transform);
    if (transform) this.#transform = transform;
    else if (root.transform !== undefined || !/^(0|1\.0)/.test(version)) {
      const fault = root.transform === undefined ? `is missing, which version ${version} needs` : "is broken";
      this.#findings.add("CITYJSON_TRANSFORM", at || "transform", `the transform ${fault}`);
    }
    const metadata = isObject(root.metadata) ? root.metadata : {};
    const old = isObject(metadata.crs) ? metadata.crs.epsg : undefined; // versions before 0.9
    const system = metadata.referenceSystem ?? old;
    if (typeof system === "number") this.document.referenceSystem = `EPSG:${system}`;
    else if (typeof system === "string" && system !== "") this.document.referenceSystem = system;
    const templates = root["geometry-templates"];
    if (isObject(templates)) {
      const vertices = new Vertices(listOf(templates["vertices-templates"]));
      this.document.templates = { shapes: listOf(templates.templates), vertices };
    }
  }

  #objects(part: JsonObject, line: string, needsVertices: boolean): void {
    const prefix = line === "" ? "" : `${line} `;
    if (!Array.isArray(part.vertices) && needsVertices) {
      this.#findings.add("CITYJSON_VERTICES", `${prefix}vertices`, "there is no list of vertices");
    }
    const vertices = this.#vertices(listOf(part.vertices), prefix);
    if (isObject(part.CityObjects)) this.document.isRead = true;
    else {
      this.#findings.add("CITYJSON_OBJECT", `${prefix}CityObjects`, "there are no CityObjects");
      return;
    }
    for (const [id, json] of Object.entries(part.CityObjects)) {
      const at = `${prefix}CityObjects/${id}`;
      if (!isObject(json) || typeof json.type !== "string") {
        this.#findings.add("CITYJSON_OBJECT", at, isObject(json) ? "the object has no type" : "it is no object");
      } else if (this.document.objects.has(id)) {
        this.#findings.add("CITYJSON_ID_TWICE", at, `another object has the id ${id}, too`);
      } else this.document.objects.set(id, { id, at, type: json.type, json, vertices });
    }
  }

  #vertices(list: Json[], prefix: string): Vertices | undefined {
    const vertices = new Vertices(list, this.#transform);
    for (const index of vertices.broken) {
      this.#findings.add("CITYJSON_VERTICES", `${prefix}vertices/${index}`, "a vertex is no list of three numbers");
    }
    // Whole numbers without a transform are counted in a unit that only the transform would tell.
    const needsTransform = !this.#transform && !/^(0|1\.0)/.test(this.#version);
    return needsTransform && vertices.areWhole ? undefined : vertices;
  }
}
