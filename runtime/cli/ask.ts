// Asks a running program by way of its GraphQL.

import { printable } from "./terminal.ts";
import { START_ONE, Unanswered } from "./unanswered.ts";

const ANSWER_LIMIT_MS = 30_000;

interface Refusals {
  errors?: { message: string; extensions?: { code?: string; hint?: string } }[];
}

/** What is answered, as JSON. Throws Unanswered for what is refused, and where nobody answers. `at`: where, for people. */
export async function answered<T>(url: URL, at: string, init: RequestInit): Promise<T | null> {
  let answer: (T & Refusals) | null;
  try {
    const response = await fetch(url, { method: "POST", ...init });
    answer = (await response.json()) as typeof answer;
  } catch (error) {
    const { message, cause } = error as Error & { cause?: { code?: string } };
    throw new Unanswered(`no program answers at ${at} (${cause?.code ?? message})`, START_ONE);
  }
  const error = answer?.errors?.[0];
  if (error) throw new Unanswered(printable(error.message), error.extensions?.hint, error.extensions?.code);
  return answer;
}

/** Throws Unanswered as above. */
export async function ask<T>(
  url: URL,
  query: string,
  variables: Record<string, unknown>,
  limitMs = ANSWER_LIMIT_MS,
): Promise<T> {
  const headers = { "content-type": "application/json", accept: "application/json" };
  const signal = AbortSignal.timeout(limitMs);
  const body = JSON.stringify({ query, variables });
  const answer = await answered<{ data?: T }>(url, String(url), { headers, body, signal });
  if (answer?.data) return answer.data;
  throw new Unanswered(`what answers at ${url} is no GraphQL`, "Give the address after `ready` with --url.");
}
