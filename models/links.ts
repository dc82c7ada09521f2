// The links of district.yaml, held against the twins of the district: what feeds what between BIM and SIM.
// Fed by    the links of the manifest, the twins and links that the sources gave
// Gives     the links that can be kept, and findings with their lines
// K1  both ends of a link that is kept are twins of the district, and not the same one
// K2  no link is kept twice

import { type Kind, type Link, MANIFEST_FILE, type TwinId, type TwinModel } from "./district.ts";
import { type Finding, Findings, findingCodes } from "./finding.ts";
import type { ManifestLink } from "./manifest.ts";
import { didYouMean, MAX_SUGGESTIONS } from "./nearest.ts";

export const LINK_FINDINGS = findingCodes({
  LINK_UNKNOWN_TWIN: {
    severity: "error",
    hint: "Write ids as KIND:SOURCE:ELEMENT, with the element's id as its file has it.",
  },
  LINK_TO_ITSELF: { severity: "error", hint: "Name two different twins." },
  LINK_DUPLICATE: { severity: "warning", hint: "Take it out: the link is there already." },
  LINK_ODD: { severity: "warning", hint: "Check the ids and their order: `from` feeds `to`. The link is kept." },
});

const ELECTRIC: ReadonlySet<Kind> = new Set(["bus", "line", "transformer", "switch", "grid"]);
const HYDRAULIC: ReadonlySet<Kind> = new Set(["junction", "pipe", "valve", "tank", "reservoir"]);

/** Checks links against the twins; `existing` are the links that the district has already. */
export function checkLinks(
  links: readonly ManifestLink[],
  twins: ReadonlyMap<TwinId, TwinModel>,
  existing: readonly Link[],
): { links: Link[]; findings: Finding[] } {
  const findings = new Findings(LINK_FINDINGS, "district", MANIFEST_FILE);
  const seen = new Set(existing.map(keyOf));
  const good: Link[] = [];
  for (const { at, ...written } of links) {
    const [from, to] = [twins.get(written.from), twins.get(written.to)];
    for (const id of new Set([written.from, written.to])) {
      if (twins.has(id)) continue;
      const suggests = findings.count("LINK_UNKNOWN_TWIN") < MAX_SUGGESTIONS;
      findings.add("LINK_UNKNOWN_TWIN", at, `there is no twin ${id}${suggests ? didYouMean(id, twins.keys()) : ""}`);
    }
    if (!from || !to) continue;
    const link: Link = { from: from.id, role: written.role, to: to.id }; // a thing of several sources has several ids
    if (link.from === link.to) findings.add("LINK_TO_ITSELF", at, `${link.from} is linked to itself`);
    else if (seen.has(keyOf(link))) {
      findings.add("LINK_DUPLICATE", at, `${link.from} ${link.role} ${link.to} is there already`);
    } else {
      if (link.role === "feeds" && isOddFeed(from.kind, to.kind)) {
        findings.add("LINK_ODD", at, `a ${from.kind} (${from.id}) does not usually feed a ${to.kind} (${to.id})`);
      }
      seen.add(keyOf(link));
      good.push(link);
    }
  }
  return { links: good, findings: findings.all };
}

/**
 * Whether energy or water hardly goes this way. A building may feed a bus (a prosumer), a bus a pump, a plant a bus and
 * a junction; but water does not feed a cable, a meter feeds nothing, and a load only takes.
 */
function isOddFeed(from: Kind, to: Kind): boolean {
  if (from === "meter" || from === "load") return true;
  if (to === "meter" || to === "grid" || to === "district") return from !== "device";
  return (HYDRAULIC.has(from) && ELECTRIC.has(to)) || (ELECTRIC.has(from) && HYDRAULIC.has(to));
}

function keyOf(link: Link): string {
  return JSON.stringify([link.from, link.role, link.to]);
}
