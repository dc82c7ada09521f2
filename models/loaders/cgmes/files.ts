// All files of a source: the one it names, those beside it, those of a folder, and what zip archives hold.
// Fed by    models/loaders/cgmes.ts
// Gives     name and bytes of every CIM XML file, one after the other, so that only one is unpacked at a time
// S1  an archive within an archive is opened, one within that is not
// S2  of a folder only what lies right in it is read

import { Findings } from "../../finding.ts";
import type { SourceFile } from "../loader.ts";
import { isZip, MAX_UNPACKED_BYTES, unpack, ZipError, zipEntries } from "../zip.ts";
import { CGMES_FINDINGS, type CgmesFindings } from "./findings.ts";

export interface CimFile {
  file: string;
  bytes: Uint8Array;
  findings: CgmesFindings;
}

const XML_NAME = /\.(?:xml|rdf)$/i;
const ZIP_NAME = /\.zip$/i;
/** What systems put beside files without being asked. */
const CLUTTER = /(?:^|\/)(?:__MACOSX\/|\._|\.DS_Store$|Thumbs\.db$)/;
/** All that one source may unpack: archives that hold copies of one another are not opened without end. */
const MAX_SOURCE_UNPACKED_BYTES = 4 * MAX_UNPACKED_BYTES;

export class CimFiles {
  readonly #source: SourceFile;
  readonly #all: CgmesFindings[] = [];
  #unpackedBytes = 0;

  constructor(source: SourceFile) {
    this.#source = source;
  }

  /** Of each file, in the order in which they were read. */
  get findings(): CgmesFindings[] {
    return this.#all;
  }

  async *files(): AsyncGenerator<CimFile> {
    const { file, bytes, more = [], folder } = this.#source;
    if (bytes.length > 0) yield* this.#opened(file, bytes, 0);
    else if (folder) yield* this.#ofFolder(folder);
    for (const each of more) yield* this.#opened(each.file, each.bytes, 0);
  }

  async *#ofFolder(folder: NonNullable<SourceFile["folder"]>): AsyncGenerator<CimFile> {
    const own = this.#findingsOf(this.#source.file);
    let names: string[];
    try {
      names = await folder.list();
    } catch (error) {
      own.add("CGMES_FILE_UNREADABLE", "", reasonOf(error));
      return;
    }
    for (const name of names) {
      if (CLUTTER.test(name)) continue;
      if (!XML_NAME.test(name) && !ZIP_NAME.test(name)) {
        own.add("CGMES_FILE_IGNORED", name, "neither XML nor an archive");
        continue;
      }
      try {
        const { file, bytes } = await folder.read(name);
        yield* this.#opened(file, bytes, 0);
      } catch (error) {
        own.add("CGMES_FILE_UNREADABLE", name, reasonOf(error));
      }
    }
  }

  *#opened(file: string, bytes: Uint8Array, depth: number): Generator<CimFile> {
    const findings = this.#findingsOf(file);
    if (!isZip(bytes)) {
      yield { file, bytes, findings };
      return;
    }
    const entries = zipEntries(bytes);
    if (!entries) findings.add("CGMES_ZIP_UNREADABLE", "", "the archive has no readable directory");
    for (const entry of entries ?? []) {
      const { name } = entry;
      if (CLUTTER.test(name) || name.endsWith("/")) continue;
      if (!XML_NAME.test(name) && !(ZIP_NAME.test(name) && depth === 0)) {
        const message = ZIP_NAME.test(name) ? "an archive within two others" : "neither XML nor an archive";
        findings.add("CGMES_FILE_IGNORED", name, message);
        continue;
      }
      const inner = this.#unpacked(bytes, entry, findings);
      if (inner) yield* this.#opened(`${file}/${name}`, inner, depth + 1);
    }
  }

  #unpacked(
    bytes: Uint8Array,
    entry: NonNullable<ReturnType<typeof zipEntries>>[number],
    findings: CgmesFindings,
  ): Uint8Array | undefined {
    const left = MAX_SOURCE_UNPACKED_BYTES - this.#unpackedBytes;
    try {
      if (left <= 0) throw new ZipError("the source has unpacked too much already", true);
      const inner = unpack(bytes, entry, Math.min(left, MAX_UNPACKED_BYTES));
      this.#unpackedBytes += inner.length;
      return inner;
    } catch (error) {
      if (!(error instanceof ZipError)) throw error;
      findings.add(error.tooLarge ? "CGMES_TOO_LARGE" : "CGMES_ZIP_UNREADABLE", entry.name, error.message);
      return undefined;
    }
  }

  #findingsOf(file: string): CgmesFindings {
    const findings = new Findings(CGMES_FINDINGS, this.#source.source, file);
    this.#all.push(findings);
    return findings;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
