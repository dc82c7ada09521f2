// Limits of the GraphQL door, each with its unit. Above one of them the answer is a coded error with a hint, never a slow server.

/** Items of one page of a connection. */
export const MAX_PAGE = 1_000;
export const DEFAULT_PAGE = 50;

/** Entries of a twin's journal, when it is not said how many. */
export const DEFAULT_JOURNAL = 20;

/** Ids, kinds or sources in one filter. */
export const MAX_FILTER_ENTRIES = 1_000;

/** Samples or windows in the answer of one `history` field. */
export const MAX_SAMPLES = 100_000;

/** Fields within fields, counted from the operation; introspection has a limit of its own in graphql-js. */
export const MAX_DEPTH = 16;

/** Words and signs of a query's text: bounds what parsing and validation can cost. */
export const MAX_TOKENS = 5_000;

/** Fields in one answer, counted while it is made: a few tenths of a second of this process. */
export const MAX_ANSWER_FIELDS = 500_000;

/** What one `history` field costs of MAX_ANSWER_FIELDS before its samples are counted: it reads from disk. */
export const HISTORY_COST_FIELDS = 100;

/** What a question to the networks costs of MAX_ANSWER_FIELDS, beside what it finds; and how many nodes of a network one more field stands for. */
export const NETWORK_COST_FIELDS = 100;
export const NODES_OF_A_FIELD = 20;

/** Bytes of a request's body. */
export const MAX_BODY_BYTES = 1_048_576;

/** Characters of an idempotency key, and of a command's name. */
export const MAX_KEY_LENGTH = 200;

/** Connections at once, each with at most one request under way; further ones are closed before they are read. */
export const MAX_CONNECTIONS = 1_500;

/** Subscriptions open at once, over all clients. */
export const MAX_SUBSCRIPTIONS = 1_000;

/** Milliseconds that running requests have to end when the server closes; then their sockets are closed. */
export const CLOSE_LIMIT_MS = 2_000;
export const CLOSE_SWEEP_MS = 20;

/** Milliseconds that the world has to answer a health check. */
export const HEALTH_LIMIT_MS = 2_000;
