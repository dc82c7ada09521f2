// Commands: what a client asks of a twin; the twin decides, and the answer waits for its decision.
// C1  a refusal is an answer, not an error

import type { CommandOutcome, CommandRequest } from "../../runtime/views.ts";
import type { Context, SchemaPart } from "../context.ts";
import { inputInvalid } from "../errors.ts";
import { MAX_KEY_LENGTH } from "../limits.ts";
import { twinOf } from "./twin-of.ts";

const typeDefs = /* GraphQL */ `
  input CommandInput {
    "The id of the twin."
    twin: ID!
    "One of the twin's \`commands\`."
    name: String!
    "An object that fits the command's \`schema\`."
    args: JSON
    "Idempotency key: the same key gives the same outcome again, and the command is done once."
    key: String
  }

  type CommandResult {
    outcome: CommandOutcome!
    "\`OK\`, or why it was refused."
    code: String!
    reason: String
    twin: Twin!
  }

  enum CommandOutcome { ACCEPTED REFUSED }

  extend type Mutation {
    "Asks something of a twin, and waits until the outcome is on disk."
    command(input: CommandInput!): CommandResult!
  }
`;

interface CommandInput {
  twin: string;
  name: string;
  args?: unknown;
  key?: string | null;
}

/** Throws INPUT_INVALID when no twin could take it. */
function requestOf({ twin, name, args, key }: CommandInput): CommandRequest {
  for (const [field, text] of Object.entries({ name, key })) {
    if (text === null || text === undefined) continue;
    if (text === "" || text.length > MAX_KEY_LENGTH) {
      throw inputInvalid(`${field} has ${text.length} characters`, `Write 1 to ${MAX_KEY_LENGTH} characters.`);
    }
  }
  if (args !== null && args !== undefined && !isObject(args)) {
    throw inputInvalid("args is no object", 'Write the arguments by name: {"position": 0.5}.');
  }
  return { twin, name, ...(isObject(args) && { args }), ...(typeof key === "string" && { key }) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export const commandsPart: SchemaPart = {
  typeDefs,
  resolvers: {
    CommandResult: { twin: ({ twin }: CommandOutcome, _: unknown, { world }: Context) => twinOf(world, twin) },
    Mutation: {
      command: (_: unknown, { input }: { input: CommandInput }, { world }: Context) => world.command(requestOf(input)),
    },
  },
};
