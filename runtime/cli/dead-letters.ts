// quartier dead-letters: lists, replays and drops the dead letters of a running program, by way of its GraphQL.
// Exit 0 when it was done, 1 when it was refused or nobody answered, 2 for wrong use.
// D1  what devices wrote is shown to people with its control characters escaped: it must not steer their terminal
// D2  the list is read page by page, so that a long one needs no memory; --json prints one letter a line, with its payload

import type { DeadLetterReplay, DeadLetterView } from "../views.ts";
import { type Arguments, address, UsageError } from "./arguments.ts";
import { ask } from "./ask.ts";
import { printable, type Terminal } from "./terminal.ts";

const PAGE_LETTERS = 100;

const LIST = `query ($first: Int!, $after: String, $payload: Boolean!) {
  deadLetters(first: $first, after: $after) {
    nodes { id at subject code reason payload @include(if: $payload) } pageInfo { hasNextPage endCursor } } }`;
const REPLAY = "mutation ($id: ID!) { replayDeadLetter(id: $id) { id subject nextId } }";
const DROP = "mutation ($id: ID!) { dropDeadLetter(id: $id) }";

interface Listed {
  deadLetters: {
    nodes: (Omit<DeadLetterView, "at"> & { at: string })[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
}

export async function deadLetters(args: Arguments, terminal: Terminal): Promise<number> {
  const [verb = "list", id, ...more] = args.operands;
  const url = address(args);
  if (verb === "list" && id === undefined) await list(url, args, terminal);
  else if (verb === "replay" && id !== undefined && more.length === 0) await replay(url, id, args, terminal);
  else if (verb === "drop" && id !== undefined && more.length === 0) await drop(url, id, args, terminal);
  else throw new UsageError("quartier dead-letters wants list, replay ID or drop ID");
  return 0;
}

async function list(url: URL, { json }: Arguments, terminal: Terminal): Promise<void> {
  for (let after: string | null = null, isMore = true; isMore; ) {
    const { deadLetters: page }: Listed = await ask(url, LIST, { first: PAGE_LETTERS, after, payload: json });
    for (const letter of page.nodes) {
      const { id, at, subject, code, reason } = letter;
      terminal.print(json ? JSON.stringify(letter) : printable(`${id}  ${at}  ${code}  ${subject}: ${reason}`));
    }
    after = page.pageInfo.endCursor;
    isMore = page.pageInfo.hasNextPage;
  }
}

async function replay(url: URL, id: string, { json }: Arguments, terminal: Terminal): Promise<void> {
  const { replayDeadLetter: done } = await ask<{ replayDeadLetter: DeadLetterReplay }>(url, REPLAY, { id });
  if (json) terminal.print(JSON.stringify(done));
  else terminal.print(printable(`replayed ${id} on ${done.subject}; if it still cannot be read, it is ${done.nextId}`));
}

async function drop(url: URL, id: string, { json }: Arguments, terminal: Terminal): Promise<void> {
  const { dropDeadLetter: dropped } = await ask<{ dropDeadLetter: boolean }>(url, DROP, { id });
  if (json) terminal.print(JSON.stringify({ id, dropped }));
  else terminal.print(printable(dropped ? `dropped ${id}` : `${id} is not there any more`));
}
