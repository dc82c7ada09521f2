// Values that shapes and curves take from files.
// Fed by    the arrays of general objects that name a file, and their properties csvfile, sngfile, dblfile
// Gives     count, least, greatest and mean of the values; the file's name stands beside them
// F1  values that the script writes out are kept; those of a file are not repeated: a district has hundreds of them
// F2  packed files hold numbers of 4 or 8 bytes, least byte first

import type { Attributes, Json } from "../../district.ts";
import { decodePlainText } from "../plain-text.ts";
import type { OpenDssFindings } from "./findings.ts";
import { numberOf } from "./inline-math.ts";
import { type Assignment, type DssObject, fullName, numberAt, placeText } from "./objects.ts";
import type { Scripts } from "./scripts.ts";
import { rowsOf } from "./tokens.ts";

/** Numbers of one array that is written out in a script. */
const MAX_KEPT_VALUES = 10_000;
/** What packed files are read up to. */
const MAX_PACKED_BYTES = 64 * 1024 * 1024;

const FILE_PROPERTIES: Record<string, "text" | "singles" | "doubles"> = {
  csvfile: "text",
  pqcsvfile: "text",
  sngfile: "singles",
  dblfile: "doubles",
};

interface FileReference {
  file: string;
  packed: "text" | "singles" | "doubles";
  column: number;
}

/** The attributes that take the place of arrays from files, or of very long ones. */
export async function shapeAttributes(
  object: DssObject,
  scripts: Scripts,
  findings: OpenDssFindings,
): Promise<Attributes> {
  const attributes: Attributes = {};
  for (const assignment of object.last.values()) {
    const { property, value, place } = assignment;
    const reference = referenceOf(object, assignment);
    if (reference) {
      const found = await scripts.read(reference.file, place);
      const values = found && valuesOf(found.bytes, reference, object, placeText(place), findings);
      attributes[property.attribute] = { ...said(value), ...(values ? summaryOf(values) : {}) };
    } else if (Array.isArray(value) && value.length > MAX_KEPT_VALUES) {
      const numbers = value.filter((each) => typeof each === "number");
      attributes[property.attribute] = summaryOf(numbers);
      const message = `${property.name} of ${fullName(object)} has ${value.length} values; ${MAX_KEPT_VALUES} are the limit`;
      findings.add("OPENDSS_SHAPE_LONG", placeText(place), message);
    }
  }
  return attributes;
}

function referenceOf(object: DssObject, { property, value }: Assignment): FileReference | undefined {
  if (Object.hasOwn(FILE_PROPERTIES, property.key) && typeof value === "string" && value !== "") {
    // Without a fixed interval a line holds the hour, then the value.
    const column = numberAt(object, "interval") === 0 ? 2 : 1;
    return { file: value, packed: FILE_PROPERTIES[property.key]!, column };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value) || typeof value.file !== "string")
    return undefined;
  const packed = value.packed === "singles" || value.packed === "doubles" ? value.packed : "text";
  return { file: value.file, packed, column: typeof value.column === "number" ? value.column : 1 };
}

function said(value: Json): Attributes {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : { file: value };
}

function valuesOf(
  bytes: Uint8Array,
  { file, packed, column }: FileReference,
  object: DssObject,
  at: string,
  findings: OpenDssFindings,
): number[] {
  if (packed !== "text") return packedValues(bytes, packed === "singles" ? 4 : 8);
  const values: number[] = [];
  const broken: number[] = [];
  for (const [index, line] of decodePlainText(bytes)
    .text.split(/\r\n|\n|\r/)
    .entries()) {
    if (line.trim() === "") continue;
    const cell = rowsOf(line).flat()[column - 1];
    const value = cell && numberOf(cell);
    if (value !== undefined) values.push(value);
    // The first line may name the columns.
    else if (index > 0) broken.push(index + 1);
  }
  if (broken.length > 0) {
    const message = `${broken.length} lines of ${file} (${fullName(object)}) are no numbers, the first is line ${broken[0]}`;
    findings.add("OPENDSS_SHAPE", at, message);
  }
  return values;
}

function packedValues(bytes: Uint8Array, size: 4 | 8): number[] {
  const length = Math.min(bytes.length, MAX_PACKED_BYTES);
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  return Array.from({ length: Math.floor(length / size) }, (_, index) => {
    return size === 4 ? view.getFloat32(4 * index, true) : view.getFloat64(8 * index, true);
  }).filter(Number.isFinite);
}

function summaryOf(values: readonly number[]): Attributes {
  if (values.length === 0) return { points: 0 };
  let [min, max, sum] = [Infinity, -Infinity, 0];
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
  }
  return { points: values.length, min, max, mean: sum / values.length };
}
