// Keys of what is kept for a point from a time on: u32 number of the point, i64 epoch ms, both big-endian, so that LMDB's order is theirs.

const KEY_BYTES = 12;
const POINT_BYTES = 4;

/** Without a time: before all keys of the point. */
export function keyOf(point: number, atMs?: number): Buffer {
  const key = Buffer.allocUnsafe(atMs === undefined ? POINT_BYTES : KEY_BYTES);
  if (atMs !== undefined) return written(key, point, atMs);
  key.writeUInt32BE(point, 0);
  return key;
}

const passing = Buffer.alloc(KEY_BYTES);

/** The same, good until the next one is asked for: for a look-up that is over at once. */
export const passingKeyOf = (point: number, atMs: number): Buffer => written(passing, point, atMs);

function written(key: Buffer, point: number, atMs: number): Buffer {
  key.writeUInt32BE(point, 0);
  // The high word with its sign turned over, so that times before 1970 come first.
  key.writeUInt32BE((Math.floor(atMs / 2 ** 32) + 2 ** 31) >>> 0, POINT_BYTES);
  key.writeUInt32BE(atMs - Math.floor(atMs / 2 ** 32) * 2 ** 32, POINT_BYTES + 4);
  return key;
}

export const pointOf = (key: Uint8Array): number => wordAt(key, 0);

export const timeOf = (key: Uint8Array): number =>
  (wordAt(key, POINT_BYTES) - 2 ** 31) * 2 ** 32 + wordAt(key, POINT_BYTES + 4);

/** An unsigned number of four bytes. */
const wordAt = (key: Uint8Array, place: number): number =>
  key[place]! * 2 ** 24 + ((key[place + 1]! << 16) | (key[place + 2]! << 8) | key[place + 3]!);
