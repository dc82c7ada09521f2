// Lines and switches.
// Fed by    the objects of class Line
// Gives     a line, or a switch where `switch=yes`, with its impedances per km, and a branch
// N1  lengthKm and what is per km are there only when the line or its line code says a unit of length; otherwise the totals are
// N2  what is not said is taken from the line code, else from the geometry; of OpenDSS's own defaults only the length (1 of its
//     unit), the phases (3) and the impedance of a switch (r1 = x1 = 1 ohm on a length of 0.001) are taken
// Source    OpenDSS Manual, Line

import type { Attributes, Json } from "../../district.ts";
import { classOf } from "./classes.ts";
import {
  addBranch,
  addTwin,
  attributesOf,
  connect,
  type Grid,
  isInService,
  openingsOf,
  tellSameBus,
  terminalAt,
} from "./grid.ts";
import { rounded } from "./inline-math.ts";
import {
  impedanceOfCode,
  impedanceOfLine,
  kmPerUnit,
  type LineImpedance,
  type Matrices,
  positiveSequenceOf,
  type Sequence,
} from "./impedance.ts";
import { type DssObject, fullName, isEnabled, numberAt, placeText, textAt, valueAt } from "./objects.ts";

/** Read in another way than as an attribute of the same value. */
const DERIVED: ReadonlySet<string> = new Set(
  "bus1 bus2 length phases units switch r1 x1 r0 x0 c1 c0 b1 b0 rmatrix xmatrix cmatrix".split(" "),
);

const DEFAULT_PHASES = 3;

export function readLine(grid: Grid, line: DssObject): void {
  const { objects } = grid;
  const [LINE_CODE, GEOMETRY] = [classOf("linecode")!, classOf("linegeometry")!];
  const code = (name: string) => {
    const object = objects.find(LINE_CODE, name);
    const known = object && grid.codes.get(object);
    if (!object || known) return known;
    const impedance = impedanceOfCode(object);
    grid.codes.set(object, impedance);
    return impedance;
  };
  const phasesOfGeometry = (name: string) => {
    const geometry = objects.find(GEOMETRY, name);
    return geometry && numberAt(geometry, "nphases");
  };
  const impedance = impedanceOfLine(line, code, phasesOfGeometry);
  const phases = impedance.phases ?? DEFAULT_PHASES;
  const [from, to] = ["bus1", "bus2"].map((key) => terminalAt(grid, line, textAt(line, key), phases));
  const isSwitch = valueAt(line, "switch") === true;
  const { attributes: openings } = openingsOf(line);
  const inService = isInService(line);
  const attributes: Attributes = {
    ...(from ? { fromBus: from.bus.name, fromNodes: from.nodes } : {}),
    ...(to ? { toBus: to.bus.name, toNodes: to.nodes } : {}),
    phases,
    ...impedanceAttributes(grid, line, impedance),
    ...ratingsOf(grid, line),
    ...attributesOf(line, DERIVED),
    ...openings,
    ...(isSwitch ? { closed: inService } : {}),
    inService: isSwitch ? isEnabled(line) : inService,
  };
  const twin = addTwin(grid, line, isSwitch ? "switch" : "line", false, attributes);
  connect(grid, twin, [from, to]);
  addBranch(grid, twin, from, to);
  tellSameBus(grid, line, from, to);
  if (inService) for (const end of [from, to]) for (const node of end?.nodes ?? []) end?.bus.fed.add(node);
  const names = ["linecode", "geometry", "spacing"].some((key) => textAt(line, key) !== undefined);
  if (impedance.model === undefined && !names)
    grid.findings.add("OPENDSS_LINE_IMPEDANCE", placeText(line.place), `${fullName(line)} has no impedance`);
}

function impedanceAttributes(grid: Grid, line: DssObject, impedance: LineImpedance): Attributes {
  const km = (unit: string | undefined): number | undefined => {
    const value = kmPerUnit(unit ?? "");
    if (value === undefined) grid.findings.add("OPENDSS_UNITS", placeText(line.place), `${fullName(line)}: ${unit}`);
    return typeof value === "number" ? value : undefined;
  };
  const [ofLength, ofImpedance] = [km(impedance.lengthUnit), km(impedance.unit)];
  const lengthKmPerUnit = ofLength ?? ofImpedance;
  const impedanceKmPerUnit = ofImpedance ?? ofLength;
  const { length } = impedance;
  const isKnown = lengthKmPerUnit !== undefined && impedanceKmPerUnit !== undefined;
  const values = impedance.model === "matrix" ? ofMatrices(impedance.matrices) : ofSequence(impedance.sequence);
  const scaled = Object.entries(values).map(([name, value]): [string, Json] => {
    return isKnown ? [`${name}PerKm`, times(value, 1 / impedanceKmPerUnit)] : [name, times(value, length)];
  });
  return {
    ...(isKnown ? { lengthKm: rounded(length * lengthKmPerUnit) } : { length }),
    ...(impedance.lengthUnit ? { lengthUnit: impedance.lengthUnit } : {}),
    ...(impedance.model === undefined ? {} : Object.fromEntries(scaled)),
  };
}

type Values = Record<string, number | number[][]>;

function ofSequence({ r1, x1, r0, x0, c1, c0, b1, b0 }: Sequence): Values {
  const named = { rOhm: r1, xOhm: x1, cNf: c1, bUs: b1, r0Ohm: r0, x0Ohm: x0, c0Nf: c0, b0Us: b0 };
  return Object.fromEntries(Object.entries(named).filter((entry): entry is [string, number] => entry[1] !== undefined));
}

function ofMatrices({ rmatrix, xmatrix, cmatrix }: Matrices): Values {
  return {
    ...(rmatrix ? { rOhm: positiveSequenceOf(rmatrix) } : {}),
    ...(xmatrix ? { xOhm: positiveSequenceOf(xmatrix) } : {}),
    ...(cmatrix ? { cNf: positiveSequenceOf(cmatrix) } : {}),
    ...(rmatrix ? { rMatrixOhm: rmatrix } : {}),
    ...(xmatrix ? { xMatrixOhm: xmatrix } : {}),
    ...(cmatrix ? { cMatrixNf: cmatrix } : {}),
  };
}

function times(value: number | number[][], factor: number): Json {
  if (factor === 1) return value;
  return typeof value === "number"
    ? rounded(value * factor)
    : value.map((row) => row.map((each) => rounded(each * factor)));
}

/** The ratings of a line's own take the place of its line code's, or of its geometry's first conductor. */
function ratingsOf({ objects }: Grid, line: DssObject): Attributes {
  const [code, geometry] = [textAt(line, "linecode"), textAt(line, "geometry")];
  const ofCode = code === undefined ? undefined : objects.find(classOf("linecode")!, code);
  const ofGeometry = geometry === undefined ? undefined : objects.find(classOf("linegeometry")!, geometry);
  const ratings: Attributes = {};
  for (const of of [ofGeometry && firstConductor(objects, ofGeometry), ofGeometry, ofCode]) {
    for (const [key, attribute] of [
      ["normamps", "maxIKa"],
      ["emergamps", "emergencyIKa"],
    ] as const) {
      const assigned = of?.last.get(key);
      if (typeof assigned?.value !== "number") continue;
      // Of conductors it is kept in A.
      ratings[attribute] = assigned.property.divisor === 1 ? assigned.value / 1000 : assigned.value;
    }
  }
  return ratings;
}

function firstConductor(objects: Grid["objects"], geometry: DssObject): DssObject | undefined {
  for (const { property, value } of geometry.history) {
    const name = Array.isArray(value) ? value[0] : value;
    if (property.refersTo !== "Conductor" || typeof name !== "string") continue;
    for (const of of ["wiredata", "cndata", "tsdata"]) {
      const conductor = objects.find(classOf(of)!, name);
      if (conductor) return conductor;
    }
  }
  return undefined;
}

/** What a line code is, for the list of all of them: as the script says it, in its own unit of length. */
export function lineCodeAttributes(code: DssObject): Attributes {
  const { model, phases } = impedanceOfCode(code);
  return {
    ...attributesOf(code),
    ...(phases === undefined ? {} : { phases }),
    ...(model ? { impedanceAs: model === "matrix" ? "matrices" : "symmetrical components" } : {}),
  };
}
