// By place: the filter `within`, and the query `near`.
// Fed by    GeoJSON; where twins stand as the models say it
// N1  places are longitude and latitude (WGS 84), as GeoJSON has them

import type { Area } from "../../models/places/area.ts";
import { readArea } from "../../models/places/area.ts";
import type { NearTwin } from "../../runtime/network-views.ts";
import type { Context, SchemaPart } from "../context.ts";
import { inputInvalid } from "../errors.ts";
import type { GraphQLResolveInfo } from "../graphql-js.ts";
import { connectionOf, connectionTypeDefs, type PageArgs, pageRequest, splitKey } from "./paging.ts";
import { kindsOf, twinOf } from "./twin-of.ts";

export function areaOf(value: unknown): Area {
  const area = readArea(value);
  if (typeof area !== "string") return area;
  throw inputInvalid(`filter.within: ${area}`, "Give a GeoJSON Polygon or MultiPolygon, in longitude and latitude.");
}

const typeDefs = /* GraphQL */ `
  extend input TwinFilter {
    """
    A GeoJSON Polygon or MultiPolygon (RFC 7946, longitude and latitude): twins that stand in it, lines and pipes with both ends. A
    meter stands at what it measures, a load at its bus, a space where its building does; what the models do not place stands nowhere.
    """
    within: JSON
  }

  extend type NearEdge {
    "From the place, along the ground; of a line or pipe, from its nearest point."
    distanceM: Float!
  }

  extend type Query {
    "Twins no further than \`withinM\` metres from a place (WGS 84), the nearest first."
    near(lonDeg: Float!, latDeg: Float!, withinM: Float!, kinds: [Kind!], first: Int = 50, after: String): NearConnection!
  }

  ${connectionTypeDefs("Near", "Twin")}
`;

interface NearArgs extends PageArgs {
  lonDeg: number;
  latDeg: number;
  withinM: number;
  kinds?: string[] | null;
}

/** Half of the way around the earth: everything is nearer. */
const FURTHEST_M = 20_040_000;

async function near(
  _: unknown,
  { lonDeg, latDeg, withinM, kinds, ...page }: NearArgs,
  { world, budget }: Context,
  info: GraphQLResolveInfo,
): Promise<unknown> {
  if (Math.abs(lonDeg) > 180) throw inputInvalid(`lonDeg is ${lonDeg}`, "Write a longitude from -180 to 180.");
  if (Math.abs(latDeg) > 90) throw inputInvalid(`latDeg is ${latDeg}`, "Write a latitude from -90 to 90.");
  if (!(withinM >= 0 && withinM <= FURTHEST_M)) {
    throw inputInvalid(`withinM is ${withinM}`, `Write metres from 0 to ${FURTHEST_M}.`);
  }
  const { first, after } = pageRequest("near", page);
  const [distanceM, id] = after === undefined ? [] : splitKey("near", after);
  const request = { first, ...(id !== undefined && { after: { distanceM: distanceM!, id } }) };
  const found = await world.places.near({ lonDeg, latDeg, withinM }, kinds ? kindsOf(kinds) : undefined, request);
  const shown = {
    key: (item: NearTwin) => `${item.distanceM}:${item.id}`,
    node: (item: NearTwin) => twinOf(world, item.id),
    edge: (item: NearTwin) => ({ distanceM: item.distanceM }),
  };
  return connectionOf("near", found, shown, budget, info);
}

export const placesPart: SchemaPart = { typeDefs, resolvers: { Query: { near } } };
