// Pages in the manner of Relay connections: `first`, `after`, edges, nodes, pageInfo, totalCount.
// P1  a cursor is opaque; it marks its place also when what it points to is gone
// P2  `first` is 0 to MAX_PAGE

import type { Page, PageRequest } from "../../runtime/views.ts";
import type { AnswerBudget } from "../answer-budget.ts";
import { inputInvalid, limitExceeded } from "../errors.ts";
import type { GraphQLResolveInfo } from "../graphql-js.ts";
import { DEFAULT_PAGE, MAX_PAGE } from "../limits.ts";

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

/** Schema language of a connection over a type. */
export function connectionTypeDefs(node: string): string {
  return /* GraphQL */ `
    type ${node}Connection {
      edges: [${node}Edge!]!
      nodes: [${node}!]!
      pageInfo: PageInfo!
      "How many there are on all pages."
      totalCount: Int!
    }

    type ${node}Edge {
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
  throw inputInvalid(`after is no cursor of ${of}`, "Give the `endCursor` of the page before, or leave `after` out.");
}

/** The connection type's source object. Edges are made only when they are asked for. */
export function connection<T extends { id: string }>(
  of: string,
  page: Page<T>,
  budget: AnswerBudget,
  info: GraphQLResolveInfo,
): unknown {
  budget.spend(info, page.items.length);
  const cursorAt = (index: number) => {
    const item = page.items.at(index);
    return item ? cursorOf(of, item.id) : null;
  };
  return {
    nodes: page.items,
    edges: () => page.items.map((node) => ({ cursor: cursorOf(of, node.id), node })),
    pageInfo: () => ({
      hasNextPage: page.hasNextPage,
      hasPreviousPage: page.hasPreviousPage,
      startCursor: cursorAt(0),
      endCursor: cursorAt(-1),
    }),
    totalCount: page.totalCount,
  };
}
