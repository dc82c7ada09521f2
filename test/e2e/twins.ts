// Questions that several end-to-end tests ask of the program.

import type { Program } from "./program.ts";

export interface Sample {
  at: string;
  value: number;
  count: number;
}

export interface TwinJson {
  id: string;
  kind: string;
  state: string;
  revision: number;
  points: { name: string; value: number | null; unit: string; at: string | null; quality: string }[];
}

const ALL = `query ($after: String) {
  twins(first: 200, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes {
      id kind name state revision attributes
      points { name value unit at quality }
      commands { name allowed }
      links { role twin { id } }
      journal(last: 50) { at sequence cause before after }
    }
  }
}`;

/** All that can be asked of every twin, in the order of their ids. */
export async function allTwins(program: Program): Promise<TwinJson[]> {
  const all: TwinJson[] = [];
  let after: string | undefined;
  for (;;) {
    const { twins } = await program.graphql<{
      twins: { nodes: TwinJson[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
    }>(ALL, { after });
    all.push(...twins.nodes);
    if (!twins.pageInfo.hasNextPage) return all;
    after = twins.pageInfo.endCursor;
  }
}

export async function stateOf(program: Program, id: string): Promise<string> {
  return (await twinOf(program, id)).state;
}

export async function twinOf(program: Program, id: string): Promise<TwinJson> {
  const query = "query ($id: ID!) { twin(id: $id) { id kind state revision points { name value unit at quality } } }";
  return (await program.graphql<{ twin: TwinJson }>(query, { id })).twin;
}

/** Value of a point; undefined when it has had none. */
export async function pointValue(program: Program, id: string, point: string): Promise<number | undefined> {
  return (await twinOf(program, id)).points.find(({ name }) => name === point)?.value ?? undefined;
}

/** Raw samples of a point. */
export async function historyOf(program: Program, id: string, point: string, from: Date, to: Date): Promise<Sample[]> {
  const query = `query ($id: ID!, $point: String!, $from: DateTime!, $to: DateTime!) {
    twin(id: $id) { history(point: $point, from: $from, to: $to) { at value count } }
  }`;
  const answer = await program.graphql<{ twin: { history: Sample[] } }>(query, { id, point, from, to });
  return answer.twin.history;
}

export interface Status {
  natsUrl: string;
  natsAnswers: boolean;
  /** Packs that no log has yet. */
  waiting: number | null;
  lag: number | null;
  readings: {
    applied: number;
    duplicates: number;
    late: number;
    corrected: number;
    deadLettered: number;
    coalesced: number;
  };
  partitions: { name: string; twins: number; position: number; lag: number | null }[];
}

export async function statusOf(program: Program): Promise<Status> {
  const query = `{ status { natsUrl natsAnswers lag waiting readings { applied duplicates late corrected deadLettered coalesced }
    partitions { name twins position lag } } }`;
  return (await program.graphql<{ status: Status }>(query)).status;
}

export interface Alarm {
  id: string;
  code: string;
  state: string;
  severity: string;
  flapping: boolean;
  twin: { id: string };
}

export async function alarmsOf(program: Program, state?: string): Promise<Alarm[]> {
  const query = `query ($state: AlarmState) {
    alarms(state: $state, first: 1000) { nodes { id code state severity flapping twin { id } } } }`;
  return (await program.graphql<{ alarms: { nodes: Alarm[] } }>(query, { state })).alarms.nodes;
}

export interface DeadLetter {
  subject: string;
  code: string;
  reason: string;
  payload: string;
}

/** Oldest first. */
export async function deadLettersOf(program: Program): Promise<DeadLetter[]> {
  const query = "{ deadLetters(first: 1000) { nodes { subject code reason payload } } }";
  return (await program.graphql<{ deadLetters: { nodes: DeadLetter[] } }>(query)).deadLetters.nodes.reverse();
}

export interface Outcome {
  outcome: string;
  code: string;
  reason: string | null;
  twin: { id: string; state: string };
}

export async function command(
  program: Program,
  input: { twin: string; name: string; args?: unknown; key?: string },
): Promise<Outcome> {
  const query = `mutation ($input: CommandInput!) {
    command(input: $input) { outcome code reason twin { id state } } }`;
  return (await program.graphql<{ command: Outcome }>(query, { input })).command;
}
