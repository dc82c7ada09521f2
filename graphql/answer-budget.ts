// How large an answer may become, counted while it is made, so that no query can hold the process for long.
// B1  every resolver that gives objects of the world spends what they will cost before they are made into an answer
// B2  what an object costs is the number of fields that the query asks of it, with all that lies below

import { limitExceeded } from "./errors.ts";
import type { FragmentDefinitionNode, GraphQLResolveInfo, SelectionSetNode } from "./graphql-js.ts";
import { MAX_ANSWER_FIELDS } from "./limits.ts";

type Fragments = GraphQLResolveInfo["fragments"];

/** Fields asked for by a selection. Documents are cached by the server, so one query is counted once. */
const counted = new WeakMap<SelectionSetNode, number>();

export class AnswerBudget {
  #spent = 0;

  /** Each event of a subscription is an answer of its own. */
  renew(): void {
    this.#spent = 0;
  }

  /** Throws LIMIT_EXCEEDED when `items` objects of this field make the answer too large. */
  spend(info: GraphQLResolveInfo, items: number): void {
    let fields = 0;
    for (const { selectionSet } of info.fieldNodes) if (selectionSet) fields += fieldsOf(selectionSet, info.fragments);
    this.spendFields(items * fields);
  }

  spendFields(fields: number): void {
    this.#spent += fields;
    if (this.#spent <= MAX_ANSWER_FIELDS) return;
    throw limitExceeded(
      `the answer would have more than ${MAX_ANSWER_FIELDS} fields`,
      "Ask for fewer twins at a time (`first`), for fewer fields, or for longer windows.",
    );
  }
}

/** The document is validated: its fragments exist and form no ring. */
function fieldsOf(selection: SelectionSetNode, fragments: Fragments): number {
  const known = counted.get(selection);
  if (known !== undefined) return known;
  let fields = 0;
  for (const node of selection.selections) {
    if (node.kind === "FragmentSpread") fields += fieldsOf(fragmentOf(fragments, node.name.value), fragments);
    else if (node.selectionSet) fields += fieldsOf(node.selectionSet, fragments);
    if (node.kind === "Field") fields += 1;
  }
  counted.set(selection, fields);
  return fields;
}

function fragmentOf(fragments: Fragments, name: string): SelectionSetNode {
  return (fragments[name] as FragmentDefinitionNode).selectionSet;
}
