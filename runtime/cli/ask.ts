// Asks a running program by way of its GraphQL.

import { printable } from "./terminal.ts";
import { START_ONE, Unanswered } from "./unanswered.ts";

const ANSWER_LIMIT_MS = 30_000;

/** Throws Unanswered for what is refused, and where nobody answers. */
export async function ask<T>(
  url: URL,
  query: string,
  variables: Record<string, unknown>,
  limitMs = ANSWER_LIMIT_MS,
): Promise<T> {
  const headers = { "content-type": "application/json", accept: "application/json" };
  const signal = AbortSignal.timeout(limitMs);
  let answer: { data?: T; errors?: { message: string; extensions?: { code?: string; hint?: string } }[] } | null;
  try {
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify({ query, variables }), signal });
    answer = await response.json();
  } catch (error) {
    const { message, cause } = error as Error & { cause?: { code?: string } };
    throw new Unanswered(`no program answers at ${url} (${cause?.code ?? message})`, START_ONE);
  }
  const error = answer?.errors?.[0];
  if (error) throw new Unanswered(printable(error.message), error.extensions?.hint, error.extensions?.code);
  if (answer?.data) return answer.data;
  throw new Unanswered(`what answers at ${url} is no GraphQL`, "Give the address after `ready` with --url.");
}
