// A CityJSON file or CityJSONSeq as one set of CityObjects, whatever its version.
// Fed by    the text of the file
// Gives     the objects with the vertices that their geometries name, the templates and the reference system
// C1  a line of a sequence that cannot be read does not hide the others
// C2  an id is one object: the first that has it

import type { Json } from "../../district.ts";
import type { Findings } from "../../finding.ts";
import type { CityDocument, CityObject } from "../city/city-object.ts";
import { readCrs } from "../city/crs.ts";
import { readJson } from "../json-text.ts";
import type { CITYJSON_FINDINGS } from "./findings.ts";
import { relate } from "./relations.ts";
import { repeatedObjects } from "./repeated.ts";
import { type Fault, shapeOf } from "./surfaces.ts";
import { readTransform, type Transform, Vertices } from "./vertices.ts";

export type JsonObject = { [key: string]: Json };
export type CityFindings = Findings<typeof CITYJSON_FINDINGS>;

export interface JsonCityObject extends CityObject {
  json: JsonObject;
}

export interface Templates {
  shapes: Json[];
  vertices: Vertices;
}

interface JsonDocument extends CityDocument {
  objects: Map<string, JsonCityObject>;
}

/** Members of a CityObject that are no attributes; all others (address, geographicalExtent ...) are kept as such. */
const NO_ATTRIBUTES: ReadonlySet<string> = new Set(["type", "attributes", "geometry", "parents", "children"]);

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
export function readDocument(text: string, file: string, findings: CityFindings): JsonDocument {
  const reader = new DocumentReader(findings);
  const lines = sequenceLines(text, file);
  if (lines) reader.sequence(lines);
  else reader.single(text);
  relate(reader.document.objects, findings);
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
  readonly document: JsonDocument = {
    isRead: false,
    objects: new Map(),
    places: { crs: "metadata/referenceSystem", objects: "CityObjects" },
  };
  readonly #findings: CityFindings;
  #transform: Transform | undefined;
  #templates: Templates = { shapes: [], vertices: new Vertices([]) };
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
    const name = typeof system === "number" ? `EPSG:${system}` : system;
    if (typeof name === "string" && name !== "") this.document.crs = readCrs(name);
    const templates = root["geometry-templates"];
    if (isObject(templates)) {
      const vertices = new Vertices(listOf(templates["vertices-templates"]));
      this.#templates = { shapes: listOf(templates.templates), vertices };
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
      } else this.document.objects.set(id, this.#object(id, at, json, vertices));
    }
  }

  #object(id: string, at: string, json: JsonObject, vertices: Vertices | undefined): JsonCityObject {
    const attributes = isObject(json.attributes) ? json.attributes : {};
    const others = Object.entries(json).filter(([name]) => !NO_ATTRIBUTES.has(name));
    const shapes = () =>
      listOf(vertices && json.geometry).flatMap((geometry, index) => {
        const fault: Fault = (code, message) => this.#findings.add(code, `${at}/geometry/${index}`, message);
        return shapeOf(geometry, vertices!, this.#templates, fault) ?? [];
      });
    const said = [...Object.entries(attributes), ...others];
    const object: JsonCityObject = { id, at, type: String(json.type), said, parents: [], shapes, json };
    if (typeof attributes.name === "string") object.name = attributes.name;
    return object;
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
