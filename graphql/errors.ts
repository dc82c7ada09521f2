// Errors as the door tells them: one catalogue of the codes that GraphQL and HTTP add to those of runtime/errors.ts.
// G1  every error has `extensions: { code, hint }`, and none has a stack trace
// G2  an error that nobody foresaw is logged and shown as INTERNAL, without a word of its message

import { ERRORS, QuartierError } from "../runtime/errors.ts";
import { GraphQLError } from "./graphql-js.ts";

export const DOOR_ERRORS = {
  GRAPHQL_PARSE_FAILED: { status: 400, hint: "Mend the query's text at the place that `locations` names." },
  GRAPHQL_VALIDATION_FAILED: {
    status: 400,
    hint: "Ask only for what the schema has: open /graphql in a browser to see it.",
  },
  OPERATION_RESOLUTION_FAILURE: { status: 400, hint: "Name one of the query's operations in `operationName`." },
  BAD_REQUEST: {
    status: 400,
    hint: 'POST one JSON object {"query": ..., "variables": ...} with content-type application/json to /graphql.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    hint: "Send the header `content-type: application/json`; to /history text/csv or application/senml+json; to /models application/zip.",
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    hint: "GET /history and GET /export export, POST /history imports, POST /models takes a model.",
  },
  NOT_ACCEPTABLE: {
    status: 406,
    hint: "Accept application/json for queries and mutations, text/event-stream for subscriptions.",
  },
  NOT_FOUND: {
    status: 404,
    hint: "GraphQL is at /graphql, the history at /history, the model at /export, models at /models, the health check at /health.",
  },
  HOST_REFUSED: { status: 403, hint: "Call it as localhost, 127.0.0.1 or [::1]: it listens for this machine only." },
  ORIGIN_REFUSED: {
    status: 403,
    hint: "Allow the page's origin when the server is started, or serve the page from it.",
  },
  INTERNAL: { status: 500, hint: "This is a fault of the program, not of the query; its log says more." },
  PORT_IN_USE: { status: 500, hint: "Choose another port with --port, or stop the other program." },
  PORT_REFUSED: { status: 500, hint: "Choose a port of 1024 or above with --port." },
  HOST_UNAVAILABLE: { status: 500, hint: "Listen on an address of this machine, such as 127.0.0.1." },
} as const satisfies Record<string, { status: number; hint: string }>;

export type DoorErrorName = keyof typeof DOOR_ERRORS;

/** What other programs call an error, and what it is called here. */
const SAME_AS: Record<string, string> = {
  BAD_USER_INPUT: "INPUT_INVALID",
  REQUEST_ENTITY_TOO_LARGE: "LIMIT_EXCEEDED",
};

/** Thrown when the server cannot start. Its message is one sentence. */
export class DoorError extends Error {
  readonly code: DoorErrorName;

  constructor(code: DoorErrorName, message: string) {
    super(message);
    this.name = "DoorError";
    this.code = code;
  }

  get hint(): string {
    return DOOR_ERRORS[this.code].hint;
  }
}

/** An argument that cannot be used, with what to write instead. */
export function inputInvalid(message: string, hint: string = ERRORS.INPUT_INVALID.hint): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "INPUT_INVALID", hint } });
}

export function limitExceeded(message: string, hint: string = ERRORS.LIMIT_EXCEEDED.hint): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "LIMIT_EXCEEDED", hint } });
}

/** The hint of a code, wherever it is catalogued. */
function hintOf(code: string): string | undefined {
  if (Object.hasOwn(ERRORS, code)) return ERRORS[code as keyof typeof ERRORS].hint;
  return Object.hasOwn(DOOR_ERRORS, code) ? DOOR_ERRORS[code as DoorErrorName].hint : undefined;
}

/** The error as it is told to the client (G1). `unforeseen` is handed what must be logged (G2). */
export function coded(error: unknown, unforeseen: (error: unknown) => void): GraphQLError {
  const chain = causes(error);
  const told = chain.find((cause) => cause instanceof GraphQLError);
  const quartier = chain.find((cause) => cause instanceof QuartierError);
  if (quartier) return retold(told, quartier.message, quartier.code, quartier.hint);

  const last = chain.at(-1);
  if (!told || !(last instanceof GraphQLError)) return internal(told, error, unforeseen);
  const code = chain.map(codeOf).find((each) => each !== undefined);
  const hint = chain.map((cause) => (cause instanceof GraphQLError ? cause.extensions.hint : undefined)).find(isText);
  // Without a place in the answer, it is the request that cannot be answered; within one, a resolver broke the schema.
  if (code === undefined && told.path) return internal(told, error, unforeseen);
  const known = code ?? "INPUT_INVALID";
  return retold(told, told.message, known, hint ?? hintOf(known) ?? DOOR_ERRORS.BAD_REQUEST.hint);
}

function internal(told: GraphQLError | undefined, error: unknown, unforeseen: (error: unknown) => void): GraphQLError {
  unforeseen(error);
  return retold(told, "The program failed on this.", "INTERNAL", DOOR_ERRORS.INTERNAL.hint);
}

function retold(told: GraphQLError | undefined, message: string, code: string, hint: string): GraphQLError {
  const http = httpOf(told, code);
  return new GraphQLError(message, {
    ...(told?.nodes && { nodes: told.nodes }),
    ...(told?.source && { source: told.source }),
    ...(told?.positions && { positions: told.positions }),
    ...(told?.path && { path: told.path }),
    extensions: { code, hint, ...(http !== undefined && { http }) },
  });
}

/** How HTTP is to tell it. A request that is none of GraphQL is 400 for every client, also for those that want 200 for JSON. */
function httpOf(told: GraphQLError | undefined, code: string): object | undefined {
  const http = told?.extensions.http;
  if (typeof http === "object" && http !== null) return code === "BAD_REQUEST" ? { ...http, spec: false } : http;
  if (told?.path || !Object.hasOwn(DOOR_ERRORS, code)) return undefined;
  return { status: DOOR_ERRORS[code as DoorErrorName].status };
}

function causes(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let at = error; at !== undefined && at !== null && !chain.includes(at); ) {
    chain.push(at);
    at = at instanceof GraphQLError ? at.originalError : undefined;
  }
  return chain;
}

function codeOf(cause: unknown): string | undefined {
  const code = cause instanceof GraphQLError ? cause.extensions.code : undefined;
  return isText(code) ? (SAME_AS[code] ?? code) : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
