// Small networks for tests, and what a patient reader would find in them: everything by trying again and again, nothing by clever order.

import fc from "fast-check";
import { Directory } from "../../../models/directory.ts";
import {
  type Attributes,
  type Branch,
  type District,
  type Kind,
  type Link,
  type LinkRole,
  newTwin,
  type TwinId,
  type TwinModel,
} from "../../../models/district.ts";
import { encodeDirectory } from "../../../models/encode-directory.ts";
import { buildGraph, type NetworkGraph } from "../../../models/network/graph.ts";
import { type Present, presentOf } from "../../../models/network/present.ts";
import { CONDUCTING, SOURCING } from "../../../models/network/switching.ts";
import { finish } from "../../../models/work.ts";

export interface Net {
  twins: TwinModel[];
  links: Link[];
  branches: Branch[];
}

export const idOf = (kind: Kind, element: string | number): TwinId => `${kind}:n:${element}`;

export function twin(kind: Kind, element: string | number, attributes: Attributes = {}): TwinModel {
  return newTwin(kind, "n", element, attributes);
}

export const link = (from: TwinId, role: LinkRole, to: TwinId): Link => ({ from, role, to });
export const feeds = (from: TwinId, to: TwinId): Link => link(from, "feeds", to);

export function districtOf({ twins, links, branches }: Net): District {
  const connects = branches.flatMap(({ twin: way, from, to }) => [
    link(way, "connects", from),
    link(way, "connects", to),
  ]);
  return {
    ...{ id: "test", name: "Test", timezone: "UTC", devices: new Map(), branches },
    twins: new Map(twins.map((each) => [each.id, each])),
    links: [...links, ...connects.filter(({ from, to }) => from !== to)],
  };
}

export function directoryOf(district: District): Directory {
  const cellOf = new Map([...district.twins.keys()].map((id) => [id, "one"]));
  return Directory.of(encodeDirectory(district, { digest: () => "test", cellOf, shapeOf: () => "" }));
}

export const graphOf = (district: District): NetworkGraph => finish(buildGraph(directoryOf(district)));

/** What is not named as out conducts, and is a source when it can be one. */
export function presentAs(graph: NetworkGraph, out: Iterable<TwinId> = []): Present {
  const positions = new Uint8Array(graph.directory.size).fill(CONDUCTING | SOURCING);
  for (const id of out) if (graph.directory.indexOf(id) >= 0) positions[graph.directory.indexOf(id)] = 0;
  return finish(presentOf(graph, positions));
}

export const idsOf = ({ directory }: NetworkGraph, twins: Iterable<number>): TwinId[] =>
  Array.from(twins, (each) => directory.idAt(each));

/** Nets of buses with grids, switches at the ends of lines, loads, and lengths that are whole numbers, so that sums are exact. */
export const nets = fc
  .record({
    size: fc.integer({ min: 1, max: 10 }),
    lines: fc.array(
      fc.record({
        ends: fc.tuple(fc.nat(9), fc.nat(9)),
        km: fc.option(fc.nat(3), { nil: undefined }),
        switches: fc.array(fc.tuple(fc.nat(3), fc.boolean()), { maxLength: 2 }),
      }),
      { maxLength: 16 },
    ),
    grids: fc.array(fc.tuple(fc.nat(9), fc.option(fc.nat(9), { nil: undefined })), { maxLength: 3 }),
    loads: fc.array(fc.nat(9), { maxLength: 5 }),
    out: fc.array(fc.nat(22), { maxLength: 6 }),
  })
  .map(({ size, lines, grids, loads, out }) => {
    const bus = (n: number) => idOf("bus", n % size);
    const twins = [...Array(size).keys()].map((n) => twin("bus", n));
    const links: Link[] = [];
    const switches = new Set<string>();
    const branches = lines.map(({ ends: [from, to], km, switches: at }, n): Branch => {
      twins.push(twin("line", n, km === undefined ? {} : { lengthKm: km }));
      const own = [...new Map(at)].map(([element, isAtFrom]) => {
        const id = idOf("switch", `${element}-${n}`);
        switches.add(id);
        twins.push(twin("switch", `${element}-${n}`));
        links.push(link(id, "connects", isAtFrom ? bus(from) : bus(to)));
        return id;
      });
      return { twin: idOf("line", n), from: bus(from), to: bus(to), switches: own };
    });
    for (const [n, [at, feeder]] of grids.entries()) {
      twins.push(twin("grid", n));
      links.push(feeds(idOf("grid", n), bus(at)));
      if (feeder !== undefined) links.push(feeds(bus(feeder), idOf("grid", n)));
    }
    for (const [n, at] of loads.entries()) {
      twins.push(twin("load", n));
      links.push(feeds(bus(at), idOf("load", n)));
    }
    const switchIds = [...switches].sort();
    const outIds = out.flatMap((n) => {
      if (n < 16) return [idOf("line", n)];
      if (n < 19) return [idOf("grid", n - 16)];
      return switchIds.slice(n - 19, n - 18);
    });
    return { net: { twins, links, branches }, out: new Set(outIds) };
  });

/** Distance in km and branches; a smaller one is nearer. */
export type Distance = readonly [km: number, branches: number];
export const compare = (a: Distance, b: Distance): number => a[0] - b[0] || a[1] - b[1];

export interface Step {
  from: TwinId;
  to: TwinId;
  km: number;
  /** None for a tie. */
  branch?: Branch;
}

/** Every step that supply can take: over a conducting branch in both directions, from a source to its nodes and from nodes to a source. */
export function stepsOf({ twins, links, branches }: Net, out: ReadonlySet<TwinId>): Step[] {
  const lengths = new Map(twins.map(({ id, attributes }) => [id, (attributes.lengthKm as number) ?? 0]));
  const conducting = branches.filter(({ twin: way, switches }) => [way, ...switches].every((id) => !out.has(id)));
  const ways = conducting.flatMap((branch): Step[] => {
    const { from, to } = branch;
    const km = lengths.get(branch.twin)!;
    return [
      { from, to, km, branch },
      { from: to, to: from, km, branch },
    ];
  });
  const ties = links.filter(
    ({ role, from, to }) => role === "feeds" && [from, to].some((id) => id.startsWith("grid:") && !out.has(id)),
  );
  return [...ways, ...ties.map(({ from, to }) => ({ from, to, km: 0 }))];
}

/** Distances from some twins, relaxed until nothing changes. */
export function distances(steps: readonly Step[], begins: Iterable<TwinId>): Map<TwinId, Distance> {
  const found = new Map<TwinId, Distance>([...begins].map((id) => [id, [0, 0]]));
  for (let isNew = true; isNew; ) {
    isNew = false;
    for (const { from, to, km } of steps) {
      const at = found.get(from);
      if (!at) continue;
      const next: Distance = [at[0] + km, at[1] + 1];
      const known = found.get(to);
      if (known && compare(known, next) <= 0) continue;
      found.set(to, next);
      isNew = true;
    }
  }
  return found;
}
