// SenML readings: what comes out of a pack, and the rules of RFC 8428 by which a record becomes one, whoever reads it.
// Gives     names, times and units as they are resolved, and the errors there may be; plain-pack.ts and senml-records.ts read by them

import { COLON } from "../characters.ts";

/** One value of one point, in the device's own unit (absent: the device did not say it), at a time in epoch milliseconds. */
export interface SenmlReading {
  point: string;
  unit?: string;
  value: number;
  timeMs: number;
  /** The field `quality`, which is none of RFC 8428: history in files has it, devices mean nothing by it. */
  quality?: unknown;
}

type SenmlCode =
  | "SENML_TOO_LARGE" // above a limit of senml.ts
  | "SENML_NOT_JSON" // not UTF-8, or not JSON
  | "SENML_NOT_A_PACK" // no array, or an empty one
  | "SENML_NOT_A_RECORD" // an element that is no object
  | "SENML_VERSION" // a version or a feature that this does not read
  | "SENML_FIELD" // a field that must be understood, or one of the wrong type
  | "SENML_NO_NAME"
  | "SENML_NO_VALUE"
  | "SENML_VALUE_NOT_NUMERIC"
  | "SENML_TIME";

export interface SenmlError {
  code: SenmlCode;
  /** Index of the record in the pack; absent when it is the whole pack. */
  record?: number;
  reason: string;
}

export interface SenmlPack {
  records: SenmlReading[];
  errors: SenmlError[];
}

const MAX_NAME_CHARS = 256;
export const MAX_UNIT_CHARS = 256;
/** Times below this many seconds are relative to now (RFC 8428, section 4.5.3). */
export const ABSOLUTE_FROM_S = 2 ** 28;
/** 10000-01-01: a time beyond it is most likely in milliseconds. */
export const ABSOLUTE_BELOW_S = 253_402_300_800;

const SLASH = 47;

/** How the name of a record is made of its base name and its own. */
export interface Naming {
  nameOf: (baseName: string, name: string) => string;
  maxChars: number;
}

/** In packs of devices: the subject has said which device it is. */
export const POINTS_OF_DEVICE: Naming = { nameOf: pointOf, maxChars: MAX_NAME_CHARS };

/** In no unit when that is empty: the device did not say it. */
export function readingOf(point: string, unit: string, value: number, timeMs: number): SenmlReading {
  return unit === "" ? { point, value, timeMs } : { point, unit, value, timeMs };
}

/**
 * The name of a record is its base name and its own, put together (RFC 8428, section 4.5.1). What names the device in the
 * base name (`dev-17/`, `urn:dev:ow:10e2073a01080063:`) is left out: the subject has said it. `n` stays as it is: the
 * point may be an OBIS code such as `1-0:1.8.0`.
 */
function pointOf(baseName: string, name: string): string {
  if (baseName === "") return name;
  const first = name.charCodeAt(0);
  if (first === SLASH || first === COLON) return name.slice(1);
  return baseName.slice(Math.max(baseName.lastIndexOf("/"), baseName.lastIndexOf(":")) + 1) + name;
}

/** Epoch milliseconds of a SenML time, or NaN when it is none. */
export function epochMs(timeS: number, receivedAtMs: number): number {
  if (timeS >= ABSOLUTE_BELOW_S || timeS <= -ABSOLUTE_BELOW_S) return Number.NaN;
  // A base time and an offset may add up to a little less than the whole milliseconds that they mean.
  const timeMs = Math.round(timeS * 1000);
  return timeMs >= ABSOLUTE_FROM_S * 1000 ? timeMs : Math.round(receivedAtMs + timeS * 1000);
}

/** A text of a device inside a reason: short, and escaped. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}
