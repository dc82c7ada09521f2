// The twins of one source, and what lies at the ends of those that are ways: what the native formats write as columns.
// Fed by    a district, loaded just now or in a directory
// Gives     ids by kind, in the order of the district; the ends of ways
// Must not  hold the twins themselves: of a large network only their ids stay in memory

import type { Branch, District, Kind, TwinId, TwinModel } from "../district.ts";

/** An empty piece of text after so many twins lets whoever asks for the text stop in between. */
const TWINS_PER_PIECE = 256;

export class SourceTwins {
  readonly #district: District;
  readonly #ids = new Map<Kind, TwinId[]>();
  readonly #branches = new Map<TwinId, Branch>();
  readonly #connected = new Map<TwinId, TwinId[]>();

  private constructor(district: District) {
    this.#district = district;
  }

  /** Goes through the twins of a source once, and calls back for each. */
  static *of(district: District, source: string, each: (twin: TwinModel) => void): Generator<string, SourceTwins> {
    const twins = new SourceTwins(district);
    let seen = 0;
    for (const id of district.twins.keys()) {
      if (++seen % TWINS_PER_PIECE === 0) yield "";
      if (!isOf(id, source)) continue;
      const twin = district.twins.get(id)!;
      const ids = twins.#ids.get(twin.kind);
      if (ids) ids.push(id);
      else twins.#ids.set(twin.kind, [id]);
      each(twin);
    }
    for (const branch of district.branches) if (isOf(branch.twin, source)) twins.#branches.set(branch.twin, branch);
    for (const { from, role, to } of district.links) {
      if (++seen % TWINS_PER_PIECE === 0) yield "";
      if (role !== "connects" || !isOf(from, source) || twins.#branches.has(from)) continue;
      const connected = twins.#connected.get(from);
      if (connected) connected.push(to);
      else twins.#connected.set(from, [to]);
    }
    return twins;
  }

  ids(...kinds: Kind[]): TwinId[] {
    return kinds.flatMap((kind) => this.#ids.get(kind) ?? []);
  }

  get(id: TwinId): TwinModel {
    return this.#district.twins.get(id)!;
  }

  /** The elements at both ends of a way that is one branch. One that starts and ends at the same node is no branch. */
  ends(id: TwinId): [from: string | undefined, to: string | undefined] {
    const branch = this.#branches.get(id);
    if (branch) return [elementOf(branch.from), elementOf(branch.to)];
    const [one] = this.#connected.get(id) ?? [];
    const element = one === undefined ? undefined : elementOf(one);
    return [element, element];
  }
}

/** Whether a twin's id is one of a source. */
export function isOf(id: TwinId, source: string): boolean {
  return id.startsWith(`${source}:`, id.indexOf(":") + 1);
}

export function sourceOf(id: TwinId): string {
  const start = id.indexOf(":") + 1;
  return id.slice(start, id.indexOf(":", start));
}

/** An id is KIND:SOURCE:ELEMENT. */
export function elementOf(id: TwinId): string {
  return id.slice(id.indexOf(":", id.indexOf(":") + 1) + 1);
}
