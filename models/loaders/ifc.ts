// Loads a building model: IFC as STEP (.ifc) or XML (.ifcxml), also zipped (.ifczip); IFC2x3, IFC4 and IFC4x3.
// Fed by    the bytes of one file, or of several that show the same building
// Gives     twins of kind building, storey, space and device; what contains, feeds and connects what; and findings
// Must not  need a geometry engine: areas, heights and volumes come from the quantities that the file states, or plain outlines
// L1  a loader never throws for what stands in a file: whatever is broken becomes a finding
// L4  a broken statement hides no other: the file is cleaned before the IFC engine sees it

import type { Attributes, TwinModel } from "../district.ts";
import { Findings } from "../finding.ts";
import { DistrictJoin } from "../join.ts";
import { type IfcSchema, withModel } from "./ifc/engine.ts";
import { IFC_FEDERATION, sameBuilding } from "./ifc/federation.ts";
import { IFC_FINDINGS, type IfcFindings } from "./ifc/findings.ts";
import { readIfcXml } from "./ifc/ifcxml.ts";
import { unpackIfc } from "./ifc/packed.ts";
import { readStep } from "./ifc/step.ts";
import type { StepHeader } from "./ifc/step-header.ts";
import { type IfcOrigin, type IfcTwins, readTwins } from "./ifc/twins.ts";
import type { Census, DistrictPart, Loader } from "./loader.ts";
import { isZip, MAX_UNPACKED_BYTES } from "./zip.ts";

export { IFC_FINDINGS };

/**
 * Loads one building model, of one file or of several (by discipline, say), which show the same things under the same GlobalIds.
 * Lengths, areas, volumes and the other measures that models/loaders/ifc/properties.ts names are converted to SI; everything
 * else stays as the file has it.
 */
export const loadIfc: Loader = async ({ source, file, bytes, more = [] }) => {
  if (more.length === 0) return loadFile(source, file, bytes);
  const join = new DistrictJoin();
  const censuses: Census[] = [];
  let first: DistrictPart | undefined;
  for (const each of [{ file, bytes }, ...more]) {
    const part = await loadFile(source, each.file, each.bytes);
    first ??= part;
    const same = sameBuilding(first, part);
    join.add(same ? asOneBuilding(part, ...same, new Findings(IFC_FINDINGS, source, each.file)) : part, {
      id: source,
      file: each.file,
    });
    if (part.census) censuses.push(part.census);
  }
  const { twins, links, branches, findings } = join;
  const federation = { ...IFC_FEDERATION, aliases: twins.aliases };
  return { twins: [...twins.values()], links, branches, findings, census: sumOfCensuses(censuses), federation };
};

function asOneBuilding(part: DistrictPart, first: TwinModel, other: TwinModel, findings: IfcFindings): DistrictPart {
  findings.add("IFC_FEDERATED_PLACE", other.element, `it stands where ${first.id} stands, and was taken for the same`);
  const identityOf = (twin: TwinModel) => IFC_FEDERATION.identityOf(twin === other ? first : twin);
  return { ...part, findings: [...part.findings, ...findings.all], federation: { ...IFC_FEDERATION, identityOf } };
}

async function loadFile(source: string, file: string, bytes: Uint8Array): Promise<DistrictPart> {
  const findings: IfcFindings = new Findings(IFC_FINDINGS, source, file);
  const part: DistrictPart = {
    twins: [],
    links: [],
    branches: [],
    findings: findings.all,
    federation: IFC_FEDERATION,
  };
  const text = unpacked(bytes, findings);
  const origin = { source, file };
  const model = text && (isXml(text) ? await loadXml(text, origin, findings) : await loadStep(text, origin, findings));
  return model ? { ...part, ...model } : part;
}

type Place = Pick<IfcOrigin, "source" | "file">;

async function loadStep(text: Uint8Array, place: Place, findings: IfcFindings): Promise<IfcTwins | undefined> {
  const step = readStep(text, findings);
  const schema = step && chooseSchema(step.header.schemas, findings);
  if (!step || !schema) return undefined;
  const origin = { ...place, header: describeHeader(step.header) };
  return withModel(step, schema, findings, (open) => readTwins(open, origin, findings));
}

async function loadXml(text: Uint8Array, place: Place, findings: IfcFindings): Promise<IfcTwins | undefined> {
  const xml = readIfcXml(new TextDecoder().decode(text), findings);
  const schema = xml && chooseSchema(xml.header.schemas, findings);
  if (!xml || !schema) return undefined;
  return readTwins(await xml.open(schema), { ...place, header: describeHeader(xml.header) }, findings);
}

function sumOfCensuses(censuses: readonly Census[]): Census {
  const sum: Census = { read: {}, kept: {}, unknown: {} };
  for (const census of censuses) {
    for (const what of ["read", "kept", "unknown"] as const) {
      for (const [name, count] of Object.entries(census[what])) sum[what][name] = (sum[what][name] ?? 0) + count;
    }
  }
  return sum;
}

function unpacked(bytes: Uint8Array, findings: IfcFindings): Uint8Array | undefined {
  const model = isZip(bytes) ? unpackIfc(bytes, findings) : bytes;
  if (!model) return undefined;
  if (model.length <= MAX_UNPACKED_BYTES) return toUtf8(model);
  findings.add("IFC_TOO_LARGE", "", `the file has ${model.length} bytes; ${MAX_UNPACKED_BYTES} are the limit`);
  return undefined;
}

/** UTF-16, which some text editors save, becomes UTF-8; all else stays as it is. */
function toUtf8(bytes: Uint8Array): Uint8Array {
  const little = bytes[0] === 0xff && bytes[1] === 0xfe;
  const big = bytes[0] === 0xfe && bytes[1] === 0xff;
  return little || big
    ? new TextEncoder().encode(new TextDecoder(little ? "utf-16le" : "utf-16be").decode(bytes))
    : bytes;
}

function isXml(bytes: Uint8Array): boolean {
  return /^\s*</.test(new TextDecoder().decode(bytes.subarray(0, 64)));
}

/** The engine's schema for what FILE_SCHEMA names. IFC4 is what an unnamed one is tried with: most of it is common to all. */
function chooseSchema(names: readonly string[], findings: IfcFindings): IfcSchema | undefined {
  const name = names.find((one) => one.startsWith("IFC"));
  if (name === undefined && names.length > 0) {
    findings.add("IFC_SCHEMA_UNSUPPORTED", "", `the schema ${names.join(", ")} is not IFC`);
    return undefined;
  }
  if (name === undefined) {
    findings.add("IFC_SCHEMA_MISSING", "", "the header names no schema; the file was read as IFC4");
    return "IFC4";
  }
  if (/^IFC(2X3(_TC1|_FINAL)?|4(_ADD1|_ADD2|_ADD2_TC1)?|4X3(_ADD1|_ADD2|_TC1)?)$/.test(name)) return familyOf(name);
  const family = familyOf(name);
  if (family) findings.add("IFC_SCHEMA_RELATED", "", `the schema ${name} was read as ${family}, its nearest relative`);
  else findings.add("IFC_SCHEMA_UNSUPPORTED", "", `the schema ${name} is not known`);
  return family;
}

function familyOf(name: string): IfcSchema | undefined {
  if (name.startsWith("IFC2X")) return "IFC2X3";
  if (name.startsWith("IFC4X")) return "IFC4X3";
  return name.startsWith("IFC4") ? "IFC4" : undefined;
}

function describeHeader(header: StepHeader): Attributes {
  const { originatingSystem, preprocessor, timeStamp, authors, organizations, description, schemas } = header;
  const said = { originatingSystem, preprocessor, timeStamp, authors, organizations, viewDefinition: description };
  const written = Object.entries(said).filter(([, entry]) => entry.length > 0);
  return { schema: schemas.join(", "), header: Object.fromEntries(written) };
}
