// Zip archives for tests: stored or deflated entries, with a central directory, and checksums of zero, which no reader here checks.

import { deflateRawSync } from "node:zlib";

export function zipOf(files: Readonly<Record<string, Uint8Array | string>>, isStored = false): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const plain = typeof content === "string" ? Buffer.from(content) : content;
    const packed = isStored ? plain : deflateRawSync(plain);
    const label = Buffer.from(name);
    const header = Buffer.alloc(26);
    header.writeUInt16LE(20, 0);
    header.writeUInt16LE(isStored ? 0 : 8, 4);
    header.writeUInt32LE(packed.length, 14);
    header.writeUInt32LE(plain.length, 18);
    header.writeUInt16LE(label.length, 22);
    parts.push(Buffer.from([0x50, 0x4b, 3, 4]), header, label, packed);
    const entry = Buffer.alloc(14);
    entry.writeUInt32LE(offset, 10);
    directory.push(Buffer.from([0x50, 0x4b, 1, 2, 20, 0]), header, entry, label);
    offset += 4 + header.length + label.length + packed.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  const count = Object.keys(files).length;
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}
