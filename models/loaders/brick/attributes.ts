// What a Brick graph says of an entity, as attributes.
// Fed by    the graph
// Gives     names and values as in the file; properties with a value and a unit as `{ value, hasUnit }`
// A1  a node without a name of its own stands within what names it; other entities stand as their ids

import type { Attributes, Json } from "../../district.ts";
import { type Graph, localName, shortName } from "./graph.ts";
import type { Literal, Term } from "./turtle.ts";

/** Nodes within nodes; more than the vocabularies have. */
const MAX_DEPTH = 8;
const NUMBER = /#(integer|decimal|double|float|int|long|short|byte|nonNegativeInteger|positiveInteger)$/;

/** All that is said of a node but its class, name and relations; a node within it is told once. */
export function saidOf(graph: Graph, node: string, seen: readonly string[] = [], told = new Set<string>()): Attributes {
  const values = new Map<string, Json[]>();
  for (const { predicate, object } of graph.said(node)) {
    const short = shortName(predicate);
    const name = short === predicate ? localName(predicate) : short;
    if (name === "__proto__") continue; // would be the prototype, not an attribute
    const list = values.get(name) ?? [];
    values.set(name, list);
    list.push(jsonOf(graph, object, [...seen, node], told));
  }
  return Object.fromEntries([...values].map(([name, list]) => [name, list.length === 1 ? list[0]! : list]));
}

function jsonOf(graph: Graph, term: Term, path: readonly string[], told: Set<string>): Json {
  if (typeof term !== "string") return literalOf(term);
  if (!term.startsWith("_:")) return shortName(term);
  if (path.length > MAX_DEPTH || told.has(term)) return term;
  told.add(term);
  return saidOf(graph, term, path, told);
}

function literalOf({ value, datatype = "" }: Literal): Json {
  const trimmed = value.trim();
  if (NUMBER.test(datatype) && trimmed !== "" && Number.isFinite(Number(trimmed))) return Number(trimmed);
  if (/#boolean$/.test(datatype) && /^(true|false|0|1)$/.test(trimmed)) return trimmed === "true" || trimmed === "1";
  return value;
}
