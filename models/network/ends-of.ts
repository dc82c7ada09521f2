// Ends of a branch or switch: on which side of it its supply comes in, and where it goes on.
// E1  a conducting branch is supplied at the end that is nearer to a source; with ends as near as each other, at both
// E2  one that does not conduct is supplied at each end that a source reaches, and nothing goes on behind it
// E3  a winding that is fed by another one of the same transformer is behind it, also where a third one leads back
// E4  a switch stands at the end that the model connects it with, and its branch lies on the other side; where the model does
//     not say, it stands at the nearer end

import { type NetworkGraph, otherEnd } from "./graph.ts";
import { isReached, nearEnd, type SupplyTree } from "./supply-tree.ts";
import type { Switching } from "./switching.ts";

export interface Sides {
  /** Vertices. */
  before: Set<number>;
  behind: Set<number>;
  /** Twins between it and those: of a branch its switches, of a switch its branch with the other switches of that. */
  between: { before: number[]; behind: number[] };
}

/** Branches that a twin is, or switches. */
export function conductedBy({ conductedStarts, conducted }: NetworkGraph, twin: number): Uint32Array {
  return conducted.subarray(conductedStarts[twin]!, conductedStarts[twin + 1]!);
}

export function sidesOf(graph: NetworkGraph, { isOpen }: Switching, tree: SupplyTree, twin: number): Sides {
  const sides: Sides = { before: new Set(), behind: new Set(), between: { before: [], behind: [] } };
  for (const branch of conductedBy(graph, twin)) {
    const [from, to] = [graph.from[branch]!, graph.to[branch]!];
    if (from < 0) continue;
    const near = nearEnd(graph, tree, branch);
    if (isOpen[branch] === 1 || near < 0) {
      for (const end of [from, to]) if (isReached(tree, end)) sides.before.add(end);
      continue;
    }
    sides.before.add(near);
    const far = otherEnd(graph, branch, near);
    sides.behind.add(far);
    const isAtFar = (each: number) => standsAt(graph, each, far) && !standsAt(graph, each, near);
    const { before, behind } = sides.between;
    const switches = graph.directory.branchTable.switches.of(branch);
    if (graph.edgeTwin[branch] === twin) for (const each of switches) (isAtFar(each) ? behind : before).push(each);
    else (isAtFar(twin) ? before : behind).push(graph.edgeTwin[branch]!, ...switches.filter((each) => each !== twin));
  }
  for (const far of sides.behind) sides.before.delete(far);
  return sides;
}

export function standsAt({ directory, twinOf }: NetworkGraph, twin: number, vertex: number): boolean {
  let isThere = false;
  directory.eachLink(twin, (role, other) => {
    if (role === "connects" && other === twinOf[vertex]) isThere = true;
  });
  return isThere;
}
