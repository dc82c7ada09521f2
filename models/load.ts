// Loads a district: district.yaml, then every source with its loader, the meters and the links, into one `District`.
// Fed by    the text of district.yaml and the folder that it lies in
// Gives     the district and all findings; a report of them
// Must not  touch the disk itself: reading is handed in
// O1  it never throws, and a source that fails leaves the other sources alone
// O2  what breaks D1 or D2 of models/district.ts is dropped, with a finding

import { crc32 } from "node:zlib";
import { diagnose } from "./diagnosis/diagnose.ts";
import type { DiagnosedSource } from "./diagnosis/subject.ts";
import { KINDS, type LoadedDistrict, newTwin } from "./district.ts";
import { type Finding, Findings, findingCodes } from "./finding.ts";
import { DistrictJoin } from "./join.ts";
import { checkLinks } from "./links.ts";
import type { Census, DistrictPart, Loader, SourceFile } from "./loaders/loader.ts";
import { type Manifest, type ManifestRead, type ManifestSource, readManifest, type SourceType } from "./manifest.ts";
import { METERS_SOURCE, readMeters } from "./meters.ts";
import { type DistrictFolder, dirOf, folderOf, MAX_SOURCE_BYTES, tooLarge } from "./source-folder.ts";

/**
 * Each is read when there is a source of its type: together they are most of the program. A type of the contract that is not here cannot be
 * loaded yet, and a source of it is a finding that says so.
 */
export const LOADERS: Partial<Record<SourceType, Loader>> = {
  ifc: async (file) => (await import("./loaders/ifc.ts")).loadIfc(file),
  brick: async (file) => (await import("./loaders/brick.ts")).loadBrick(file),
  citygml: async (file) => (await import("./loaders/citygml.ts")).loadCityGml(file),
  cityjson: async (file) => (await import("./loaders/cityjson.ts")).loadCityJson(file),
  epanet: async (file) => (await import("./loaders/epanet.ts")).loadEpanet(file),
  pandapower: async (file) => (await import("./loaders/pandapower.ts")).loadPandapower(file),
  matpower: async (file) => (await import("./loaders/matpower.ts")).loadMatpower(file),
  cgmes: async (file) => (await import("./loaders/cgmes.ts")).loadCgmes(file),
  gbxml: async (file) => (await import("./loaders/gbxml.ts")).loadGbxml(file),
  opendss: async (file) => (await import("./loaders/opendss.ts")).loadOpenDss(file),
  pandapipes: async (file) => (await import("./loaders/pandapipes.ts")).loadPandapipes(file),
  simbench: async (file) => (await import("./loaders/simbench.ts")).loadSimbench(file),
};

/** Types that may come as a folder of files. */
const OF_FOLDERS: ReadonlySet<SourceType> = new Set(["simbench", "cgmes"]);
/** Types whose files may come packed with zip. */
const OF_ZIP: ReadonlySet<SourceType> = new Set(["ifc", "cgmes", "simbench"]);

export const LOAD_FINDINGS = findingCodes({
  DISTRICT_TYPE_NOT_YET: {
    severity: "error",
    hint: "Take the source out, or convert it to a type that can be loaded.",
  },
  DISTRICT_FILE_UNREADABLE: { severity: "error", hint: "Check the name, its case, and that the file may be read." },
  DISTRICT_FILE_TOO_LARGE: { severity: "error", hint: "Split the file, or leave out what the district does not need." },
  DISTRICT_FILE_PACKED: {
    severity: "error",
    hint: "Unpack the file: only an .ifczip, and zipped CIM profiles and SimBench tables are read as they are.",
  },
  DISTRICT_FILE_IS_FOLDER: {
    severity: "error",
    hint: "Name the file itself: only SimBench tables and CIM profiles may be a folder.",
  },
  DISTRICT_FILE_TWICE: {
    severity: "info",
    hint: "Nothing to do where there are two things of one design; or take one of the sources out.",
  },
  LOADER_FAILED: { severity: "error", hint: "This is a fault of the loader: report it together with the file." },
  METERS_NOT_UTF8: { severity: "error", hint: "Save the table as UTF-8." },
});

type LoadFindings = Findings<typeof LOAD_FINDINGS>;

/** What is being loaded; `done` sources of `of` were loaded before it. */
export interface LoadStep {
  source: string;
  file: string;
  done: number;
  of: number;
}

export interface DistrictLoad {
  /** There is none only when district.yaml cannot be read at all; every other fault is a finding. */
  district?: LoadedDistrict;
  findings: Finding[];
  /** Of each source whose loader counts what it reads. */
  censuses: SourceCensus[];
}

/** What became of all that a source holds. */
export interface SourceCensus extends Census {
  source: string;
  file: string;
}

export async function loadDistrict(
  manifestText: string,
  folder: DistrictFolder,
  onProgress: (step: LoadStep) => void = () => {},
): Promise<DistrictLoad> {
  return loadManifest(readManifest(manifestText), folder, onProgress);
}

/** As `loadDistrict`, of a district.yaml that was read. */
export async function loadManifest(
  read: ManifestRead,
  folder: DistrictFolder,
  onProgress: (step: LoadStep) => void = () => {},
): Promise<DistrictLoad> {
  return diagnosed(await readSources(read, folder, onProgress));
}

/** A district as its sources show it, which nobody has looked at as a whole yet. */
export interface UndiagnosedLoad extends DistrictLoad {
  sources: DiagnosedSource[];
}

/** All of a load but the diagnosis. */
export async function readSources(
  { manifest, findings }: ManifestRead,
  folder: DistrictFolder,
  onProgress: (step: LoadStep) => void = () => {},
): Promise<UndiagnosedLoad> {
  if (!manifest) return { findings, censuses: [], sources: [] };
  const { district: id, name, timezone, sources } = manifest;
  const join = new DistrictJoin();
  const censuses: SourceCensus[] = [];
  const seen = new Map<string, string>();
  for (const [done, source] of sources.entries()) {
    onProgress({ source: source.id, file: source.file, done, of: sources.length });
    const part = await loadSource(source, folder, seen);
    join.add(part, source);
    if (part.census) censuses.push({ source: source.id, file: source.file, ...part.census });
  }
  await addMeters(manifest, folder, join);
  join.addRoot(newTwin("district", id, id, { name, timezone }, name));
  const checked = checkLinks(manifest.links, join.twins, join.links);
  const { twins, branches, devices } = join;
  const district = { id, name, timezone, twins, links: [...join.links, ...checked.links], branches, devices };
  const told = [...findings, ...join.findings, ...checked.findings];
  const files = [...sources, { id: METERS_SOURCE, file: manifest.meters?.file ?? "" }];
  return { district, findings: told, censuses, sources: files };
}

/** Adds what the district as a whole is found to have. */
export function diagnosed({ sources, ...load }: UndiagnosedLoad): DistrictLoad {
  const { district, findings } = load;
  return district ? { ...load, findings: [...findings, ...diagnose(district, sources, findings)] } : load;
}

/** `seen`: what tells the content of earlier sources, with their ids. */
async function loadSource(
  source: ManifestSource,
  folder: DistrictFolder,
  seen: Map<string, string>,
): Promise<DistrictPart> {
  const { id, type, file, at } = source;
  const findings = new Findings(LOAD_FINDINGS, id, file);
  const nothing: DistrictPart = { twins: [], links: [], branches: [], findings: findings.all };
  const load = LOADERS[type];
  if (!load) findings.add("DISTRICT_TYPE_NOT_YET", "", `sources of the type ${type} (${at}) cannot be loaded yet`);
  const input = load && (await readInput(source, folder, findings));
  if (!load || !input) return nothing;
  try {
    const part = await load(input);
    const { federation, ...alone } = part;
    const content = contentOf(input);
    const earlier = seen.get(content);
    seen.set(content, earlier ?? id);
    if (earlier === undefined) return part;
    // Files of one building tell different things of it; the same file again is another building of the same design.
    findings.add("DISTRICT_FILE_TWICE", "", `the file is the same as that of the source ${earlier}`);
    return { ...alone, findings: [...findings.all, ...part.findings] };
  } catch (error) {
    findings.add("LOADER_FAILED", placeOf(error), `the ${type} loader failed: ${reasonOf(error)}`);
    return nothing;
  }
}

const contentOf = ({ bytes, more = [] }: SourceFile): string =>
  [{ bytes }, ...more].map(({ bytes: each }) => `${each.length}:${crc32(each)}`).join(" ");

/** All files of a source; undefined, with a finding, when one of them cannot be read. */
async function readInput(
  { id, type, file, more }: ManifestSource,
  folder: DistrictFolder,
  findings: LoadFindings,
): Promise<SourceFile | undefined> {
  const names = await folder.list(file);
  if (names && !OF_FOLDERS.has(type)) {
    findings.add("DISTRICT_FILE_IS_FOLDER", "", "the file is a folder");
    return undefined;
  }
  const files: { file: string; bytes: Uint8Array }[] = [];
  for (const each of names ? more : [file, ...more]) {
    const bytes = await readBytes(each, folder, findings);
    if (!bytes) return undefined;
    const packing = packingOf(bytes);
    if (packing === "gzip" || (packing === "zip" && !OF_ZIP.has(type))) {
      findings.add("DISTRICT_FILE_PACKED", each === file ? "" : each, `the file is packed with ${packing}`);
      return undefined;
    }
    files.push({ file: each, bytes });
  }
  const first = names ? { file, bytes: new Uint8Array() } : files.shift()!;
  return { source: id, ...first, more: files, folder: folderOf(names ? file : dirOf(file), folder) };
}

async function addMeters({ meters }: Manifest, folder: DistrictFolder, join: DistrictJoin): Promise<void> {
  if (!meters) return;
  const { file } = meters;
  const findings = new Findings(LOAD_FINDINGS, METERS_SOURCE, file);
  const bytes = await readBytes(file, folder, findings);
  const text = bytes && new TextDecoder().decode(bytes);
  if (text?.includes("\uFFFD")) {
    const line = text.slice(0, text.indexOf("\uFFFD")).split(/\r\n|\r|\n/).length;
    findings.add("METERS_NOT_UTF8", `line ${line}`, "the table holds bytes that are no UTF-8");
  }
  join.findings.push(...findings.all);
  if (text !== undefined) join.addMeters(readMeters(text, file, join.twins), { id: METERS_SOURCE, file });
}

async function readBytes(
  file: string,
  folder: DistrictFolder,
  findings: LoadFindings,
): Promise<Uint8Array | undefined> {
  try {
    const bytes = await folder.read(file);
    if (bytes.length <= MAX_SOURCE_BYTES) return bytes;
    findings.add("DISTRICT_FILE_TOO_LARGE", "", tooLarge(bytes));
  } catch (error) {
    findings.add("DISTRICT_FILE_UNREADABLE", "", `the file cannot be read: ${reasonOf(error)}`);
  }
  return undefined;
}

/** How a file is packed, by its first bytes (RFC 1952; APPNOTE.TXT, 4.3.7). */
function packingOf([first, second, third, fourth]: Uint8Array): "gzip" | "zip" | undefined {
  if (first === 0x1f && second === 0x8b) return "gzip";
  return first === 0x50 && second === 0x4b && third === 3 && fourth === 4 ? "zip" : undefined;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Where in the loader it happened, as its own file and line: nothing is known of the place in the model. */
function placeOf(error: unknown): string {
  const frame = error instanceof Error ? /(models[\\/][^()]*?:\d+):\d+/.exec(error.stack ?? "") : null;
  return frame?.[1] ?? "";
}

/** The object that `check --json` prints. `district` is null when district.yaml could not be read. */
export interface DistrictReport {
  district: string | null;
  /** Number of twins of each kind that the district has. */
  twins: Record<string, number>;
  links: number;
  findings: Finding[];
  /** What became of all that each source holds. */
  sources: SourceCensus[];
}

/** Counts what was loaded, and gives each finding the keys of the contract in their order. */
export function districtReport({ district, findings, censuses }: DistrictLoad): DistrictReport {
  const twins: Record<string, number> = {};
  for (const kind of KINDS) {
    const count = [...(district?.twins.values() ?? [])].filter((twin) => twin.kind === kind).length;
    if (count > 0) twins[kind] = count;
  }
  return {
    district: district?.id ?? null,
    twins,
    links: district?.links.length ?? 0,
    findings: findings.map(({ severity, code, source, file, at, message, hint }) => {
      return { severity, code, source, file, at, message, hint };
    }),
    sources: censuses,
  };
}
