// Model files: the versions of a district's model on the disk, each a directory and the texts of its models.
// Fed by    what a folder was loaded to
// Gives     directories by their keys, without reading models again
// M1  a version is named by its key, which is made of all that it holds: it never changes, and is written once
// M2  it is written under another name and then takes its own: there is never half of one
// M3  what is missing or cut off is not there; what another program made is to be made anew from what it says of the district
// M4  what is as long as it was, and damaged, is MODEL_DAMAGED: as soon as it cannot be read, or when all of it is looked through, which is
//     for whoever has the time (a start has it behind its open door)

import { openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { Directory, type DirectoryParts, type ModelTexts } from "../../models/directory.ts";
import type { Finding } from "../../models/finding.ts";
import { QuartierError } from "../errors.ts";
import { makeFolder } from "../store/folder.ts";

/** Looked through at a time: a quarter of a millisecond. */
const SUMMED_BYTES = 1024 * 1024;
/** So long is hardly any text of a model. */
const TEXT_BYTES = 65_536;
const KEY = /^[0-9a-f]{16}$/;

/** What is known of a version beside its directory. */
export interface ModelAbout {
  district: string;
  /** What tells the program that made it. */
  program: string;
  /** Epoch ms of the wall clock. */
  loadedAt: number;
  twins: number;
}

export interface DescribedModel {
  about: ModelAbout;
  /** Read when they are asked for: they may be ten thousand, and whoever starts waits for the rest. */
  findings: () => Finding[];
}

/** The lengths of a directory and of its texts on the disk, and the CRC-32 of each, which earlier programs left out. */
interface Lengths {
  bytes: number;
  textBytes: number;
  sum?: number;
  textSum?: number;
}

/** The first line of a description; its findings are the rest. */
interface Head extends Lengths {
  about: ModelAbout;
  /** Of the findings. */
  findingBytes: number;
}

/** As earlier programs wrote all into one line. */
interface OldHead extends Lengths {
  about: ModelAbout & { findings: Finding[] };
}

type Whole = DescribedModel & Lengths;

export interface WrittenModel extends Lengths {
  key: string;
}

export class ModelFiles {
  readonly folder: string;

  /** `folder`: of their own; made when it is not there. */
  constructor(folder: string) {
    this.folder = folder;
    makeFolder(folder);
  }

  /** Of those that are whole, in no order. */
  keys(): string[] {
    const names = readdirSync(this.folder).filter((name) => name.endsWith(".json"));
    return names.map((name) => name.slice(0, -".json".length)).filter((key) => KEY.test(key));
  }

  described(key: string): DescribedModel | undefined {
    return this.#whole(key);
  }

  /**
   * Looks through all of a version, while others have their turn; what is not described is not looked at.
   *
   * @throws QuartierError MODEL_DAMAGED
   */
  async demandSound(key: string): Promise<void> {
    const { sum, textSum } = this.#whole(key) ?? {};
    for (const [what, wanted] of [["bin", sum] as const, ["texts", textSum] as const]) {
      const path = this.#path(key, what);
      if (wanted !== undefined && (await sumOf(path)) !== wanted)
        throw damaged(path, "it is not what was written there");
    }
  }

  async open(key: string): Promise<({ directory: Directory } & DescribedModel) | undefined> {
    const whole = this.#whole(key);
    const directory = whole && (await this.read({ key, ...whole }));
    return directory && { directory, about: whole.about, findings: whole.findings };
  }

  /** What was written, described or not; undefined where no program of this kind wrote it. */
  async read({ key, bytes }: WrittenModel): Promise<Directory | undefined> {
    const [path, textPath] = [this.#path(key, "bin"), this.#path(key, "texts")];
    const columns = await bytesIn(path, bytes);
    const directory = opened(path, () =>
      Directory.open(columns, textsIn(textPath), ({ message }) => damaged(textPath, message)),
    );
    if (directory && directory.key !== key) throw damaged(path, `it says that it is ${directory.key}`);
    return directory;
  }

  async save(parts: DirectoryParts, about: ModelAbout, findings: readonly Finding[]): Promise<void> {
    await this.describe(await this.write(parts), about, findings);
  }

  /** It is no version before it is described. What is there is looked at: it may be as long as it was, and damaged. */
  async write({ key, bytes, texts }: DirectoryParts): Promise<WrittenModel> {
    if (!this.#has(key, "texts", texts)) await write(this.#path(key, "texts"), texts);
    if (!this.#has(key, "bin", bytes)) await write(this.#path(key, "bin"), bytes);
    return { key, bytes: bytes.length, textBytes: texts.length, sum: crc32(bytes), textSum: crc32(texts) };
  }

  async describe({ key, ...lengths }: WrittenModel, about: ModelAbout, findings: readonly Finding[]): Promise<void> {
    const text = Buffer.from(JSON.stringify(findings));
    const head: Head = { about, ...lengths, findingBytes: text.length };
    // Last: where it stands, the others are whole.
    await write(this.#path(key, "json"), Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), text]));
  }

  async drop(key: string): Promise<void> {
    for (const what of ["json", "bin", "texts"] as const) await rm(this.#path(key, what), { force: true });
  }

  /** Undefined when a file of it is missing, or not as long as it was. */
  #whole(key: string): Whole | undefined {
    if (!KEY.test(key)) return undefined;
    try {
      const path = this.#path(key, "json");
      const whole = described(readFileSync(path), path);
      const isWhole = this.#bytesOf(key, "bin") === whole.bytes && this.#bytesOf(key, "texts") === whole.textBytes;
      return isWhole ? whole : undefined;
    } catch {
      return undefined;
    }
  }

  #has(key: string, what: "bin" | "texts", bytes: Uint8Array): boolean {
    return this.#bytesOf(key, what) === bytes.length && readFileSync(this.#path(key, what)).equals(bytes);
  }

  #bytesOf(key: string, what: "bin" | "texts"): number | undefined {
    return statSync(this.#path(key, what), { throwIfNoEntry: false })?.size;
  }

  #path(key: string, what: "json" | "bin" | "texts"): string {
    return join(this.folder, `${key}.${what}`);
  }
}

/** Throws for what is no description, or not whole. */
function described(text: Buffer, path: string): Whole {
  const lineEnd = text.indexOf("\n");
  if (lineEnd < 0) {
    const { about, ...lengths } = JSON.parse(text.toString()) as OldHead;
    const { findings, ...rest } = about;
    return { about: rest, ...lengths, findings: () => findings };
  }
  const { findingBytes, ...head } = JSON.parse(text.toString("utf8", 0, lineEnd)) as Head;
  const findings = text.subarray(lineEnd + 1);
  if (findings.length !== findingBytes) throw new Error("the findings are not whole");
  return { ...head, findings: () => opened(path, () => JSON.parse(findings.toString()) as Finding[]) };
}

function damaged(path: string, message: string): QuartierError {
  return new QuartierError("MODEL_DAMAGED", `the file ${path} of the model is damaged: ${message}`);
}

/** What is made of a file, when it can be. */
function opened<T>(path: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    throw damaged(path, (error as Error).message);
  }
}

async function sumOf(path: string): Promise<number> {
  const file = await open(path, "r");
  try {
    const piece = Buffer.allocUnsafe(SUMMED_BYTES);
    for (let sum = 0; ; ) {
      const { bytesRead } = await file.read(piece, 0, SUMMED_BYTES);
      if (bytesRead === 0) return sum;
      sum = crc32(piece.subarray(0, bytesRead), sum);
    }
  } catch (error) {
    throw damaged(path, (error as Error).message);
  } finally {
    await file.close();
  }
}

/** All of a large file in one piece, read while this program does something else. */
async function bytesIn(path: string, length: number): Promise<Uint8Array> {
  const file = await open(path, "r");
  try {
    // Shared memory, as V8 reckons any other with its heap, and collects that whenever a large piece is made: three times as a district of
    // a million twins starts.
    const bytes = Buffer.from(new SharedArrayBuffer(length));
    for (let from = 0; from < length; ) {
      const { bytesRead } = await file.read(bytes, from, length - from, from);
      if (bytesRead === 0) throw new Error(`it ends before byte ${length}`);
      from += bytesRead;
    }
    return bytes;
  } catch (error) {
    throw damaged(path, (error as Error).message);
  } finally {
    await file.close();
  }
}

/** The texts of models, each read when it is asked for; the file stays open. Whoever asks for one after the other gets them from one reading. */
function textsIn(path: string): ModelTexts {
  const file = openSync(path, "r");
  let ahead = Buffer.allocUnsafe(TEXT_BYTES);
  let [start, end, last] = [0, 0, 0];
  return (from, to) => {
    if (from > to) throw damaged(path, `no text is from byte ${from} to ${to}`);
    if (from < start || to > end) {
      if (to - from > ahead.length) ahead = Buffer.allocUnsafe(to - from);
      const wanted = from === last ? Math.max(TEXT_BYTES, to - from) : to - from;
      // Nothing of it counts when reading throws.
      end = 0;
      const count = opened(path, () => readSync(file, ahead, 0, wanted, from));
      [start, end] = [from, from + count];
      if (to > end) throw damaged(path, `it ends before byte ${to}`);
    }
    last = to;
    return ahead.toString("utf8", from - start, to - start);
  };
}

/** On the disk when it resolves. */
export async function write(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(`${path}.new`, "w", 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}
