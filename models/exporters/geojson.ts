// Exporter of GeoJSON (RFC 7946): a map of a district, or of a part of it.
// Fed by    a district, loaded just now or in a directory; the part that is wanted
// Gives     a FeatureCollection with a feature for every twin: all its attributes, and its `id`, `kind` and `name`
// G1  coordinates are longitude and latitude in degrees (WGS 84); what has no such place has a null geometry, and is there all the same
// G2  a way through a network is a line: along its own course where that is on the map, else straight from end to end
// G3  of a part, `removed` lists the ids that are gone

import type { Branch, District, Json, TwinId, TwinModel } from "../district.ts";
import { isObject } from "../loaders/pandas-json/table.ts";
import type { Part } from "./part.ts";

type Place = [lon: number, lat: number];

export function* geojsonText(district: District, part?: Part): Iterable<string> {
  const { id, name, timezone } = district;
  const branches = branchesOf(district.branches, part);
  yield `{"type":"FeatureCollection","district":${JSON.stringify({ id, name, timezone })},\n"features":[`;
  let before = "\n";
  for (const twinId of district.twins.keys()) {
    if (part && !part.has(twinId)) {
      yield "";
      continue;
    }
    const twin = district.twins.get(twinId)!;
    const geometry = geometryOf(twin, branches.get(twinId) ?? [], district);
    // An attribute that is called so as well gives way.
    const properties = { ...twin.attributes, id: twin.id, kind: twin.kind, name: twin.name ?? null };
    yield `${before}${JSON.stringify({ type: "Feature", id: twin.id, geometry, properties })}`;
    before = ",\n";
  }
  yield part === undefined ? "\n]}\n" : `\n],"removed":${JSON.stringify(part.removed)}}\n`;
}

function branchesOf(branches: readonly Branch[], part?: Part): Map<TwinId, Branch[]> {
  const byTwin = new Map<TwinId, Branch[]>();
  for (const branch of branches) {
    if (part && !part.has(branch.twin)) continue;
    const own = byTwin.get(branch.twin);
    if (own) own.push(branch);
    else byTwin.set(branch.twin, [branch]);
  }
  return byTwin;
}

function geometryOf(twin: TwinModel, branches: readonly Branch[], { twins }: District): Json {
  const ends = branches.map(({ from, to }) => [twins.get(from), twins.get(to)] as const);
  const course =
    ends.length === 1
      ? courseOf(
          twin,
          ends[0]!.filter((end) => end !== undefined),
        )
      : undefined;
  if (course) return { type: "LineString", coordinates: course };
  const lines = ends.flatMap(([from, to]) => {
    const [start, end] = [from && placeOf(from), to && placeOf(to)];
    return start && end ? [[start, end]] : [];
  });
  if (lines.length === 1) return { type: "LineString", coordinates: lines[0]! };
  if (lines.length > 1) return { type: "MultiLineString", coordinates: lines };
  const place = placeOf(twin);
  return place ? { type: "Point", coordinates: place } : null;
}

function placeOf({ attributes: { location } }: TwinModel): Place | undefined {
  if (!isObject(location)) return undefined;
  const { lonDeg, latDeg } = location;
  return typeof lonDeg === "number" && typeof latDeg === "number" ? [lonDeg, latDeg] : undefined;
}

/** The course of a way is on the map when the positions of its ends, which are in the same system, are their places there. */
function courseOf({ attributes: { coords } }: TwinModel, ends: readonly TwinModel[]): Place[] | undefined {
  if (!Array.isArray(coords) || coords.length < 2 || !coords.every(isPair)) return undefined;
  const isOnMap = ends.some((end) => {
    const { position } = end.attributes;
    const place = placeOf(end);
    return isObject(position) && place !== undefined && position.x === place[0] && position.y === place[1];
  });
  return isOnMap ? (coords as Place[]) : undefined;
}

function isPair(value: Json): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((each) => typeof each === "number");
}
