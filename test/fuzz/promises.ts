// Promises: what holds of every district that is loaded, whatever its files hold.
// Fed by    what models/load.ts gave, through the way that every district takes
// Gives     what is broken, one sentence each; nothing when all is well
// P1  nothing is thrown, and no loader fails (LOADER_FAILED)
// P2  each finding is one of the catalogue's, with a message; an error also has its place, or is one that concerns the whole file
// P3  ids are made of their parts; links, branches and devices lead to twins
// P4  attributes are JSON: no number that is none, nothing undefined, no prototype but that of an object
// P5  no prototype is touched
// P6  the same input gives the same district again

import { cellsOf } from "../../models/cells.ts";
import { CARRIERS, KINDS, type LoadedDistrict, LINK_ROLES, twinId } from "../../models/district.ts";
import type { Finding } from "../../models/finding.ts";
import { type DistrictLoad, districtReport, loadManifest } from "../../models/load.ts";
import { type ManifestRead, readManifest } from "../../models/manifest.ts";
import { isUnit } from "../../models/telemetry/units.ts";
import { NODE_KINDS } from "../../models/topology.ts";
import { folderOf, type Input } from "./input.ts";
import { isOfWholeFile } from "./whole-file.ts";

const SEVERITIES = new Set(["error", "warning", "info"]);
/** What models/finding.ts says of those beyond the limit of what is listed. */
const SUMMARY = /^and \d+ more of these$/;
const CODE = /^[A-Z][A-Z0-9_]+$/;
/** Deeper attributes could not be written as JSON by everybody. */
const MAX_DEPTH = 500;
const MAX_TOLD = 5;

const PROTOTYPES = [
  Object.prototype,
  Array.prototype,
  String.prototype,
  Number.prototype,
  Function.prototype,
  Map.prototype,
];
const UNTOUCHED = PROTOTYPES.map((prototype) => Reflect.ownKeys(prototype).length);

/** What is broken. `again`: also what takes longer: it is loaded a second time and compared, written as JSON, and cut into cells. */
export async function brokenPromises(input: Input, again: boolean): Promise<string[]> {
  const broken: string[] = [];
  try {
    const load = await loaded(input);
    for (const finding of load.findings) checkFinding(finding, broken);
    if (load.district) checkDistrict(load.district, broken);
    if (again) await checkAgain(load, input, broken);
  } catch (error) {
    broken.push(`P1 ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
  PROTOTYPES.forEach((prototype, i) => {
    if (Reflect.ownKeys(prototype).length !== UNTOUCHED[i]) broken.push(`P5 ${prototype.constructor.name} was touched`);
  });
  return broken.slice(0, MAX_TOLD);
}

/** Those of the samples: to read one takes as long as to load a small file. */
const manifests = new Map<string, ManifestRead>();

function loaded({ manifest, isSampleManifest, files }: Input): Promise<DistrictLoad> {
  const read = manifests.get(manifest) ?? readManifest(manifest);
  if (isSampleManifest) manifests.set(manifest, read);
  return loadManifest(read, folderOf(files));
}

async function checkAgain(load: DistrictLoad, input: Input, broken: string[]): Promise<void> {
  const written = (one: DistrictLoad) =>
    JSON.stringify([districtReport(one), [...(one.district?.twins.values() ?? [])]]);
  const second = await loaded(input);
  if (written(load) !== written(second)) broken.push("P6 loaded again it is another district");
  const { district } = load;
  if (!district || broken.length > 0) return;
  const cells = cellsOf(district);
  if (cells.size !== district.twins.size) broken.push(`P3 ${cells.size} of ${district.twins.size} twins are in a cell`);
}

function checkFinding({ severity, code, source, at, message, hint }: Finding, broken: string[]): void {
  if (code === "LOADER_FAILED") broken.push(`P1 ${code} at ${at}: ${message}`);
  if (!SEVERITIES.has(severity) || !CODE.test(code)) broken.push(`P2 ${severity} ${code}`);
  if (typeof at !== "string" || !message || !hint || !source) broken.push(`P2 ${code} lacks message, hint or source`);
  if (severity === "error" && at === "" && !isOfWholeFile(code) && !SUMMARY.test(message))
    broken.push(`P2 ${code} has no place: ${message.slice(0, 200)}`);
  if (/(?<!["'])\bundefined\b|\[object Object\]/.test(message))
    broken.push(`P2 ${code} says something that is nothing: ${message.slice(0, 200)}`);
}

function checkDistrict(district: LoadedDistrict, broken: string[]): void {
  const { twins, links, branches, devices } = district;
  for (const [id, twin] of twins) {
    if (id !== twin.id || id !== twinId(twin.kind, twin.source, twin.element))
      broken.push(`P3 ${id} is not made of its parts`);
    if (!KINDS.includes(twin.kind)) broken.push(`P3 ${id} is of no kind`);
    const { carrier } = twin.attributes;
    if (carrier !== undefined && !CARRIERS.some((one) => one === carrier))
      broken.push(`P3 ${id} has the carrier ${carrier}`);
    for (const { name, unit } of twin.points ?? [])
      if (!isUnit(unit)) broken.push(`P3 ${id} ${name} has the unit ${unit}`);
    const fault = faultOf(twin.attributes, 0);
    if (fault) broken.push(`P4 ${id}: ${fault}`);
    if (broken.length >= MAX_TOLD) return;
  }
  const has = (id: string) => twins.has(id);
  for (const { from, role, to } of links) {
    if (!has(from) || !has(to) || !(role in LINK_ROLES)) broken.push(`P3 ${from} ${role} ${to} leads nowhere`);
  }
  for (const { twin, from, to, switches } of branches) {
    if (![twin, from, to, ...switches].every(has)) broken.push(`P3 a branch of ${twin} leads nowhere`);
    else if (![from, to].every((id) => NODE_KINDS.has(twins.get(id)!.kind)))
      broken.push(`P3 ${twin} does not end at nodes`);
  }
  for (const [device, meters] of devices) if (!meters.every(has)) broken.push(`P3 ${device} feeds no meter`);
}

/** What of a value is no JSON. */
function faultOf(value: unknown, depth: number): string | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? undefined : String(value);
  if (value === null || typeof value === "string" || typeof value === "boolean") return undefined;
  if (typeof value !== "object") return typeof value;
  if (depth > MAX_DEPTH) return "nested too deep";
  if (Array.isArray(value)) {
    for (const one of value) {
      const fault = faultOf(one, depth + 1);
      if (fault) return fault;
    }
    return undefined;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return "an object with a prototype";
  for (const key in value) {
    const fault = faultOf((value as Record<string, unknown>)[key], depth + 1);
    if (fault) return `${key}: ${fault}`;
  }
  return undefined;
}
