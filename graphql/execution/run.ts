// One run of a plan: the objects of one answer.
// Fed by    a plan, variables, and the context of an operation
// Gives     the data of the answer; throws, whatever it is, when that is not a plain success
// R1  arguments of a field are read once for an answer, not once for each of its objects: they are the same for all

import {
  type GraphQLAbstractType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getArgumentValues,
  isObjectType,
} from "../graphql-js.ts";
import { GiveUp, type Plan, type Planned, type PlannedField } from "./plan.ts";

type Values = Record<string, unknown>;

export class Run {
  readonly #plan: Plan;
  readonly #variables: Values;
  readonly #context: unknown;
  /** By the numbers of fields. */
  readonly #args: Values[] = [];
  readonly #infos: GraphQLResolveInfo[] = [];

  constructor(plan: Plan, variables: Values, context: unknown) {
    this.#plan = plan;
    this.#variables = variables;
    this.#context = context;
  }

  /** Only the fields of the operation itself may have to be waited for. */
  async data(): Promise<Values> {
    const { root } = this.#plan;
    const values = await Promise.all(
      root.map(async (field) => ("typeName" in field ? undefined : this.#resolve(field, undefined))),
    );
    const data: Values = {};
    for (const [i, field] of root.entries()) {
      data[field.key] = "typeName" in field ? field.typeName : field.complete(values[i], this);
    }
    return data;
  }

  object(fields: readonly Planned[], source: unknown): Values {
    const object: Values = {};
    for (const field of fields) {
      object[field.key] = "typeName" in field ? field.typeName : field.complete(this.#resolve(field, source), this);
    }
    return object;
  }

  typeOf(type: GraphQLAbstractType, value: unknown, field: Omit<PlannedField, "complete">): GraphQLObjectType {
    const name = type.resolveType?.(value, this.#context, this.#infoOf(field), type);
    const object = typeof name === "string" ? this.#plan.schema.getType(name) : undefined;
    if (!isObjectType(object) || !this.#plan.schema.isSubType(type, object)) throw new GiveUp(false);
    return object;
  }

  #resolve(field: PlannedField, source: unknown): unknown {
    const { resolve } = field.field;
    if (resolve) return resolve(source, this.#argsOf(field), this.#context, this.#infoOf(field));
    if (source === undefined || source === null) return undefined;
    const value = (source as Values)[field.name];
    if (typeof value !== "function") return value;
    return value.call(source, this.#argsOf(field), this.#context, this.#infoOf(field));
  }

  #argsOf(field: PlannedField): Values {
    const known = this.#args[field.number];
    if (known) return known;
    const args = getArgumentValues(field.field, field.nodes[0]!, this.#variables);
    this.#args[field.number] = args;
    return args;
  }

  #infoOf({ number, name, nodes, parent, field }: Omit<PlannedField, "complete">): GraphQLResolveInfo {
    const known = this.#infos[number];
    if (known) return known;
    const { schema, fragments, operation } = this.#plan;
    const info = {
      ...{ fieldName: name, fieldNodes: nodes, returnType: field.type, parentType: parent },
      ...{ schema, fragments, operation, rootValue: undefined, variableValues: this.#variables },
    };
    // It differs from object to object, and none of our resolvers looks at it.
    Object.defineProperty(info, "path", {
      get: () => {
        throw new GiveUp(true);
      },
    });
    this.#infos[number] = info as unknown as GraphQLResolveInfo;
    return this.#infos[number];
  }
}
