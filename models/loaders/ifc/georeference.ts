// Where on earth a model stands, and in which coordinate system.
// Fed by    models/loaders/ifc/engine.ts: IfcSite, IfcCoordinateOperation, IfcProjectedCRS; ePSets in IFC2x3
// Gives     `location` of a site; `mapConversion` and `trueNorthDeg` of the project
// Source    IFC4 ADD2 TC1, IfcRepresentationResource; buildingSMART "User Guide for Geo-referencing in IFC" 2.0 (ePSets)

import type { Attributes, Json } from "../../district.ts";
import type { IfcEntity, IfcModel } from "./engine.ts";
import { number, numbers, reference, text, value } from "./entity.ts";
import type { IfcFindings } from "./findings.ts";
import type { Sets } from "./properties.ts";
import type { Units } from "./units.ts";

/** EPSG gives coordinate systems numbers from here to there. */
const EPSG_RANGE = [2000, 32_766] as const;
const EPSG_NAME = /^EPSG:\s*(\d+)$/i;
/** Among these, EPSG has geographic systems (4326 is WGS 84) and, but for two, no vertical ones. */
const EPSG_GEOGRAPHIC = [4001, 4999] as const;
const EPSG_VERTICAL_THERE = [4440, 4458];
/** Scale and unit ratio may differ by the grid's own scale (0.9996 for UTM), not by a unit. */
const SCALE_TOLERANCE = 0.005;
/** Units of maps in metres: mm, cm, dm, m, km; inch, foot, yard, mile; the feet of the US survey, of Clarke and of India (EPSG). */
const MAP_UNITS_M = [0.001, 0.01, 0.1, 1, 1000, 0.0254, 0.3048, 0.9144, 1609.344, 1200 / 3937, 0.3047972654, 0.3047995];
/** The feet differ by two millionths: a factor that is written with six digits may mean any of them. */
const RATIO_TOLERANCE = 2e-6;

/** An IfcCompoundPlaneAngleMeasure: degrees, minutes, seconds, millionths of a second, all with the sign of the angle. */
function degrees(parts: readonly number[]): number {
  const [degree = 0, minute = 0, second = 0, millionth = 0] = parts;
  return degree + minute / 60 + (second + millionth / 1e6) / 3600;
}

/** Latitude, longitude (degrees) and elevation (m) of an IfcSite; undefined when it has none that can be. */
export function locationOf(site: IfcEntity, units: Units, findings: IfcFindings): Attributes | undefined {
  const latitude = numbers(site, "RefLatitude");
  const longitude = numbers(site, "RefLongitude");
  if (!latitude?.length || !longitude?.length) return undefined;
  const latDeg = degrees(latitude);
  const lonDeg = degrees(longitude);
  const parts = [...latitude.slice(1, 3), ...longitude.slice(1, 3)];
  if (Math.abs(latDeg) > 90 || Math.abs(lonDeg) > 180) {
    const message = `latitude ${latDeg} and longitude ${lonDeg} are not on earth; they were left out`;
    findings.add("IFC_GEOREFERENCE_IMPLAUSIBLE", `#${site.label}`, message);
    return undefined;
  }
  if (latDeg === 0 && lonDeg === 0) {
    findings.add(
      "IFC_GEOREFERENCE_IMPLAUSIBLE",
      `#${site.label}`,
      "latitude and longitude are both 0, in the Gulf of Guinea",
    );
  } else if (parts.some((part) => Math.abs(part) >= 60)) {
    findings.add("IFC_GEOREFERENCE_IMPLAUSIBLE", `#${site.label}`, "minutes and seconds must be below 60");
  } else if (mixesSigns(latitude) || mixesSigns(longitude)) {
    findings.add("IFC_GEOREFERENCE_IMPLAUSIBLE", `#${site.label}`, "all parts of an angle must have the same sign");
  }
  const elevation = number(site, "RefElevation");
  const elevationM = elevation === undefined ? {} : { elevationM: elevation * units.factor("LENGTHUNIT") };
  return { latDeg, lonDeg, ...elevationM };
}

function mixesSigns(parts: readonly number[]): boolean {
  return parts.some((part) => part > 0) && parts.some((part) => part < 0);
}

/** Clockwise angle in degrees from the y axis of the model to true north; undefined when no context says it. */
export function trueNorthDeg(model: IfcModel): number | undefined {
  for (const label of modelContexts(model)) {
    const context = model.entity(label);
    const north = context && reference(context, "TrueNorth");
    const direction = north === undefined ? undefined : model.entity(north);
    const [x, y] = (direction && numbers(direction, "DirectionRatios")) ?? [];
    if (x === undefined || y === undefined || (x === 0 && y === 0)) continue;
    return Number(((Math.atan2(x, y) * 180) / Math.PI + 0).toFixed(9));
  }
  return undefined;
}

/** The same angle by the x axis of a map conversion: to grid north, which true north is near. */
export function northOfConversion(conversion: Attributes | undefined): number | undefined {
  const [x, y] = [conversion?.xAxisAbscissa, conversion?.xAxisOrdinate];
  if (typeof x !== "number" || typeof y !== "number" || (x === 0 && y === 0)) return undefined;
  return Number(((Math.atan2(y, x) * 180) / Math.PI + 0).toFixed(9));
}

/** The map conversion (or rigid operation) of the model's contexts: all values as the file has them, in map units. */
export function mapConversionOf(model: IfcModel, units: Units, findings: IfcFindings): Attributes | undefined {
  if (model.schema === "IFC2X3") return undefined;
  const operations = model.labels("IFCCOORDINATEOPERATION").flatMap((label) => model.entity(label) ?? []);
  const [first] = operations;
  if (!first) return undefined;
  const conversion = describeOperation(first);
  for (const other of operations.slice(1)) {
    if (JSON.stringify(describeOperation(other)) !== JSON.stringify(conversion)) {
      const message = `it differs from #${first.label}, which was used`;
      findings.add("IFC_GEOREFERENCE_CONFLICT", `#${other.label}`, message);
    }
  }
  const sources = new Set(operations.map((operation) => reference(operation, "SourceCRS")));
  for (const label of modelContexts(model)) {
    if (!sources.has(label))
      findings.add("IFC_GEOREFERENCE_CONFLICT", `#${label}`, "this model context has no map conversion");
  }
  for (const operation of operations) checkCoordinates(operation, findings);
  if (conversion.xAxisAbscissa === 0 && conversion.xAxisOrdinate === 0) {
    findings.add("IFC_GEOREFERENCE_IMPLAUSIBLE", `#${first.label}`, "the x axis has no direction");
  }
  const target = reference(first, "TargetCRS");
  const system = target === undefined ? undefined : model.entity(target);
  if (!system) findings.add("IFC_CRS_UNKNOWN", `#${first.label}`, "the target coordinate system is not in the file");
  else checkSystem(model, system, findings);
  if (system) checkScale(first, system, units, findings);
  return { ...conversion, crs: system ? describeSystem(model, system) : null };
}

/** The property sets that stand in for map conversion and projected CRS in IFC2x3, on site or project. */
export function mapConversionFromSets(sets: Sets): Attributes | undefined {
  const find = (name: string): Record<string, Json> | undefined =>
    Object.entries(sets).find(([key]) => key.toLowerCase() === name)?.[1];
  const conversion = find("epset_mapconversion");
  if (!conversion) return undefined;
  const crs = find("epset_projectedcrs");
  return { ...camel(conversion), crs: crs ? camel(crs) : null };
}

function camel(values: Record<string, Json>): Attributes {
  return Object.fromEntries(
    Object.entries(values).map(([key, entry]) => [key.charAt(0).toLowerCase() + key.slice(1), entry]),
  );
}

/** Contexts of the 3D model, without their subcontexts. */
function modelContexts(model: IfcModel): number[] {
  return model.labels("IFCGEOMETRICREPRESENTATIONCONTEXT").filter((label) => {
    const context = model.entity(label);
    return (
      model.classOf(label) === "IfcGeometricRepresentationContext" && context && text(context, "ContextType") !== "Plan"
    );
  });
}

/** Those of a rigid operation are both lengths or both angles. */
function checkCoordinates(operation: IfcEntity, findings: IfcFindings): void {
  const types = ["FirstCoordinate", "SecondCoordinate"].map((name) => value(operation, name).type);
  if (types.every((type) => type === "")) return;
  if (types[0] === types[1] && (types[0] === "IFCLENGTHMEASURE" || types[0] === "IFCPLANEANGLEMEASURE")) return;
  const message = `its coordinates must both be lengths or both be angles, and not ${types.join(" and ")}`;
  findings.add("IFC_GEOREFERENCE_IMPLAUSIBLE", `#${operation.label}`, message);
}

function describeOperation(operation: IfcEntity): Attributes {
  const names = "Eastings Northings OrthogonalHeight XAxisAbscissa XAxisOrdinate Scale FactorX FactorY FactorZ Height";
  const described: Attributes = {};
  for (const name of names.split(" ")) {
    const amount = number(operation, name);
    if (amount !== undefined) described[name.charAt(0).toLowerCase() + name.slice(1)] = amount;
  }
  // IfcRigidOperation, IFC4X3: two coordinates that are both lengths or both angles
  const [first, second] = [value(operation, "FirstCoordinate"), value(operation, "SecondCoordinate")];
  if (first.value !== null) described.firstCoordinate = first.value;
  if (second.value !== null) described.secondCoordinate = second.value;
  return described;
}

function describeSystem(model: IfcModel, system: IfcEntity): Attributes {
  const described: Attributes = {};
  for (const name of ["Name", "Description", "GeodeticDatum", "VerticalDatum", "MapProjection", "MapZone"]) {
    const written = text(system, name);
    if (written !== undefined) described[name.charAt(0).toLowerCase() + name.slice(1)] = written;
  }
  const wkt = wellKnownText(model, system);
  return wkt === undefined ? described : { ...described, wellKnownText: wkt };
}

function wellKnownText(model: IfcModel, system: IfcEntity): string | undefined {
  if (model.schema !== "IFC4X3") return undefined;
  for (const label of model.labels("IFCWELLKNOWNTEXT")) {
    const entity = model.entity(label);
    if (entity && reference(entity, "CoordinateReferenceSystem") === system.label) return text(entity, "WellKnownText");
  }
  return undefined;
}

function checkSystem(model: IfcModel, system: IfcEntity, findings: IfcFindings): void {
  const name = text(system, "Name") ?? "";
  const at = `#${system.label}`;
  const told = name.toUpperCase() === "WKT" && wellKnownText(model, system) !== undefined;
  // a system without a name may still be known by its datum
  const isKnown = name === "" && ["GeodeticDatum", "VerticalDatum"].some((datum) => isEpsg(text(system, datum) ?? ""));
  if (!told && !isEpsg(name) && !isKnown)
    findings.add("IFC_CRS_UNKNOWN", at, `"${name}" is no EPSG code of a coordinate system`);
  for (const attribute of ["GeodeticDatum", "VerticalDatum"]) {
    const datum = text(system, attribute);
    if (datum && /^EPSG/i.test(datum) && !(attribute === "VerticalDatum" ? isVertical(datum) : isEpsg(datum))) {
      findings.add("IFC_CRS_UNKNOWN", at, `${attribute} "${datum}" is no EPSG code of a coordinate system`);
    }
  }
}

function isVertical(name: string): boolean {
  const code = epsgCode(name);
  const geographic = code >= EPSG_GEOGRAPHIC[0] && code <= EPSG_GEOGRAPHIC[1] && !EPSG_VERTICAL_THERE.includes(code);
  return isEpsg(name) && !geographic;
}

function epsgCode(name: string): number {
  return Number(EPSG_NAME.exec(name.trim())?.[1] ?? Number.NaN);
}

function isEpsg(name: string): boolean {
  const code = epsgCode(name);
  return code >= EPSG_RANGE[0] && code <= EPSG_RANGE[1];
}

function checkScale(operation: IfcEntity, system: IfcEntity, units: Units, findings: IfcFindings): void {
  if (operation.attributes.Eastings === undefined) return;
  const mapUnit = reference(system, "MapUnit");
  const scale = number(operation, "Scale") ?? 1;
  if (mapUnit === undefined) {
    // Which unit the map has stands in the register of EPSG; that it has one of those that there are is known without it.
    if (Math.abs(scale - 1) <= SCALE_TOLERANCE || isRatioOfUnits(scale)) return;
    const message = `the scale is ${scale}, which is no ratio of two units of length, and the map names no unit`;
    findings.add("IFC_MAP_SCALE", `#${operation.label}`, message);
    return;
  }
  const expected = units.factor("LENGTHUNIT") / units.factorOf(mapUnit);
  if (Math.abs(scale / expected - 1) <= SCALE_TOLERANCE) return;
  const message = `the scale is ${scale}, but one project unit is ${expected} map units`;
  findings.add("IFC_MAP_SCALE", `#${operation.label}`, message);
}

function isRatioOfUnits(scale: number): boolean {
  return MAP_UNITS_M.some((one) => MAP_UNITS_M.some((other) => Math.abs((scale * other) / one - 1) <= RATIO_TOLERANCE));
}
