// quartier plan, apply, models: what a changed model would do to the twins of a running program; does it; which versions there are.
// Exit 0 when it was told or done, 1 when it was refused or nobody answered, 2 for wrong use.
// M1  the folder's files are sent as they are: the running program reads them itself, in a process of its own
// M2  apply does what was planned just now, or is refused: never something else that came between

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { zipSync } from "fflate";
import type { Finding } from "../../models/finding.ts";
import { readDistrict } from "../read-district.ts";
import type { PlannedChange } from "../versions/version-views.ts";
import { type Arguments, address, districtOperand, UsageError } from "./arguments.ts";
import { answered, ask } from "./ask.ts";
import { findingLines } from "./finding-text.ts";
import { printable, type Terminal } from "./terminal.ts";
import { START_ONE, Unanswered } from "./unanswered.ts";

const PAGE_TWINS = 200;
/** Twins that a terminal is shown of each kind of change, and attributes and links of each. */
const SHOWN_TWINS = 20;
const SHOWN_PARTS = 6;
/** A turn of a large district. */
const APPLY_LIMIT_MS = 10 * 60_000;

const PLAN = `query ($version: ID!, $first: Int!, $after: String) {
  modelPlan(version: $version) { from to untouched counts { added returned retired changed relinked moved }
    twins(first: $first, after: $after) {
      nodes { id what attributes { name before after } added { role twin } removed { role twin } state }
      pageInfo { hasNextPage endCursor } } } }`;
const APPLY = "mutation ($version: ID!, $from: ID!) { applyModel(version: $version, from: $from) { from to } }";
const MODELS = "{ models { id loadedAt appliedAt isCurrent twins findings { errors warnings infos } } }";

interface PlannedTwin {
  id: string;
  what: PlannedChange;
  attributes: { name: string; before: unknown; after: unknown }[];
  added: { role: string; twin: string }[];
  removed: { role: string; twin: string }[];
  state: string[];
}

interface Planned {
  from: string;
  to: string;
  untouched: number;
  counts: Record<string, number>;
  twins: PlannedTwin[];
}

interface PlanAnswer {
  modelPlan: Omit<Planned, "twins"> & {
    twins: { nodes: PlannedTwin[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
  };
}

export async function plan(args: Arguments, terminal: Terminal): Promise<number> {
  const url = address(args);
  const planned = await plannedBy(args, url, terminal);
  show(planned, args, terminal);
  return 0;
}

export async function apply(args: Arguments, terminal: Terminal): Promise<number> {
  const url = address(args);
  const planned = await plannedBy(args, url, terminal);
  const { from, to } = planned;
  terminal.progress("applying the model");
  try {
    await ask(url, APPLY, { version: to, from }, APPLY_LIMIT_MS);
  } finally {
    terminal.progress("");
  }
  show(planned, args, terminal);
  if (!args.json) terminal.print(from === to ? "nothing was to be done" : `the district stands on ${to}`);
  return 0;
}

interface Listed {
  models: {
    id: string;
    loadedAt: string;
    appliedAt: string | null;
    isCurrent: boolean;
    twins: number;
    findings: { errors: number; warnings: number; infos: number };
  }[];
}

export async function models(args: Arguments, terminal: Terminal): Promise<number> {
  if (args.operands.length > 0) throw new UsageError("quartier models takes no operand");
  const { models: all } = await ask<Listed>(address(args), MODELS, {});
  if (args.json) terminal.print(JSON.stringify(all));
  else {
    for (const { id, loadedAt, appliedAt, isCurrent, twins, findings } of all) {
      const when = isCurrent
        ? `the district stands on it since ${appliedAt}`
        : appliedAt
          ? `applied ${appliedAt}`
          : "never applied";
      terminal.print(`${id}  ${twins} twins, ${findings.errors} errors, loaded ${loadedAt}; ${when}`);
    }
  }
  return 0;
}

async function plannedBy(args: Arguments, url: URL, terminal: Terminal): Promise<Planned> {
  const version = args.model ?? (await sent(districtOperand(args), url, terminal));
  if (args.model !== undefined && args.operands.length > 0)
    throw new UsageError(`quartier ${args.command} takes a district, or --model, not both`);
  const twins: PlannedTwin[] = [];
  for (let after: string | null = null; ; ) {
    const { modelPlan }: PlanAnswer = await ask(url, PLAN, { version, first: PAGE_TWINS, after });
    twins.push(...modelPlan.twins.nodes);
    after = modelPlan.twins.pageInfo.endCursor;
    if (!modelPlan.twins.pageInfo.hasNextPage) return { ...modelPlan, twins };
  }
}

/** Loads the folder, for its findings and to know its files; gives the version that the running program made of them. */
async function sent(folder: string, url: URL, terminal: Terminal): Promise<string> {
  const loaded = await readDistrict(folder, ({ file, done, of }) =>
    terminal.progress(`loading ${file} (${done + 1} of ${of})`),
  );
  terminal.progress("");
  for (const line of findingLines(loaded.findings.filter(isError))) terminal.complain(line);
  if (!loaded.district) throw new Unanswered(`${folder} is no district`, "quartier check says what is wrong with it.");
  terminal.progress("sending the model");
  const files: Record<string, Uint8Array> = {};
  for (const path of loaded.read) files[path] = await readFile(join(folder, path));
  const archive = zipSync(files, { level: 1 });
  const answer = await post(new URL("/models", url), archive);
  terminal.progress("");
  return answer;
}

const isError = ({ severity }: Finding): boolean => severity === "error";

async function post(url: URL, archive: Uint8Array): Promise<string> {
  const body = archive as Uint8Array<ArrayBuffer>;
  const answer = await answered<{ id?: string }>(url, url.origin, {
    headers: { "content-type": "application/zip" },
    body,
  });
  if (answer?.id === undefined) throw new Unanswered(`what answers at ${url.origin} is no Quartier`, START_ONE);
  return answer.id;
}

const WORDS: Record<PlannedChange, string> = {
  ADDED: "added",
  RETURNED: "comes back",
  RETIRED: "retired",
  CHANGED: "changed",
  RELINKED: "re-linked",
  MOVED: "moved",
};

function show(planned: Planned, { json }: Arguments, terminal: Terminal): void {
  if (json) {
    terminal.print(JSON.stringify(planned));
    return;
  }
  const { from, to, counts, untouched, twins } = planned;
  terminal.print(from === to ? `${from}: the model is the same` : `from ${from} to ${to}`);
  for (const what of Object.keys(WORDS) as PlannedChange[]) {
    const all = twins.filter((twin) => twin.what === what);
    for (const twin of all.slice(0, SHOWN_TWINS)) {
      terminal.print(printable(`${WORDS[what].padEnd(10)} ${twin.id}: ${twin.state.join("; ")}`));
      for (const part of partsOf(twin)) terminal.print(printable(`${" ".repeat(11)}${part}`));
    }
    if (all.length > SHOWN_TWINS)
      terminal.print(`${WORDS[what].padEnd(10)} ${all.length - SHOWN_TWINS} more; --json lists all`);
  }
  const numbers = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  terminal.print(`${numbers.join(", ")}; ${untouched} untouched`);
}

function partsOf({ attributes, added, removed }: PlannedTwin): string[] {
  const said = (value: unknown) => (value === null ? "nothing" : JSON.stringify(value));
  const parts = [
    ...attributes.map(({ name, before, after }) => `${name}: ${said(before)} -> ${said(after)}`),
    ...removed.map(({ role, twin }) => `no longer ${role} ${twin}`),
    ...added.map(({ role, twin }) => `${role} ${twin}`),
  ];
  const more = parts.length - SHOWN_PARTS;
  return more > 1 ? [...parts.slice(0, SHOWN_PARTS), `and ${more} more`] : parts;
}
