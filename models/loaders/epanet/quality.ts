// Water quality of an .inp file: what was there at the start, what is added, how it reacts and mixes.
// Fed by    [QUALITY], [SOURCES], [REACTIONS], [MIXING]
// Gives     attributes of the nodes and pipes that the rows name, in the file's units (mg/L, hours or percent; per day)

import type { Attributes, Kind } from "../../district.ts";
import {
  at,
  type InpNetwork,
  known,
  linkAt,
  nodeAt,
  numberAt,
  positiveAt,
  requireFields,
  usePattern,
} from "./network.ts";
import type { Row } from "./sections.ts";
import { rangeOf } from "./status.ts";

const SOURCE_TYPES = ["CONCEN", "MASS", "SETPOINT", "FLOWPACED"];
/** First words of the rows about the whole network. */
const WHOLE = ["ORDE", "GLOB", "LIMI", "ROUG"];
const MIXING_MODELS = ["MIXED", "2COMP", "FIFO", "LIFO"];

export function readQuality(network: InpNetwork, rows: Row[]): void {
  for (const row of rows) {
    const last = row.tokens.length - 1;
    if (last < 1) continue;
    const initialQuality = positiveAt(network, row, last, "initial quality", true);
    if (initialQuality === undefined) continue;
    if (last === 1) {
      const node = nodeAt(network, row, row.tokens[0]);
      if (node) node.twin.attributes.initialQuality = initialQuality;
    } else {
      const inRange = rangeOf(row.tokens[0]!, row.tokens[1]!);
      for (const [id, node] of network.nodes) if (inRange(id)) node.twin.attributes.initialQuality = initialQuality;
    }
  }
}

export function readSources(network: InpNetwork, rows: Row[]): void {
  for (const row of rows) {
    const node = nodeAt(network, row, row.tokens[0]);
    if (!requireFields(network, row, 2, "node and source strength")) continue;
    // The type may be left out, and is a concentration then.
    const type = row.tokens[1]?.toUpperCase() ?? "";
    const named = SOURCE_TYPES.some((one) => type.startsWith(one.slice(0, 4)));
    const strength = numberAt(network, row, named ? 2 : 1, "source strength");
    const pattern = usePattern(network, row, row.tokens[named ? 3 : 2]);
    if (node) node.twin.attributes.qualitySource = known({ type: named ? type : "CONCEN", strength, pattern });
  }
}

export function readMixing(network: InpNetwork, rows: Row[]): void {
  for (const row of rows) {
    const node = nodeAt(network, row, row.tokens[0]);
    const model = row.tokens[1]?.toUpperCase() ?? "";
    if (!MIXING_MODELS.includes(model)) {
      network.findings.add("EPANET_KEYWORD", at(row), `mixing model of ${row.tokens[0]} is "${model}"`);
    } else if (node) {
      const fraction = numberAt(network, row, 2, "mixing fraction");
      Object.assign(node.twin.attributes, known({ mixingModel: model, mixingFraction: fraction }));
    }
  }
}

/** Gives the rows about the whole network, as text, by their first two words. */
export function readReactions(network: InpNetwork, rows: Row[]): Attributes {
  const whole: Attributes = {};
  for (const row of rows) {
    const [first = "", second = "", third] = row.tokens;
    const word = first.toUpperCase();
    const name = { BULK: "bulkCoefficientPerDay", WALL: "wallCoefficient", TANK: "bulkCoefficientPerDay" }[word];
    if (name === undefined && !WHOLE.some((one) => word.startsWith(one))) {
      network.findings.add("EPANET_KEYWORD", at(row), `[REACTIONS] knows no ${first}`);
    } else if (name === undefined) {
      whole[`${word} ${second.toUpperCase()}`] = third ?? "";
      if (row.tokens.length > 1) numberAt(network, row, row.tokens.length - 1, `${word} ${second}`);
    }
    if (name === undefined) continue;
    const coefficient = numberAt(network, row, row.tokens.length - 1, `${word} coefficient`);
    if (coefficient === undefined) continue;
    for (const attributes of namedBy(network, row, word === "TANK" ? "tank" : "pipe")) attributes[name] = coefficient;
  }
  return whole;
}

/** The attributes of the tank or pipe, or of the range of them, that a reaction names. */
function namedBy(network: InpNetwork, row: Row, kind: Kind): Attributes[] {
  const elements = kind === "tank" ? network.nodes : network.links;
  if (row.tokens.length > 3) {
    const inRange = rangeOf(row.tokens[1]!, row.tokens[2]!);
    return [...elements.values()]
      .filter(({ twin }) => inRange(twin.element) && twin.kind === kind)
      .map(({ twin }) => twin.attributes);
  }
  const found = kind === "tank" ? nodeAt(network, row, row.tokens[1]) : linkAt(network, row, row.tokens[1]);
  return found ? [found.twin.attributes] : [];
}
