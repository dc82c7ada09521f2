// Plans: a query as a tree of small functions, made once for a document, so that no field is looked up again for each of many thousand values.
// Fed by    documents that were parsed and validated, and their schema
// Gives     for the operation, and for each object type below it, its fields in the order of the answer
// P1  fields of one key are one field, with the selections of all of them; a fragment counts where its type does
// P2  what is rare has no plan (`GiveUp`): directives, introspection, types that recognise their own values
// P3  a plan is as large as its document, however many ways through the links of twins an answer takes
// P4  below the operation's own fields nothing is waited for: a field whose resolver gives promises is in no plan

import { isWaiting } from "../context.ts";
import {
  type DefinitionNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getOperationAST,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type OperationDefinitionNode,
  type SelectionNode,
} from "../graphql-js.ts";
import type { Run } from "./run.ts";

/** This query, or this answer, is for the executor of graphql. `isForGood`: whatever the variables. */
export class GiveUp extends Error {
  readonly isForGood: boolean;

  constructor(isForGood: boolean) {
    super("not answered here");
    this.isForGood = isForGood;
  }
}

type Field = GraphQLField<unknown, unknown>;

/** Makes of what a resolver gave what stands in the answer. */
export type Complete = (value: unknown, run: Run) => unknown;

export interface PlannedField {
  key: string;
  /** Of all planned fields of the operation. */
  number: number;
  name: string;
  nodes: FieldNode[];
  parent: GraphQLObjectType;
  field: Field;
  complete: Complete;
}

/** A planned field, or the name of its type for `__typename`. */
export type Planned = PlannedField | { key: string; typeName: string };

type PlannedTypes = Map<GraphQLObjectType, readonly Planned[]>;

export class Plan {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  readonly root: readonly Planned[];
  readonly #plannedBelow = new Map<FieldNode, { nodes: readonly FieldNode[]; types: PlannedTypes }[]>();
  #fields = 0;

  /** Throws GiveUp when there is none. */
  constructor(schema: GraphQLSchema, document: DocumentNode, operationName: string | null | undefined) {
    const operation = getOperationAST(document, operationName);
    const root = schema.getQueryType();
    if (operation?.operation !== "query" || !root) throw new GiveUp(true);
    const waiting = waitingFields(schema);
    for (const node of document.definitions) {
      refuseRare(node, waiting);
      if (node.kind === "FragmentDefinition") this.fragments[node.name.value] = node;
    }
    this.schema = schema;
    this.operation = operation;
    this.root = this.#fieldsOf(root, [operation]);
  }

  /** The fields of an object of that type, of all the selections. */
  #fieldsOf(type: GraphQLObjectType, selections: readonly Selecting[]): Planned[] {
    if (type.isTypeOf) throw new GiveUp(true);
    const byKey = new Map<string, FieldNode[]>();
    for (const { selectionSet } of selections) this.#collect(type, selectionSet?.selections ?? [], byKey);
    return [...byKey].map(([key, nodes]) => this.#planned(type, key, nodes));
  }

  #collect(type: GraphQLObjectType, selections: readonly SelectionNode[], byKey: Map<string, FieldNode[]>): void {
    for (const node of selections) {
      if (node.kind === "Field") {
        const key = node.alias?.value ?? node.name.value;
        const known = byKey.get(key);
        if (known) known.push(node);
        else byKey.set(key, [node]);
        continue;
      }
      const fragment = node.kind === "InlineFragment" ? node : this.fragments[node.name.value];
      if (!fragment) throw new GiveUp(true);
      if (this.#isOf(type, fragment.typeCondition?.name.value)) {
        this.#collect(type, fragment.selectionSet.selections, byKey);
      }
    }
  }

  #isOf(type: GraphQLObjectType, condition: string | undefined): boolean {
    if (condition === undefined || condition === type.name) return true;
    const named = this.schema.getType(condition);
    return isAbstractType(named) && this.schema.isSubType(named, type);
  }

  /** What is planned for the selections of these nodes: the same on whatever way one comes to them. */
  #below(nodes: readonly FieldNode[]): PlannedTypes {
    const [first] = nodes as [FieldNode];
    const some = this.#plannedBelow.get(first) ?? [];
    const known = some.find((each) => each.nodes.length === nodes.length && each.nodes.every((n, i) => n === nodes[i]));
    if (known) return known.types;
    const types: PlannedTypes = new Map();
    this.#plannedBelow.set(first, [...some, { nodes, types }]);
    return types;
  }

  #planned(parent: GraphQLObjectType, key: string, nodes: FieldNode[]): Planned {
    const name = nodes[0]!.name.value;
    if (name === "__typename") return { key, typeName: parent.name };
    const field = parent.getFields()[name];
    // A key of this name would not become one of the answer's.
    if (!field || key === "__proto__") throw new GiveUp(true);
    const planned = { key, name, nodes, parent, field, number: this.#fields++ };
    return { ...planned, complete: this.#completer(field.type, planned) };
  }

  #completer(type: GraphQLOutputType, field: Omit<PlannedField, "complete">): Complete {
    if (isNonNullType(type)) {
      const complete = this.#completer(type.ofType, field);
      return (value, run) => {
        const completed = complete(value, run);
        if (completed === null) throw new GiveUp(false);
        return completed;
      };
    }
    if (isListType(type)) {
      const complete = this.#completer(type.ofType, field);
      return (value, run) => {
        if (value === null || value === undefined) return null;
        refuseUnfinished(value);
        return listOf(complete, value, run);
      };
    }
    if (isLeafType(type)) {
      return (value) => {
        if (value === null || value === undefined) return null;
        refuseUnfinished(value);
        const leaf = type.serialize(value);
        if (leaf === null || leaf === undefined) throw new GiveUp(false);
        return leaf;
      };
    }
    // An object type has its fields planned when there is the first object of it: a query may name any of them.
    const planned = this.#below(field.nodes);
    const fieldsOf = (object: GraphQLObjectType) => {
      const known = planned.get(object) ?? this.#fieldsOf(object, field.nodes);
      planned.set(object, known);
      return known;
    };
    return (value, run) => {
      if (value === null || value === undefined) return null;
      refuseUnfinished(value);
      const object = isObjectType(type) ? type : run.typeOf(type, value, field);
      return run.object(planned.get(object) ?? fieldsOf(object), value);
    };
  }
}

/** All that has directives, and fields that are waited for, wherever they stand: before anything is asked of the world. */
function refuseRare(node: DefinitionNode | SelectionNode, waiting: ReadonlySet<string>): void {
  const isWaitedFor = node.kind === "Field" && waiting.has(node.name.value);
  if (isWaitedFor || ("directives" in node && node.directives?.length)) throw new GiveUp(true);
  if (!("selectionSet" in node)) return;
  for (const each of node.selectionSet?.selections ?? []) refuseRare(each, waiting);
}

/** Names of fields that give promises, other than those of operations (P4). */
function waitingFields(schema: GraphQLSchema): ReadonlySet<string> {
  const names = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const { name, resolve } of Object.values(type.getFields())) if (isWaiting(resolve)) names.add(name);
  }
  return names;
}

type Selecting = Pick<FieldNode | OperationDefinitionNode, "selectionSet">;

function listOf(complete: Complete, list: unknown, run: Run): unknown[] {
  if (!Array.isArray(list)) throw new GiveUp(true);
  const { length } = list;
  const items: unknown[] = new Array(length);
  for (let i = 0; i < length; i++) items[i] = complete(list[i], run);
  return items;
}

/** What has failed, or is still to come. */
function refuseUnfinished(value: unknown): void {
  if (typeof value !== "object") return;
  if (value instanceof Error) throw new GiveUp(false);
  if (typeof (value as PromiseLike<unknown>).then !== "function") return;
  (value as PromiseLike<unknown>).then(undefined, () => {});
  throw new GiveUp(true);
}
