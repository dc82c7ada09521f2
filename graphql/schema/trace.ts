// Why a twin is in its state: the transitions of its statechart and its remarkable readings, each with what set it off.
// T1  of a past twin, only what happened up to its instant

import type { JournalView, TwinView } from "../../runtime/views.ts";
import type { Context, FieldResolvers } from "../context.ts";
import type { GraphQLResolveInfo } from "../graphql-js.ts";
import { DEFAULT_JOURNAL } from "../limits.ts";
import { pageSize } from "./paging.ts";

export const TRACE_FIELDS = /* GraphQL */ `
  "The last changes of its state, each with what set it off; oldest first."
  trace(last: Int = ${DEFAULT_JOURNAL}): [JournalEntry!]!
  "The same, and its remarkable readings: corrections, implausible values, exchanges of a meter."
  journal(last: Int = ${DEFAULT_JOURNAL}): [JournalEntry!]!
`;

export const traceTypeDefs = /* GraphQL */ `
  "One change of a twin's state, or a remarkable reading, with what set it off."
  type JournalEntry {
    "What \`before\` and \`after\` are: states of the twin, or values of one of its points."
    of: JournalSubject!
    at: DateTime!
    "Sequence of the event in the log of the twin's partition."
    sequence: Float!
    "Type of that event."
    event: LogEventType!
    "What the twin was told: an event of its statechart, such as \`overload.raised\`; or what happened to a reading."
    cause: String!
    before: String!
    after: String!
    "Of the twin, after it."
    revision: Int!
    "The condition of the twin that changed, when that was the cause."
    condition: ConditionChange
    "The last reading of each point of the device message that set it off, also when that was another twin's."
    readings: [CausingReading!]!
    "The command that set it off, also when it was given to another twin."
    command: CausingCommand
    "The deadline that came due: a hold time, a staleness or a timer, also when it was another twin's."
    deadline: CausingDeadline
    "What another partition of the district told."
    signal: CausingSignal
  }

  enum JournalSubject { STATE READING }

  enum LogEventType { READINGS IMPORTED COMMAND ACKNOWLEDGE TICK RESUMED SIGNALS FLOODING MODEL }

  type ConditionChange {
    name: String!
    "Whether it was raised."
    before: Boolean!
    after: Boolean!
  }

  type CausingReading {
    twin: ID!
    point: String!
    at: DateTime!
    "In the unit of the point."
    value: Float!
  }

  type CausingCommand {
    name: String!
    args: JSON!
    "Idempotency key."
    key: String!
  }

  type CausingDeadline {
    twin: ID!
    "Of a condition, or of a timer with \`.elapsed\` behind it."
    name: String!
    at: DateTime!
  }

  type CausingSignal {
    partition: String!
    "Sequence of the event in the log of that partition: its twins' traces go on from there."
    sequence: Float!
    "tell, supply, sum or copy."
    kind: String!
  }
`;

/** The last entries of a twin's trace or journal. */
export function entriesOf(which: "trace" | "journal") {
  return async (
    { id, moment }: TwinView,
    args: { last?: number | null },
    { world, budget }: Context,
    info: GraphQLResolveInfo,
  ): Promise<JournalView[]> => {
    const last = pageSize("last", args.last ?? DEFAULT_JOURNAL);
    const found = await world[which](id, last, moment?.at);
    budget.spend(info, found.length);
    return found;
  };
}

export const journalEntryResolvers: FieldResolvers = {
  of: ({ of }: JournalView) => of.toUpperCase(),
  event: ({ why }: JournalView) => why.event.toUpperCase(),
  condition: ({ why }: JournalView) => why.condition ?? null,
  readings: ({ why }: JournalView) => why.readings ?? [],
  command: ({ why }: JournalView) => why.command ?? null,
  deadline: ({ why }: JournalView) => why.deadline ?? null,
  signal: ({ why }: JournalView) => why.signal ?? null,
};
