// Takes the one model out of an .ifczip.
// Fed by    models/loaders/ifc.ts
// Gives     the bytes of the model, or findings
// Source    PKWARE APPNOTE 6.3.10: end of central directory, central directory, stored and deflated entries
// Z1  no archive makes it unpack more than MAX_UNPACKED_BYTES, whatever its directory claims

import { inflateRawSync } from "node:zlib";
import type { IfcFindings } from "./findings.ts";

export const MAX_UNPACKED_BYTES = 512 * 1024 * 1024;
const MAX_ENTRIES = 10_000;

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const END_LENGTH = 22;
const ENTRY_LENGTH = 46;
const LOCAL_LENGTH = 30;
const MAX_COMMENT_LENGTH = 0xffff;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;

interface Entry {
  name: string;
  method: number;
  encrypted: boolean;
  packedBytes: number;
  offset: number;
}

export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);
}

/** The model inside the archive; undefined with a finding when there is none, or more than one, or it cannot be read. */
export function unpackIfc(bytes: Uint8Array, findings: IfcFindings): Uint8Array | undefined {
  const fail = (message: string): undefined => {
    findings.add("IFC_ZIP_UNREADABLE", "", message);
    return undefined;
  };
  const entries = readDirectory(bytes);
  if (!entries) return fail("the archive has no readable directory");
  const models = entries.filter(
    ({ name }) => /\.(ifc|ifcxml|xml)$/i.test(name) && !/(^|\/)(__MACOSX\/|\._)/.test(name),
  );
  const model = models.find(({ name }) => /\.ifc$/i.test(name)) ?? models[0];
  if (!model) return fail("there is no .ifc or .ifcxml file in the archive");
  if (models.length > 1) fail(`the archive holds ${models.length} models; ${model.name} was read`);
  if (model.encrypted) return fail(`${model.name} is encrypted`);
  return unpack(bytes, model, findings);
}

function unpack(bytes: Uint8Array, entry: Entry, findings: IfcFindings): Uint8Array | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (view.getUint32(entry.offset, true) !== LOCAL_SIGNATURE)
      throw new Error("its header is not where the directory says");
    const start =
      entry.offset + LOCAL_LENGTH + view.getUint16(entry.offset + 26, true) + view.getUint16(entry.offset + 28, true);
    if (start + entry.packedBytes > bytes.length) throw new Error("the archive is cut off");
    const packed = bytes.subarray(start, start + entry.packedBytes);
    if (entry.method === STORED) return packed;
    if (entry.method !== DEFLATED) throw new Error(`its compression method ${entry.method} is not known`);
    return new Uint8Array(inflateRawSync(packed, { maxOutputLength: MAX_UNPACKED_BYTES }));
  } catch (error) {
    const tooLarge = error instanceof RangeError && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
    if (tooLarge) findings.add("IFC_TOO_LARGE", entry.name, `it unpacks to more than ${MAX_UNPACKED_BYTES} bytes`);
    else findings.add("IFC_ZIP_UNREADABLE", entry.name, error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

/** The files that the central directory lists; undefined when there is no directory. */
function readDirectory(bytes: Uint8Array): Entry[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  if (end === undefined) return undefined;
  const count = Math.min(view.getUint16(end + 10, true), MAX_ENTRIES);
  let at = view.getUint32(end + 16, true);
  const entries: Entry[] = [];
  while (entries.length < count && at + ENTRY_LENGTH <= bytes.length && view.getUint32(at, true) === ENTRY_SIGNATURE) {
    const nameLength = view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(bytes.subarray(at + ENTRY_LENGTH, at + ENTRY_LENGTH + nameLength));
    entries.push({
      name,
      method: view.getUint16(at + 10, true),
      encrypted: (view.getUint16(at + 8, true) & ENCRYPTED) !== 0,
      packedBytes: view.getUint32(at + 20, true),
      offset: view.getUint32(at + 42, true),
    });
    at += ENTRY_LENGTH + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

function findEnd(view: DataView): number | undefined {
  const lowest = Math.max(0, view.byteLength - END_LENGTH - MAX_COMMENT_LENGTH);
  for (let at = view.byteLength - END_LENGTH; at >= lowest; at--)
    if (view.getUint32(at, true) === END_SIGNATURE) return at;
  return undefined;
}
