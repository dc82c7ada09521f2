// What became of the tables of a net, row by row.
// Fed by    the net, its elements, and which rows of other tables were kept as attributes
// Gives     counts by the names of the tables; `unknown` are rows that no twin says anything of

import { Tally } from "../tally.ts";
import type { Elements } from "./elements.ts";
import type { Net } from "./net.ts";

/** `kept` are the numbers of rows of tables without twins that stand in attributes. */
export function censusOf(net: Net, elements: Elements, kept: ReadonlyMap<string, number>): Tally {
  const tally = new Tally();
  for (const [name, { rows }] of [...net.tables, ...net.others]) {
    const twins = elements.get(name)?.size;
    if (twins !== undefined) tally.add("read", name, twins);
    const inAttributes = twins === undefined ? (kept.get(name) ?? placed(name, net, elements) ?? 0) : 0;
    tally.add("kept", name, inAttributes);
    tally.add("unknown", name, rows.length - (twins ?? inAttributes));
  }
  for (const name of [...net.python.keys(), ...net.nested]) tally.add("unknown", name);
  return tally;
}

/** Rows of results and coordinates whose element is there; undefined when the table is neither. */
function placed(name: string, net: Net, elements: Elements): number | undefined {
  const of = /^(?:res_)?(.+?)(?:_geodata|_3ph|_est|_sc)?$/s.exec(name)?.[1] ?? name;
  const byIndex = name === of ? undefined : elements.get(of);
  return byIndex && net.tables.get(name)?.rows.filter(({ index }) => byIndex.has(index)).length;
}
