// The GraphQL part of the contract that users rely on, word for word; what its comments say of types stands below it.

export const CONTRACT = /* GraphQL */ `
scalar DateTime   # ISO 8601, UTC
scalar JSON

interface Twin {
  id: ID!
  kind: Kind!
  name: String
  state: String!                 # statechart value, dotted: "online.normal"; parallel regions joined by "|"
  revision: Int!                 # grows by one with every event that changed the twin
  attributes: JSON!              # what the model says of it
  points: [Point!]!
  point(name: String!): Point
  commands: [CommandSpec!]!      # name, description, argument schema, allowed now
  links(role: String): [Link!]!  # feeds, fedBy, contains, isPartOf, measures, measuredBy
  history(point: String!, from: DateTime!, to: DateTime!, window: String, aggregate: Aggregate): [Sample!]!  # window: ISO 8601 duration, "PT1H"
}
type Point  { name: String! value: Float unit: String! at: DateTime quality: Quality! }
type Sample { at: DateTime! value: Float! count: Int! }
type Alarm  { id: ID! twin: Twin! code: String! severity: Severity! state: AlarmState! raisedAt: DateTime! clearedAt: DateTime }  # RAISED, ACKNOWLEDGED, CLEARED
type DeadLetter { id: ID! at: DateTime! subject: String! code: String! reason: String! payload: String! }
enum Aggregate { MEAN MIN MAX SUM COUNT FIRST LAST }

type Query {
  twin(id: ID!): Twin
  twins(filter: TwinFilter, first: Int = 50, after: String): TwinConnection!   # Relay connection + totalCount, nodes
  alarms(state: AlarmState, twin: ID, first: Int = 50, after: String): AlarmConnection!
  deadLetters(first: Int = 50, after: String): DeadLetterConnection!
}
type Mutation {
  command(input: CommandInput!): CommandResult!  # input: twin, name, args (JSON), key (idempotency); result: outcome ACCEPTED|REFUSED, code, reason, twin
}
type Subscription {
  twinChanged(filter: TwinFilter): Twin!
  alarmChanged(twin: ID): Alarm!
}
input TwinFilter { ids: [ID!] kinds: [Kind!] sources: [String!] state: String }
`;

export const CONTRACT_COMMENTS = /* GraphQL */ `
enum Kind {
  DISTRICT BUILDING STOREY SPACE METER DEVICE BUS LINE TRANSFORMER SWITCH LOAD GENERATOR STORAGE GRID
  JUNCTION PIPE PUMP VALVE TANK RESERVOIR EXCHANGER PLANT
}
enum AlarmState { RAISED ACKNOWLEDGED CLEARED }
enum CommandOutcome { ACCEPTED REFUSED }
input CommandInput { twin: ID! name: String! args: JSON key: String }
type CommandSpec { name: String! description: String! }
type CommandResult { outcome: CommandOutcome! code: String! reason: String twin: Twin! }
type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
type TwinConnection { edges: [TwinEdge!]! nodes: [Twin!]! pageInfo: PageInfo! totalCount: Int! }
type TwinEdge { cursor: String! node: Twin! }
type AlarmConnection { edges: [AlarmEdge!]! nodes: [Alarm!]! pageInfo: PageInfo! totalCount: Int! }
type DeadLetterConnection { edges: [DeadLetterEdge!]! nodes: [DeadLetter!]! pageInfo: PageInfo! totalCount: Int! }
`;
