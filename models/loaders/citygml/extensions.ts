// What extensions of CityGML (ADE) say of buildings and rooms: Energy ADE 1.0 and 2.0, and any other by the same rules.
// Fed by    properties in a namespace of an extension, and objects of one that stand beside the buildings
// Gives     one attribute for each extension (`energy`): the properties in their own words, and in `definitions` each
//           object once that they link to: constructions, materials, schedules
// E1  an object beside the buildings goes to the building whose parts it links to; one that nothing links to is told of
// E2  a zone that links to a room is named there as well

import type { CityObject } from "../city/city-object.ts";
import type { Tally } from "../tally.ts";
import type { XmlElement } from "../xml.ts";
import { type FileIndex, type GmlFindings, idOf } from "./file-index.ts";
import { type GmlObject, GmlValues, Members } from "./gml-values.ts";

/** Objects beside the buildings may link to each other: so many steps lead to a building. */
const MAX_STEPS = 5;

interface Extension {
  members: Members;
  definitions: Members;
}

export class Extensions {
  readonly #index: FileIndex;
  readonly #findings: GmlFindings;
  readonly #census: Tally;
  readonly #values: GmlValues;
  /** By the id of the object, then the name of the extension. */
  readonly #byObject = new Map<string, Map<string, Extension>>();
  /** The first object that something was read for, by its id, and all that was read for an object. */
  readonly #ownerOf = new Map<string, string>();
  readonly #idsOf = new Map<string, Set<string>>();
  readonly #loose: XmlElement[] = [];
  readonly #counted = new Set<XmlElement>();
  #object = "";

  constructor(index: FileIndex, findings: GmlFindings, census: Tally) {
    this.#index = index;
    this.#findings = findings;
    this.#census = census;
    this.#values = new GmlValues(index, findings, (element) => this.#note(element));
  }

  /** An object of an extension beside the buildings. */
  addLoose(element: XmlElement): void {
    this.#loose.push(element);
  }

  /** Properties of an extension that stand in an object, or in one of its surfaces. */
  read(object: string, properties: readonly XmlElement[], objects: ReadonlyMap<string, CityObject>): void {
    this.#object = object;
    for (const property of properties) {
      const name = this.#index.extensionOf(property)!;
      const value = this.#values.value(property, { type: property.name, id: undefined });
      if (value !== undefined) this.#extension(object, name).members.add(property.name, value);
      this.#define(name, objects);
    }
  }

  /** What stands beside the buildings finds its building; then all is said of the objects. */
  finish(objects: ReadonlyMap<string, CityObject>): void {
    let waiting = this.#loose.filter((element) => !this.#counted.has(element));
    for (let step = 0; step < MAX_STEPS && waiting.length > 0; step++) {
      waiting = waiting.filter((element) => !this.#attach(element, objects));
    }
    const lost = new Map<string, number>();
    for (const { name } of waiting.filter((element) => !this.#counted.has(element))) {
      this.#census.add("unknown", name);
      lost.set(name, (lost.get(name) ?? 0) + 1);
    }
    const list = [...lost].map(([name, times]) => `${times} ${name}`);
    if (list.length > 0) {
      const message = `nothing links to ${list.join(", ")}, nor do they to a building`;
      this.#findings.add("CITYGML_EXTENSION_LOOSE", "", message);
    }
    for (const [id, extensions] of this.#byObject) {
      for (const [name, { members, definitions }] of extensions) {
        const all = members.object();
        const defined = Object.entries(definitions.object()).map(([type, of]) => [type, Array.isArray(of) ? of : [of]]);
        if (defined.length > 0) all.definitions = Object.fromEntries(defined);
        objects.get(id)?.said.push([name, all]);
      }
    }
  }

  #attach(element: XmlElement, objects: ReadonlyMap<string, CityObject>): boolean {
    if (this.#counted.has(element)) return true;
    const owner = linksIn(element)
      .map((id) => (objects.has(id) ? id : this.#ownerOf.get(id)))
      .find((id) => id !== undefined);
    if (owner === undefined) return false;
    this.#object = owner;
    const name = this.#index.extensionOf(element) ?? "extension";
    const { type: _, ...object } = this.#values.object(element);
    this.#extension(owner, name).members.add(lowerFirst(element.name), object);
    this.#define(name, objects);
    return true;
  }

  /** Reads what the values read last link to, and what that links to, each once for an object. */
  #define(name: string, objects: ReadonlyMap<string, CityObject>): void {
    for (let links = this.#takeLinks(); links.length > 0; links = this.#takeLinks()) {
      for (const [id, from] of links) {
        const object = objects.get(id);
        if (object && id !== this.#object && object.type !== "Building" && from.id !== undefined) {
          this.#extension(id, name).members.add(lowerFirst(from.type), from.id);
        }
        const target = this.#index.named(id);
        if (object || !target || this.#idsOf.get(this.#object)?.has(id)) continue;
        const extension = this.#index.extensionOf(target);
        // Geometries and surfaces of buildings are measured elsewhere.
        if (extension === undefined || !this.#isBeside(target)) continue;
        const { type: _, ...defined } = this.#values.object(target);
        this.#extension(this.#object, extension).definitions.add(target.name, defined satisfies GmlObject);
      }
    }
  }

  #takeLinks(): [id: string, from: { type: string; id: string | undefined }][] {
    const links = [...this.#values.links];
    this.#values.links.clear();
    return links;
  }

  #beside: Set<XmlElement> | undefined;

  #isBeside(element: XmlElement): boolean {
    this.#beside ??= new Set(this.#loose);
    return this.#beside.has(element);
  }

  #note(element: XmlElement): void {
    const id = element.attributes.get("id");
    if (id !== undefined) {
      if (!this.#ownerOf.has(id)) this.#ownerOf.set(id, this.#object);
      const ids = this.#idsOf.get(this.#object) ?? new Set();
      this.#idsOf.set(this.#object, ids.add(id));
    }
    if (this.#counted.has(element) || this.#index.extensionOf(element) === undefined) return;
    this.#counted.add(element);
    this.#census.add("kept", element.name);
  }

  #extension(object: string, name: string): Extension {
    const extensions = this.#byObject.get(object) ?? new Map<string, Extension>();
    this.#byObject.set(object, extensions);
    const extension = extensions.get(name) ?? { members: new Members(), definitions: new Members() };
    extensions.set(name, extension);
    return extension;
  }
}

function linksIn(element: XmlElement): string[] {
  const id = idOf(element.attributes.get("href"));
  return [...(id === undefined ? [] : [id]), ...element.children.flatMap(linksIn)];
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
