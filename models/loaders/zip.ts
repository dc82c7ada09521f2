// Zip archives: the files in one, for formats that come packed (.ifczip, zipped CIM profiles).
// Source    PKWARE APPNOTE 6.3.10: end of central directory, central directory, stored and deflated entries
// Z1  no archive makes it unpack more than MAX_UNPACKED_BYTES, whatever its directory claims

import { inflateRawSync } from "node:zlib";

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

export interface ZipEntry {
  name: string;
  method: number;
  encrypted: boolean;
  packedBytes: number;
  offset: number;
}

export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);
}

/** Why an entry cannot be unpacked. */
export class ZipError extends Error {
  readonly tooLarge: boolean;

  constructor(message: string, tooLarge = false) {
    super(message);
    this.tooLarge = tooLarge;
  }
}

/**
 * The bytes of one entry of an archive.
 * @throws ZipError when it is encrypted, cut off, packed in another way, or larger than `maxBytes`
 */
export function unpack(bytes: Uint8Array, entry: ZipEntry, maxBytes = MAX_UNPACKED_BYTES): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (entry.encrypted) throw new ZipError(`${entry.name} is encrypted`);
  try {
    if (view.getUint32(entry.offset, true) !== LOCAL_SIGNATURE)
      throw new ZipError("its header is not where the directory says");
    const start =
      entry.offset + LOCAL_LENGTH + view.getUint16(entry.offset + 26, true) + view.getUint16(entry.offset + 28, true);
    if (start + entry.packedBytes > bytes.length) throw new ZipError("the archive is cut off");
    const packed = bytes.subarray(start, start + entry.packedBytes);
    if (entry.method === STORED) return packed;
    if (entry.method !== DEFLATED) throw new ZipError(`its compression method ${entry.method} is not known`);
    return new Uint8Array(inflateRawSync(packed, { maxOutputLength: maxBytes }));
  } catch (error) {
    if (error instanceof ZipError) throw error;
    const tooLarge = error instanceof RangeError && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
    if (tooLarge) throw new ZipError(`it unpacks to more than ${maxBytes} bytes`, true);
    throw new ZipError(error instanceof Error ? error.message : String(error));
  }
}

/** The files that the central directory lists; undefined when there is no directory. */
export function zipEntries(bytes: Uint8Array): ZipEntry[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  if (end === undefined) return undefined;
  const count = Math.min(view.getUint16(end + 10, true), MAX_ENTRIES);
  let at = view.getUint32(end + 16, true);
  const entries: ZipEntry[] = [];
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
