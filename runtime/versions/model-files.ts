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
  findings: Finding[];
}

/** The lengths of a directory and of its texts on the disk. */
interface Lengths {
  bytes: number;
  textBytes: number;
}

interface Whole extends Lengths {
  about: ModelAbout;
}

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

  about(key: string): ModelAbout | undefined {
    return this.#whole(key)?.about;
  }

  async open(key: string): Promise<{ directory: Directory; about: ModelAbout } | undefined> {
    const whole = this.#whole(key);
    const directory = whole && (await this.read({ key, ...whole }));
    return directory && { directory, about: whole.about };
  }

  /** What was written, described or not; undefined where no program of this kind wrote it. */
  async read({ key, bytes }: WrittenModel): Promise<Directory | undefined> {
    const columns = await bytesIn(this.#path(key, "bin"), bytes);
    return Directory.open(columns, textsIn(this.#path(key, "texts")));
  }

  async save(parts: DirectoryParts, about: ModelAbout): Promise<void> {
    await this.describe(await this.write(parts, about.program), about);
  }

  /** It is no version before it is described. */
  async write({ key, bytes, texts }: DirectoryParts, program: string): Promise<WrittenModel> {
    if (this.#whole(key)?.about.program !== program) {
      await write(this.#path(key, "texts"), texts);
      await write(this.#path(key, "bin"), bytes);
    }
    return { key, bytes: bytes.length, textBytes: texts.length };
  }

  async describe({ key, bytes, textBytes }: WrittenModel, about: ModelAbout): Promise<void> {
    const whole: Whole = { about, bytes, textBytes };
    // Last: where it stands, the others are whole.
    await write(this.#path(key, "json"), Buffer.from(JSON.stringify(whole)));
  }

  async drop(key: string): Promise<void> {
    for (const what of ["json", "bin", "texts"] as const) await rm(this.#path(key, what), { force: true });
  }

  /** Undefined when a file of it is missing, or not as long as it was. */
  #whole(key: string): Whole | undefined {
    if (!KEY.test(key)) return undefined;
    try {
      const whole = JSON.parse(readFileSync(this.#path(key, "json"), "utf8")) as Whole;
      const isWhole = this.#bytesOf(key, "bin") === whole.bytes && this.#bytesOf(key, "texts") === whole.textBytes;
      return isWhole ? whole : undefined;
    } catch {
      return undefined;
    }
  }

  #bytesOf(key: string, what: "bin" | "texts"): number | undefined {
    return statSync(this.#path(key, what), { throwIfNoEntry: false })?.size;
  }

  #path(key: string, what: "json" | "bin" | "texts"): string {
    return join(this.folder, `${key}.${what}`);
  }
}

/** All of a large file in one piece, read while this program does something else. */
async function bytesIn(path: string, length: number): Promise<Uint8Array> {
  const file = await open(path, "r");
  try {
    const bytes = Buffer.allocUnsafeSlow(length);
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
