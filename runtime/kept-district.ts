// The kept district: what a folder was loaded to, beside the store, so that a start need not read its models again.
// Fed by    the directory and the findings of a load, with the stamps of all files that were asked for
// Gives     the same, as long as nothing of it changed: neither a file, nor the program that read it
// K1  it is only ever a copy: where it is missing, broken, old or of another folder, the models are read
// K2  it is written under another name and then takes the place of the last one: there is never half of it

import { createHash, randomUUID } from "node:crypto";
import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { decodeColumns, encodeColumns } from "../models/columns.ts";
import { Directory, type DirectoryParts, type ModelTexts } from "../models/directory.ts";
import type { Finding } from "../models/finding.ts";

const FILE = "district.bin";
/** Beside it, what the models of its twins say. */
const TEXTS = /^district-.*\.texts$/;
/** So long is hardly any. */
const TEXT_BYTES = 65_536;

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
  findings: Finding[];
}

interface Said {
  folder: string;
  program: string;
  files: [path: string, stamp: Stamp][];
  findings: Finding[];
  texts: { file: string; bytes: number };
}

export function stampOf(path: string): Stamp {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat ? [stat.size, stat.mtimeNs, stat.ctimeNs, stat.dev, stat.ino].join(" ") : null;
}

/** Undefined where the models of `folder` are to be read. */
export function readKept(dataDir: string, folder: string): KeptDistrict | undefined {
  try {
    const kept = decodeColumns<Said>(readFileSync(join(dataDir, FILE)));
    if (!kept || kept.said.folder !== resolve(folder) || kept.said.program !== programText()) return undefined;
    if (kept.said.files.some(([path, stamp]) => stampOf(join(folder, path)) !== stamp)) return undefined;
    const texts = textsIn(join(dataDir, kept.said.texts.file), kept.said.texts.bytes);
    const directory = texts && Directory.open(kept.columns.directory as Uint8Array, texts);
    return directory && { directory, findings: kept.said.findings };
  } catch {
    return undefined;
  }
}

/** The texts of models, each read when it is asked for; the file stays open. Undefined when it is not whole. */
function textsIn(path: string, bytes: number): ModelTexts | undefined {
  const file = openSync(path, "r");
  if (fstatSync(file).size !== bytes) {
    closeSync(file);
    return undefined;
  }
  let text = Buffer.allocUnsafe(TEXT_BYTES);
  return (from, to) => {
    if (to - from > text.length) text = Buffer.allocUnsafe(to - from);
    const read = readSync(file, text, 0, to - from, from);
    if (read < to - from) throw new Error(`${path} ends before byte ${to}`);
    return text.toString("utf8", 0, read);
  };
}

/** `findings`: of the load. */
export async function keep(
  dataDir: string,
  folder: string,
  files: Stamps,
  { bytes, texts }: DirectoryParts,
  findings: Finding[],
): Promise<void> {
  const before = readdirSync(dataDir).filter((name) => TEXTS.test(name));
  const file = `district-${randomUUID()}.texts`;
  const said: Said = {
    ...{ folder: resolve(folder), program: programText(), files: [...files], findings },
    texts: { file, bytes: texts.length },
  };
  await write(join(dataDir, file), texts);
  await write(join(dataDir, `${FILE}.new`), encodeColumns({ directory: bytes }, said));
  await rename(join(dataDir, `${FILE}.new`), join(dataDir, FILE));
  for (const name of before) await rm(join(dataDir, name));
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "w", 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** What tells this program from one that might make something else of the same models: a hash of the text that decides on it. */
function programText(): string {
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
