// The points of a Brick graph: which quantities of a meter or a place they are, and which time series feeds them.
// Fed by    entities of the classes below Point
// Gives     points with units of telemetry, names of devices, and what else the graph says of each
// Q1  a unit is never guessed: a sensor without one has no readings
// Q2  the name of a point is the one that twins know its quantity by, or else the name of the entity

import type { Attributes, Carrier, Json } from "../../district.ts";
import { parseDuration } from "../../duration.ts";
import { saidOf } from "./attributes.ts";
import type { Point } from "./classes.ts";
import { type Entity, type Graph, localName } from "./graph.ts";
import { unitOf } from "./units.ts";

export interface BrickPoint {
  entity: Entity;
  /** The class that says what it is. */
  brickClass: string;
  said: Attributes;
  /** A unit of telemetry; undefined for what is no sensor, or has none. */
  unit: string | undefined;
  /** A name of QUDT that telemetry does not have. */
  unknownUnit: string | undefined;
  /** Ids of its time series. */
  series: string[];
  intervalMs: number | undefined;
}

/** Quantities that twins know by a name of their own, by the class of the sensor. */
const QUANTITIES: readonly [pattern: RegExp, name: string][] = [
  [/^(Electric_|Electrical_)?Energy(_Usage)?_Sensor$|^(Electrical|Thermal)_Energy_Usage_Sensor$/, "energy"],
  [/^((Electric|Electrical|Active|Thermal)_)?Power_Sensor$/, "power"],
  [/^(Usage|Water_Usage|Gas_Usage|Hot_Water_Usage|Natural_Gas_Usage)_Sensor$/, "volume"],
  [/^(Zone_|Average_Zone_)?(Air_)?Temperature_Sensor$/, "temperature"],
  [/^(Zone_|Relative_)?(Air_)?Humidity_Sensor$/, "humidity"],
  [/^CO2(_Level)?_Sensor$/, "co2"],
  [/^Occupancy_Sensor$/, "occupancy"],
  [/^(Occupancy_Count|People_Count)_Sensor$/, "people"],
];

/** What SenML lets a name consist of (RFC 8428, clause 4.5.1). */
const NOT_IN_NAMES = /[^A-Za-z0-9\-:./_]+/g;

export function pointOf(graph: Graph, entity: Entity, brickClass: string, role: Point): BrickPoint {
  const said = saidOf(graph, entity.iri);
  const { hasUnit } = said;
  const qudt = typeof hasUnit === "string" ? hasUnit : undefined;
  const unit = qudt === undefined ? undefined : unitOf(qudt, brickClass);
  return {
    ...{ entity, brickClass, said, series: seriesOf(said), intervalMs: intervalOf(said) },
    unit: role === "sensor" ? unit : undefined,
    unknownUnit: role === "sensor" && unit === undefined ? qudt : undefined,
  };
}

/** The name of a point at a meter. An aggregate is another quantity than what it is made of: it keeps its own name. */
export function pointName({ entity: { iri }, brickClass, said }: BrickPoint, carrier: Carrier | undefined): string {
  const own =
    localName(iri)
      .replaceAll(NOT_IN_NAMES, "-")
      .replace(/^[^A-Za-z0-9]+/, "") || "point";
  const quantity = QUANTITIES.find(([pattern]) => pattern.test(brickClass))?.[1];
  if (quantity === undefined || said.aggregate !== undefined) return own;
  if (quantity !== "energy") return quantity;
  const flow = plainValueOf(said.electricalFlow);
  return flow === "export" ? "energyExport" : carrier === "electricity" ? "energyImport" : "energy";
}

/** `brick:timeseries`, `ref:hasTimeseriesReference` and `ref:hasExternalReference`, each once or several times. */
function seriesOf({ timeseries, hasExternalReference, hasTimeseriesReference }: Attributes): string[] {
  const references = [timeseries, hasTimeseriesReference, hasExternalReference].flatMap((of) => of ?? []);
  const ids = references.map((reference) => (isObject(reference) ? reference.hasTimeseriesId : undefined));
  return [...new Set(ids.filter((id) => typeof id === "string" && id !== "") as string[])];
}

/** The interval of an aggregate: `PT15M`, or `RP1D` as a repeating interval (ISO 8601). */
function intervalOf({ aggregate }: Attributes): number | undefined {
  const interval = isObject(aggregate) ? aggregate.aggregationInterval : undefined;
  return typeof interval === "string" ? parseDuration(interval.replace(/^R\d*\/?/, "")) : undefined;
}

function plainValueOf(json: Json | undefined): Json | undefined {
  return isObject(json) ? json.value : json;
}

function isObject(json: Json | undefined): json is { [key: string]: Json } {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
