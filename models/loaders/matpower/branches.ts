// Branches of a case: lines and transformers.
// Fed by    the table branch, the list branch_name
// Gives     a line or a transformer per row, named by its row number
// H1  a branch is a transformer when its ratio or its shift is not zero, or when its ends have different base voltages
// H2  impedances are per unit on baseMva and the base voltage of the bus (MATPOWER manual, table B-3); a ratio of 0 means 1

import { newTwin } from "../../district.ts";
import { baseOf, ISOLATED, REFERENCE } from "./buses.ts";
import type { CaseRow } from "./case.ts";
import { type Bus, busAt, column, columns, connect, type Grid, namedEnds, tableOf, textsFor } from "./grid.ts";

const COLUMNS = 11;
export const BRANCH = {
  ...{
    rPu: 3,
    xPu: 4,
    bPu: 5,
    rateAMva: 6,
    rateBMva: 7,
    rateCMva: 8,
    ratio: 9,
    shiftDeg: 10,
    angminDeg: 12,
    angmaxDeg: 13,
  },
  // What a power flow leaves, and the multipliers of an optimal one.
  ...{ pfMw: 14, qfMvar: 15, ptMw: 16, qtMvar: 17, muSf: 18, muSt: 19, muAngmin: 20, muAngmax: 21 },
};

export function readBranches(grid: Grid): void {
  const rows = tableOf(grid, "branch", COLUMNS);
  const names = textsFor(grid, "branch_name", rows);
  for (const [index, row] of rows.entries()) {
    const from = busAt(grid, row, 1, `branch ${row.number}`);
    const to = busAt(grid, row, 2, `branch ${row.number}`);
    const inService = column(row, 11) > 0;
    const attributes = {
      carrier: "electricity",
      ...namedEnds(row, from, to),
      ...columns(row, BRANCH),
      ...ratingOf(row, from),
      ...(from && from.baseKv > 0 ? { vnFromKv: from.baseKv } : {}),
      ...(to && to.baseKv > 0 ? { vnToKv: to.baseKv } : {}),
      ...baseOf(grid),
      inService,
    };
    const twin = newTwin(
      isTransformer(row, from, to) ? "transformer" : "line",
      grid.source,
      row.number,
      attributes,
      names[index],
    );
    grid.twins.push(twin);
    grid.census.add("read", "branch");
    connect(grid, twin, [from, to]);
    checkBranch(grid, row, inService);
    if (from === undefined || to === undefined || from === to) continue;
    grid.branches.push({ twin: twin.id, from: from.twin.id, to: to.twin.id, switches: [] });
    if (inService) {
      from.neighbours.push(to);
      to.neighbours.push(from);
    }
  }
}

function isTransformer(row: CaseRow, from: Bus | undefined, to: Bus | undefined): boolean {
  const isTapped = Math.abs(column(row, 9)) > 0 || Math.abs(column(row, 10)) > 0;
  return (
    isTapped ||
    (from !== undefined && to !== undefined && from.baseKv !== to.baseKv && from.baseKv > 0 && to.baseKv > 0)
  );
}

/** The current that rateA allows at base voltage: S = sqrt(3) U I. A rating of 0 is none. */
function ratingOf(row: CaseRow, from: Bus | undefined): { maxIKa?: number } {
  const rating = column(row, 6);
  if (from === undefined || !(from.baseKv > 0) || !(rating > 0) || !Number.isFinite(rating)) return {};
  return { maxIKa: rating / (Math.sqrt(3) * from.baseKv) };
}

function checkBranch(grid: Grid, row: CaseRow, inService: boolean): void {
  if (column(row, 1) === column(row, 2)) {
    grid.findings.add("MATPOWER_SAME_ENDS", row.at, `branch ${row.number} starts and ends at bus ${column(row, 1)}`);
  }
  if (inService && column(row, 3) === 0 && column(row, 4) === 0) {
    grid.findings.add("MATPOWER_ZERO_IMPEDANCE", row.at, `branch ${row.number} has neither resistance nor reactance`);
  }
}

/** Tells of buses that no branch in service reaches from a reference bus. Isolated buses (type 4) are meant to be so. */
export function checkReach(grid: Grid): void {
  const buses = [...grid.buses.values()].filter((bus) => bus.type !== ISOLATED);
  const references = buses.filter((bus) => bus.type === REFERENCE);
  const reached = new Set(references);
  // A Set hands out what is added to it while it is walked through.
  for (const bus of reached) for (const next of bus.neighbours) if (next.type !== ISOLATED) reached.add(next);
  for (const bus of buses) {
    if (bus.neighbours.length === 0 && buses.length > 1) {
      grid.findings.add("MATPOWER_BUS_UNCONNECTED", bus.at, `no branch in service ends at bus ${bus.number}`);
    } else if (references.length > 0 && !reached.has(bus)) {
      grid.findings.add("MATPOWER_BUS_UNREACHABLE", bus.at, `no reference bus reaches bus ${bus.number}`);
    }
  }
}
