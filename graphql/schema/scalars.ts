// The scalars DateTime and JSON: what they accept, and what they look like in an answer.
// C1  a DateTime says its zone; in an answer it is UTC with milliseconds
// C2  what is no DateTime or JSON value is INPUT_INVALID, with an example of one that is

import { parseDateTime } from "../../models/date-time.ts";
import { inputInvalid } from "../errors.ts";
import type { GraphQLScalarType, ObjectValueNode, ValueNode } from "../graphql-js.ts";

export const scalarTypeDefs = /* GraphQL */ `
  "A moment: ISO 8601 with its zone, \`2026-01-01T00:00:00Z\`. Answers are in UTC with milliseconds."
  scalar DateTime @specifiedBy(url: "https://www.rfc-editor.org/rfc/rfc3339")

  "Any JSON value."
  scalar JSON
`;

const DATE_TIME_HINT = "Write it as 2026-01-01T00:00:00Z, or with an offset: 2026-01-01T01:00:00+01:00.";

function readDateTime(value: unknown): number {
  const ms = typeof value === "string" ? parseDateTime(value) : undefined;
  if (ms !== undefined) return ms;
  throw inputInvalid(`${JSON.stringify(value) ?? String(value)} is no DateTime`, DATE_TIME_HINT);
}

function readLiteral(node: ValueNode, variables: Record<string, unknown> | null | undefined): unknown {
  switch (node.kind) {
    case "StringValue":
    case "BooleanValue":
      return node.value;
    case "NullValue":
      return null;
    case "IntValue":
    case "FloatValue":
      if (Number.isFinite(Number(node.value))) return Number(node.value);
      throw inputInvalid(`${node.value} is too large a number`, "Write a number that a 64-bit float can hold.");
    case "ListValue":
      return node.values.map((each) => readLiteral(each, variables));
    case "ObjectValue":
      return readObject(node, variables);
    case "Variable":
      return variables?.[node.name.value] ?? null;
    default:
      throw inputInvalid(`${node.value} is no JSON value`, `Put it in quotes: "${node.value}".`);
  }
}

/** `fromEntries` makes `__proto__` a field like any other. */
function readObject(node: ObjectValueNode, variables: Record<string, unknown> | null | undefined): unknown {
  return Object.fromEntries(node.fields.map((field) => [field.name.value, readLiteral(field.value, variables)]));
}

export function defineDateTime(type: GraphQLScalarType): void {
  type.serialize = (value) => new Date(value as number).toISOString();
  type.parseValue = readDateTime;
  type.parseLiteral = (node) => readDateTime("value" in node ? node.value : undefined);
}

export function defineJson(type: GraphQLScalarType): void {
  type.serialize = (value) => value;
  type.parseValue = (value) => value;
  type.parseLiteral = readLiteral;
}
