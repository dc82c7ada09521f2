// Two sources for one thing.
// Why       a thing that two files show is two twins, each with half of the meters and links: totals count it twice, and nobody sees it whole
// Z1  things of one source are never compared: its file tells them apart
// Z2  what is told as the same file twice is not told again, thing by thing
// Z3  buildings of one row stand near each other: only a place and something else that is the same make them one

import type { Branch, Json, TwinId, TwinModel } from "../district.ts";
import type { Subject } from "./subject.ts";

/** Networks of fewer branches may be the same by chance. */
const MIN_BRANCHES = 5;
/** Of the branches of the smaller network, so many in both make it a copy, however it was changed since. */
const SAME_SHARE = 0.6;
const METRES_PER_DEGREE = 111_320;
/** Two models of one building are measured at other corners, and in other systems: so far apart, of the side of a square of its size. */
const SAME_PLACE = 0.25;
const USUAL_FOOTPRINT_M2 = 150;
/** Buckets that are searched for neighbours, in degrees: wider than a large building. */
const BUCKET_DEG = 0.001;
/** Measures of one building by two methods (roof or eaves, with or without walls). */
const SAME_SIZE = 0.1;
/** Shorter ids are numbers of files, which say nothing of other files. */
const MIN_ID_LENGTH = 12;
const NAMELESS =
  /^(?:default|my|the|new)?[\s_-]*(?:building|gebäude|gebouw|bâtiment|house|haus|huis|office)?[\s_#-]*\d*$/i;

/** A copy of a network under another name. */
export function checkNetworks(subject: Subject, copies: ReadonlySet<string>): void {
  if (!isOfSeveral(subject)) return;
  const first = new Map<string, string>();
  const counts = new Map<string, number>();
  const same = new Map<string, Map<string, TwinModel[]>>();
  for (const branch of subject.district.branches) {
    const twin = subject.twins.get(branch.twin)!;
    if (copies.has(twin.source)) continue;
    counts.set(twin.source, (counts.get(twin.source) ?? 0) + 1);
    const key = signatureOf(subject, branch, twin);
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, twin.source);
    else if (earlier !== twin.source) {
      const of = same.get(twin.source) ?? new Map<string, TwinModel[]>();
      same.set(twin.source, of);
      const list = of.get(earlier);
      if (list) list.push(twin);
      else of.set(earlier, [twin]);
    }
  }
  for (const [source, others] of same) {
    for (const [earlier, twins] of others) {
      const smaller = Math.min(counts.get(source)!, counts.get(earlier)!);
      if (twins.length < MIN_BRANCHES || twins.length < SAME_SHARE * smaller) continue;
      const message = `${twins.length} of ${counts.get(source)} branches of this source are also in the source ${earlier}, with the same ids, ends and lengths`;
      subject.add("NETWORK_TWICE", twins[0]!, message);
    }
  }
}

/** Whether branches come from more than one source. */
function isOfSeveral({ district, twins }: Subject): boolean {
  const [first] = district.branches;
  const source = first && twins.get(first.twin)!.source;
  return district.branches.some(({ twin }) => twins.get(twin)!.source !== source);
}

/** What two different networks hardly share: the branch's id, the ids of its ends, and an amount of it. */
function signatureOf(subject: Subject, { from, to }: Branch, { kind, element, attributes }: TwinModel): string {
  const { lengthM, lengthKm, xPu, rPu, snMva, diameterMm } = attributes;
  const ends = [from, to].map((id) => subject.twins.get(id)!.element);
  return JSON.stringify([kind, element, ...ends, lengthM ?? lengthKm ?? xPu, rPu ?? snMva ?? diameterMm]);
}

interface Place {
  twin: TwinModel;
  latDeg: number;
  lonDeg: number;
}

export function checkBuildings(subject: Subject, copies: ReadonlySet<string>): void {
  const parts = new Set<TwinId>();
  for (const { role, to } of subject.district.links) if (role === "contains") parts.add(to);
  const buildings: TwinModel[] = [];
  for (const twin of subject.twins.values())
    if (twin.kind === "building" && !copies.has(twin.source)) buildings.push(twin);
  const told = new Set<TwinId>();
  const byId = new Map<string, TwinModel>();
  const byAddress = new Map<string, TwinModel>();
  const buckets = new Map<string, Place[]>();
  for (const twin of buildings) {
    const twice = sameId(twin, byId) ?? sameAddress(twin, byAddress) ?? samePlace(twin, buckets);
    if (!twice || told.has(twin.id)) continue;
    told.add(twin.id);
    subject.add(twice.isSure ? "BUILDING_TWICE" : "BUILDING_SAME_PLACE", twin, twice.message);
  }
}

interface Twice {
  isSure: boolean;
  message: string;
}

function sameId(twin: TwinModel, byId: Map<string, TwinModel>): Twice | undefined {
  if (twin.element.length < MIN_ID_LENGTH) return undefined;
  const first = byId.get(twin.element);
  if (!first) byId.set(twin.element, twin);
  if (!first || first.source === twin.source) return undefined;
  return { isSure: true, message: `${first.id} has the same id in another file` };
}

function sameAddress(twin: TwinModel, byAddress: Map<string, TwinModel>): Twice | undefined {
  const address = addressOf(twin.attributes.address);
  if (address === undefined) return undefined;
  const first = byAddress.get(address);
  if (!first) byAddress.set(address, twin);
  if (!first || first.source === twin.source) return undefined;
  return { isSure: isSameName(first, twin), message: `${first.id} has the same address, ${address}` };
}

/** Street with number, and town; undefined when the address has not both of street and number. */
function addressOf(address: Json | undefined): string | undefined {
  const one = Array.isArray(address) ? address[0] : address;
  if (typeof one !== "object" || one === null || Array.isArray(one)) return undefined;
  const { addressLines, ThoroughfareName, ThoroughfareNumber, town, Locality } = one;
  const lines = Array.isArray(addressLines) ? addressLines.join(" ") : [ThoroughfareName, ThoroughfareNumber].join(" ");
  const street = lines
    .toLowerCase()
    .replace(/[\s,.;]+/g, " ")
    .trim();
  if (!/\p{L}{3}.*\d/u.test(street)) return undefined;
  return [street, String(town ?? Locality ?? "").toLowerCase()].filter((part) => part !== "").join(", ");
}

function samePlace(twin: TwinModel, buckets: Map<string, Place[]>): Twice | undefined {
  const place = placeOf(twin);
  if (!place) return undefined;
  const [row, column] = [Math.floor(place.latDeg / BUCKET_DEG), Math.floor(place.lonDeg / BUCKET_DEG)];
  let nearest: { other: TwinModel; metres: number } | undefined;
  for (const dRow of [-1, 0, 1]) {
    for (const dColumn of [-1, 0, 1]) {
      for (const other of buckets.get(`${row + dRow} ${column + dColumn}`) ?? []) {
        if (other.twin.source === twin.source) continue;
        const metres = distanceM(place, other);
        if (metres <= reachM(twin, other.twin) && metres < (nearest?.metres ?? Number.POSITIVE_INFINITY))
          nearest = { other: other.twin, metres };
      }
    }
  }
  const key = `${row} ${column}`;
  const bucket = buckets.get(key);
  if (bucket) bucket.push(place);
  else buckets.set(key, [place]);
  if (!nearest) return undefined;
  const { other, metres } = nearest;
  const isSure = isSameSize(twin, other) || isSameName(twin, other);
  return { isSure, message: `${other.id} of another file stands ${Math.round(metres * 10) / 10} m from it` };
}

function placeOf(twin: TwinModel): Place | undefined {
  const { location } = twin.attributes;
  if (typeof location !== "object" || location === null || Array.isArray(location)) return undefined;
  const { latDeg, lonDeg } = location;
  if (typeof latDeg !== "number" || typeof lonDeg !== "number" || (latDeg === 0 && lonDeg === 0)) return undefined;
  return { twin, latDeg, lonDeg };
}

function distanceM(one: Place, other: Place): number {
  const north = (one.latDeg - other.latDeg) * METRES_PER_DEGREE;
  const east = (one.lonDeg - other.lonDeg) * METRES_PER_DEGREE * Math.cos((one.latDeg * Math.PI) / 180);
  return Math.hypot(north, east);
}

function reachM(...twins: TwinModel[]): number {
  const areas = twins.map(({ attributes }) => attributes.footprintAreaM2).filter((area) => typeof area === "number");
  return (
    SAME_PLACE *
    Math.sqrt(Math.max(0, ...(areas.length > 0 ? [Math.min(...(areas as number[]))] : [USUAL_FOOTPRINT_M2])))
  );
}

function isSameSize(one: TwinModel, other: TwinModel): boolean {
  return ["footprintAreaM2", "heightM"].every((name) => {
    const [a, b] = [one.attributes[name], other.attributes[name]];
    return typeof a === "number" && typeof b === "number" && Math.abs(a - b) <= SAME_SIZE * Math.max(a, b);
  });
}

function isSameName(one: TwinModel, other: TwinModel): boolean {
  const [a, b] = [one.name?.trim().toLowerCase(), other.name?.trim().toLowerCase()];
  return a !== undefined && a === b && !NAMELESS.test(a);
}
