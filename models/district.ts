// What a district is: the model that every loader produces and every twin is born from.
// Fed by    the loaders in models/loaders/, meters.csv and the links of district.yaml
// Gives     one `District`: twins, links between them, and the branches of its networks
// Must not  know of events, time, disks or servers
// D1  a twin id is KIND:SOURCE:ELEMENT, with the element's own id in its file, verbatim
// D2  every id that a link or a branch names is the id of a twin of the same district

/** What a folder has that is a district. */
export const MANIFEST_FILE = "district.yaml";

export const KINDS = [
  "district",
  "building",
  "storey",
  "space",
  "meter",
  "device",
  "bus",
  "line",
  "transformer",
  "switch",
  "load",
  "generator",
  "storage",
  "grid",
  "junction",
  "pipe",
  "pump",
  "valve",
  "tank",
  "reservoir",
  "exchanger",
  "plant",
] as const;

export type Kind = (typeof KINDS)[number];

export const CARRIERS = ["electricity", "water", "gas", "heat"] as const;
export type Carrier = (typeof CARRIERS)[number];

/** `KIND:SOURCE:ELEMENT`, for instance `bus:lv:17`. The element may itself hold colons. */
export type TwinId = string;

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** What the model says of a twin. Names are the field's own, in camel case, with the unit last: `lengthKm`, `pMw`. */
export type Attributes = Record<string, Json>;

/** A quantity that the model gives a twin (a meter's registers); most points come from the twin's definition instead. */
export interface PointModel {
  name: string;
  /** A unit of models/telemetry/units.ts. */
  unit: string;
}

export interface TwinModel {
  id: TwinId;
  kind: Kind;
  source: string;
  element: string;
  name?: string;
  attributes: Attributes;
  points?: PointModel[];
}

/**
 * Roles read from `from` to `to`, and each has a word for the way back:
 * - `feeds` (fedBy): energy or water goes from the one to the other: bus to load, bus to building, grid to bus, device to meter
 * - `contains` (isPartOf): building to storey, storey to space, space to device, district to building
 * - `measures` (measuredBy): meter to what it measures
 * - `connects` (connectedBy): a line, pipe, switch ... to each of the nodes at its ends
 */
export const LINK_ROLES = {
  feeds: "fedBy",
  contains: "isPartOf",
  measures: "measuredBy",
  connects: "connectedBy",
} as const;
export type LinkRole = keyof typeof LINK_ROLES;
/** A role as seen from either end of a link. */
export type Role = LinkRole | (typeof LINK_ROLES)[LinkRole];

export interface Link {
  from: TwinId;
  role: LinkRole;
  to: TwinId;
}

/**
 * One way through a network between two nodes (bus, junction, tank, reservoir). It conducts when its twin and all its
 * switches do. A transformer with three windings is three branches of one twin. The ends also stand as `connects` links.
 */
export interface Branch {
  twin: TwinId;
  from: TwinId;
  to: TwinId;
  /** Switches at its ends, without which it does not conduct (pandapower switches of type `l`, `t`, `t3`). */
  switches: TwinId[];
}

/** Twins by their ids, wherever they lie: a model may be made anew each time that it is asked for. */
export interface Twins {
  readonly size: number;
  get(id: TwinId): TwinModel | undefined;
  has(id: TwinId): boolean;
  keys(): Iterable<TwinId>;
  values(): Iterable<TwinModel>;
}

/** Device name in telemetry to the meters that it feeds; a device may feed several. */
export interface Devices {
  get(name: string): readonly TwinId[] | undefined;
  keys(): Iterable<string>;
}

/** A district as it may be asked: loaded just now, or in a directory. */
export interface District {
  readonly id: string;
  readonly name: string;
  /** IANA name, for instance `Europe/Berlin`. */
  readonly timezone: string;
  readonly twins: Twins;
  readonly links: Iterable<Link>;
  readonly branches: readonly Branch[];
  readonly devices: Devices;
}

/** A district as its loaders made it. */
export interface LoadedDistrict extends District {
  twins: Map<TwinId, TwinModel>;
  links: Link[];
  branches: Branch[];
  devices: Map<string, TwinId[]>;
}

export function twinId(kind: Kind, source: string, element: string | number): TwinId {
  return `${kind}:${source}:${element}`;
}

/** A new twin of a source, its id made from its parts. */
export function newTwin(
  kind: Kind,
  source: string,
  element: string | number,
  attributes: Attributes,
  name?: string | null,
): TwinModel {
  const twin: TwinModel = { id: twinId(kind, source, element), kind, source, element: String(element), attributes };
  if (name) twin.name = name;
  return twin;
}

/** Kinds whose elements name no carrier: it goes without saying. */
const ELECTRIC_KINDS: ReadonlySet<Kind> = new Set([
  "bus",
  "line",
  "transformer",
  "switch",
  "load",
  "generator",
  "storage",
  "grid",
]);

/** What an element of a network carries. */
export function carrierOf({ kind, attributes }: Pick<TwinModel, "kind" | "attributes">): string {
  const { carrier } = attributes;
  if (typeof carrier === "string") return carrier;
  return ELECTRIC_KINDS.has(kind) ? "electricity" : "water";
}
