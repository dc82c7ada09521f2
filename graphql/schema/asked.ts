// What a query asks of each twin of a page: which of it the world is to read while it makes the page, where others have their turn.
// Fed by    the selection of a field that gives a connection of twins
// A1  what is not said to be asked is read by the resolver that looks at it, so a field that is missing here costs time, and is not wrong

import type { Asked } from "../../runtime/views.ts";
import type { GraphQLResolveInfo, SelectionNode, SelectionSetNode } from "../graphql-js.ts";

/** Fields of a twin that look neither at its state nor at its points. */
const OF_NEITHER = new Set(
  "__typename id kind name attributes commands links history flapping alarms trace journal".split(" "),
);
const OF_STATE = new Set(["state", "revision"]);
/** A twin of which more single points are asked than this has all of them read. */
const FEW_POINTS = 2;

export function askedOfNodes(info: GraphQLResolveInfo): Asked {
  const own = info.fieldNodes.flatMap(({ selectionSet }) => fieldsOf(selectionSet, info));
  const edges = below("edges", own, info);
  const fields = [...below("nodes", own, info), ...below("node", edges, info)].map(({ name }) => name.value);
  const others = fields.filter((name) => !OF_NEITHER.has(name) && !OF_STATE.has(name));
  const state = others.length > 0 || fields.some((name) => OF_STATE.has(name));
  return { state, points: fields.includes("points") || others.length > FEW_POINTS };
}

type Field = Extract<SelectionNode, { kind: "Field" }>;

const below = (name: string, fields: readonly Field[], info: GraphQLResolveInfo): Field[] =>
  fields.filter((field) => field.name.value === name).flatMap(({ selectionSet }) => fieldsOf(selectionSet, info));

/** Those of all fragments with them. The document is validated: its fragments exist and form no ring. */
function fieldsOf(selection: SelectionSetNode | undefined, info: GraphQLResolveInfo): Field[] {
  return (selection?.selections ?? []).flatMap((node) => {
    if (node.kind === "Field") return [node as Field];
    if (node.kind === "InlineFragment") return fieldsOf(node.selectionSet, info);
    return fieldsOf(info.fragments[node.name.value]?.selectionSet, info);
  });
}
