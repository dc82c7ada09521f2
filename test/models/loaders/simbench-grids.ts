// Grids of SimBench tables, for the tests of their loader: from texts, from the fixtures, from an archive.

import { readdirSync, readFileSync } from "node:fs";
import type { DistrictPart, SourceFile, SourceFolder } from "../../../models/loaders/loader.ts";
import { loadSimbench } from "../../../models/loaders/simbench.ts";

export const FIXTURES = new URL("../../fixtures/simbench/", import.meta.url);

export type Texts = Record<string, string>;

const encoded = (text: string) => new TextEncoder().encode(text);

/** Two nodes and a line at 0.4 kV, behind a transformer. */
export const FEEDER: Texts = {
  Node: "id;type;vmSetp;vmR\nMS;busbar;1.02;20\nStation;busbar;;0.4\nHouse;node;;0.4",
  Line: "id;nodeA;nodeB;type;length\nL1;Station;House;NAYY 4x150;0.1",
  LineType: "id;r;x;b;iMax;type\nNAYY 4x150;0.206;0.08;260;270;cable",
  Transformer: "id;nodeHV;nodeLV;type;tappos\nT1;MS;Station;0.4 MVA;0",
  TransformerType: "id;sR;vmHV;vmLV;va0;vmImp;pCu;pFe;iNoLoad;tapside\n0.4 MVA;0.4;20;0.4;150;6;4.6;0.6;0.18;HV",
  ExternalNet: "id;node;calc_type\nUpstream;MS;vavm",
  Load: "id;node;profile;pLoad;qLoad\nH1;House;NULL;0.01;0.002",
};

export function folderOf(files: ReadonlyMap<string, Uint8Array>): SourceFolder {
  return {
    list: async () => [...files.keys()].toSorted(),
    read: async (path) => {
      const bytes = files.get(path);
      if (!bytes) throw new Error(`there is no ${path}`);
      return { file: path, bytes };
    },
  };
}

export function filesOf(texts: Texts): Map<string, Uint8Array> {
  return new Map(Object.entries(texts).map(([name, text]) => [`${name}.csv`, encoded(text)]));
}

export async function loadTables(texts: Texts, changes: Partial<SourceFile> = {}): Promise<DistrictPart> {
  const bytes = new Uint8Array();
  return loadSimbench({ source: "s", file: "grid", bytes, folder: folderOf(filesOf(texts)), ...changes });
}

export function fixtureFiles(): Map<string, Uint8Array> {
  const names = readdirSync(FIXTURES).toSorted();
  return new Map(names.map((name) => [name, new Uint8Array(readFileSync(new URL(name, FIXTURES)))]));
}

/** A zip archive of stored files, made by the book: local headers, the directory, its end. */
export function zipOf(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const [locals, directory]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const [name, bytes] of files) {
    const path = Buffer.from(name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt32LE(bytes.length, 18);
    local.writeUInt32LE(bytes.length, 22);
    local.writeUInt16LE(path.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt32LE(bytes.length, 20);
    entry.writeUInt32LE(bytes.length, 24);
    entry.writeUInt16LE(path.length, 28);
    entry.writeUInt32LE(offset, 42);
    locals.push(local, path, Buffer.from(bytes));
    directory.push(entry, path);
    offset += local.length + path.length + bytes.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.size, 10);
  end.writeUInt32LE(offset, 16);
  return new Uint8Array(Buffer.concat([...locals, ...directory, end]));
}
