import {
  buildASTSchema,
  type DefinitionNode,
  type FieldDefinitionNode,
  GraphQLSchema,
  type InputValueDefinitionNode,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  parse,
  print,
  printSchema,
  validateSchema,
} from "graphql/index.js";
import { describe, expect, it } from "vitest";
import { buildSchema, schemaText } from "../../graphql/schema.ts";
import { KINDS } from "../../models/district.ts";
import { client } from "./ask.ts";
import { CONTRACT, CONTRACT_COMMENTS } from "./contract.ts";

const schema = buildSchema();
const definitions = parse(CONTRACT + CONTRACT_COMMENTS).definitions;
const ofContract = definitions.filter((node): node is DefinitionNode & { name: { value: string } } => "name" in node);

/** A field or argument as schema language: `first: Int = 50`. */
function written(node: InputValueDefinitionNode): string {
  return print({ ...node, directives: [] }).trim();
}

function fieldsOf(name: string): Map<string, FieldDefinitionNode> {
  const type = schema.getType(name);
  const nodes = isObjectType(type) || isInterfaceType(type) ? [type.astNode, ...type.extensionASTNodes] : [];
  return new Map(nodes.flatMap((node) => node?.fields ?? []).map((field) => [field.name.value, field]));
}

describe("the schema", () => {
  it("is a valid schema", () => {
    expect(() => buildASTSchema(parse(schemaText()))).not.toThrow();
    // As it is served, which is taken to be valid.
    expect(validateSchema(new GraphQLSchema({ ...schema.toConfig(), assumeValid: false }))).toEqual([]);
  });

  it.each(ofContract.map((node) => [node.name.value, node] as const))(
    "has %s as the contract has it; what is added to it need not be given",
    (name, node) => {
      const type = schema.getType(name);
      switch (node.kind) {
        case "ScalarTypeDefinition":
          expect(isScalarType(type)).toBe(true);
          break;
        case "EnumTypeDefinition":
          expect(isEnumType(type) && type.getValues().map((value) => value.name)).toEqual(
            node.values?.map((value) => value.name.value),
          );
          break;
        case "InputObjectTypeDefinition":
          expect(isInputObjectType(type) && type.astNode?.fields?.map(undescribed).map(written)).toEqual(
            node.fields?.map(written),
          );
          break;
        case "ObjectTypeDefinition":
        case "InterfaceTypeDefinition": {
          const actual = fieldsOf(name);
          for (const field of node.fields ?? []) {
            const own = actual.get(field.name.value);
            expect(own && print(own.type), `${name}.${field.name.value}`).toBe(print(field.type));
            const wanted = field.arguments ?? [];
            expect(own?.arguments?.slice(0, wanted.length).map(undescribed).map(written)).toEqual(wanted.map(written));
            for (const added of own?.arguments?.slice(wanted.length) ?? []) expect(print(added.type)).not.toMatch(/!$/);
          }
          break;
        }
        default:
          expect.fail(`${node.kind} is not compared`);
      }
    },
  );

  it("has an object type of its own that implements Twin for every kind (M1)", () => {
    const twin = schema.getType("Twin");
    const types = isInterfaceType(twin) ? schema.getPossibleTypes(twin) : [];
    expect(types.map((type) => type.name.toLowerCase()).sort()).toEqual([...KINDS].sort());
  });

  it("is the one that is written down beside this test", async () => {
    await expect(printSchema(schema)).toMatchFileSnapshot("schema.graphql.snap");
  });

  it("can be read by introspection, at the depth that tools use", async () => {
    const { getIntrospectionQuery } = await import("graphql/index.js");
    const { data, errors } = await client().ask(getIntrospectionQuery({ inputValueDeprecation: true }));
    expect(errors).toBeUndefined();
    expect(data.__schema.queryType.name).toBe("Query");
  });
});

function undescribed(node: InputValueDefinitionNode): InputValueDefinitionNode {
  const { description: _, ...rest } = node;
  return rest;
}
