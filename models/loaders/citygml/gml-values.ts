// Properties and objects of GML as JSON, by the rules that every schema of GML follows: for extensions, and for all
// that has no name of its own in CityJSON.
// Fed by    elements of extensions (Energy ADE ...), dynamizers, data types of CityGML 3
// Gives     values as in the file: a measure as `{ value, uom }`, an object as `{ type, id, ... }`, a link as the id that it names
// J1  the names are those of the file; what may come several times is a list, however often it comes
// J2  geometries are left out, but for single points

import type { Json } from "../../district.ts";
import type { XmlElement } from "../xml.ts";
import { numbersOf, pointsOf } from "./coordinates.ts";
import type { FileIndex, GmlFindings } from "./file-index.ts";
import { idOf } from "./file-index.ts";

export type GmlObject = { [name: string]: Json };

/** Values of one series; a year of quarters of an hour has 35,136. */
const MAX_SERIES_VALUES = 100_000;
/** What may come several times, by the Energy ADE 1.0 and 2.0, the Dynamizer and CityGML 3. */
const LISTS: ReadonlySet<string> = new Set(
  `thermalZone usageZone zone boundedBy contains composedOf layer layerComponent floorArea volume occupiedBy household
  equippedWith periodOfYear dailySchedule energyDemand demands energyDemands energySystem weatherData transmittance
  reflectance emissivity heightAboveGround energyPerformanceCertification refurbishmentMeasure provides isProvidedBy
  parameter timeValuePair component elevation occupancy constructionEvent`.split(/\s+/),
);
/** Attributes of XML, of links and of GML objects, which say nothing of the value. */
const MARKUP: ReadonlySet<string> = new Set(
  "id href type title role arcrole show actuate schemaLocation nil owns remoteSchema count srsName srsDimension axisLabels uomLabels".split(
    " ",
  ),
);
const GEOMETRY =
  /^(Multi|Composite)?(Surface|Solid|Curve|Point|LineString|Polygon|Geometry)$|^(Tin|TriangulatedSurface|PolyhedralSurface|OrientableSurface|GeometricComplex|ImplicitGeometry|Envelope|Box|LinearRing)$/;
const NUMBER = /^-?(0|[1-9]\d{0,14})(\.\d+)?([eE][+-]?\d{1,3})?$/;
/** Properties whose values are codes or names, though they may look like numbers. */
const CODE = /(type|code|class|function|usage|name|id|number|identifier|reference|key)$/i;

export class GmlValues {
  /** Ids that the links of the objects read so far name. */
  readonly links = new Map<string, { type: string; id: string | undefined }>();
  readonly #index: FileIndex;
  readonly #findings: GmlFindings;
  readonly #onObject: (element: XmlElement) => void;

  constructor(index: FileIndex, findings: GmlFindings, onObject: (element: XmlElement) => void = () => {}) {
    this.#index = index;
    this.#findings = findings;
    this.#onObject = onObject;
  }

  /** An object, or a data type that stands in its property without an element of its own. */
  object(element: XmlElement): GmlObject {
    this.#onObject(element);
    const id = element.attributes.get("id");
    const members = new Members();
    // The class, unless the object has a type of its own: `<VolumeType><type>grossVolume</type>`.
    const hasClass = /^[A-Z]/.test(element.name) && !element.children.some(({ name }) => name === "type");
    if (hasClass) members.add("type", element.name);
    if (id !== undefined) members.add("id", id);
    const owner = { type: element.name, id };
    for (const child of element.children) members.add(child.name, this.value(child, owner));
    return members.object();
  }

  /** The value of a property; undefined when it is a geometry or there is none. */
  value(property: XmlElement, owner: { type: string; id: string | undefined }): Json | undefined {
    const { children, attributes } = property;
    const href = attributes.get("href");
    if (children.length === 0 && href !== undefined) {
      const id = idOf(href);
      if (id !== undefined) this.links.set(id, owner);
      return id ?? href;
    }
    if (children.length === 0) return this.#simple(property);
    // A property holds an object, whose name begins with a capital; data types may do without.
    if (!children.every(({ name }) => /^[A-Z]/.test(name))) return this.object(property);
    const values = children.flatMap((child) => this.#objectOrPoint(child) ?? []);
    return values.length === 1 ? values[0] : values.length === 0 ? undefined : values;
  }

  #objectOrPoint(element: XmlElement): Json | undefined {
    if (element.name === "Point") {
      const points = pointsOf(element, undefined);
      return typeof points === "string" || !points[0] ? undefined : [...points[0]];
    }
    return GEOMETRY.test(element.name) ? undefined : this.object(element);
  }

  #simple(property: XmlElement): Json | undefined {
    const text = property.text.trim();
    const said = [...property.attributes].filter(([name]) => !MARKUP.has(name) && !name.startsWith("xmlns"));
    if (text === "" && said.length === 0) return undefined;
    const isList = property.name === "values" || /List$/.test(property.name) || /\s/.test(text);
    const list = isList && !CODE.test(property.name) ? numbersOf(text) : undefined;
    const value = list && text !== "" ? this.#series(list, property) : scalarOf(text, property.name);
    if (said.length === 0) return value;
    const beside = said.map(([name, of]) => [name, scalarOf(of, name)]);
    return text === "" ? Object.fromEntries(beside) : { value, ...Object.fromEntries(beside) };
  }

  #series(numbers: number[], property: XmlElement): Json {
    if (numbers.length <= MAX_SERIES_VALUES) return numbers;
    const message = `a series has ${numbers.length} values, and ${MAX_SERIES_VALUES} is the limit`;
    this.#findings.add("CITYGML_SERIES_LENGTH", this.#index.at(property), message);
    return numbers.slice(0, MAX_SERIES_VALUES);
  }
}

/** Values by their names in their order; what comes several times becomes a list. */
export class Members {
  readonly #values = new Map<string, Json[]>();

  add(name: string, value: Json | undefined): void {
    if (value === undefined || name === "__proto__") return; // would be the prototype, not a member
    const values = this.#values.get(name);
    if (values) values.push(value);
    else this.#values.set(name, [value]);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  entries(): [name: string, value: Json][] {
    return [...this.#values].map(([name, values]) => [
      name,
      values.length === 1 && !LISTS.has(name) ? values[0]! : values,
    ]);
  }

  object(): GmlObject {
    return Object.fromEntries(this.entries());
  }
}

/** A number or a truth where the text is one beyond doubt, or else the text. */
function scalarOf(text: string, name: string): Json {
  if (text === "true" || text === "false") return text === "true";
  return NUMBER.test(text) && !CODE.test(name) ? Number(text) : text;
}
