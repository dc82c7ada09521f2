// Answers of the HTTP layer itself, in the shape of GraphQL errors.

import { DOOR_ERRORS, type DoorErrorName } from "../errors.ts";

/** A coded error as a response of its own, before or beside GraphQL. */
export function refusal(code: DoorErrorName, message: string): Response {
  const { status, hint } = DOOR_ERRORS[code];
  return Response.json({ errors: [{ message, extensions: { code, hint } }] }, { status });
}
