// Where an export goes: to a file, or to standard output.
// W1  a file of an export that broke off is not left behind, and the one it was to replace stays

import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { type Readable, Transform, type TransformCallback, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";

const PROGRESS_BYTES = 1_000_000;

/** Writes to the file, or without one to `stdout`. False when whoever reads our output had enough: `quartier history export | head`. */
export async function writeOut(
  from: Readable,
  out: string | undefined,
  stdout: Writable,
  progress: (bytes: number) => void,
): Promise<boolean> {
  const partial = `${out}.partial`;
  try {
    if (out === undefined) await pipeline(from, counting(progress), stdout, { end: false });
    else {
      await pipeline(from, counting(progress), createWriteStream(partial));
      await rename(partial, out);
    }
    return true;
  } catch (error) {
    if (out !== undefined) await rm(partial, { force: true });
    if ((error as NodeJS.ErrnoException).code === "EPIPE") return false;
    throw error;
  }
}

/** Passes bytes on, and says now and then how many they were. */
export function counting(progress: (bytes: number) => void): Transform {
  let bytes = 0;
  let said = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback) {
      bytes += chunk.length;
      if (bytes - said >= PROGRESS_BYTES) {
        said = bytes;
        progress(bytes);
      }
      done(null, chunk);
    },
  });
}

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
