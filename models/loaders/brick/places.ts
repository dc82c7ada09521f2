// Which twin contains which, of a graph in which an entity may be part of several others.
// Fed by    `hasPart` and `isLocationOf` between entities that have twins
// Gives     one container for each, and what else it is part of
// P1  what is nearest contains: a room for equipment, a storey for a room, a zone only where there is nothing better
// P2  no twin contains itself: a circle is cut where it would close

import type { Graph } from "./graph.ts";

/** What an entity with a twin is among the places. */
export type PlaceKind = "building" | "storey" | "space" | "zone" | "device";

/** What may contain what, the best first. */
const CONTAINERS: Record<PlaceKind, readonly PlaceKind[]> = {
  building: ["building"],
  storey: ["building"],
  space: ["storey", "space", "building", "zone"],
  zone: ["storey", "space", "building", "zone"],
  device: ["space", "zone", "storey", "building", "device"],
};

export interface Place {
  container: string | undefined;
  /** Others that say that it is part of them, or in them. */
  others: string[];
  /** Whether a container was left out as it lies within the entity itself. */
  isCut: boolean;
}

export class Places {
  readonly #graph: Graph;
  readonly #kindOf: (iri: string) => PlaceKind | undefined;
  readonly #containers = new Map<string, string>();

  constructor(graph: Graph, kindOf: (iri: string) => PlaceKind | undefined) {
    this.#graph = graph;
    this.#kindOf = kindOf;
  }

  /** Finds the container of an entity; later calls see what earlier ones found. */
  put(iri: string): Place {
    const kind = this.#kindOf(iri);
    const around = new Set([...this.#graph.relatedTo(iri, "isLocationOf"), ...this.#graph.relatedTo(iri, "hasPart")]);
    const ranks = kind ? CONTAINERS[kind] : [];
    const rank = (other: string) => ranks.indexOf(this.#kindOf(other)!);
    const known = [...around].filter((other) => this.#kindOf(other) !== undefined);
    const candidates = known.filter((other) => rank(other) >= 0).sort((a, b) => rank(a) - rank(b));
    const container = candidates.find((other) => !this.#isWithin(other, iri));
    if (container !== undefined) this.#containers.set(iri, container);
    const isCut = candidates.some((other) => other !== container && this.#isWithin(other, iri));
    return { container, others: known.filter((other) => other !== container && other !== iri), isCut };
  }

  #isWithin(inner: string, outer: string): boolean {
    for (let at: string | undefined = inner; at !== undefined; at = this.#containers.get(at)) {
      if (at === outer) return true;
    }
    return false;
  }
}
