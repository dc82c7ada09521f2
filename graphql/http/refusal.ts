// Answers of the HTTP layer itself, in the shape of GraphQL errors.

import { QuartierError } from "../../runtime/errors.ts";
import { DOOR_ERRORS, type DoorErrorName } from "../errors.ts";

/** A coded error as a response of its own, before or beside GraphQL. */
export function refusal(code: DoorErrorName, message: string): Response {
  const { status, hint } = DOOR_ERRORS[code];
  return Response.json({ errors: [{ message, extensions: { code, hint } }] }, { status });
}

/** An error of the world: the client's fault, a matter of time, or, when it has no code, INTERNAL without a word of its message. */
export function refused(error: unknown): Response {
  if (!(error instanceof QuartierError)) return refusal("INTERNAL", "The program failed on this.");
  const { message, code, hint, disposition } = error;
  const status = disposition === "retry" ? 503 : 400;
  return Response.json({ errors: [{ message, extensions: { code, hint } }] }, { status });
}
