// The files of a SimBench grid: a folder of tables, one of the tables, or a zip archive of them.
// Fed by    the source as district.yaml names it
// Gives     the bytes of each table by its name, `Node` for Node.csv, and the .csv files that are no table of SimBench
// Must not  throw; a file that cannot be read is a finding
// F1  of a table that comes twice the first is read: the file that is named, further files, the folder in its order
// F2  other .csv files beside a table that is named are nothing of the grid's; in a folder or archive they are told of

import type { SourceFile } from "../loader.ts";
import { isZip, unpack, zipEntries } from "../zip.ts";
import { TABLES } from "./columns.ts";
import type { SimbenchFindings } from "./findings.ts";

export interface TableFile {
  file: string;
  bytes: Uint8Array;
}

export interface TableFiles {
  known: Map<string, TableFile>;
  unknown: TableFile[];
}

/** Names of tables whatever their case: `node.csv` is Node. */
const BY_LOWER_CASE = new Map([...TABLES].map((name) => [name.toLowerCase(), name]));

export async function readFiles(source: SourceFile, findings: SimbenchFindings): Promise<TableFiles> {
  const files: TableFiles = { known: new Map(), unknown: [] };
  const isFolder = source.bytes.length === 0 && !stemOf(source.file);
  const given = [...(isFolder ? [] : [source]), ...(source.more ?? [])];
  for (const file of given) {
    if (isZip(file.bytes)) addArchive(file, files, findings);
    else add(file, files, findings, true);
  }
  const isArchive = isZip(source.bytes);
  for (const name of isArchive ? [] : ((await source.folder?.list()) ?? [])) {
    const stem = stemOf(name);
    const table = stem && BY_LOWER_CASE.get(stem.toLowerCase());
    // The named file lies in the folder too.
    if (stem === undefined || given.some(({ file }) => baseOf(file) === name) || (!table && !isFolder)) continue;
    try {
      add({ ...(await source.folder!.read(name)), file: name }, files, findings, isFolder);
    } catch (error) {
      findings.add("SIMBENCH_FILE_UNREADABLE", name, error instanceof Error ? error.message : String(error));
    }
  }
  return files;
}

function addArchive({ bytes, file }: TableFile, files: TableFiles, findings: SimbenchFindings): void {
  const entries = zipEntries(bytes);
  if (!entries) findings.add("SIMBENCH_FILE_UNREADABLE", "", `${file} is an archive without a directory`);
  for (const entry of entries ?? []) {
    // Archives that were made on a Mac carry a shadow of each file.
    if (stemOf(entry.name) === undefined || /(^|\/)(?:__MACOSX\/|\._)/.test(entry.name)) continue;
    try {
      add({ file: entry.name, bytes: unpack(bytes, entry) }, files, findings, true);
    } catch (error) {
      findings.add("SIMBENCH_FILE_UNREADABLE", entry.name, error instanceof Error ? error.message : String(error));
    }
  }
}

function add(file: TableFile, { known, unknown }: TableFiles, findings: SimbenchFindings, tells: boolean): void {
  const table = BY_LOWER_CASE.get((stemOf(file.file) ?? "").toLowerCase());
  const first = table && known.get(table);
  if (first) findings.add("SIMBENCH_TABLE_TWICE", file.file, `${table} is read from ${first.file}`);
  else if (table) known.set(table, file);
  else if (tells) unknown.push(file);
}

function baseOf(path: string): string {
  return path.split(/[\\/]/).at(-1)!;
}

/** The name of a .csv file without folders and ending; undefined of any other file. */
function stemOf(path: string): string | undefined {
  return /^(.+)\.csv$/i.exec(baseOf(path))?.[1];
}
