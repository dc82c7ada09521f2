// The objects of a script while it is carried out, as OpenDSS holds them.
// Fed by    the evaluator
// Gives     objects by class and name, each with what was assigned to it, in the order of the script
// J1  names are the same in upper and lower case; an object keeps the name of its first mention
// J2  what was assigned is kept in its order: `wdg=2 kv=0.4` means something only together

import type { Json } from "../../district.ts";
import type { DssClass, Property } from "./classes.ts";

export interface Place {
  /** Empty in the file that district.yaml names. */
  script: string;
  line: number;
  /** Folder from which the paths of this line start. */
  dir: string;
}

export interface Assignment {
  property: Property;
  value: Json;
  place: Place;
  /** Number of the command that assigned it. */
  edit: number;
}

export interface DssObject {
  of: DssClass;
  name: string;
  place: Place;
  history: Assignment[];
  /** The last assignment of each property. */
  last: Map<string, Assignment>;
  /** Conductors that are open, by terminal; 0 stands for all of them. */
  open: Map<number, Set<number>>;
}

/** What a script leaves: its objects and what was said of the whole circuit. */
export class Objects {
  circuit: { name: string; place: Place } | undefined;
  readonly all: DssObject[] = [];
  /** By the names as OpenDSS has them. */
  readonly options = new Map<string, Json>();
  /** Commands that say nothing of the network, by name. */
  readonly commands = new Map<string, number>();
  /** Names of buses as they are first written, by their lower case. */
  readonly busNames = new Map<string, string>();
  readonly busBases = new Map<string, { bus: string; vnKv: number; place: Place }>();
  readonly coordinates = new Map<string, { bus: string; x: number; y: number; isGeographic: boolean; place: Place }>();
  readonly #byClass = new Map<DssClass, Map<string, DssObject>>();

  find(of: DssClass, name: string): DssObject | undefined {
    return this.#byClass.get(of)?.get(name.toLowerCase());
  }

  ofClass(of: DssClass): Iterable<DssObject> {
    return this.#byClass.get(of)?.values() ?? [];
  }

  /** Remembers how a bus is written where it is first mentioned. */
  noteBus(spec: string): void {
    const name = spec.split(".", 1)[0]!.trim();
    const key = name.toLowerCase();
    if (!this.busNames.has(key)) this.busNames.set(key, name);
  }

  add(of: DssClass, name: string, place: Place): DssObject {
    const object: DssObject = { of, name, place, history: [], last: new Map(), open: new Map() };
    const byName = this.#byClass.get(of) ?? new Map<string, DssObject>();
    this.#byClass.set(of, byName.set(name.toLowerCase(), object));
    this.all.push(object);
    return object;
  }
}

export function assign(object: DssObject, assignment: Assignment): void {
  object.history.push(assignment);
  object.last.set(assignment.property.key, assignment);
}

export function placeText({ script, line }: Place): string {
  return script === "" ? `line ${line}` : `${script} line ${line}`;
}

/** `Line.650632`: how OpenDSS names an object. */
export function fullName({ of, name }: DssObject): string {
  return `${of.name}.${name}`;
}

export function valueAt(object: DssObject, key: string): Json | undefined {
  return object.last.get(key)?.value;
}

export function numberAt(object: DssObject, key: string): number | undefined {
  const value = valueAt(object, key);
  return typeof value === "number" ? value : undefined;
}

export function textAt(object: DssObject, key: string): string | undefined {
  const value = valueAt(object, key);
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function isEnabled(object: DssObject): boolean {
  return valueAt(object, "enabled") !== false;
}
