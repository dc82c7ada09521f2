// Generators of a case, with their costs.
// Fed by    the tables gen and gencost, the lists genfuel, gentype, gen_name
// Gives     a generator per row, named by its row number, and which of them hold the reference
// R1  in service is what has a status above zero (MATPOWER manual, table B-2)
// R2  gencost has a row per generator for active power, and may have as many again for reactive power (table B-4)

import { newTwin } from "../../district.ts";
import { ISOLATED, REFERENCE } from "./buses.ts";
import { costOf } from "./costs.ts";
import { type Bus, busAt, checkLimits, column, columns, type Grid, tableOf, textsFor } from "./grid.ts";

const COLUMNS = 10;
export const GENERATOR = {
  ...{ pMw: 2, qMvar: 3, qmaxMvar: 4, qminMvar: 5, vgPu: 6, mBaseMva: 7, pmaxMw: 9, pminMw: 10, pc1Mw: 11, pc2Mw: 12 },
  ...{
    qc1minMvar: 13,
    qc1maxMvar: 14,
    qc2minMvar: 15,
    qc2maxMvar: 16,
    rampAgcMwPerMin: 17,
    ramp10Mw: 18,
    ramp30Mw: 19,
  },
  ...{ rampQMvarPerMin: 20, apf: 21, muPmax: 22, muPmin: 23, muQmax: 24, muQmin: 25 },
};

export function readGenerators(grid: Grid): void {
  const rows = tableOf(grid, "gen", COLUMNS);
  const costs = grid.matpower.rows("gencost");
  if (costs.length > 0 && costs.length !== rows.length && costs.length !== 2 * rows.length) {
    grid.findings.add(
      "MATPOWER_GENCOST_ROWS",
      costs[0]!.at,
      `gencost has ${costs.length} rows for ${rows.length} generators`,
    );
  }
  const isForBoth = costs.length === 2 * rows.length;
  for (const { number } of costs) {
    grid.census.add(number <= rows.length || isForBoth ? "kept" : "unknown", "gencost");
  }
  const fuels = textsFor(grid, "genfuel", rows);
  const types = textsFor(grid, "gentype", rows);
  const names = textsFor(grid, "gen_name", rows);
  const held = new Set<Bus>();
  for (const [index, row] of rows.entries()) {
    const bus = busAt(grid, row, 1, `generator ${row.number}`);
    const inService = column(row, 8) > 0 && bus?.type !== ISOLATED;
    const isSlack = inService && bus?.type === REFERENCE;
    if (isSlack) held.add(bus);
    checkLimits(grid, row, `the active power of generator ${row.number}`, 10, 9);
    checkLimits(grid, row, `the reactive power of generator ${row.number}`, 5, 4);
    const attributes = {
      carrier: "electricity",
      ...(bus ? { bus: bus.number } : {}),
      ...columns(row, GENERATOR),
      inService,
      ...(isSlack ? { slack: true } : {}),
      ...(fuels[index] ? { fuel: fuels[index] } : {}),
      ...(types[index] ? { unitType: types[index] } : {}),
      ...costOf("cost", costs[index]),
      ...(isForBoth ? costOf("reactiveCost", costs[rows.length + index]) : {}),
    };
    const twin = newTwin("generator", grid.source, row.number, attributes, names[index]);
    grid.twins.push(twin);
    grid.census.add("read", "gen");
    if (bus) grid.links.push({ from: twin.id, role: "feeds", to: bus.twin.id });
  }
  checkReferences(grid, held);
}

function checkReferences(grid: Grid, held: Set<Bus>): void {
  const references = [...grid.buses.values()].filter((bus) => bus.type === REFERENCE);
  if (references.length === 0 && grid.buses.size > 0)
    grid.findings.add("MATPOWER_NO_REFERENCE", "", "no bus has the type 3");
  for (const bus of references) {
    if (!held.has(bus)) {
      grid.findings.add(
        "MATPOWER_REFERENCE_WITHOUT_GENERATOR",
        bus.at,
        `no generator is in service at reference bus ${bus.number}`,
      );
    }
  }
}
