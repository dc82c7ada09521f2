// What is wrong with a model that can be read: references that lead nowhere, voltages that do not fit, what no source reaches.
// Fed by    the model, the grid made of it
// Gives     findings only, and the census
// Must not  change anything
// C1  every object of the files counts once: read (a twin), kept (an attribute), or unknown

import type { Attributes, TwinId } from "../../district.ts";
import { buildTopology } from "../../topology.ts";
import type { Census } from "../loader.ts";
import type { Grid } from "./grid.ts";
import { type CimModel, type CimObject, named } from "./model.ts";

/** Nominal voltages that differ by less are the same voltage, written with other rounding. */
const SAME_VOLTAGE = 0.001;
/** So many elements are named in one finding; the rest are counted. */
const NAMED = 5;
/** Classes that are attributes when something refers to them; of others nothing is known. */
const KNOWN =
  /^(?:Substation|VoltageLevel|Bay|Feeder|Line|.*Region|BaseVoltage|Terminal|.*Limit(?:Set|Type)?|Location|PositionPoint|CoordinateSystem|.*(?:TapChanger|TapChangerControl|TapChangerTable(?:Point)?|RegulatingControl|Curve|CurveData|LoadGroup|LoadArea|LoadResponseCharacteristic|GeneratingUnit|Phase|End|EndInfo|Tank|TankInfo|Test|Impedance|ImpedanceData|MeasurementValueSource|Analog|Discrete|Accumulator|Value))$/;
/** What says something of the files, not of the grid. */
const HEADERS: ReadonlySet<string> = new Set(["IEC61970CIMVersion", "TopologicalIsland", "FullModel"]);

/** One finding for each object that is named and not there: hundreds may name it. */
export function checkReferences({ model, findings }: Grid): void {
  const missing = new Map<string, { first: CimObject; property: string; count: number }>();
  for (const object of model.objects()) {
    const { references } = object;
    for (let at = 0; at < references.length; at += 2) {
      const key = references[at + 1]!;
      if (model.get(key) !== undefined) continue;
      const known = missing.get(key);
      if (known) known.count++;
      else missing.set(key, { first: object, property: references[at]!, count: 1 });
    }
  }
  for (const [key, { first, property, count }] of missing) {
    const others = count > 1 ? `, and ${count - 1} more references name it` : "";
    findings.add("CGMES_DANGLING", named(first), `its ${property} is ${key}, which is in none of the files${others}`);
  }
}

export function checkNetwork({ model, twins, links, branches, findings, twinOf }: Grid): void {
  const byId = new Map(twins.map((twin) => [twin.id, twin]));
  const places = new Map([...twinOf].map(([object, twin]) => [twin.id, named(object)]));
  const placeOf = (id: TwinId) => places.get(id) ?? id;
  if (!twins.some(({ kind }) => kind === "bus")) {
    if (model.size > 0)
      findings.add("CGMES_NO_NODES", "", "no connectivity node, topological node or busbar section is in the files");
    return;
  }
  const attributesOf = (id: TwinId): Attributes => byId.get(id)!.attributes;
  for (const { twin, from, to } of branches) {
    const [one, other] = [attributesOf(from).vnKv, attributesOf(to).vnKv];
    const { kind, attributes } = byId.get(twin)!;
    if (kind === "transformer" || attributes.equivalentBranch || typeof one !== "number" || typeof other !== "number")
      continue;
    if (Math.abs(one - other) <= SAME_VOLTAGE * Math.max(one, other)) continue;
    findings.add("CGMES_VOLTAGE_MISMATCH", placeOf(twin), `it connects a node of ${one} kV and one of ${other} kV`);
  }
  const conducts = (id: TwinId) => attributesOf(id).inService !== false && attributesOf(id).closed !== false;
  const sourcing = (id: TwinId) => attributesOf(id).inService !== false;
  const topologies = buildTopology(twins, links, branches);
  const reaches = topologies.map((topology) => topology.supplied(conducts, sourcing));
  const isSupplied = reaches.some((reach) => reach.includes(1));
  if (!isSupplied)
    findings.add("CGMES_NO_SOURCE", "", "there is no external grid and no machine that holds the reference in service");
  topologies.forEach((topology, at) => {
    const dark = topology.nodes.filter((_, node) => reaches[at]![node] === 0).map(placeOf);
    if (topology.branches.length === 0 && topologies.length > 1) {
      findings.add("CGMES_BUS_ISOLATED", placeOf(topology.nodes[0]!), "no line, transformer or switch ends at it");
    } else if (isSupplied && dark.length > 0) {
      const more = dark.length > NAMED ? ` and ${dark.length - NAMED} more` : "";
      const nodes = `${dark.length} ${dark.length === 1 ? "node" : "nodes"}`;
      findings.add(
        "CGMES_UNSUPPLIED",
        dark[0]!,
        `no source reaches ${nodes}: ${dark.slice(0, NAMED).join(", ")}${more}`,
      );
    }
  });
}

export function censusOf(model: CimModel): Census {
  const counts = {
    read: new Map<string, number>(),
    kept: new Map<string, number>(),
    unknown: new Map<string, number>(),
  };
  for (const { className, fate } of model.objects()) {
    const of = counts[fate ?? (HEADERS.has(className) ? "kept" : "unknown")];
    of.set(className, (of.get(className) ?? 0) + 1);
  }
  return {
    read: Object.fromEntries(counts.read),
    kept: Object.fromEntries(counts.kept),
    unknown: Object.fromEntries(counts.unknown),
  };
}

/** One finding for each class of which objects were left out. */
export function reportLeftOut({ model, findings }: Grid, { unknown }: Census): void {
  for (const [className, count] of Object.entries(unknown)) {
    const first = model.of(className).find(({ fate }) => fate === undefined)!;
    const objects = count === 1 ? "an object of this class is" : `${count} objects of this class are`;
    if (KNOWN.test(className)) findings.add("CGMES_UNATTACHED", named(first), `${objects} part of no twin`);
    else
      findings.add("CGMES_CLASS_UNKNOWN", named(first), `${objects} in the files; none became a twin or an attribute`);
  }
}
