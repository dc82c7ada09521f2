// Neighbours: who stands at the other end of a twin's links, by role.
// N1  the order is that of the model's links, so that what is told to neighbours is told in the same order every time

import { type District, LINK_ROLES, type TwinId } from "../../models/district.ts";
import type { NeighbourRole } from "../../twins/definition.ts";

/** Role and neighbour, one pair after the other: of a million twins each has one or two. */
type Pairs = (NeighbourRole | TwinId)[];

const NOBODY: Pairs = [];

export class Neighbours {
  readonly #pairs = new Map<TwinId, Pairs>();

  constructor(district: District) {
    for (const { from, role, to } of district.links) {
      this.#add(from, role, to);
      this.#add(to, LINK_ROLES[role], from);
    }
  }

  of(twin: TwinId, role: NeighbourRole): readonly TwinId[] {
    const pairs = this.#pairs.get(twin) ?? NOBODY;
    const found: TwinId[] = [];
    for (let i = 0; i < pairs.length; i += 2) if (pairs[i] === role) found.push(pairs[i + 1]!);
    return found;
  }

  /** All of them, in the order of links. */
  all(twin: TwinId): { role: NeighbourRole; twin: TwinId }[] {
    const pairs = this.#pairs.get(twin) ?? NOBODY;
    const all: { role: NeighbourRole; twin: TwinId }[] = [];
    for (let i = 0; i < pairs.length; i += 2) all.push({ role: pairs[i] as NeighbourRole, twin: pairs[i + 1]! });
    return all;
  }

  #add(twin: TwinId, role: NeighbourRole, neighbour: TwinId): void {
    const pairs = this.#pairs.get(twin);
    if (pairs) pairs.push(role, neighbour);
    else this.#pairs.set(twin, [role, neighbour]);
  }
}
