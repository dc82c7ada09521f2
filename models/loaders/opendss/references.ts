// Names that lead nowhere.
// Fed by    all objects that a script leaves
// Gives     findings: a line code, shape, curve, element or bus that is named and not defined
// Must not  change anything
// N1  what OpenDSS brings with it (the default shapes, spectra and curves) need not be defined

import { classOf, type Property } from "./classes.ts";
import { objectNamed } from "./controls.ts";
import type { Grid } from "./grid.ts";
import { type Assignment, type DssObject, fullName, type Objects, placeText } from "./objects.ts";
import { shownText } from "./tokens.ts";

const BUILT_IN: Record<string, ReadonlySet<string>> = {
  LoadShape: new Set(["default", "none"]),
  GrowthShape: new Set(["default", "none"]),
  Spectrum: new Set(
    "default defaultload defaultgen defaultvsource defaultisource defaultwindgen linear pwm6 dc6 none".split(" "),
  ),
  TCC_Curve: new Set(
    "none a d tlink klink kfuse tfuse mod_inv very_inv ext_inv definite uv1547 ov1547 uv_1547 ov_1547".split(" "),
  ),
  XYcurve: new Set(["none", "default"]),
  TShape: new Set(["default", "none"]),
};
const CONDUCTORS = ["wiredata", "cndata", "tsdata"];

export function checkReferences(grid: Grid): void {
  const { objects, findings, buses } = grid;
  for (const object of objects.all) {
    for (const assignment of object.last.values()) {
      const { property, place } = assignment;
      for (const name of namesIn(assignment)) {
        if (isDefined(objects, property, name)) continue;
        const what = property.refersTo === "*" || property.refersTo === "Conductor" ? "" : `${property.refersTo}.`;
        const message = `${property.name} of ${fullName(object)} names ${what}${shownText(name)}, which is not defined`;
        findings.add("OPENDSS_UNDEFINED", placeText(place), message);
      }
      // The buses of elements are there by being named; those of controls are not.
      if (object.of.group === "control" && property.type === "bus" && typeof assignment.value === "string")
        checkBus(grid, object, assignment, assignment.value);
    }
  }
  const missing = [...objects.coordinates.values()].filter(({ bus }) => !buses.has(bus.toLowerCase()));
  const [first] = missing;
  if (first) {
    const message = `${missing.length} buses with coordinates are not in the circuit, the first is ${shownText(first.bus)}`;
    findings.add("OPENDSS_COORDS", placeText(first.place), message);
  }
}

function checkBus({ buses, findings }: Grid, object: DssObject, { property, place }: Assignment, spec: string): void {
  const name = spec.split(".", 1)[0]!.trim();
  if (name !== "" && !buses.has(name.toLowerCase()))
    findings.add(
      "OPENDSS_UNDEFINED",
      placeText(place),
      `${property.name} of ${fullName(object)}: there is no bus ${shownText(name)}`,
    );
}

function namesIn({ property, value }: Assignment): string[] {
  if (property.refersTo === undefined) return [];
  return (Array.isArray(value) ? value : [value]).filter(
    (name): name is string => typeof name === "string" && name !== "",
  );
}

function isDefined(objects: Objects, { refersTo }: Property, name: string): boolean {
  if (refersTo === "*") return objectNamed(objects, name) !== undefined;
  if (refersTo === "Conductor") return CONDUCTORS.some((of) => objectNamed(objects, name, of) !== undefined);
  if (BUILT_IN[refersTo!]?.has(name.toLowerCase())) return true;
  return classOf(refersTo!) !== undefined && objectNamed(objects, name, refersTo) !== undefined;
}
