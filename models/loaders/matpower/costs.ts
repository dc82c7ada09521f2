// What power costs: rows of gencost and dclinecost.
// Gives     startup, shutdown, and a polynomial of the power in MW, highest power first, or points of power and cost, per hour
// C1  columns as in MATPOWER's manual, table B-4: as many coefficients or points are read as the row says that it has

import type { Attributes } from "../../district.ts";
import type { CaseRow } from "./case.ts";
import { column, columns } from "./grid.ts";

/** `MODEL` of a cost that is points; that of a polynomial is 2. */
export const POINTS = 1;

export function costOf(name: string, row: CaseRow | undefined): Attributes {
  if (row === undefined) return {};
  const count = column(row, 4);
  const isPoints = column(row, 1) === POINTS;
  const values = row.values.slice(4, 4 + count * (isPoints ? 2 : 1)).filter(Number.isFinite);
  return {
    [name]: { ...columns(row, { startup: 2, shutdown: 3 }), [isPoints ? "points" : "coefficients"]: values },
  };
}
