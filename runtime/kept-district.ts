// The kept district: what a folder was loaded to, beside the store, so that a start need not read its models again.
// Fed by    the version of the model that a load gave, with the stamps of all files that were asked for
// Gives     the same, as long as nothing of it changed: neither a file, nor the program that read it
// K1  it is only ever a copy: where it is missing, broken, old or of another folder, the models are read
// K2  what it names is one of the versions of the model (versions/model-files.ts)

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Directory } from "../models/directory.ts";
import type { Finding } from "../models/finding.ts";
import { ModelFiles, write } from "./versions/model-files.ts";

const FILE = "district.json";
/** Folder of the versions of the model, beside it. */
export const MODELS = "models";

/** Where what a model becomes is decided, from the folder of this file. */
const DECIDING = ["../models", "../twins"];
/** Versions of the packages that read models. */
const PACKAGES = ["../package.json", "../../package.json"];

/** What changes with every change of a file: size, times, its place on the disk; null where there is none. */
export type Stamp = string | null;
/** By path, as the district names it. */
export type Stamps = ReadonlyMap<string, Stamp>;

export interface KeptDistrict {
  directory: Directory;
  findings: () => Finding[];
}

interface Said {
  folder: string;
  program: string;
  files: [path: string, stamp: Stamp][];
  version: string;
}

export function stampOf(path: string): Stamp {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat ? [stat.size, stat.mtimeNs, stat.ctimeNs, stat.dev, stat.ino].join(" ") : null;
}

/** Undefined where the models of `folder` are to be read. */
export async function readKept(dataDir: string, folder: string): Promise<KeptDistrict | undefined> {
  try {
    const said = JSON.parse(readFileSync(join(dataDir, FILE), "utf8")) as Said;
    if (said.folder !== resolve(folder) || said.program !== programText()) return undefined;
    if (said.files.some(([path, stamp]) => stampOf(join(folder, path)) !== stamp)) return undefined;
    const found = await new ModelFiles(join(dataDir, MODELS)).open(said.version);
    return found?.about.program === said.program ? { directory: found.directory, findings: found.findings } : undefined;
  } catch {
    return undefined;
  }
}

/** `version`: of the model, which `folder` was loaded to. */
export async function keep(
  dataDir: string,
  folder: string,
  files: Iterable<[path: string, stamp: Stamp]>,
  version: string,
): Promise<void> {
  const said: Said = { folder: resolve(folder), program: programText(), files: [...files], version };
  await write(join(dataDir, FILE), Buffer.from(JSON.stringify(said)));
}

/** What `programText` would be, said by the build where it made the program (.bundle.mjs): the files are hundreds. */
declare const PROGRAM_TEXT: string | undefined;

/** What tells this program from one that might make something else of the same models: a hash of the text that decides on it. */
export function programText(): string {
  known ??= typeof PROGRAM_TEXT === "undefined" ? hashOfProgram() : PROGRAM_TEXT;
  return known;
}

let known: string | undefined;

function hashOfProgram(): string {
  const hash = createHash("sha256");
  const here = fileURLToPath(new URL(".", import.meta.url));
  for (const folder of DECIDING) {
    const names = readdirSync(join(here, folder), { recursive: true, encoding: "utf8" });
    for (const name of names.filter((each) => /\.[jt]s$/.test(each)).sort()) {
      hash
        .update(name)
        .update("\0")
        .update(readFileSync(join(here, folder, name)))
        .update("\0");
    }
  }
  for (const name of PACKAGES) {
    if (statSync(join(here, name), { throwIfNoEntry: false })) hash.update(readFileSync(join(here, name)));
  }
  return hash.digest("hex");
}
