// The grid while it is read: buses by their numbers, and how a row's columns become attributes.
// Fed by    the tables of a MatpowerCase
// Gives     twins, links and branches
// G1  a value that is not finite (NaN, Inf for no limit) has no attribute; `infinite` says which are without limit, and on which side

import type { Attributes, Branch, Link, TwinModel } from "../../district.ts";
import type { Tally } from "../tally.ts";
import type { CaseRow, MatpowerCase } from "./case.ts";
import type { MatpowerFindings } from "./findings.ts";

export interface Grid {
  source: string;
  findings: MatpowerFindings;
  matpower: MatpowerCase;
  buses: Map<number, Bus>;
  twins: TwinModel[];
  links: Link[];
  branches: Branch[];
  census: Tally;
}

export interface Bus {
  twin: TwinModel;
  at: string;
  number: number;
  type: number;
  baseKv: number;
  /** Buses at the other ends of its branches in service. */
  neighbours: Bus[];
}

/** A column of a row, counted from one as in the MATPOWER manual; NaN when the row does not have it. */
export function column(row: CaseRow, place: number): number {
  return row.values[place - 1] ?? Number.NaN;
}

/** Attributes from columns: `{ rPu: 3 }` is the third column. */
export function columns(row: CaseRow, places: Record<string, number>): Attributes {
  const finite: Attributes = {};
  let infinite: Record<string, number> | undefined;
  for (const [name, place] of Object.entries(places)) {
    const value = column(row, place);
    if (Number.isFinite(value)) finite[name] = value;
    else if (!Number.isNaN(value)) {
      infinite ??= {};
      infinite[name] = Math.sign(value);
    }
  }
  if (infinite) finite.infinite = infinite;
  return finite;
}

/** The bus that a row names, or a finding. */
export function busAt(grid: Grid, row: CaseRow, place: number, what: string): Bus | undefined {
  const bus = grid.buses.get(column(row, place));
  if (bus === undefined) {
    grid.findings.add(
      "MATPOWER_BUS_UNDEFINED",
      row.at,
      `${what} names bus ${column(row, place)}, which is not in the bus table`,
    );
  }
  return bus;
}

/** The rows of a table, told of when it is missing, empty or too narrow. */
export function tableOf(grid: Grid, table: string, needed: number): CaseRow[] {
  if (!grid.matpower.has(table)) {
    grid.findings.add("MATPOWER_TABLE_MISSING", "", `the case has no table ${table}`);
    return [];
  }
  const rows = grid.matpower.rows(table);
  const [first] = rows;
  if (first === undefined) grid.findings.add("MATPOWER_TABLE_EMPTY", "", `the table ${table} has no rows`);
  else if (first.values.length < needed) {
    const message = `the table ${table} has ${first.values.length} columns; the case format has at least ${needed}`;
    grid.findings.add("MATPOWER_COLUMNS", first.at, message);
  }
  return rows;
}

/** A list of texts that goes with a table; a finding when their lengths differ. */
export function textsFor(grid: Grid, list: string, rows: CaseRow[]): string[] {
  const texts = grid.matpower.texts(list) ?? [];
  if (texts.length > 0 && texts.length !== rows.length) {
    grid.findings.add("MATPOWER_NAMES", "", `${list} has ${texts.length} entries for ${rows.length} rows`);
  }
  const used = Math.min(texts.length, rows.length);
  grid.census.add("kept", list, used);
  grid.census.add("unknown", list, texts.length - used);
  return texts;
}

/** Tells when a lower limit lies above its upper limit. */
export function checkLimits(grid: Grid, row: CaseRow, what: string, low: number, high: number): void {
  if (column(row, low) > column(row, high)) {
    grid.findings.add("MATPOWER_LIMITS", row.at, `${what} goes from ${column(row, low)} to ${column(row, high)}`);
  }
}

/** The numbers of the buses that a row names, where one of them is not there: neither links nor branches say which. */
export function namedEnds(row: CaseRow, from: Bus | undefined, to: Bus | undefined): Attributes {
  return from && to ? {} : columns(row, { fromBus: 1, toBus: 2 });
}

export function connect(grid: Grid, twin: TwinModel, ends: (Bus | undefined)[]): void {
  for (const bus of new Set(ends)) if (bus) grid.links.push({ from: twin.id, role: "connects", to: bus.twin.id });
}
