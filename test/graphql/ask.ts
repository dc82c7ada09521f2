// Asking the door without a socket, as a client would.

import pino from "pino";
import { createDoor, type Door, prepareDoor } from "../../graphql/http/door.ts";
import { Guard, type GuardOptions } from "../../graphql/http/guard.ts";
import type { OpenSubscriptions } from "../../graphql/open-subscriptions.ts";
import { altstadt, type FixedWorld } from "./world.ts";

export const ENDPOINT = "http://localhost:4000/graphql";

export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: what a test reads from an answer, it knows
  data?: any;
  errors?: { message: string; path?: string[]; extensions: { code: string; hint: string }; stack?: string }[];
}

export interface Client {
  world: FixedWorld;
  door: Door;
  open: OpenSubscriptions;
  /** Lines that were logged. */
  logged: Record<string, unknown>[];
  ask(query: string, variables?: Record<string, unknown>): Promise<Answer>;
  /** Code of the only error of an answer. */
  codeOf(query: string, variables?: Record<string, unknown>): Promise<string | undefined>;
  post(body: string, headers?: Record<string, string>): Promise<Response>;
}

export function client(world: FixedWorld = altstadt(), guard: Partial<GuardOptions> = {}): Client {
  const logged: Record<string, unknown>[] = [];
  const log = pino({ level: "info" }, { write: (line: string) => logged.push(JSON.parse(line)) });
  const prepared = prepareDoor();
  const { open } = prepared;
  const door = createDoor({ world, log, prepared, guard: new Guard({ host: "127.0.0.1", origins: [], ...guard }) });
  const post = async (body: string, headers: Record<string, string> = {}) =>
    door.fetch(ENDPOINT, { method: "POST", body, headers: { "content-type": "application/json", ...headers } });
  const ask = async (query: string, variables?: Record<string, unknown>) => {
    const response = await post(JSON.stringify({ query, variables }));
    return (await response.json()) as Answer;
  };
  const codeOf = async (query: string, variables?: Record<string, unknown>) => {
    const { errors } = await ask(query, variables);
    return errors?.length === 1 && errors[0]!.extensions.hint ? errors[0]!.extensions.code : JSON.stringify(errors);
  };
  return { world, door, open, logged, ask, codeOf, post };
}
