// Exporter of EPANET input files (.inp, EPANET 2.2): the whole network of one source.
// Fed by    the twins that the loader made of an .inp file
// Gives     the text of a file that the loader reads as the same twins, and EPANET as the same network
// Must not  need the file that the twins came from
// P1  numbers go back to the file's own units, with as many digits as it takes to be read as the same number again
// P2  the node that carries what concerns the whole network comes first of those that may, so that it carries it again
// Not written: comments but those behind nodes, links and demands; what the loader could not understand, which the findings name
// Source: EPANET 2.2 user manual, appendix C (input file format)

import type { Attributes, District, TwinId, TwinModel } from "../district.ts";
import { OF_LINKS, PIPES, PUMPS, VALVES } from "./epanet/links.ts";
import { JUNCTIONS, OF_NODES, RESERVOIRS, TANKS } from "./epanet/nodes.ts";
import { FileUnits } from "./epanet/row.ts";
import type { Network, Section } from "./epanet/section.ts";
import { OF_NETWORK } from "./epanet/whole.ts";
import { SourceTwins } from "./source-twins.ts";

/** As EPANET itself writes them. */
const ORDER = [
  ...["TITLE", "JUNCTIONS", "RESERVOIRS", "TANKS", "PIPES", "PUMPS", "VALVES", "TAGS", "DEMANDS", "STATUS", "PATTERNS"],
  ...["CURVES", "CONTROLS", "RULES", "ENERGY", "LEAKAGE", "EMITTERS", "QUALITY", "SOURCES", "REACTIONS", "MIXING"],
  ...["TIMES", "REPORT", "OPTIONS", "COORDINATES", "VERTICES", "LABELS", "BACKDROP"],
];
const OF_KIND = [JUNCTIONS, RESERVOIRS, TANKS, PIPES, PUMPS, VALVES];

/** Whether a twin carries what an .inp file says of itself as a whole. */
export function isEpanet({ attributes: { network } }: TwinModel): boolean {
  return typeof network === "object" && network !== null && !Array.isArray(network) && "flowUnits" in network;
}

/** The text of the file, piece by piece. */
export function* epanetText(district: District, source: string): Iterable<string> {
  let bearer: TwinModel | undefined;
  const found = new Map<Section, TwinId[]>([...OF_NODES, ...OF_LINKS].map((section) => [section, []]));
  const twins = yield* SourceTwins.of(district, source, (twin) => {
    if (isEpanet(twin)) bearer ??= twin;
    for (const [section, ids] of found) {
      if (section.kinds.includes(twin.kind) && section.has!(twin.attributes, twin.kind)) ids.push(twin.id);
    }
  });
  const whole = bearer!.attributes.network as Attributes;
  const network: Network = { twins, units: new FileUnits(whole), whole };
  for (const section of OF_KIND) found.set(section, firstOf(bearer!, section, twins));

  for (const name of ORDER) {
    const rows = OF_NETWORK[name]?.(whole) ?? [];
    const sections = [...found.keys()].filter((section) => section.name === name);
    yield* written(name, rows, sections, found, network);
  }
  yield "[END]\n";
}

function* written(
  name: string,
  rows: Iterable<string>,
  sections: readonly Section[],
  found: ReadonlyMap<Section, TwinId[]>,
  network: Network,
): Iterable<string> {
  let isBegun = false;
  for (const row of rows) {
    if (!isBegun) yield `[${name}]\n`;
    isBegun = true;
    yield `${row}\n`;
  }
  for (const section of sections) {
    for (const [at, id] of found.get(section)!.entries()) {
      if (!isBegun) yield `[${name}]\n`;
      if (at === 0) yield `;${section.head}\n`;
      isBegun = true;
      const twin = network.twins.get(id);
      // A tank may stand among the reservoirs.
      const of = OF_KIND.includes(section) ? OF_KIND.find(({ kinds }) => kinds.includes(twin.kind))! : section;
      for (const row of of.rows(twin, network)) yield `${row}\n`;
    }
  }
  if (isBegun) yield "\n";
}

/** The twins of a section, the one that carries what concerns the whole network first; reservoirs are read before tanks. */
function firstOf(bearer: TwinModel, section: Section, twins: SourceTwins): TwinId[] {
  const ids = twins.ids(...section.kinds).filter((id) => id !== bearer.id);
  const isAmongReservoirs = bearer.kind === "tank" && twins.ids("reservoir").length > 0;
  const isHere = isAmongReservoirs ? section === RESERVOIRS : section.kinds.includes(bearer.kind);
  return isHere ? [bearer.id, ...ids] : ids;
}
