// What became of the rows of an .inp file, section by section.
// Fed by    the sections, the network that was read from them, and the findings on their rows
// Gives     a census: rows that are nodes or links; rows that are attributes; rows of which something could not be understood
// C1  every row that is no heading is counted once

import { Tally } from "../tally.ts";
import type { EPANET_FINDINGS } from "./findings.ts";
import type { InpNetwork } from "./network.ts";
import type { Sections } from "./sections.ts";

const OF_TWINS = ["JUNCTIONS", "RESERVOIRS", "TANKS", "PIPES", "PUMPS", "VALVES"];

/** What tells that a row, or a word of it, has no effect. */
const LOSING: readonly (keyof typeof EPANET_FINDINGS)[] = [
  ...(["EPANET_FIELD_MISSING", "EPANET_NUMBER", "EPANET_KEYWORD", "EPANET_TIME", "EPANET_OPTION_UNKNOWN"] as const),
  ...(["EPANET_NODE_UNDEFINED", "EPANET_LINK_UNDEFINED", "EPANET_MAP_NUMBER", "EPANET_MAP_UNDEFINED"] as const),
  ...(["EPANET_DEMAND_IGNORED", "EPANET_STATUS_IGNORED", "EPANET_CHECK_VALVE_CONTROL"] as const),
  ...(["EPANET_CONTROL", "EPANET_RULE"] as const),
];

export function censusOf(sections: Sections, { nodes, links, findings }: InpNetwork): Tally {
  const tally = new Tally();
  const twins = new Set([...nodes.values(), ...links.values()].map(({ line }) => line));
  const lost = new Set(
    findings.all.filter(({ code }) => (LOSING as readonly string[]).includes(code)).map(({ at }) => at),
  );
  for (const name of sections.names()) {
    const isOfTwins = OF_TWINS.includes(name);
    for (const { line } of sections.rows(name)) {
      if (isOfTwins) tally.add(twins.has(line) ? "read" : "unknown", name);
      else tally.add(lost.has(`line ${line}`) ? "unknown" : "kept", name);
    }
  }
  for (const [heading, count] of sections.outside) tally.add("unknown", heading || "before the first section", count);
  return tally;
}
