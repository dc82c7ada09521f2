// Model files: the versions of a district's model on the disk, each a directory and the texts of its models.
// Fed by    what a folder was loaded to
// Gives     directories by their keys, without reading models again
// M1  a version is named by its key, which is made of all that it holds: it never changes, and is written once
// M2  it is written under another name and then takes its own: there is never half of one
// M3  what is missing or broken is not there; what another program made is to be made anew from what it says of the district

import { mkdirSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Directory, type DirectoryParts, type ModelTexts } from "../../models/directory.ts";
import type { Finding } from "../../models/finding.ts";

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

/** The lengths of a directory and of its texts on the disk. */
interface Lengths {
  bytes: number;
  textBytes: number;
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
    mkdirSync(folder, { recursive: true });
  }

  /** Of those that are whole, in no order. */
  keys(): string[] {
    const names = readdirSync(this.folder).filter((name) => name.endsWith(".json"));
    return names.map((name) => name.slice(0, -".json".length)).filter((key) => KEY.test(key));
  }

  described(key: string): DescribedModel | undefined {
    return this.#whole(key);
  }

  async open(key: string): Promise<({ directory: Directory } & DescribedModel) | undefined> {
    const whole = this.#whole(key);
    const directory = whole && (await this.read({ key, ...whole }));
    return directory && { directory, about: whole.about, findings: whole.findings };
  }

  /** What was written, described or not; undefined where no program of this kind wrote it. */
  async read({ key, bytes }: WrittenModel): Promise<Directory | undefined> {
    const columns = await bytesIn(this.#path(key, "bin"), bytes);
    return Directory.open(columns, textsIn(this.#path(key, "texts")));
  }

  async save(parts: DirectoryParts, about: ModelAbout, findings: readonly Finding[]): Promise<void> {
    await this.describe(await this.write(parts), about, findings);
  }

  /** It is no version before it is described. What is there is looked at: it may be as long as it was, and damaged. */
  async write({ key, bytes, texts }: DirectoryParts): Promise<WrittenModel> {
    if (!this.#has(key, "texts", texts)) await write(this.#path(key, "texts"), texts);
    if (!this.#has(key, "bin", bytes)) await write(this.#path(key, "bin"), bytes);
    return { key, bytes: bytes.length, textBytes: texts.length };
  }

  async describe(
    { key, bytes, textBytes }: WrittenModel,
    about: ModelAbout,
    findings: readonly Finding[],
  ): Promise<void> {
    const text = Buffer.from(JSON.stringify(findings));
    const head: Head = { about, bytes, textBytes, findingBytes: text.length };
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
      const whole = described(readFileSync(this.#path(key, "json")));
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
function described(text: Buffer): Whole {
  const lineEnd = text.indexOf("\n");
  if (lineEnd < 0) {
    const { about, ...lengths } = JSON.parse(text.toString()) as OldHead;
    const { findings, ...rest } = about;
    return { about: rest, ...lengths, findings: () => findings };
  }
  const { findingBytes, ...head } = JSON.parse(text.toString("utf8", 0, lineEnd)) as Head;
  const findings = text.subarray(lineEnd + 1);
  if (findings.length !== findingBytes) throw new Error("the findings are not whole");
  return { ...head, findings: () => JSON.parse(findings.toString()) as Finding[] };
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
      if (bytesRead === 0) throw new Error(`${path} ends before byte ${length}`);
      from += bytesRead;
    }
    return bytes;
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
    if (from < start || to > end) {
      if (to - from > ahead.length) ahead = Buffer.allocUnsafe(to - from);
      const wanted = from === last ? Math.max(TEXT_BYTES, to - from) : to - from;
      // Nothing of it counts when reading throws.
      end = 0;
      const count = readSync(file, ahead, 0, wanted, from);
      [start, end] = [from, from + count];
      if (to > end) throw new Error(`${path} ends before byte ${to}`);
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
