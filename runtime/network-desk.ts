// The network desk: answers questions about networks at one time.
// Fed by    the present networks, or those of a past instant
// Gives     ids, in pages where there may be many
// K1  an id that the district does not have is TWIN_UNKNOWN; what hangs on no network has empty answers

import type { Directory } from "../models/directory.ts";
import type { Kind, TwinId } from "../models/district.ts";
import { feedersOf } from "../models/network/feeders.ts";
import type { FoundTwins } from "../models/network/found.ts";
import type { NetworkGraph } from "../models/network/graph.ts";
import { anchorsOf } from "../models/network/hanging.ts";
import { meshesOf } from "../models/network/meshes.ts";
import { islandsOf, networksOf, type Part } from "../models/network/networks.ts";
import { type NetworkPath, pathBetween, sourcesOf, supplyPath } from "../models/network/path.ts";
import type { Present } from "../models/network/present.ts";
import { downstreamOf, suppliesOf, upstreamOf } from "../models/network/trace.ts";
import { zonesOf } from "../models/network/zones.ts";
import { QuartierError } from "./errors.ts";
import type {
  FeederView,
  IslandView,
  MeshView,
  NetworkFilter,
  NetworkQuestions,
  NetworkView,
  OrderedRequest,
  PathView,
  TracedTwin,
  TraceWay,
  ZoneView,
} from "./network-views.ts";
import { inTurns } from "./turns.ts";
import type { Page, PageRequest } from "./views.ts";

/** What is the same at all times. */
export interface NetworkModel {
  readonly directory: Directory;
  graph(): Promise<NetworkGraph>;
  /** Nodes that consume something, by the numbers of twins. */
  demands(): Promise<Uint8Array>;
}

export class NetworkDesk implements NetworkQuestions {
  readonly #model: NetworkModel;
  readonly #present: () => Promise<Present>;

  /** `present`: asked for with each question. */
  constructor(model: NetworkModel, present: () => Promise<Present>) {
    this.#model = model;
    this.#present = present;
  }

  async size(): Promise<number> {
    return (await this.#model.graph()).vertices;
  }

  async trace(
    way: TraceWay,
    id: TwinId,
    kinds: readonly Kind[] | undefined,
    page: OrderedRequest<TracedTwin>,
  ): Promise<Page<TracedTwin>> {
    const twin = this.#known(id);
    const { directory } = this.#model;
    const isWanted = (each: number) => kinds?.includes(directory.kindAt(each)) ?? true;
    const present = await this.#present();
    if (way === "upstream") return this.#page(await inTurns(upstreamOf(present, twin, isWanted)), page);
    if (way !== "supplies")
      return this.#page(await inTurns(downstreamOf(present, twin, way === "sole", isWanted)), page);
    return this.#page(await inTurns(suppliesOf(present, twin, await this.#model.demands(), isWanted)), page);
  }

  async suppliedBy(id: TwinId): Promise<TwinId[]> {
    const twin = this.#known(id);
    return this.#ids(await inTurns(sourcesOf(await this.#present(), twin)));
  }

  async path(from: TwinId, to: TwinId): Promise<PathView | undefined> {
    const [start, end] = [this.#known(from), this.#known(to)];
    return this.#pathView(await inTurns(pathBetween(await this.#present(), start, end)));
  }

  async supplyPath(id: TwinId): Promise<PathView | undefined> {
    const twin = this.#known(id);
    return this.#pathView(supplyPath(await this.#present(), twin));
  }

  async networks({ carrier }: NetworkFilter, { first, after = "" }: PageRequest): Promise<Page<NetworkView>> {
    const all = await inTurns(networksOf(await this.#model.graph()));
    const wanted = all.filter((network) => carrier === undefined || network.carrier === carrier);
    const start = wanted.findIndex((network) => this.#id(network.first) > after);
    return pageOf(wanted.length, start, first, (i) => this.#networkView(wanted[i]!));
  }

  async networkOf(id: TwinId): Promise<NetworkView | undefined> {
    const twin = this.#known(id);
    const graph = await this.#model.graph();
    const [part] = anchorsOf(graph, twin).parts;
    if (part === undefined) return undefined;
    const branch = graph.conducted[graph.conductedStarts[part]!]!;
    const vertex = graph.vertexOf[part]! >= 0 ? graph.vertexOf[part]! : graph.from[branch]!;
    const all = await inTurns(networksOf(graph));
    const network = all.find(({ first }) => first === graph.twinOf[graph.networkOf[vertex]!]);
    return network && this.#networkView(network);
  }

  async islands(network: TwinId): Promise<IslandView[]> {
    const first = this.#known(network);
    const islands = await inTurns(islandsOf(await this.#present()));
    return islands
      .filter((island) => island.network === first)
      .map((island) => ({ ...this.#networkView(island), isSupplied: island.isSupplied }));
  }

  async feeders(network: TwinId): Promise<FeederView[]> {
    const first = this.#known(network);
    const feeders = await inTurns(feedersOf(await this.#present()));
    return feeders
      .filter((feeder) => feeder.network === first)
      .map(({ head, source, nodes, lengthKm, openPoints, meshedWith }) => ({
        ...{ head: this.#id(head), source: this.#id(source), nodes: this.#ids(nodes), lengthKm: tidyKm(lengthKm) },
        ...{ openPoints: this.#inOrder(openPoints), meshedWith: this.#inOrder(meshedWith) },
      }));
  }

  async zones(network: TwinId, boundedBy?: readonly Kind[]): Promise<ZoneView[]> {
    const graph = await this.#model.graph();
    const vertex = graph.vertexOf[this.#known(network)]!;
    const usual: Kind = graph.carrierOf(vertex) === "electricity" ? "switch" : "valve";
    const zones = await inTurns(zonesOf(graph, vertex, new Set(boundedBy ?? [usual])));
    return zones.map(({ first, nodes, branches, lengthKm, bounds, twins }) => ({
      ...{
        id: this.#id(first),
        nodes,
        branches,
        lengthKm: tidyKm(lengthKm),
        bounds: this.#ids(bounds),
        twins: this.#ids(twins),
      },
    }));
  }

  async meshes(network: TwinId): Promise<MeshView[]> {
    const present = await this.#present();
    const meshes = await inTurns(meshesOf(present, present.graph.vertexOf[this.#known(network)]!));
    return meshes.map(({ nodes, branches, loops }) => ({
      ...{ nodes: this.#ids(nodes), branches: this.#ids(branches), loops },
    }));
  }

  #known(id: TwinId): number {
    const twin = this.#model.directory.indexOf(id);
    if (twin < 0) throw new QuartierError("TWIN_UNKNOWN", `there is no twin ${id}`);
    return twin;
  }

  #id(twin: number): TwinId {
    return this.#model.directory.idAt(twin);
  }

  #ids(twins: Iterable<number>): TwinId[] {
    return Array.from(twins, (twin) => this.#id(twin));
  }

  #inOrder(twins: Iterable<number>): TwinId[] {
    return this.#ids([...twins].sort((a, b) => a - b));
  }

  #networkView({ first, carrier, nodes, branches, lengthKm, loops, sources }: Part): NetworkView {
    const sizes = { nodes, branches, lengthKm: tidyKm(lengthKm), loops };
    return { id: this.#id(first), carrier, ...sizes, sources: this.#ids(sources) };
  }

  #pathView(path: NetworkPath | undefined): PathView | undefined {
    return path && { ...path, lengthKm: tidyKm(path.lengthKm), twins: this.#ids(path.twins) };
  }

  #page({ twins, steps }: FoundTwins, { first, after }: OrderedRequest<TracedTwin>): Page<TracedTwin> {
    const isAfter = (i: number) =>
      !after || steps[i]! > after.step || (steps[i] === after.step && this.#id(twins[i]!) > after.id);
    const start = twins.findIndex((_, i) => isAfter(i));
    return pageOf(twins.length, start, first, (i) => ({ id: this.#id(twins[i]!), step: steps[i]! }));
  }
}

/** A millionth of a metre: without the digits that only the sum made. */
const tidyKm = (km: number): number => Math.round(km * 1e9) / 1e9;

/** `start`: of the page among all; -1 when it begins behind the last one. */
export function pageOf<Item>(
  totalCount: number,
  start: number,
  first: number,
  itemAt: (i: number) => Item,
): Page<Item> {
  const from = start < 0 ? totalCount : start;
  const items = Array.from({ length: Math.min(first, totalCount - from) }, (_, i) => itemAt(from + i));
  return { items, totalCount, hasNextPage: from + items.length < totalCount, hasPreviousPage: from > 0 };
}
