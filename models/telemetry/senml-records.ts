// The records of a SenML pack, in their order: what one carries on to the next, and which readings come out.
// Fed by    the elements of a pack that is JSON, each of which may be anything
// Gives     readings, and an error for each record that is none
// S2  a record that cannot be read leaves the others of its pack as they are
// S3  a broken base field spoils the records after it, up to the next good one: none is read with a wrong name or time
//
// One pass, field by field, with nothing allocated for a record but its reading.

import {
  epochMs,
  MAX_UNIT_CHARS,
  type Naming,
  quoted,
  readingOf,
  type SenmlError,
  type SenmlPack,
  type SenmlReading,
} from "./senml-readings.ts";

const VERSION = 10;
/** Version 10 with feature 4, secondary units such as kWh (RFC 9100, section 3). */
const VERSION_WITH_SECONDARY_UNITS = 26;

const UNDERSCORE = 95;

/** Resolves and reads the records of a pack (RFC 8428, sections 4.1 to 4.6). */
export function decodeRecords(pack: readonly unknown[], receivedAtMs: number, { nameOf, maxChars }: Naming): SenmlPack {
  const records: SenmlReading[] = [];
  const errors: SenmlError[] = [];
  // The base fields in force. One that could not be read stands as undefined or NaN, which S3 relies on.
  let baseName: string | undefined = "";
  let baseUnit: string | undefined = "";
  let baseTimeS = 0;
  let baseValue = 0;

  for (let index = 0; index < pack.length; index++) {
    const record = pack[index];
    if (typeof record !== "object" || record === null || Array.isArray(record)) {
      errors.push({ code: "SENML_NOT_A_RECORD", record: index, reason: "A record is an object." });
      continue;
    }
    const fields = record as Record<string, unknown>;
    let name: unknown = "";
    let unit: unknown;
    let timeS: unknown = 0;
    let value: unknown;
    let quality: unknown;
    let values = 0;
    let ownFields = 0;
    let baseFields = 0;
    let hasSum = false;
    let error: SenmlError | undefined;

    for (const label in fields) {
      const field = fields[label];
      switch (label) {
        case "bn":
          baseName = typeof field === "string" ? field : undefined;
          baseFields++;
          break;
        case "bu":
          baseUnit = typeof field === "string" ? field : undefined;
          baseFields++;
          break;
        case "bt":
          baseTimeS = typeof field === "number" ? field : Number.NaN;
          baseFields++;
          break;
        case "bv":
          baseValue = typeof field === "number" ? field : Number.NaN;
          baseFields++;
          break;
        case "bver":
          if (!isVersionRead(field)) {
            errors.push({ code: "SENML_VERSION", record: index, reason: versionReason(field) });
            return { records, errors };
          }
          baseFields++;
          break;
        case "bs":
          if (typeof field !== "number") error = notANumber(label, index);
          baseFields++;
          break;
        case "n":
          name = field;
          ownFields++;
          break;
        case "u":
          unit = field;
          ownFields++;
          break;
        case "t":
          timeS = field;
          ownFields++;
          break;
        case "v":
          value = field;
          values++;
          ownFields++;
          break;
        case "vb":
          value = field === true ? 1 : field === false ? 0 : undefined;
          values++;
          ownFields++;
          break;
        case "vs":
        case "vd":
          value = undefined;
          values++;
          ownFields++;
          break;
        case "s":
        case "ut":
          if (typeof field !== "number") error = notANumber(label, index);
          hasSum ||= label === "s";
          ownFields++;
          break;
        case "quality":
          quality = field;
          break;
        default:
          if (label.charCodeAt(label.length - 1) === UNDERSCORE) {
            const reason = `The field ${quoted(label)} must be understood, and is not.`;
            error = { code: "SENML_FIELD", record: index, reason };
          }
      }
    }

    if (error !== undefined) {
      errors.push(error);
      continue;
    }
    // A record of base fields alone sets them for those that follow.
    if (ownFields === 0 && baseFields > 0 && index < pack.length - 1) continue;

    const point = typeof name === "string" && baseName !== undefined ? nameOf(baseName, name) : "";
    if (point === "" || point.length > maxChars) {
      errors.push({ code: "SENML_NO_NAME", record: index, reason: nameReason(point, maxChars) });
    } else if (values !== 1) {
      errors.push({ code: "SENML_NO_VALUE", record: index, reason: valuesReason(point, values, hasSum) });
    } else if (typeof value !== "number" || !Number.isFinite(value + baseValue)) {
      const reason = `${quoted(point)} has no finite number for a value.`;
      errors.push({ code: "SENML_VALUE_NOT_NUMERIC", record: index, reason });
    } else {
      const timeMs = typeof timeS === "number" ? epochMs(baseTimeS + timeS, receivedAtMs) : Number.NaN;
      const inUnit = unit === undefined ? baseUnit : unit;
      if (Number.isNaN(timeMs)) {
        const reason = `The time of ${quoted(point)} is not a time in seconds before the year 10000.`;
        errors.push({ code: "SENML_TIME", record: index, reason });
      } else if (typeof inUnit !== "string" || inUnit.length > MAX_UNIT_CHARS) {
        errors.push({
          code: "SENML_FIELD",
          record: index,
          reason: `The unit of ${quoted(point)} is not a short text.`,
        });
      } else records.push(readingOf(point, inUnit, value + baseValue, timeMs));
      if (quality !== undefined && errors.at(-1)?.record !== index) records.at(-1)!.quality = quality;
    }
  }
  return { records, errors };
}

function isVersionRead(version: unknown): boolean {
  if (typeof version !== "number" || !Number.isInteger(version) || version < 1) return false;
  return version <= VERSION || version === VERSION_WITH_SECONDARY_UNITS;
}

function notANumber(label: string, index: number): SenmlError {
  return { code: "SENML_FIELD", record: index, reason: `The field ${quoted(label)} is not a number.` };
}

function versionReason(version: unknown): string {
  const versions = `versions up to ${VERSION}, and ${VERSION_WITH_SECONDARY_UNITS}`;
  return typeof version === "number"
    ? `The pack is of version ${version}; ${versions} are read.`
    : `The version is not a number; ${versions} are read.`;
}

function nameReason(point: string, maxChars: number): string {
  return point === "" ? "The record names no point." : `The name has more than ${maxChars} characters.`;
}

function valuesReason(point: string, values: number, hasSum: boolean): string {
  if (values > 1) return `${quoted(point)} has ${values} values; a record has one.`;
  return hasSum ? `${quoted(point)} has a sum but no value.` : `${quoted(point)} has no value.`;
}
