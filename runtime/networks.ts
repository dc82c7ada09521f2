// The networks of a district as they run: the graph, made once; present positions, kept up to date; places, made once.
// Fed by    a directory; its partitions, which say what conducts and which sources give something, and tell when that changes
// Gives     the present networks, for questions (network-desk.ts); where twins stand
// Must not  wake a twin, or look at positions again that did not change
// N1  positions are looked at once; from then on partitions tell. Networks are worked out anew by the first question after a change
// N2  who asks while something is worked out waits for the same work

import type { Directory } from "../models/directory.ts";
import type { Kind } from "../models/district.ts";
import { demandsOf } from "../models/network/demands.ts";
import { buildGraph, type NetworkGraph } from "../models/network/graph.ts";
import { type Present, presentOf } from "../models/network/present.ts";
import { CONDUCTING, SOURCING } from "../models/network/switching.ts";
import { Places } from "../models/places/places.ts";
import { finish, type Work } from "../models/work.ts";
import type { Partition } from "./live/partition.ts";
import { NetworkDesk, pageOf } from "./network-desk.ts";
import type { NearPlace, NearTwin, OrderedRequest, PlaceQuestions } from "./network-views.ts";
import { inTurns } from "./turns.ts";
import type { Page } from "./views.ts";

/** Positions looked at in one piece. */
const PIECE_POSITIONS = 256;

export interface Position {
  readonly conducting: boolean;
  readonly sourcing: boolean;
}

export const positionByte = (position: Position | undefined): number =>
  (position?.conducting ? CONDUCTING : 0) | (position?.sourcing ? SOURCING : 0);

/** By the numbers of twins. `positionOf`: asked once for each conductor. */
function* positionsOf(graph: NetworkGraph, byteOf: (twin: number) => number): Work<Uint8Array> {
  const positions = new Uint8Array(graph.directory.size);
  for (const [i, twin] of graph.conductors.entries()) {
    if (i % PIECE_POSITIONS === 0) yield;
    positions[twin] = byteOf(twin);
  }
  return positions;
}

/** The networks with the positions that are given. */
export async function presentWith(graph: Promise<NetworkGraph>, byteOf: (twin: number) => number): Promise<Present> {
  const made = await graph;
  return inTurns(presentOf(made, await inTurns(positionsOf(made, byteOf))));
}

export class LiveNetworks implements PlaceQuestions {
  readonly directory: Directory;
  /** Answers from here, as things are. */
  readonly desk = new NetworkDesk(this, () => this.present());
  readonly #partitions: readonly Partition[];
  #graph: Promise<NetworkGraph> | undefined;
  #demands: Promise<Uint8Array> | undefined;
  #positions: Promise<Uint8Array> | undefined;
  /** From when on positions are known. */
  #known: Uint8Array | undefined;
  #present: Promise<Present> | undefined;
  #places: Places | undefined;
  #placing: Promise<Places> | undefined;

  /** `partitions`: in the order of the directory's cells. */
  constructor(directory: Directory, partitions: readonly Partition[]) {
    this.directory = directory;
    this.#partitions = partitions;
  }

  graph(): Promise<NetworkGraph> {
    this.#graph ??= inTurns(buildGraph(this.directory));
    return this.#graph;
  }

  demands(): Promise<Uint8Array> {
    this.#demands ??= inTurns(demandsOf(this.directory));
    return this.#demands;
  }

  present(): Promise<Present> {
    this.#present ??= this.#workOut();
    return this.#present;
  }

  async ready(): Promise<void> {
    await this.#placed();
  }

  async near(
    { lonDeg, latDeg, withinM }: NearPlace,
    kinds: readonly Kind[] | undefined,
    { first, after }: OrderedRequest<NearTwin>,
  ): Promise<Page<NearTwin>> {
    const { directory } = this;
    const found = (await this.#placed())
      .near(lonDeg, latDeg, withinM)
      .filter(({ twin }) => kinds?.includes(directory.kindAt(twin)) ?? true)
      .map(({ twin, distanceM }) => ({ id: directory.idAt(twin), distanceM }));
    const isAfter = ({ id, distanceM }: NearTwin) =>
      !after || distanceM > after.distanceM || (distanceM === after.distanceM && id > after.id);
    return pageOf(found.length, found.findIndex(isAfter), first, (i) => found[i]!);
  }

  /** For those who cannot wait: whoever can should wait for `ready` before. */
  atOnce(): Places {
    this.#places ??= finish(Places.of(this.directory));
    return this.#places;
  }

  #placed(): Promise<Places> {
    this.#placing ??= inTurns(Places.of(this.directory)).then((places) => {
      this.#places ??= places;
      return this.#places;
    });
    return this.#placing;
  }

  async #workOut(): Promise<Present> {
    const graph = await this.graph();
    this.#positions ??= this.#look(graph);
    const positions = await this.#positions;
    return inTurns(presentOf(graph, positions.slice()));
  }

  /** What moves meanwhile is looked at again. */
  async #look(graph: NetworkGraph): Promise<Uint8Array> {
    const moved = new Set<number>();
    const hasMoved = (twin: number) => {
      this.#present = undefined;
      if (this.#known) this.#known[twin] = this.#byteOf(twin);
      else moved.add(twin);
    };
    for (const partition of this.#partitions) partition.watchPositions((id) => hasMoved(this.directory.indexOf(id)));
    const positions = await inTurns(positionsOf(graph, (twin) => this.#byteOf(twin)));
    for (const twin of moved) positions[twin] = this.#byteOf(twin);
    this.#known = positions;
    return positions;
  }

  #byteOf(twin: number): number {
    const { twins } = this.#partitions[this.directory.cellAt(twin)]!;
    return positionByte(twins.peek(this.directory.idAt(twin)));
  }
}
