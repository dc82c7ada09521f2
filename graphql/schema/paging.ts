// Pages in the manner of Relay connections: `first`, `after`, edges, nodes, pageInfo, totalCount.
// P1  a cursor is opaque; it marks its place also when what it points to is gone
// P2  `first` is 0 to MAX_PAGE

import type { Page, PageRequest } from "../../runtime/views.ts";
import type { AnswerBudget } from "../answer-budget.ts";
import { inputInvalid, limitExceeded } from "../errors.ts";
import type { GraphQLResolveInfo } from "../graphql-js.ts";
import { DEFAULT_PAGE, MAX_PAGE } from "../limits.ts";

const CURSOR_HINT = "Give the `endCursor` of the page before, or leave `after` out.";

export interface PageArgs {
  first?: number | null;
  after?: string | null;
}

export const pageTypeDefs = /* GraphQL */ `
  type PageInfo {
    hasNextPage: Boolean!
    hasPreviousPage: Boolean!
    startCursor: String
    endCursor: String
  }
`;

/** Schema language of a connection over a type; `name`: of the connection, when that is not named after what it has. */
export function connectionTypeDefs(name: string, node: string = name): string {
  return /* GraphQL */ `
    type ${name}Connection {
      edges: [${name}Edge!]!
      nodes: [${node}!]!
      pageInfo: PageInfo!
      "How many there are on all pages."
      totalCount: Int!
    }

    type ${name}Edge {
      "Opaque; give it as \`after\` to go on behind this node."
      cursor: String!
      node: ${node}!
    }
  `;
}

/** What the world is to be asked for. `of` names the connection, so that a cursor of another one is told apart. */
export function pageRequest(of: string, { first, after }: PageArgs): PageRequest {
  const size = pageSize("first", first ?? DEFAULT_PAGE);
  return { first: size, ...(after !== null && after !== undefined && { after: idOf(of, after) }) };
}

/** The size itself, when it is one (P2). */
export function pageSize(argument: string, size: number): number {
  if (size < 0) throw inputInvalid(`${argument} is ${size}`, `Write a number from 0 to ${MAX_PAGE}.`);
  if (size <= MAX_PAGE) return size;
  const hint = argument === "first" ? "Ask for the next page with `after: pageInfo.endCursor`." : undefined;
  throw limitExceeded(`${argument} is ${size}, and ${MAX_PAGE} are allowed`, hint);
}

function cursorOf(of: string, id: string): string {
  return Buffer.from(`${of}/${id}`).toString("base64url");
}

function idOf(of: string, cursor: string): string {
  const text = Buffer.from(cursor, "base64url").toString();
  const id = text.slice(of.length + 1);
  if (cursorOf(of, id) === cursor) return id;
  throw inputInvalid(`after is no cursor of ${of}`, CURSOR_HINT);
}

/** What is shown of an item of a page. `key` marks its place in the order of the connection. */
export interface Shown<T> {
  key: (item: T) => string;
  node: (item: T) => unknown;
  /** What an edge has beside cursor and node. */
  edge?: (item: T) => object;
}

/** A key that begins with the number by which items are in order. */
export function splitKey(of: string, key: string): [number: number, id: string] {
  const [number, ...id] = key.split(":");
  if (number && Number.isFinite(Number(number)) && id.length > 0) return [Number(number), id.join(":")];
  throw inputInvalid(`after is no cursor of ${of}`, CURSOR_HINT);
}

/** The connection type's source object. Edges are made only when they are asked for. */
export function connection<T extends { id: string }>(
  of: string,
  page: Page<T>,
  budget: AnswerBudget,
  info: GraphQLResolveInfo,
): unknown {
  return connectionOf(of, page, { key: ({ id }) => id, node: (item) => item }, budget, info);
}

/** The same for a connection whose items are made into nodes when they are looked at. */
export function connectionOf<T>(
  of: string,
  page: Page<T>,
  { key, node, edge }: Shown<T>,
  budget: AnswerBudget,
  info: GraphQLResolveInfo,
): unknown {
  budget.spend(info, page.items.length);
  const cursorAt = (index: number) => {
    const item = page.items.at(index);
    return item === undefined ? null : cursorOf(of, key(item));
  };
  return {
    nodes: () => page.items.map(node),
    edges: () => page.items.map((item) => ({ cursor: cursorOf(of, key(item)), node: node(item), ...edge?.(item) })),
    pageInfo: () => ({
      hasNextPage: page.hasNextPage,
      hasPreviousPage: page.hasPreviousPage,
      startCursor: cursorAt(0),
      endCursor: cursorAt(-1),
    }),
    totalCount: page.totalCount,
  };
}
