// Folders of the data: made where they are missing; what is in the way has a name.
// Fed by    the path that somebody gave, or one below it
// Gives     a folder; DATA_FOLDER_UNUSABLE where there can be none, and what writing.ts says where the disk is at fault
// F1  each folder is made by itself: Node.js asks for ever where the system says that a folder which is there is not (/proc)

import { mkdirSync, statSync } from "node:fs";
import { constants } from "node:os";
import { dirname, resolve } from "node:path";
import { QuartierError } from "../errors.ts";
import { writeFailure } from "./writing.ts";

const { ENOSPC, EDQUOT, EIO, EFBIG } = constants.errno;
/** The folder is as it should be, and its disk is not. */
const OF_THE_DISK: readonly number[] = [ENOSPC, EDQUOT, EIO, EFBIG];

/** @throws QuartierError DATA_FOLDER_UNUSABLE, STORE_FULL, STORE_UNWRITABLE */
export function makeFolder(folder: string): void {
  try {
    const missing: string[] = [];
    for (let at = resolve(folder); !isFolder(at); at = dirname(at)) missing.push(at);
    for (const each of missing.reverse()) mkdirSync(each);
  } catch (error) {
    throw folderFailure(folder, error);
  }
}

function isFolder(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() === false) throw new Error(`${path} is a file`);
  return found !== undefined;
}

/** What the file system said of a folder, or of a file in it, by its name in the catalogue. */
export function folderFailure(folder: string, error: unknown): QuartierError {
  const { message, errno = 0 } = error as NodeJS.ErrnoException;
  if (OF_THE_DISK.includes(-errno)) return writeFailure(folder, message, -errno);
  return new QuartierError("DATA_FOLDER_UNUSABLE", `the data cannot be kept in ${folder}: ${message}`);
}
