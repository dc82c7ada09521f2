// What the outside sees of networks and places: questions by ids, answers by ids, at one time.
// Fed by    the networks of a district at present positions, or at those of a past instant
// V1  an answer is of one set of positions, that of the time when it was asked for; a long one lets others have their turn
// V2  twins are named, and not woken: whoever shows them asks for them

import type { Carrier, Kind, TwinId } from "../models/district.ts";
import type { Page } from "./views.ts";

/** Which way from a twin: `sole` is downstream without another way from a source, `supplies` what consumes. */
export type TraceWay = "upstream" | "downstream" | "sole" | "supplies";

/** A twin that was found on the way, and how far along. */
export interface TracedTwin {
  id: TwinId;
  step: number;
}

export interface NearTwin {
  id: TwinId;
  distanceM: number;
}

export interface NearPlace {
  lonDeg: number;
  latDeg: number;
  withinM: number;
}

/** `after`: the last of the page before; its place counts, also when it is no longer there. */
export interface OrderedRequest<Item> {
  first: number;
  after?: Item;
}

export interface PathView {
  twins: TwinId[];
  /** Of the lines and pipes on it whose length is known. */
  lengthKm: number;
  unknownLengths: number;
  branches: number;
}

/** A network whatever the positions; or an island, which is what hangs together just now. */
export interface NetworkView {
  /** Id of its first node. */
  id: TwinId;
  carrier: Carrier;
  nodes: number;
  branches: number;
  lengthKm: number;
  loops: number;
  sources: TwinId[];
}

export interface IslandView extends NetworkView {
  isSupplied: boolean;
}

export interface FeederView {
  head: TwinId;
  source: TwinId;
  nodes: TwinId[];
  lengthKm: number;
  openPoints: TwinId[];
  meshedWith: TwinId[];
}

export interface ZoneView {
  id: TwinId;
  nodes: number;
  branches: number;
  lengthKm: number;
  bounds: TwinId[];
  twins: TwinId[];
}

export interface MeshView {
  nodes: TwinId[];
  branches: TwinId[];
  loops: number;
}

export interface NetworkFilter {
  carrier?: Carrier;
}

/** All questions about a twin that the district does not have are TWIN_UNKNOWN. */
export interface NetworkQuestions {
  /** How many nodes and sources a question may have to look at. */
  size(): Promise<number>;
  /** The nearest first. */
  trace(
    way: TraceWay,
    twin: TwinId,
    kinds: readonly Kind[] | undefined,
    page: OrderedRequest<TracedTwin>,
  ): Promise<Page<TracedTwin>>;
  /** The nearest first. */
  suppliedBy(twin: TwinId): Promise<TwinId[]>;
  path(from: TwinId, to: TwinId): Promise<PathView | undefined>;
  supplyPath(twin: TwinId): Promise<PathView | undefined>;
  /** In the order of their ids. */
  networks(filter: NetworkFilter, page: { first: number; after?: string }): Promise<Page<NetworkView>>;
  /** The one that a twin is part of, or hangs on. */
  networkOf(twin: TwinId): Promise<NetworkView | undefined>;
  /** Of a network, by its id. */
  islands(network: TwinId): Promise<IslandView[]>;
  feeders(network: TwinId): Promise<FeederView[]>;
  /** `boundedBy`: what bounds zones; by default switches of electric networks, valves of others. */
  zones(network: TwinId, boundedBy?: readonly Kind[]): Promise<ZoneView[]>;
  meshes(network: TwinId): Promise<MeshView[]>;
}

export interface PlaceQuestions {
  /** Finds out where twins stand, once; without that, the first filter by place holds others up. */
  ready(): Promise<void>;
  /** Twins no further away than that from a place (WGS 84), the nearest first. */
  near(place: NearPlace, kinds: readonly Kind[] | undefined, page: OrderedRequest<NearTwin>): Promise<Page<NearTwin>>;
}
