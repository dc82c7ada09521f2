// The schema: schema language and resolvers of all topics, put together. Knows nothing of HTTP.
// Fed by    the parts in graphql/schema/ and the kinds in graphql/kinds/
// Gives     a GraphQLSchema that any door can execute with a context of `contextFor(world)`
// M1  every kind of twin has an object type of its own that implements Twin
// M2  a resolver for a type or field that the schema language does not name is a fault at start, not a silent one

import type { TwinView } from "../runtime/views.ts";
import type { FieldResolver, SchemaPart } from "./context.ts";
import {
  buildASTSchema,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  isScalarType,
  parse,
} from "./graphql-js.ts";
import { KIND_TYPES, kindsPart, TYPE_OF_KIND } from "./kinds.ts";
import { OpenSubscriptions } from "./open-subscriptions.ts";
import { alarmsPart } from "./schema/alarms.ts";
import { placesPart } from "./schema/area.ts";
import { changesPart } from "./schema/changes.ts";
import { commandsPart } from "./schema/commands.ts";
import { deadLettersPart } from "./schema/dead-letters.ts";
import { districtPart } from "./schema/district.ts";
import { modelsPart } from "./schema/models.ts";
import { networksPart } from "./schema/networks.ts";
import { pageTypeDefs } from "./schema/paging.ts";
import { defineDateTime, defineJson, scalarTypeDefs } from "./schema/scalars.ts";
import { statusPart } from "./schema/status.ts";
import { twinPart } from "./schema/twin.ts";

/** `open` counts and ends the schema's subscriptions; a door that closes hands in its own. */
const partsOf = (open: OpenSubscriptions): SchemaPart[] => [
  twinPart,
  kindsPart,
  districtPart,
  networksPart,
  placesPart,
  alarmsPart,
  deadLettersPart,
  modelsPart,
  commandsPart,
  statusPart,
  changesPart(open),
];

/** In the schema definition language. */
export function schemaText(parts: readonly SchemaPart[] = partsOf(new OpenSubscriptions())): string {
  const roots = "type Query\ntype Mutation";
  return [scalarTypeDefs, roots, pageTypeDefs, ...parts.map((part) => part.typeDefs)].join("\n");
}

export function buildSchema(open: OpenSubscriptions = new OpenSubscriptions()): GraphQLSchema {
  const parts = partsOf(open);
  // That it is valid is tried by a test, once, in place of at every start.
  const schema = buildASTSchema(parse(schemaText(parts), { noLocation: true }), { assumeValid: true });
  for (const part of parts) attach(schema, part);
  attachScalars(schema);
  const twin = schema.getType("Twin");
  if (!isInterfaceType(twin)) throw new Error("the schema has no interface Twin");
  twin.resolveType = (view: TwinView) => TYPE_OF_KIND[view.kind];
  if (KIND_TYPES.some(({ type }) => !isObjectType(schema.getType(type)))) throw new Error("a kind has no object type");
  return schema;
}

function attach(schema: GraphQLSchema, { resolvers }: SchemaPart): void {
  for (const [typeName, fields] of Object.entries(resolvers)) {
    const type = schema.getType(typeName);
    if (!isObjectType(type)) throw new Error(`there are resolvers for ${typeName}, which is no object type`);
    for (const [name, resolver] of Object.entries(fields)) {
      const field = type.getFields()[name];
      if (!field) throw new Error(`there is a resolver for ${typeName}.${name}, which is not in the schema`);
      if (typeof resolver === "function") field.resolve = resolver as FieldResolver;
      else {
        field.subscribe = resolver.subscribe as FieldResolver;
        field.resolve = resolver.resolve as FieldResolver;
      }
    }
  }
}

function attachScalars(schema: GraphQLSchema): void {
  for (const [name, define] of Object.entries({ DateTime: defineDateTime, JSON: defineJson })) {
    const type = schema.getType(name);
    if (!isScalarType(type)) throw new Error(`the schema has no scalar ${name}`);
    define(type);
  }
}
