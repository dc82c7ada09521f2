// The district's model: its versions, what another one would do to the living twins, and how it is applied.
// M1  going back is a plan like any other: a version that was applied before is planned and applied by its id

import type { LinkView, Page } from "../../runtime/views.ts";
import type {
  ModelPlanView,
  ModelVersionView,
  PlannedChange,
  PlannedTwinView,
} from "../../runtime/versions/version-views.ts";
import type { Context, SchemaPart } from "../context.ts";
import type { GraphQLResolveInfo } from "../graphql-js.ts";
import { connection, connectionTypeDefs, type PageArgs, pageRequest } from "./paging.ts";

const typeDefs = /* GraphQL */ `
  "A version of the district's model. POST a zip archive of a district's folder to /models to add one."
  type ModelVersion {
    "Made of all that it says: the same model is the same version."
    id: ID!
    loadedAt: DateTime!
    "The last time from which on the district stood on it; null when it never did."
    appliedAt: DateTime
    "Whether the district stands on it now."
    isCurrent: Boolean!
    twins: Int!
    findings: FindingCounts!
  }

  type FindingCounts {
    errors: Int!
    warnings: Int!
    infos: Int!
  }

  "What a version does to the twins of the district as it is now. Whom it does not name keeps everything, its revision included."
  type ModelPlan {
    "The version on which the district stands."
    from: ID!
    to: ID!
    counts: PlanCounts!
    untouched: Int!
    "In the order of their ids."
    twins(what: [PlannedChange!], first: Int = 50, after: String): PlannedTwinConnection!
  }

  type PlanCounts {
    added: Int!
    returned: Int!
    retired: Int!
    changed: Int!
    relinked: Int!
    moved: Int!
  }

  enum PlannedChange {
    "A twin that is born."
    ADDED
    "A twin that was retired, and goes on as it was then."
    RETURNED
    "A twin that the version does not have: it keeps its history, and its alarms are cleared."
    RETIRED
    "Its name, attributes or points are others."
    CHANGED
    "Its links, or its ways through a network, are others, and nothing else."
    RELINKED
    "It goes over to another partition, and nothing else."
    MOVED
  }

  type PlannedTwin {
    id: ID!
    what: PlannedChange!
    "Attributes that are others; null: it is not there."
    attributes: [AttributeChange!]!
    "Links that it gets, and loses."
    added: [PlannedLink!]!
    removed: [PlannedLink!]!
    "What becomes of its state, in sentences."
    state: [String!]!
  }

  type AttributeChange {
    name: String!
    before: JSON
    after: JSON
  }

  type PlannedLink {
    role: LinkRole!
    twin: ID!
  }

  extend type Query {
    "The versions that are kept, youngest first."
    models: [ModelVersion!]!
    modelPlan(version: ID!): ModelPlan!
  }

  extend type Mutation {
    """
    Lets the district go over to a version of its model, and gives what was done. Queries are answered all the while, commands wait.
    \`from\`: the version from which it was planned; refused when the district stands on another one by now.
    """
    applyModel(version: ID!, from: ID): ModelPlan!
  }

  ${connectionTypeDefs("PlannedTwin")}
`;

const countOf = (change: PlannedChange) => (counts: ModelPlanView["counts"]) => counts[change];

interface TwinsArgs extends PageArgs {
  what?: PlannedChange[] | null;
}

function twins(
  plan: ModelPlanView,
  { what, ...page }: TwinsArgs,
  { budget }: Context,
  info: GraphQLResolveInfo,
): unknown {
  const found: Page<PlannedTwinView> = plan.twins(what ?? undefined, pageRequest("twins", page));
  return connection("twins", found, budget, info);
}

/** Spends for each part of a planned twin that is listed. */
const listed =
  <Part>(partsOf: (twin: PlannedTwinView) => Part[]) =>
  (twin: PlannedTwinView, _: unknown, { budget }: Context, info: GraphQLResolveInfo): Part[] => {
    const parts = partsOf(twin);
    budget.spend(info, parts.length);
    return parts;
  };

export const modelsPart: SchemaPart = {
  typeDefs,
  resolvers: {
    FindingCounts: {
      errors: ({ error }: ModelVersionView["findings"]) => error,
      warnings: ({ warning }: ModelVersionView["findings"]) => warning,
      infos: ({ info }: ModelVersionView["findings"]) => info,
    },
    PlanCounts: {
      added: countOf("ADDED"),
      returned: countOf("RETURNED"),
      retired: countOf("RETIRED"),
      changed: countOf("CHANGED"),
      relinked: countOf("RELINKED"),
      moved: countOf("MOVED"),
    },
    ModelPlan: { twins },
    PlannedTwin: {
      attributes: listed(({ attributes }) => attributes),
      added: listed<LinkView>(({ added }) => added),
      removed: listed<LinkView>(({ removed }) => removed),
    },
    Query: {
      models: (_: unknown, __: unknown, { world }: Context) => world.models(),
      modelPlan: (_: unknown, { version }: { version: string }, { world }: Context) => world.planModel(version),
    },
    Mutation: {
      applyModel: (_: unknown, { version, from }: { version: string; from?: string | null }, { world }: Context) =>
        world.applyModel({ version, ...(typeof from === "string" && { from }) }),
    },
  },
};
