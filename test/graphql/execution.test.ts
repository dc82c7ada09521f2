// Quick execution: whatever it answers is, key for key, what graphql's own executor gives (X1); whatever fails is told by that one (X2).

import fc from "fast-check";
import {
  execute,
  type GraphQLField,
  type GraphQLNamedType,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  parse,
} from "graphql/index.js";
import { describe, expect, it } from "vitest";
import { contextFor, isWaiting } from "../../graphql/context.ts";
import { QuickExecution } from "../../graphql/execution/quick.ts";
import { buildSchema } from "../../graphql/schema.ts";
import { altstadt, METER, SCHOOL } from "./world.ts";

const schema = buildSchema();
const quick = new QuickExecution();
const AT = `at: "2026-01-01T11:00:00Z"`;
/** Fields with arguments that must be given, or that make a difference. */
const GIVEN: Record<string, readonly string[]> = {
  twin: [`(id: "${SCHOOL}")`, `(id: "${METER}")`, `(id: "line:lv:3", ${AT})`, `(id: "bus:lv:99")`, `(id: $id)`],
  twins: ["", "(first: 3)", `(first: 2, ${AT})`, "(filter: { kinds: [METER, BUS] })", `(filter: { ids: [$id] })`],
  point: [`(name: "power")`, `(name: "none")`],
  links: ["", `(role: "feeds")`, "(role: $role)"],
  alarms: ["", "(first: 1)"],
};
const DEPTH = 5;
const MOST_FIELDS = 5;

/** A selection of a type, made of picks. */
function selection(type: GraphQLNamedType, pick: (below: number) => number, depth: number): string {
  const fields: string[] = [];
  const add = (of: GraphQLNamedType) => {
    const known = isObjectType(of) || isInterfaceType(of) ? Object.values(of.getFields()) : [];
    const field = known[pick(known.length)] as GraphQLField<unknown, unknown>;
    const below = getNamedType(field.type);
    if (depth === 0 && !isLeafType(below)) return;
    const given = GIVEN[field.name] ?? (field.args.some(isRequiredArgument) ? [] : [""]);
    // What is waited for has no plan (P4): too few queries would have one.
    if (given.length === 0 || isWaiting(field.resolve) || ["status", "deadLetters"].includes(field.name)) return;
    const args = field.args.length > 0 ? given[pick(given.length)]! : "";
    const alias = pick(4) === 0 ? `a${pick(3)}: ` : args === "" ? "" : `${field.name}${pick(1_000)}: `;
    fields.push(`${alias}${field.name}${args}${isLeafType(below) ? "" : selection(below, pick, depth - 1)}`);
  };
  for (let i = pick(MOST_FIELDS); i >= 0; i--) {
    const kinds = isInterfaceType(type) ? schema.getPossibleTypes(type) : [];
    if (kinds.length === 0 || pick(3) > 0) add(type);
    else {
      const kind = kinds[pick(kinds.length)]!;
      const inner = selection(kind, pick, Math.min(depth, 1));
      fields.push(`... on ${kind.name} ${inner}`);
    }
  }
  return `{ ${[...fields, "__typename"].join(" ")} }`;
}

/** What both executors make of a query. */
async function both(query: string, variableValues: Record<string, unknown> = {}) {
  const document = parse(query);
  const world = altstadt();
  const expected = await execute({ schema, document, variableValues, contextValue: contextFor(world) });
  const data = await quick.data({ schema, document, variableValues, contextValue: contextFor(world) });
  return { expected, data };
}

describe("quick execution", () => {
  it("answers as graphql does, or not at all (X1, X2)", async () => {
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat(2 ** 30)), fc.constantFrom(METER, SCHOOL, "x"), async (picks, id) => {
        const pick = (below: number) => (below === 0 ? 0 : picks.next().value % below);
        const query = `query ($id: ID!, $role: String) ${selection(schema.getQueryType()!, pick, DEPTH)}`;
        const { expected, data } = await both(query, { id });
        if (expected.errors) expect(data, query).toBeUndefined();
        else if (data) expect(JSON.stringify(data), query).toBe(JSON.stringify(expected.data));
        if (data) answered++;
      }),
      { numRuns: 300 },
    );
    expect(answered).toBeGreaterThan(150);
  });

  it.each([
    [
      "fields of one key",
      `{ twin(id: "${METER}") { points { name } ...A points { unit } } } fragment A on Twin { points { value } id }`,
    ],
    [
      "fragments within fragments",
      `{ twins { nodes { ...A } } } fragment A on Twin { ...B ... on Bus { state } } fragment B on Meter { powerW }`,
    ],
    [
      "edges and pages",
      "{ twins(first: 2) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } totalCount } }",
    ],
    [
      "neighbours of neighbours",
      "{ twins { nodes { links { role twin { links { twin { id links { twin { id } } } } } } } } }",
    ],
  ])("%s", async (_, query) => {
    const { expected, data } = await both(query);
    expect(expected.errors).toBeUndefined();
    expect(JSON.stringify(data)).toBe(JSON.stringify(expected.data));
  });

  it.each([
    ["a directive", `{ twin(id: "${METER}") { id @include(if: false) } }`],
    ["what is waited for", `{ twin(id: "${METER}") { trace { at } } }`],
    ["introspection", "{ __schema { types { name } } }"],
    ["a key that is none of an object", `{ __proto__: district { id } }`],
    ["a fault of a resolver", `{ twin(id: "${SCHOOL}") { links(role: "none") { role } } }`],
    ["a fault of the world", `{ twins(at: "2036-01-01T00:00:00Z") { totalCount } }`],
    ["a variable that is missing", `query ($id: ID!) { twin(id: $id) { id } }`],
    ["a mutation", `mutation { acknowledgeAlarm(id: "x") { id } }`],
  ])("leaves %s to graphql (X2, X3)", async (_, query) => {
    const context = contextFor(altstadt());
    expect(await quick.data({ schema, document: parse(query), contextValue: context })).toBeUndefined();
  });

  it("leaves the other executor the whole budget of an answer", async () => {
    const spent: number[] = [];
    const contextValue = { world: altstadt(), budget: { renew: () => spent.push(0), spend: () => spent.push(1) } };
    const document = parse(`{ twin(id: "${SCHOOL}") { links(role: "none") { role } } }`);
    await quick.data({ schema, document, contextValue });
    expect(spent.at(-1)).toBe(0);
  });
});
