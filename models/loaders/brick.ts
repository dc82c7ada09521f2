// Loader of a Brick graph in Turtle: buildings with their storeys, rooms and equipment, and the points that are read there.
// Fed by    the bytes of one file, and of further files that belong to the same graph
// Gives     twins `building`, `storey`, `space`, `device` and `meter`, links between them, devices of time series, and findings
// Source    Brick 1.4 with its reference vocabulary; RealEstateCore 4 for places
// B1  L1 to L3 of models/loaders/loader.ts; the element of a twin is the IRI of its entity
// B2  a sensor that is no part of a meter is a meter itself, of the place or equipment that it is a point of, when its unit
//     and its time series are known; all points stand in `brickPoints` of what has them
// B3  systems, loops and sites have no twins

import { type Attributes, type Json, type Kind, type Link, newTwin, type TwinModel } from "../district.ts";
import { Findings } from "../finding.ts";
import { saidOf } from "./brick/attributes.ts";
import { carrierOf, type Role, roleOf } from "./brick/classes.ts";
import { BRICK_FINDINGS } from "./brick/findings.ts";
import { type Entity, Graph } from "./brick/graph.ts";
import { type BrickFindings, Metering } from "./brick/metering.ts";
import { type PlaceKind, Places } from "./brick/places.ts";
import { type BrickPoint, pointOf } from "./brick/points.ts";
import { readTurtle, type Triple } from "./brick/turtle.ts";
import type { DistrictPart, Loader, SourceFile } from "./loader.ts";
import { decodePlainText } from "./plain-text.ts";
import { Tally } from "./tally.ts";

/** Loads a Brick graph. */
export const loadBrick: Loader = (source) => new BrickLoader(source).load();

const KINDS: Partial<Record<Role, Kind>> = {
  ...{ building: "building", storey: "storey", space: "space", zone: "space", meter: "meter", equipment: "device" },
};
const PLACES: Partial<Record<Role, PlaceKind>> = {
  ...{ building: "building", storey: "storey", space: "space", zone: "zone", equipment: "device" },
};

interface Known {
  entity: Entity;
  role: Role;
  /** The class that says what it is. */
  brickClass: string;
}

class BrickLoader {
  readonly #source: string;
  readonly #findings: BrickFindings;
  readonly #graph: Graph;
  readonly #known = new Map<string, Known>();
  readonly #twins = new Map<string, TwinModel>();
  readonly #sensors: TwinModel[] = [];
  readonly #links: Link[] = [];
  readonly #points = new Map<string, BrickPoint[]>();
  readonly #census = new Tally();
  readonly #metering: Metering;

  constructor({ source, file, bytes, more = [] }: SourceFile) {
    this.#source = source;
    this.#findings = new Findings(BRICK_FINDINGS, source, file);
    this.#metering = new Metering(source, this.#findings);
    const triples = [{ file, bytes }, ...more].flatMap((part, index) => this.#read(part, file, index));
    this.#graph = new Graph(triples);
  }

  load(): DistrictPart {
    for (const entity of this.#graph.entities()) this.#classify(entity);
    if (this.#known.size === 0) this.#findings.add("BRICK_EMPTY", "", "the graph has no entity of a class of Brick");
    this.#gatherPoints();
    for (const known of this.#known.values()) this.#addTwin(known);
    this.#contain();
    for (const known of this.#known.values()) if (known.role === "meter") this.#addMeter(known);
    for (const [iri, points] of this.#points) if (!this.#isMeter(iri)) this.#addSensors(iri, points);
    this.#feed();
    const own = [...this.#twins.values(), ...this.#sensors];
    const { twins, links, devices } = this.#metering.finish(new Set(own.map(({ id }) => id)));
    return {
      twins: [...own, ...twins],
      ...{ links: [...this.#links, ...links], branches: [], findings: this.#findings.all },
      ...{ census: this.#census, devices },
    };
  }

  #read(part: { file: string; bytes: Uint8Array }, first: string, index: number): Triple[] {
    const place = part.file === first ? "" : `${part.file} `;
    const { text, encoding } = decodePlainText(part.bytes);
    if (encoding === "windows-1252") this.#findings.add("BRICK_ENCODING", place.trim(), "the file is not UTF-8");
    const { triples, faults } = readTurtle(text, index === 0 ? "" : `${index}.`);
    for (const { line, message } of faults) this.#findings.add("BRICK_TURTLE", `${place}line ${line}`, message);
    return triples;
  }

  /** What an entity is: by the first of its classes that is known, or of those above them. */
  #classify(entity: Entity): void {
    for (const name of entity.classes.flatMap((each) => [each, ...this.#graph.classesAbove(each)])) {
      const role = roleOf(name);
      if (role === undefined) continue;
      this.#known.set(entity.iri, { entity, role, brickClass: name });
      return;
    }
    // A class of Brick of another version: what has points or feeds others is equipment.
    const { iri, classes, line } = entity;
    const acts =
      !classes[0]!.includes(":") &&
      (this.#graph.related(iri, "hasPoint").length > 0 || this.#graph.related(iri, "feeds").length > 0);
    if (acts) this.#known.set(iri, { entity, role: "equipment", brickClass: classes[0]! });
    else {
      if (!Object.hasOwn(this.#census.unknown, classes[0]!)) {
        const message = `${classes[0]!.slice(0, 120)} is no class that is known`;
        this.#findings.add("BRICK_CLASS_UNKNOWN", `line ${line}`, message);
      }
      this.#census.add("unknown", classes[0]!);
    }
  }

  /** Points by what has them: a meter, equipment or a place. */
  #gatherPoints(): void {
    let [lost, first] = [0, 0];
    for (const { entity, role, brickClass } of this.#known.values()) {
      if (role === "collection" || role === "site") this.#census.add("kept", brickClass);
      if (role !== "sensor" && role !== "point") continue;
      const { iri } = entity;
      const around = [...this.#graph.relatedTo(iri, "hasPoint"), ...this.#graph.relatedTo(iri, "isLocationOf")];
      const host = around.find((other) => KINDS[this.#known.get(other)?.role ?? "site"] !== undefined);
      if (host === undefined) {
        lost += 1;
        first ||= entity.line;
        this.#census.add("unknown", brickClass);
        continue;
      }
      const points = this.#points.get(host) ?? [];
      this.#points.set(host, points);
      points.push(pointOf(this.#graph, entity, brickClass, role));
    }
    if (lost > 0) {
      this.#findings.add("BRICK_POINT_LOST", `line ${first}`, `${lost} points belong to nothing that has a twin`);
    }
  }

  #addTwin({ entity, role, brickClass }: Known): void {
    const kind = KINDS[role];
    if (!kind) return;
    const attributes: Attributes = { brickClass, ...this.#withoutOurs(saidOf(this.#graph, entity.iri)) };
    const twin = newTwin(kind, this.#source, entity.iri, attributes, entity.name);
    this.#twins.set(entity.iri, twin);
    this.#census.add("read", brickClass);
    const points = this.#points.get(entity.iri) ?? [];
    if (points.length > 0) attributes.brickPoints = points.map((point) => describe(point));
  }

  /** What the file says by a name of ours moves to `model`. */
  #withoutOurs(said: Attributes): Attributes {
    const ours = new Set([
      "brickClass",
      "brickPoints",
      "alsoPartOf",
      "carrier",
      "measures",
      "device",
      "devices",
      "intervalMs",
    ]);
    const moved = Object.entries(said).filter(([name]) => ours.has(name));
    if (moved.length === 0) return said;
    const kept = Object.entries(said).filter(([name]) => !ours.has(name));
    return { ...Object.fromEntries(kept), model: Object.fromEntries(moved) };
  }

  #contain(): void {
    const places = new Places(this.#graph, (iri) => PLACES[this.#known.get(iri)?.role ?? "site"]);
    for (const [iri, twin] of this.#twins) {
      if (this.#isMeter(iri)) continue;
      const { container, others, isCut } = places.put(iri);
      const at = `line ${this.#known.get(iri)!.entity.line}`;
      if (container !== undefined) this.#link(container, "contains", iri);
      if (others.length > 0) {
        twin.attributes.alsoPartOf = others.map((other) => this.#twins.get(other)!.id);
      }
      if (isCut) this.#findings.add("BRICK_CYCLE", at, `${twin.id} is part of what is part of it`);
    }
  }

  #addMeter({ entity: { iri, line }, brickClass }: Known): void {
    const meter = this.#twins.get(iri)!;
    const points = this.#points.get(iri) ?? [];
    for (const point of points) this.#census.add("kept", point.brickClass);
    const carrier = carrierOf(
      brickClass,
      points.some(({ unit = "" }) => /W|J/.test(unit)),
    );
    if (carrier) meter.attributes.carrier = carrier;
    this.#metering.equip(meter, points, carrier);
    const targets = this.#graph.related(iri, "meters").filter((target) => this.#twins.has(target) && target !== iri);
    for (const target of targets) this.#link(iri, "measures", target);
    if (targets[0] !== undefined) meter.attributes.measures = this.#twins.get(targets[0])!.id;
    else this.#findings.add("BRICK_METER_MEASURES", `line ${line}`, `${meter.id} does not say what it measures`);
    const around = [...this.#graph.relatedTo(iri, "isLocationOf"), ...this.#graph.relatedTo(iri, "hasPart")];
    const ids = (iris: string[]): Json[] => iris.flatMap((other) => this.#twins.get(other)?.id ?? []);
    const [places, above] = [ids(around), ids(this.#graph.relatedTo(iri, "hasSubMeter"))];
    if (places.length > 0) meter.attributes.alsoPartOf = places;
    if (above.length > 0) meter.attributes.subMeterOf = above.length === 1 ? above[0]! : above;
  }

  /** Sensors with a unit and a time series measure what they are points of. */
  #addSensors(host: string, points: readonly BrickPoint[]): void {
    for (const point of points) {
      const { entity, brickClass, unit, series } = point;
      if (unit === undefined || series.length === 0) {
        this.#metering.tellUnit(point);
        this.#census.add("kept", brickClass);
        continue;
      }
      const measures = this.#twins.get(host)!.id;
      const meter = newTwin("meter", this.#source, entity.iri, { brickClass, measures }, entity.name);
      this.#metering.equip(meter, [point], undefined);
      this.#sensors.push(meter);
      this.#links.push({ from: meter.id, role: "measures", to: measures });
      this.#census.add("read", brickClass);
    }
  }

  #feed(): void {
    for (const iri of this.#twins.keys()) {
      for (const fed of this.#graph.related(iri, "feeds")) {
        if (fed !== iri && this.#twins.has(fed)) this.#link(iri, "feeds", fed);
      }
    }
  }

  #link(from: string, role: Link["role"], to: string): void {
    this.#links.push({ from: this.#twins.get(from)!.id, role, to: this.#twins.get(to)!.id });
  }

  #isMeter(iri: string): boolean {
    return this.#known.get(iri)?.role === "meter";
  }
}

function describe({ entity, brickClass, said }: BrickPoint): Json {
  return { id: entity.iri, brickClass, name: entity.name, ...said };
}
