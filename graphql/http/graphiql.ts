// GraphiQL: the page at /graphql in a browser, and the queries that it opens with.

import type { GraphiQLOptions } from "graphql-yoga";

export const DEFAULT_QUERY = /* GraphQL */ `# Quartier: the live twins of an energy district.
# Choose an operation with the play button; Ctrl+Space completes, the book icon shows the schema.

# The first buildings, with what feeds and what measures them
query Buildings {
  twins(filter: { kinds: [BUILDING] }, first: 10) {
    totalCount
    nodes {
      id
      name
      state
      ... on Building {
        fedBy { id kind state }
        meters { id carrier state consumption { value unit at quality } }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}

# What is wrong just now
query Alarms {
  alarms(state: RAISED, first: 20) {
    totalCount
    nodes { id code severity message raisedAt twin { id name state } }
  }
}

# How the runtime is doing
query Status {
  status { now natsVersion lag readings { applied deadLettered } partitions { name twins lag } }
}

# Opens a switch; \`commands\` of a twin says what it takes, and whether it would take it now
mutation OpenSwitch($twin: ID!) {
  command(input: { twin: $twin, name: "open" }) { outcome code reason twin { id state } }
}

# Every meter, as it changes
subscription Meters {
  twinChanged(filter: { kinds: [METER] }) { id state revision points { name value unit at } }
}
`;

export const GRAPHIQL: GraphiQLOptions = {
  title: "Quartier",
  defaultQuery: DEFAULT_QUERY,
  subscriptionsProtocol: "SSE",
};
