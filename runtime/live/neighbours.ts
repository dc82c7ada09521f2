// Neighbours: who stands at the other end of a twin's links, by role.
// N1  the order is that of the model's links, so that what is told to neighbours is told in the same order every time

import { type District, LINK_ROLES, type TwinId } from "../../models/district.ts";
import type { NeighbourRole } from "../../twins/definition.ts";

const NOBODY: readonly TwinId[] = [];

export class Neighbours {
  readonly #roles = new Map<TwinId, Map<NeighbourRole, TwinId[]>>();

  constructor(district: District) {
    for (const { from, role, to } of district.links) {
      this.#add(from, role, to);
      this.#add(to, LINK_ROLES[role], from);
    }
  }

  of(twin: TwinId, role: NeighbourRole): readonly TwinId[] {
    return this.#roles.get(twin)?.get(role) ?? NOBODY;
  }

  all(twin: TwinId): { role: NeighbourRole; twin: TwinId }[] {
    const roles = this.#roles.get(twin);
    if (!roles) return [];
    return [...roles].flatMap(([role, twins]) => twins.map((neighbour) => ({ role, twin: neighbour })));
  }

  #add(twin: TwinId, role: NeighbourRole, neighbour: TwinId): void {
    const roles = this.#roles.get(twin) ?? new Map<NeighbourRole, TwinId[]>();
    this.#roles.set(twin, roles);
    const list = roles.get(role);
    if (list) list.push(neighbour);
    else roles.set(role, [neighbour]);
  }
}
