// The pure shape of a STEP file that the twins ask for: placements, and the outlines of what is extruded. Shape is most of any
// file, so it is not handed to the IFC engine; the few statements that somebody asks for are read where they stand.
// Fed by    models/loaders/ifc/step.ts, with the place of each statement
// Gives     attributes in the form in which the engine hands them over
// H1  a statement that is not as its class has it gives nothing; the reader of a whole file has told what is wrong with it

import {
  ascii,
  CLOSE,
  COMMA,
  type Cursor,
  HASH,
  isDigit,
  isLetter,
  OPEN,
  QUOTE,
  SEMICOLON,
  skipBlanks,
} from "./step-tokens.ts";

const REFERENCE = 5; // web-ifc's REF

/** Classes of shape, and the names of their attributes where a twin wants to know them. */
const SHAPE: Record<string, readonly string[]> = {
  IFCCARTESIANPOINT: ["Coordinates"],
  IFCAXIS2PLACEMENT2D: ["Location", "RefDirection"],
  IFCAXIS2PLACEMENT3D: ["Location", "Axis", "RefDirection"],
  IFCLOCALPLACEMENT: ["PlacementRelTo", "RelativePlacement"],
  IFCPOLYLINE: ["Points"],
  IFCEXTRUDEDAREASOLID: ["SweptArea", "Position", "ExtrudedDirection", "Depth"],
  IFCSHAPEREPRESENTATION: ["ContextOfItems", "RepresentationIdentifier", "RepresentationType", "Items"],
  IFCPRODUCTDEFINITIONSHAPE: ["Name", "Description", "Representations"],
  IFCPLANE: ["Position"],
};
/** Shape of which nothing is asked. */
const MUTE = new Set(
  `CARTESIANPOINTLIST2D CARTESIANPOINTLIST3D POLYLOOP FACE FACEBOUND FACEOUTERBOUND ADVANCEDFACE EDGELOOP EDGECURVE
  ORIENTEDEDGE VERTEXPOINT CLOSEDSHELL OPENSHELL FACETEDBREP TRIANGULATEDFACESET POLYGONALFACESET INDEXEDPOLYGONALFACE
  STYLEDITEM PRESENTATIONSTYLEASSIGNMENT MAPPEDITEM TRIMMEDCURVE COMPOSITECURVESEGMENT`
    .split(/\s+/)
    .map((name) => `IFC${name}`),
);
const MAX_NESTING = 10;
const FIRST_SIZE = 4096;

export function isShape(className: string): boolean {
  return SHAPE[className] !== undefined || MUTE.has(className);
}

export class StepShape {
  readonly #bytes: Uint8Array;
  /** Numbers of entities and the places of their parentheses, as many as `#count`. */
  #labels = new Uint32Array(FIRST_SIZE);
  #places = new Uint32Array(FIRST_SIZE);
  #count = 0;
  #rises = true;
  #byLabel: Map<number, number> | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Notes that the entity's values stand at `place`, the opening parenthesis. */
  add(className: string, label: number, place: number): void {
    if (SHAPE[className] === undefined) return;
    if (this.#count === this.#labels.length) {
      this.#labels = grown(this.#labels);
      this.#places = grown(this.#places);
    }
    if (this.#count > 0 && label <= this.#labels[this.#count - 1]!) this.#rises = false;
    this.#labels[this.#count] = label;
    this.#places[this.#count++] = place;
  }

  /** Attributes of an entity by name; undefined when it is not here or not as it should be. */
  attributes(className: string, label: number): Record<string, unknown> | undefined {
    const names = SHAPE[className];
    const place = names && this.#placeOf(label);
    if (!names || place === undefined) return undefined;
    const list = readValue({ bytes: this.#bytes, at: place }, 0);
    if (!Array.isArray(list)) return undefined;
    return Object.fromEntries(names.map((name, index) => [name, list[index] ?? null]));
  }

  #placeOf(label: number): number | undefined {
    if (!this.#rises) {
      this.#byLabel ??= new Map(Array.from({ length: this.#count }, (_, i) => [this.#labels[i]!, this.#places[i]!]));
      return this.#byLabel.get(label);
    }
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#labels[middle]! < label) low = middle + 1;
      else high = middle;
    }
    return low < this.#count && this.#labels[low] === label ? this.#places[low] : undefined;
  }
}

function grown(numbers: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}

/** One value, the cursor behind it afterwards; undefined for what is none. */
function readValue(cursor: Cursor, depth: number): unknown {
  const { bytes } = cursor;
  skipBlanks(cursor);
  const start = cursor.at;
  const byte = bytes[start];
  if (byte === OPEN) return depth < MAX_NESTING ? readList(cursor, depth) : undefined;
  if (byte === QUOTE) return readText(cursor);
  if (isLetter(byte)) {
    while (isLetter(bytes[cursor.at]) || isDigit(bytes[cursor.at])) cursor.at++;
    const inner = readValue(cursor, depth + 1); // a typed value: its type says nothing more here
    return Array.isArray(inner) ? inner[0] : undefined;
  }
  while (cursor.at < bytes.length && !endsValue(bytes[cursor.at]!)) cursor.at++;
  const written = ascii(bytes, start, Math.min(cursor.at, start + 40)).trim();
  if (written === "$" || written === "*") return null;
  if (byte === HASH) return { type: REFERENCE, value: Number(written.slice(1)) };
  if (written.startsWith(".") && written.endsWith(".")) return { type: 3, value: written.slice(1, -1) };
  const number = written === "" ? Number.NaN : Number(written);
  return Number.isNaN(number) ? undefined : number;
}

function readList(cursor: Cursor, depth: number): unknown[] | undefined {
  const { bytes } = cursor;
  const list: unknown[] = [];
  cursor.at++;
  for (skipBlanks(cursor); bytes[cursor.at] !== CLOSE; skipBlanks(cursor)) {
    const value = readValue(cursor, depth + 1);
    if (value === undefined) return undefined;
    list.push(value);
    skipBlanks(cursor);
    if (bytes[cursor.at] === COMMA) cursor.at++;
    else if (bytes[cursor.at] !== CLOSE) return undefined;
  }
  cursor.at++;
  return list;
}

function readText(cursor: Cursor): unknown {
  const { bytes } = cursor;
  const start = ++cursor.at;
  while (cursor.at < bytes.length && (bytes[cursor.at] !== QUOTE || bytes[cursor.at + 1] === QUOTE)) {
    cursor.at += bytes[cursor.at] === QUOTE ? 2 : 1;
  }
  return { type: 1, value: ascii(bytes, start, cursor.at++) };
}

function endsValue(byte: number): boolean {
  return byte === COMMA || byte === CLOSE || byte === SEMICOLON || byte === OPEN || byte === QUOTE;
}
