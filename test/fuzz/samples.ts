// Samples: the real files that inputs are mutated from, as districts of one source each, and the two tables of a district.
// Fed by    test/fixtures and the example district
// M1  nothing is read but what lies in the repository, and always in the same order

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { SOURCE_TYPES, type SourceType } from "../../models/manifest.ts";
import { zipOf } from "../models/loaders/zip-archive.ts";

/** What is mutated: a source of one type, the meter table, or district.yaml itself. */
export type Target = SourceType | "meters" | "manifest";

export interface Sample {
  target: Target;
  name: string;
  /** The text of district.yaml. */
  manifest: string;
  /** Paths as the district's folder has them. */
  files: ReadonlyMap<string, Uint8Array>;
  /** Those of `files` that are mutated. */
  mutable: readonly string[];
  /** The file is a zip archive of this one: half of its inputs are mutated inside. */
  packed?: { name: string; bytes: Uint8Array };
}

const ROOT = join(import.meta.dirname, "../..");
const FIXTURES = join(ROOT, "test/fixtures");
/** Larger samples would take the time of a hundred small ones. */
const MAX_SAMPLE_BYTES = 400_000;
const ROWS = 6;

/** Without a time zone: to check one takes as long as to load a small file. */
const HEADER = "district: fuzz\nname: Fuzz\n";
const MANIFEST_LINES = 40;
const METERS = `id,carrier,measures,device,points,interval,place
m1,electricity,load:s:1,d1,energyImport:kWh;power:W,PT15M,cellar
m2,water,junction:s:10,d2,volume:m3;"flow":m3/h,PT1H,
m3,heat,building:s:x,d2,energy:kWh,PT1H,"a ""b"", c"
`;
const MANIFEST = `${HEADER}timezone: Europe/Berlin
sources:
  - { id: s, type: epanet, file: s/Net1.inp }
  - id: p
    type: pandapower
    file: [s/net.json]
meters: meters.csv
links:
  - { from: "junction:s:10", to: "junction:s:11" }
  - { from: "bus:p:0", role: feeds, to: "junction:s:12" }
`;

/** The one file of a source. Names keep their endings, as some loaders look at them. */
const ONE_FILE: readonly [SourceType, folder: string, pattern: RegExp][] = [
  ["ifc", "ifc", /\.(ifc|ifcxml)$/i],
  ["ifc", "ifc/buildingsmart", /\.ifc$/i],
  ["cityjson", "cityjson", /\.jsonl?$/],
  ["citygml", "citygml", /\.gml$/],
  ["gbxml", "gbxml", /\.xml$/],
  ["brick", "brick", /\.ttl$/],
  ["epanet", "epanet", /\.inp$/],
  ["pandapower", "pandapower", /\.json$/],
  ["matpower", "matpower", /\.m$/],
  ["pandapipes", "pandapipes", /\.json$/],
  ["cgmes", "cgmes", /\.xml$/],
];

/** Several files: a folder, or a script with what it redirects to. */
const FOLDERS: readonly [SourceType, folder: string, main: string][] = [
  ["simbench", "simbench", ""],
  ["cgmes", "cgmes/cgmes-2.4.15", ""],
  ["cgmes", "cgmes/cgmes-3.0", ""],
  ["opendss", "opendss/13Bus", "IEEE13Nodeckt.dss"],
  ["opendss", "opendss/34Bus", "ieee34Mod1.dss"],
  ["opendss", "opendss/4Bus-OYOD-Bal", "4Bus-OYOD-Bal.DSS"],
  ["opendss", "opendss/4Bus-YYD", "YYD-Master.DSS"],
  ["opendss", "opendss/IEEE30", "Master.dss"],
  ["opendss", "opendss/IEEE118Bus", "master_file.dss"],
  ["opendss", "opendss/LVTestCaseNorthAmerican", "SecPar.dss"],
];

const bytesOf = (path: string): Uint8Array => readFileSync(path);
const manifestOf = (type: SourceType, file: string) =>
  `${HEADER}sources: [{ id: s, type: ${type}, file: ${JSON.stringify(file)} }]\n`;

function filesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => statSync(join(folder, name)).isFile() && !/^(SOURCE\.md|LICENSE.*)$/.test(name))
    .sort();
}

function oneFile(type: SourceType, folder: string, pattern: RegExp): Sample[] {
  const dir = join(FIXTURES, folder);
  return filesIn(dir)
    .filter((name) => pattern.test(name) && statSync(join(dir, name)).size <= MAX_SAMPLE_BYTES)
    .map((name) => ({
      target: type,
      name: `${folder}/${name}`,
      manifest: manifestOf(type, name),
      files: new Map([[name, bytesOf(join(dir, name))]]),
      mutable: [name],
    }));
}

/** The same net with the first rows of each table: what is read of a row does not depend on how many there are. */
function firstRows(sample: Sample): Sample {
  const [[file, bytes]] = [...sample.files] as [[string, Uint8Array]];
  const net = JSON.parse(Buffer.from(bytes).toString()) as Record<string, { _object?: string } | undefined>;
  for (const table of Object.values((net._object as typeof net | undefined) ?? net)) {
    if (typeof table?._object !== "string" || !table._object.startsWith('{"columns"')) continue;
    const { columns, index, data } = JSON.parse(table._object) as {
      columns: unknown;
      index: unknown[];
      data: unknown[];
    };
    table._object = JSON.stringify({ columns, index: index.slice(0, ROWS), data: data.slice(0, ROWS) });
  }
  return {
    ...sample,
    name: `first rows of ${sample.name}`,
    files: new Map([[file, Buffer.from(JSON.stringify(net))]]),
  };
}

function folder(type: SourceType, path: string, main: string): Sample {
  const names = filesIn(join(FIXTURES, path));
  const files = new Map(names.map((name) => [`f/${name}`, bytesOf(join(FIXTURES, path, name))]));
  return {
    target: type,
    name: path,
    manifest: manifestOf(type, main ? `f/${main}` : "f"),
    files,
    mutable: [...files.keys()],
  };
}

function archive(type: SourceType, file: string, inner: string, others: Record<string, Uint8Array> = {}): Sample {
  const bytes = bytesOf(join(FIXTURES, inner));
  const name = inner.split("/").at(-1)!;
  const files = new Map([[file, zipOf({ ...others, [name]: bytes })]]);
  return {
    target: type,
    name: `${inner} in ${file}`,
    manifest: manifestOf(type, file),
    files,
    mutable: [file],
    packed: { name, bytes },
  };
}

export function samples(): Sample[] {
  const net = ["s/Net1.inp", bytesOf(join(FIXTURES, "epanet/Net1.inp"))] as const;
  const power = ["s/net.json", bytesOf(join(FIXTURES, "pandapower/case33bw.json"))] as const;
  const meters = ["meters.csv", Buffer.from(METERS)] as const;
  const text = (name: string) => bytesOf(join(ROOT, "models/examples/altstadt", name));
  const district = `${manifestOf("epanet", net[0])}meters: meters.csv\n`;
  const files = ONE_FILE.flatMap(([type, path, pattern]) => oneFile(type, path, pattern));
  const all: Sample[] = [
    ...files,
    ...files.filter(({ target }) => target === "pandapower" || target === "pandapipes").map(firstRows),
    ...FOLDERS.map(([type, path, main]) => folder(type, path, main)),
    archive("ifc", "a.ifczip", "ifc/buildingsmart/pass-grf000-ifc4_georeferencing.ifc"),
    archive("cgmes", "a.zip", "cgmes/cgmes-3.0/20260101T0000Z_EQ.xml"),
    archive("simbench", "a.zip", "simbench/Node.csv", tablesOf("simbench")),
    { target: "meters", name: "meters.csv", manifest: district, files: new Map([net, meters]), mutable: [meters[0]] },
    {
      target: "meters",
      name: "altstadt/meters.csv",
      manifest: district,
      files: new Map([net, ["meters.csv", text("meters.csv")]]),
      mutable: ["meters.csv"],
    },
    {
      target: "manifest",
      name: "district.yaml",
      manifest: MANIFEST,
      files: new Map([net, power, meters]),
      mutable: [],
    },
    {
      target: "manifest",
      name: "altstadt/district.yaml",
      manifest: Buffer.from(text("district.yaml")).toString().split("\n").slice(0, MANIFEST_LINES).join("\n"),
      files: new Map([net]),
      mutable: [],
    },
  ];
  const lacking = SOURCE_TYPES.filter((type) => !all.some(({ target }) => target === type));
  if (lacking.length > 0) throw new Error(`there is no sample of ${lacking.join(", ")}`);
  return all;
}

const tablesOf = (path: string): Record<string, Uint8Array> =>
  Object.fromEntries(filesIn(join(FIXTURES, path)).map((name) => [name, bytesOf(join(FIXTURES, path, name))]));
