// The network while it is read: nodes, links, patterns and curves by their ids, and how a row's fields are read.
// Fed by    the readers of the sections, in the order of models/loaders/epanet.ts
// Gives     the twins of the file with their attributes
// Must not  throw; a field that cannot be read becomes a finding and stays away from the attributes
// W1  ids are verbatim, and upper and lower case differ, as in EPANET
// W2  nodes share one name space and links another; of two with the same id the first is kept

import { type Attributes, type Json, type Kind, newTwin, type TwinModel } from "../../district.ts";
import type { EpanetFindings } from "./findings.ts";
import type { Options } from "./options.ts";
import type { Row } from "./sections.ts";
import type { Units } from "./units.ts";

const MAX_ID_LENGTH = 31;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

export interface InpNode {
  twin: TwinModel;
  line: number;
}

export interface InpLink {
  twin: TwinModel;
  line: number;
  /** Absent when the node that the row names is not in the file. */
  from?: InpNode;
  to?: InpNode;
}

export interface Curve {
  line: number;
  points: [number, number][];
  /** As attributes, for each use that somebody makes of it. */
  used: Partial<Record<CurveUse, Attributes>>;
}

export interface Pattern {
  line: number;
  multipliers: number[];
}

export interface InpNetwork {
  source: string;
  findings: EpanetFindings;
  options: Options;
  units: Units;
  nodes: Map<string, InpNode>;
  links: Map<string, InpLink>;
  patterns: Map<string, Pattern>;
  curves: Map<string, Curve>;
  usedPatterns: Set<string>;
  usedCurves: Set<string>;
}

export const at = (row: { line: number }): string => `line ${row.line}`;

/** A number in a row: `undefined` when the field is missing or is no number (a finding). */
export function numberAt(network: InpNetwork, row: Row, index: number, what: string): number | undefined {
  const token = row.tokens[index];
  if (token === undefined) return undefined;
  if (NUMBER.test(token)) return Number(token);
  network.findings.add("EPANET_NUMBER", at(row), `${what} of ${row.tokens[0]} is "${token}"`);
  return undefined;
}

/** As `numberAt`, and a finding when the value is not above (or with `orZero` not at least) zero. */
export function positiveAt(
  network: InpNetwork,
  row: Row,
  index: number,
  what: string,
  orZero = false,
): number | undefined {
  const value = numberAt(network, row, index, what);
  if (value !== undefined && (orZero ? value < 0 : value <= 0)) {
    network.findings.add("EPANET_RANGE", at(row), `${what} of ${row.tokens[0]} is ${value}`);
  }
  return value;
}

/** Attributes without those that are not known. */
export function known(fields: Record<string, Json | undefined>): Attributes {
  const attributes: Attributes = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) attributes[name] = value;
  return attributes;
}

/** Applies a conversion to a value that may be missing. */
export function converted(value: number | undefined, convert: (value: number) => number): number | undefined {
  return value === undefined ? undefined : convert(value);
}

/** Notes that a pattern is used. Gives its id also when it is not defined, since that is what the file says. */
export function usePattern(network: InpNetwork, row: Row, id: string | undefined): string | undefined {
  if (id === undefined || id === "") return undefined;
  if (network.patterns.has(id)) network.usedPatterns.add(id);
  else
    network.findings.add(
      "EPANET_PATTERN_UNDEFINED",
      at(row),
      `${row.tokens[0]} uses pattern ${id}, which is not defined`,
    );
  return id;
}

/** What a curve is used for, and how its points are named and converted for that. */
const CURVE_POINTS = {
  head: ({ toLps, toM }: Units, flow: number, head: number) => ({ flowLps: toLps(flow), headM: toM(head) }),
  headloss: ({ toLps, toM }: Units, flow: number, loss: number) => ({ flowLps: toLps(flow), headlossM: toM(loss) }),
  volume: ({ toM, toM3 }: Units, level: number, volume: number) => ({ levelM: toM(level), volumeM3: toM3(volume) }),
  efficiency: ({ toLps }: Units, flow: number, efficiency: number) => ({
    flowLps: toLps(flow),
    efficiencyPercent: efficiency,
  }),
  opening: (_: Units, opening: number, flow: number) => ({ openingPercent: opening, flowPercent: flow }),
};
export type CurveUse = keyof typeof CURVE_POINTS;

/**
 * A curve as `{ id, points }`; `*` is none (EPANET 2.2 manual, [TANKS]). Its points are named and converted; an undefined curve has none.
 * Who uses the same curve for the same shares it: a thousand pumps with a curve of a thousand points need not a million of them.
 */
export function useCurve(network: InpNetwork, row: Row, id: string | undefined, use: CurveUse): Attributes | undefined {
  if (id === undefined || id === "*" || id === "") return undefined;
  const curve = network.curves.get(id);
  if (curve === undefined) {
    network.findings.add("EPANET_CURVE_UNDEFINED", at(row), `${row.tokens[0]} uses curve ${id}, which is not defined`);
    return { id, points: [] };
  }
  network.usedCurves.add(id);
  const name = CURVE_POINTS[use];
  curve.used[use] ??= { id, points: curve.points.map(([x, y]) => name(network.units, x, y)) };
  return curve.used[use];
}

/** Adds a node; `undefined` when its id is taken. */
export function addNode(network: InpNetwork, row: Row, kind: Kind, attributes: Attributes): InpNode | undefined {
  const id = row.tokens[0]!;
  const first = network.nodes.get(id);
  if (!mayBeAdded(network, row, id, first)) return undefined;
  const node = { twin: newTwin(kind, network.source, id, { carrier: "water", ...attributes }), line: row.line };
  if (row.comment) node.twin.attributes.description = row.comment;
  network.nodes.set(id, node);
  return node;
}

/** Adds a link between the nodes in the row's second and third field; `undefined` when its id is taken. */
export function addLink(network: InpNetwork, row: Row, kind: Kind, attributes: Attributes): InpLink | undefined {
  const id = row.tokens[0]!;
  const first = network.links.get(id);
  if (!mayBeAdded(network, row, id, first)) return undefined;
  const link: InpLink = {
    twin: newTwin(kind, network.source, id, { carrier: "water", ...attributes }),
    line: row.line,
  };
  if (row.comment) link.twin.attributes.description = row.comment;
  const from = endOf(network, row, 1);
  const to = endOf(network, row, 2);
  if (from) link.from = from;
  if (to) link.to = to;
  // Neither links nor branches can say which end is the one that is not there.
  if (!from || !to) Object.assign(link.twin.attributes, known({ fromNode: row.tokens[1], toNode: row.tokens[2] }));
  if (from && from === to) {
    network.findings.add("EPANET_SAME_ENDS", at(row), `${kind} ${id} starts and ends at node ${row.tokens[1]}`);
  }
  network.links.set(id, link);
  return link;
}

export function nodeAt(network: InpNetwork, row: Row, id: string | undefined): InpNode | undefined {
  const node = id === undefined ? undefined : network.nodes.get(id);
  if (node === undefined) network.findings.add("EPANET_NODE_UNDEFINED", at(row), `node ${id ?? ""} is not defined`);
  return node;
}

export function linkAt(network: InpNetwork, row: Row, id: string | undefined): InpLink | undefined {
  const link = id === undefined ? undefined : network.links.get(id);
  if (link === undefined) network.findings.add("EPANET_LINK_UNDEFINED", at(row), `link ${id ?? ""} is not defined`);
  return link;
}

/** Tells of a row with fewer than `count` fields. It is read all the same, as far as it goes. */
export function requireFields(network: InpNetwork, row: Row, count: number, fields: string): boolean {
  if (row.tokens.length >= count) return true;
  const message = `${row.tokens[0]} has ${row.tokens.length} fields; needed are ${fields}`;
  network.findings.add("EPANET_FIELD_MISSING", at(row), message);
  return false;
}

function endOf(network: InpNetwork, row: Row, index: number): InpNode | undefined {
  const id = row.tokens[index];
  if (id === undefined) return undefined;
  const node = network.nodes.get(id);
  if (node === undefined) {
    network.findings.add("EPANET_NODE_UNDEFINED", at(row), `${row.tokens[0]} ends at node ${id}, which is not defined`);
  } else if (node.line > row.line && network.findings.count("EPANET_ORDER") === 0) {
    network.findings.add("EPANET_ORDER", at(row), `${row.tokens[0]} ends at node ${id}, which stands further down`);
  }
  return node;
}

function mayBeAdded(network: InpNetwork, row: Row, id: string, first: { line: number } | undefined): boolean {
  if (id.length > MAX_ID_LENGTH) {
    network.findings.add("EPANET_ID_TOO_LONG", at(row), `${id} has ${id.length} characters`);
  }
  if (first === undefined) return true;
  network.findings.add("EPANET_DUPLICATE_ID", at(row), `${id} stands already in line ${first.line}`);
  return false;
}
