// Plan: what another version of the model would do to the twins of a district, told before it is done.
// Fed by    the population of the version on which the district stands, and that of the other one
// Gives     each twin that is touched; what the partitions are told of it before and after the turn; of a twin, what becomes of its state
// P1  whom a plan does not name is not touched: neither its state, nor its points, nor its revision
// P2  the same two versions give the same plan

import { attributeChanges, type Difference, differences, linkChanges } from "../../models/diff.ts";
import type { TwinId } from "../../models/district.ts";
import { Flows } from "../live/flows.ts";
import type { Population } from "../live/population.ts";
import type { FlowNamed } from "../log/events.ts";
import { Turns } from "../turns.ts";
import type { PlannedChange, PlannedTwinView } from "./version-views.ts";

/** Twins compared between two looks at the clock. */
const PIECES = 64;

export interface PlannedTwin extends Difference {
  /** It left the model before, and comes back as it was then. */
  returns: boolean;
}

export interface Plan {
  from: string;
  to: string;
  /** In the order of ids. */
  twins: PlannedTwin[];
  /** By partition, as they are before the turn. */
  withdrawn: ReadonlyMap<string, FlowNamed[]>;
  /** By partition, as they are after it. */
  joined: ReadonlyMap<string, FlowNamed[]>;
}

export async function planOf(before: Population, after: Population, isRetired: (id: TwinId) => boolean): Promise<Plan> {
  const turns = new Turns(PIECES);
  const twins: PlannedTwin[] = [];
  for (const difference of differences(before.directory, after.directory)) {
    if (turns.isOver) await turns.next();
    if (difference) twins.push({ ...difference, returns: difference.before < 0 && isRetired(difference.id) });
  }
  const [flowsBefore, flowsAfter] = [new NamedFlows(before), new NamedFlows(after)];
  const withdrawn = new Map<string, FlowNamed[]>();
  const joined = new Map<string, FlowNamed[]>();
  for (const id of whoseFlowsMayDiffer(before, after, twins)) {
    if (turns.isOver) await turns.next();
    const [was, is] = [flowsBefore.of(id), flowsAfter.of(id)];
    for (const [key, flow] of was) if (!is.has(key) && flow[2] === "sum") put(withdrawn, before, id, flow);
    for (const [key, flow] of is) if (!was.has(key)) put(joined, after, id, flow);
  }
  return { from: before.directory.key, to: after.directory.key, twins, withdrawn, joined };
}

function put(all: Map<string, FlowNamed[]>, { directory }: Population, id: TwinId, flow: FlowNamed): void {
  const cell = directory.cellOf(id)!;
  const flows = all.get(cell);
  if (flows) flows.push(flow);
  else all.set(cell, [flow]);
}

/** The twins that differ, and those linked with one that moved or may have other sums. */
function whoseFlowsMayDiffer(before: Population, after: Population, twins: readonly PlannedTwin[]): Set<TwinId> {
  const ids = new Set<TwinId>();
  for (const { id, before: i, after: j, isMoved, isChanged } of twins) {
    ids.add(id);
    const isOther =
      i < 0 || j < 0 || isMoved || (isChanged && before.shapeAt(i).form.number !== after.shapeAt(j).form.number);
    if (!isOther) continue;
    for (const [{ directory }, twin] of [
      [before, i],
      [after, j],
    ] as const) {
      if (twin >= 0) directory.eachLink(twin, (_, other) => ids.add(directory.idAt(other)));
    }
  }
  return ids;
}

class NamedFlows {
  readonly #population: Population;
  readonly #flows: Flows;

  constructor(population: Population) {
    this.#population = population;
    this.#flows = new Flows(population);
  }

  /** By all that makes a flow what it is, the partitions of both ends included. */
  of(id: TwinId): Map<string, FlowNamed> {
    const { directory } = this.#population;
    const i = directory.indexOf(id);
    const found = new Map<string, FlowNamed>();
    if (i < 0) return found;
    const { names } = this.#population.shapeAt(i);
    for (const [at, flows] of this.#flows.of(i).entries()) {
      for (const { kind, to, point, factor } of flows ?? []) {
        const named: FlowNamed = [id, names[at]!, kind, to, point];
        found.set([...named, factor, directory.cellOf(id), directory.cellOf(to)].join("\n"), named);
      }
    }
    return found;
  }
}

/** All that is planned for one twin. */
export function twinPlan(before: Population, after: Population, twin: PlannedTwin): PlannedTwinView {
  const { id, before: i, after: j } = twin;
  const both = i >= 0 && j >= 0;
  const [was, is] = [before.directory, after.directory];
  const links = linkChanges(was, is, twin);
  return {
    id,
    what: whatOf(twin),
    attributes: both ? attributeChanges(was.modelAt(i), is.modelAt(j)) : [],
    ...links,
    state: both ? fateOf(before, after, twin) : [FATES[whatOf(twin)]!],
  };
}

export function whatOf({ before, after, isChanged, isRelinked, returns }: PlannedTwin): PlannedChange {
  if (before < 0) return returns ? "RETURNED" : "ADDED";
  if (after < 0) return "RETIRED";
  return isChanged ? "CHANGED" : isRelinked ? "RELINKED" : "MOVED";
}

const FATES: Partial<Record<PlannedChange, string>> = {
  ADDED: "is born when the model is applied",
  RETURNED: "goes on in the state in which it was retired, with its history",
  RETIRED: "is retired: its alarms are cleared, its history stays",
};

function fateOf(before: Population, after: Population, { before: i, after: j, isMoved }: PlannedTwin): string[] {
  const [was, is] = [before.shapeAt(i), after.shapeAt(j)];
  const isShown = (name: string) => !name.startsWith("#");
  const fresh = is.names.filter((name) => isShown(name) && !was.index.has(name));
  const gone = was.names.filter((name) => isShown(name) && !is.index.has(name));
  return [
    "keeps its state and points",
    ...fresh.map((name) => `${name} begins without a value`),
    ...gone.map((name) => `${name} is no longer a point of it; its history stays`),
    ...(isMoved ? [`goes over to the partition ${after.directory.cells[after.directory.cellAt(j)]}`] : []),
  ];
}
