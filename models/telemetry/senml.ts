// SenML: the packs that devices publish and are sent (RFC 8428, JSON representation).
// Fed by    the bytes of one message, and the time at which it was received
// Gives     readings, each with point, unit, value and time; and what could not be read, with its reason
// Must not  know twins or points, nor convert units: the gateway does, which knows the device
// S1  no bytes make it throw
// S4  encode, then decode, gives the same readings; S2 and S3 are those of senml-records.ts
//
// The same (point, time) twice in a pack is two readings, in their order: what is a duplicate and what a correction is
// for the twin to say, across packs as within one.

import { readPlainPack } from "./plain-pack.ts";
import {
  ABSOLUTE_BELOW_S,
  ABSOLUTE_FROM_S,
  POINTS_OF_DEVICE,
  quoted,
  type SenmlError,
  type SenmlPack,
  type SenmlReading,
} from "./senml-readings.ts";
import { decodeRecords } from "./senml-records.ts";

export const MAX_PACK_BYTES = 256 * 1024;
export const MAX_PACK_RECORDS = 1_000;

const utf8 = new TextDecoder("utf-8", { fatal: true });
const encoder = new TextEncoder();

/** Reads one pack. Relative times count from `receivedAtMs`; where it is NaN they are errors. Never throws. */
export function decodeSenml(bytes: Uint8Array, receivedAtMs: number, naming = POINTS_OF_DEVICE): SenmlPack {
  if (bytes.length > MAX_PACK_BYTES) {
    return refused("SENML_TOO_LARGE", `The pack has ${bytes.length} bytes; the limit is ${MAX_PACK_BYTES}.`);
  }
  const readings = readPlainPack(bytes, receivedAtMs, naming);
  if (readings && readings.length <= MAX_PACK_RECORDS) return { records: readings, errors: [] };
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return refused("SENML_NOT_JSON", "The pack is not UTF-8.");
  }
  let pack: unknown;
  try {
    pack = JSON.parse(text);
  } catch (error) {
    return refused("SENML_NOT_JSON", `The pack is not JSON: ${(error as Error).message}.`);
  }
  if (!Array.isArray(pack)) return refused("SENML_NOT_A_PACK", "A pack is an array of records.");
  if (pack.length === 0) return refused("SENML_NOT_A_PACK", "The pack is empty.");
  if (pack.length > MAX_PACK_RECORDS) {
    return refused("SENML_TOO_LARGE", `The pack has ${pack.length} records; the limit is ${MAX_PACK_RECORDS}.`);
  }
  return decodeRecords(pack, receivedAtMs, naming);
}

function refused(code: SenmlError["code"], reason: string): SenmlPack {
  return { records: [], errors: [{ code, reason }] };
}

/**
 * Writes one pack, its times absolute. Throws a RangeError for what would not be read again as it is: nothing at all, a
 * point without a name, a value that is not finite, or a time before 1978-07-04 (below that, SenML means relative times)
 * or after the year 9999.
 */
export function encodeSenml(readings: readonly SenmlReading[]): Uint8Array {
  const first = readings[0];
  if (first === undefined) throw new RangeError("A SenML pack has at least one reading.");
  const baseMs = first.timeMs;
  let text = `[{"bt":${baseMs / 1000},`;
  for (let index = 0; index < readings.length; index++) {
    const { point, unit, value, timeMs } = readings[index]!;
    const timeS = timeMs / 1000;
    const isTime = timeS >= ABSOLUTE_FROM_S && timeS < ABSOLUTE_BELOW_S;
    if (!isTime || !Number.isFinite(value) || point === "") {
      throw new RangeError(`SenML cannot say ${quoted(point)} = ${value} at ${timeMs} ms.`);
    }
    if (index > 0) text += ",{";
    text += `"n":${JSON.stringify(point)}`;
    if (unit !== undefined) text += `,"u":${JSON.stringify(unit)}`;
    if (timeMs !== baseMs) text += `,"t":${(timeMs - baseMs) / 1000}`;
    text += `,"v":${value}}`;
  }
  return encoder.encode(`${text}]`);
}
