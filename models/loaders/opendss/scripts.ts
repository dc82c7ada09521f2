// The files of a script: the one that district.yaml names, and those that it redirects to.
// Fed by    the bytes of the first file and the folder around it
// Gives     every line to the evaluator, in the order in which OpenDSS would carry them out
// R1  a path starts from the folder of the file that names it; after a Compile, from the folder of the compiled file
// R2  a file that redirects to itself, by whatever way, is read once; depth, files, lines and what is read again have limits
// R3  further files of the source are read after the first, if it did not redirect to them itself
// R4  a comment between /* and */ begins and ends with whole lines

import type { SourceFile } from "../loader.ts";
import { decodePlainText } from "../plain-text.ts";
import { readCoordinates } from "./coordinates.ts";
import type { Evaluator, FileRequest } from "./evaluator.ts";
import type { OpenDssFindings } from "./findings.ts";
import { type Place, placeText } from "./objects.ts";
import { shownText } from "./tokens.ts";

const MAX_DEPTH = 50;
const MAX_FILES = 10_000;
const MAX_LINES = 5_000_000;
/** Bytes of files that were read before, in all: a few lines that name large files again and again are days of work. */
const MAX_BYTES_AGAIN = 8 * 1024 * 1024;
/** A large circuit that is compiled for each of some runs may take more, if it is no more than so often its size. */
const MAX_TIMES_AGAIN = 4;

export class Scripts {
  readonly #source: SourceFile;
  readonly #evaluator: Evaluator;
  readonly #findings: OpenDssFindings;
  /** Files that are being read, each from the one before. */
  readonly #stack: string[] = [];
  /** Files that were read, by whatever way. */
  readonly #read = new Set<string>();
  #files = 0;
  #lines = 0;
  #bytes = 0;
  #bytesAgain = 0;
  #isAtLimit = false;
  #dir = "";

  constructor(source: SourceFile, evaluator: Evaluator, findings: OpenDssFindings) {
    this.#source = source;
    this.#evaluator = evaluator;
    this.#findings = findings;
  }

  async runAll(): Promise<void> {
    const { file, bytes, more = [] } = this.#source;
    this.#count(file, bytes);
    await this.#run(bytes, "", file);
    for (const each of more) {
      if (this.#read.has(each.file)) continue;
      this.#count(each.file, each.bytes);
      await this.#run(each.bytes, each.file, each.file);
    }
  }

  #count(file: string, { length }: Uint8Array): void {
    if (this.#read.has(file)) this.#bytesAgain += length;
    else this.#bytes += length;
    this.#read.add(file);
  }

  /** A file by a path in a script; undefined, with a finding, when there is none. */
  async read(path: string, place: Place): Promise<{ file: string; bytes: Uint8Array } | undefined> {
    const { folder } = this.#source;
    try {
      if (!folder) throw new Error("there is no folder to look in");
      if (path === "") throw new Error("no file is named");
      return await folder.read(joined(place.dir, path));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#findings.add("OPENDSS_FILE_MISSING", placeText(place), `${shownText(path)} cannot be read: ${reason}`);
      return undefined;
    }
  }

  async #run(bytes: Uint8Array, script: string, file: string): Promise<void> {
    const { text, encoding } = decodePlainText(bytes);
    if (encoding !== "utf-8") this.#findings.add("OPENDSS_ENCODING", script, `the file is read as ${encoding}`);
    this.#files++;
    this.#stack.push(file);
    let commentFrom = 0;
    const lines = text.split(/\r\n|\n|\r/);
    for (let index = 0; index < lines.length && !this.#isAtLimit; index++) {
      const line = lines[index]!;
      if (commentFrom === 0 && line.trimStart().startsWith("/*")) commentFrom = index + 1;
      if (commentFrom > 0) {
        if (line.includes("*/")) commentFrom = 0;
        continue;
      }
      const place = { script, line: index + 1, dir: this.#dir };
      if (++this.#lines > MAX_LINES) this.#reachLimit(place, `${MAX_LINES} lines are the limit`);
      const request = this.#evaluator.run(line, place);
      if (request) await this.#answer(request);
    }
    if (commentFrom > 0)
      this.#findings.add(
        "OPENDSS_COMMENT_OPEN",
        placeText({ script, line: commentFrom, dir: "" }),
        "a comment has no */",
      );
    this.#stack.pop();
  }

  async #answer(request: FileRequest): Promise<void> {
    const { path, place } = request;
    const found = await this.#withEnding(path, place);
    if (!found) return;
    this.#count(found.file, found.bytes);
    if (this.#bytesAgain > Math.max(MAX_BYTES_AGAIN, MAX_TIMES_AGAIN * this.#bytes)) {
      this.#reachLimit(place, `${this.#bytesAgain} bytes of files that were read before are beyond the limit`);
      return;
    }
    if (request.does === "coordinates") {
      readCoordinates(found, request, this.#evaluator.objects, this.#findings);
      return;
    }
    if (this.#stack.includes(found.file)) {
      this.#findings.add("OPENDSS_FILE_CYCLE", placeText(place), `${found.file} is being read already`);
      return;
    }
    if (this.#stack.length >= MAX_DEPTH) {
      this.#findings.add(
        "OPENDSS_LIMIT",
        placeText(place),
        `${MAX_DEPTH} files, each from the one before, are the limit`,
      );
      return;
    }
    if (this.#files >= MAX_FILES) {
      this.#reachLimit(place, `${MAX_FILES} files are the limit`);
      return;
    }
    const here = this.#dir;
    this.#dir = joined(here, dirOf(path));
    await this.#run(found.bytes, found.file, found.file);
    if (request.does === "redirect") this.#dir = here;
  }

  /** OpenDSS finds `Redirect lines` as lines.dss, too. */
  async #withEnding(path: string, place: Place): Promise<{ file: string; bytes: Uint8Array } | undefined> {
    if (!/\.[^.\\/]*$/.test(path) && path !== "") {
      try {
        return await this.#source.folder?.read(joined(place.dir, `${path}.dss`));
      } catch {
        // The name without an ending is tried next, and told of when that fails as well.
      }
    }
    return this.read(path, place);
  }

  #reachLimit(place: Place, message: string): void {
    this.#isAtLimit = true;
    this.#findings.add("OPENDSS_LIMIT", placeText(place), message);
  }
}

function joined(dir: string, path: string): string {
  return dir === "" || /^[\\/]|^[A-Za-z]:/.test(path) ? path : path === "" ? dir : `${dir}/${path}`;
}

function dirOf(path: string): string {
  return path.split(/[\\/]/).slice(0, -1).join("/");
}
