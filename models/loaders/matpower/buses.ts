// Buses of a case, and the loads at them.
// Fed by    the table bus, the list bus_name, the table dcline
// Gives     a bus per row and a load per bus that draws power
// B1  columns as in MATPOWER's manual, table B-1; shunts stay attributes of their bus

import { newTwin } from "../../district.ts";
import type { CaseRow } from "./case.ts";
import { costOf } from "./costs.ts";
import { type Bus, busAt, checkLimits, column, columns, type Grid, tableOf, textsFor } from "./grid.ts";

const COLUMNS = 13;
export const TYPES: Record<number, string> = { 1: "PQ", 2: "PV", 3: "ref", 4: "isolated" };
export const REFERENCE = 3;
export const ISOLATED = 4;

export const BUS = {
  ...{ pdMw: 3, qdMvar: 4, gsMw: 5, bsMvar: 6, area: 7, vmPu: 8, vaDeg: 9, vnKv: 10, zone: 11, vmaxPu: 12, vminPu: 13 },
  // What an optimal power flow leaves: prices and multipliers.
  ...{ lamP: 14, lamQ: 15, muVmax: 16, muVmin: 17 },
};
export const DC_LINE = {
  ...{ pFromMw: 4, pToMw: 5, qFromMvar: 6, qToMvar: 7, vmFromPu: 8, vmToPu: 9, pMinMw: 10, pMaxMw: 11 },
  ...{ qMinFromMvar: 12, qMaxFromMvar: 13, qMinToMvar: 14, qMaxToMvar: 15, loss0Mw: 16, loss1: 17 },
};

export function readBuses(grid: Grid): void {
  const rows = tableOf(grid, "bus", COLUMNS);
  const names = textsFor(grid, "bus_name", rows);
  for (const row of rows) {
    const bus = readBus(grid, row, names[row.number - 1]);
    grid.census.add(bus ? "read" : "unknown", "bus");
    if (bus) {
      grid.buses.set(bus.number, bus);
      grid.twins.push(bus.twin);
      addLoad(grid, row, bus);
    }
  }
  const without = [...grid.buses.values()].filter((bus) => !(bus.baseKv > 0));
  if (without.length > 0) {
    const message = `${without.length} of ${grid.buses.size} buses have no base voltage, the first is bus ${without[0]!.number}`;
    grid.findings.add("MATPOWER_BASE_KV", without[0]!.at, message);
  }
}

function readBus(grid: Grid, row: CaseRow, name: string | undefined): Bus | undefined {
  const number = column(row, 1);
  const type = column(row, 2);
  if (!Number.isInteger(number) || number < 1) {
    grid.findings.add("MATPOWER_BUS_NUMBER", row.at, `a bus has the number ${number}`);
    return undefined;
  }
  const first = grid.buses.get(number);
  if (first) {
    grid.findings.add("MATPOWER_DUPLICATE_BUS", row.at, `bus ${number} stands already in ${first.at}`);
    return undefined;
  }
  if (TYPES[type] === undefined) grid.findings.add("MATPOWER_BUS_TYPE", row.at, `bus ${number} has the type ${type}`);
  if (type === ISOLATED) grid.findings.add("MATPOWER_BUS_ISOLATED", row.at, `bus ${number} is isolated (type 4)`);
  checkLimits(grid, row, `the voltage of bus ${number}`, 13, 12);
  const attributes = {
    carrier: "electricity",
    ...(TYPES[type] === undefined ? {} : { busType: TYPES[type] }),
    ...columns(row, BUS),
    ...baseOf(grid),
    inService: type !== ISOLATED,
  };
  const twin = newTwin("bus", grid.source, number, attributes, name);
  return { twin, at: row.at, number, type, baseKv: column(row, 10), neighbours: [] };
}

function addLoad(grid: Grid, row: CaseRow, bus: Bus): void {
  const power = columns(row, { pMw: 3, qMvar: 4 });
  if (!power.pMw && !power.qMvar) return;
  const attributes = { carrier: "electricity", ...power, inService: bus.type !== ISOLATED };
  const load = newTwin("load", grid.source, bus.number, attributes, bus.twin.name);
  grid.twins.push(load);
  grid.links.push({ from: bus.twin.id, role: "feeds", to: load.id });
}

/** DC lines have no kind of their own: they stand as `dcLines` on the bus that they start from. */
export function readDcLines(grid: Grid): void {
  const rows = grid.matpower.rows("dcline");
  if (rows.length === 0) return;
  grid.findings.add("MATPOWER_DCLINE", rows[0]!.at, `the case has ${rows.length} DC lines`);
  const costs = grid.matpower.rows("dclinecost");
  for (const row of costs) grid.census.add(row.number <= rows.length ? "kept" : "unknown", "dclinecost");
  for (const row of rows) {
    const from = busAt(grid, row, 1, `DC line ${row.number}`);
    const to = busAt(grid, row, 2, `DC line ${row.number}`);
    grid.census.add(from ? "kept" : "unknown", "dcline");
    if (from === undefined) continue;
    const line = {
      row: row.number,
      ...(to ? { toBus: to.number } : {}),
      inService: column(row, 3) > 0,
      ...columns(row, DC_LINE),
      ...costOf("cost", costs[row.number - 1]),
    };
    const lines = from.twin.attributes.dcLines;
    if (Array.isArray(lines)) lines.push(line);
    else from.twin.attributes.dcLines = [line];
  }
}

/** The power base, on every twin whose per-unit values need it. */
export function baseOf(grid: Grid): { baseMva?: number } {
  const { baseMva } = grid.matpower;
  return baseMva !== undefined && Number.isFinite(baseMva) ? { baseMva } : {};
}
