// Rows: edges sorted to the vertices at their ends, and the components that they join.
// Fed by    the ends of edges by number; -1 for an edge that joins nothing

/** Edges at each vertex, one row after the other, each row in the order of edges; an edge from a vertex to itself stands there once. */
export function rowsOf(
  vertices: number,
  from: ArrayLike<number>,
  to: ArrayLike<number>,
): [starts: Uint32Array, edges: Uint32Array] {
  const starts = new Uint32Array(vertices + 1);
  const each = (found: (vertex: number, edge: number) => void): void => {
    for (let edge = 0; edge < from.length; edge++) {
      if (from[edge]! < 0) continue;
      found(from[edge]!, edge);
      if (from[edge] !== to[edge]) found(to[edge]!, edge);
    }
  };
  each((vertex) => starts[vertex + 1]!++);
  for (let vertex = 0; vertex < vertices; vertex++) starts[vertex + 1]! += starts[vertex]!;
  const next = starts.slice();
  const edges = new Uint32Array(starts[vertices]!);
  each((vertex, edge) => {
    edges[next[vertex]!++] = edge;
  });
  return [starts, edges];
}

/** Of each vertex the first one that it hangs together with, over the edges that join. */
export function componentsOf(
  vertices: number,
  from: ArrayLike<number>,
  to: ArrayLike<number>,
  joins: (edge: number) => boolean = () => true,
): Int32Array {
  const roots = Int32Array.from({ length: vertices }, (_, vertex) => vertex);
  for (let edge = 0; edge < from.length; edge++) {
    if (from[edge]! < 0 || !joins(edge)) continue;
    const [a, b] = [rootOf(roots, from[edge]!), rootOf(roots, to[edge]!)];
    roots[Math.max(a, b)] = Math.min(a, b);
  }
  for (let vertex = 0; vertex < vertices; vertex++) roots[vertex] = rootOf(roots, vertex);
  return roots;
}

function rootOf(roots: Int32Array, vertex: number): number {
  let at = vertex;
  while (roots[at] !== at) {
    roots[at] = roots[roots[at]!]!;
    at = roots[at]!;
  }
  return at;
}
