// Transformers of two, three or more windings.
// Fed by    the objects of class Transformer, AutoTrans and GICTransformer, and the XfmrCodes that they name
// Gives     a transformer with its windings, and a branch between each two buses that they join
// X1  the sides are sorted by voltage: hv, mv, lv; of equal voltages the order of the windings decides
// X2  of OpenDSS's defaults, xhl = 7 % (autotransformers: 10 %) and %r = 0.2 % are taken where vkPercent or vkrPercent needs
//     them, and minTap = 0.9, maxTap = 1.1, numTaps = 32 where a position does
// X3  a tap between two positions has no tapPos; the ratio stands in its winding in any case
// Source    OpenDSS Manual, Transformer

import type { Attributes, Json } from "../../district.ts";
import { classOf } from "./classes.ts";
import {
  addBranch,
  addTwin,
  attributesOf,
  connect,
  connectionOf,
  type Grid,
  isInService,
  openingsOf,
  phasesOf,
  type Terminal,
  tellSameBus,
  terminalAt,
} from "./grid.ts";
import { rounded } from "./inline-math.ts";
import { type DssObject, numberAt, textAt } from "./objects.ts";
import { OF_WINDINGS, type Winding, windingsOf } from "./windings.ts";

const DEFAULT_PHASES = 3;
const DEFAULT_X_PERCENT: Record<string, number> = { Transformer: 7, AutoTrans: 10 };
const DEFAULT_R_PERCENT = 0.2;
const DEFAULT_TAPS = { min: 0.9, max: 1.1, count: 32 };
/** How far from a whole position a ratio may be, of one step, and still be it. */
const TAP_TOLERANCE = 1e-6;

const DERIVED: ReadonlySet<string> = new Set([...OF_WINDINGS, "phases", "bush", "busnh", "busx", "busnx"]);

/** One winding with its bus; a regulator asks for it again. */
export interface Side {
  winding: Winding;
  terminal: Terminal | undefined;
  /** Of the whole transformer. */
  phases: number;
}

export function readTransformer(grid: Grid, transformer: DssObject): Side[] {
  const codeName = textAt(transformer, "xfmrcode");
  const code = codeName === undefined ? undefined : grid.objects.find(classOf("xfmrcode")!, codeName);
  const phases = phasesOf(transformer, (code && phasesOf(code, DEFAULT_PHASES)) ?? DEFAULT_PHASES);
  const windings = windingsOf(transformer, (name) => grid.objects.find(classOf("xfmrcode")!, name));
  const sides = windings.map((winding): Side => {
    return { winding, terminal: terminalAt(grid, transformer, winding.bus, phases), phases };
  });
  const given = { ...(code ? attributesOf(code, DERIVED) : {}), ...attributesOf(transformer, DERIVED) };
  const attributes: Attributes = {
    ...namedSides(sides),
    phases,
    ...ratingsOf(transformer, windings, given),
    ...given,
    windings: sides.map((side) => windingAttributes(side)),
    ...openingsOf(transformer).attributes,
    inService: isInService(transformer),
  };
  Object.assign(attributes, tapsOf(attributes, sides));
  const twin = addTwin(grid, transformer, "transformer", transformer.of.name !== "Transformer", attributes);
  joinSides(grid, transformer, twin, sides);
  return sides;
}

/** The two windings of a GICTransformer stand in properties of their own. */
export function readGicTransformer(grid: Grid, transformer: DssObject): void {
  const phases = phasesOf(transformer, DEFAULT_PHASES);
  const sides = ["h", "x"].map((letter, index): Side => {
    const kv = numberAt(transformer, `kvll${index + 1}`);
    const terminal = terminalAt(grid, transformer, textAt(transformer, `bus${letter}`), phases);
    return { winding: kv === undefined ? {} : { kv }, terminal, phases };
  });
  const attributes = {
    ...namedSides(sides),
    phases,
    ...attributesOf(transformer, DERIVED),
    inService: isInService(transformer),
  };
  joinSides(grid, transformer, addTwin(grid, transformer, "transformer", true, attributes), sides);
}

function joinSides(grid: Grid, transformer: DssObject, twin: ReturnType<typeof addTwin>, sides: readonly Side[]): void {
  const ends = sides.map(({ terminal }) => terminal);
  connect(grid, twin, ends);
  const joined = new Set<string>();
  for (const [index, from] of ends.entries()) {
    for (const to of ends.slice(index + 1)) {
      // Both halves of a centre-tapped secondary lie at one bus: one way leads there.
      const way = `${from?.bus.twin.id} ${to?.bus.twin.id}`;
      if (!joined.has(way)) addBranch(grid, twin, from, to);
      joined.add(way);
    }
  }
  if (ends.every((end) => end && end.bus === ends[0]?.bus)) tellSameBus(grid, transformer, ends[0], ends[1]);
  if (isInService(transformer)) {
    for (const end of ends) for (const node of end?.nodes ?? []) end?.bus.fed.add(node);
  }
}

function byVoltage(sides: readonly Side[]): Side[] {
  if (!sides.every(({ winding }) => winding.kv !== undefined)) return [...sides];
  return [...sides].sort((one, other) => other.winding.kv! - one.winding.kv!);
}

/** `hvBus`, `vnHvKv` ... in pandapower's words. */
function namedSides(sides: readonly Side[]): Attributes {
  const sorted = byVoltage(sides);
  const names = sorted.length > 2 ? ["hv", "mv", "lv"] : ["hv", "lv"];
  const attributes: Attributes = {};
  for (const [index, name] of names.entries()) {
    const side = sorted[index];
    const capital = name[0]!.toUpperCase() + name.slice(1);
    if (side?.terminal) attributes[`${name}Bus`] = side.terminal.bus.name;
    if (side?.winding.kv !== undefined) attributes[`vn${capital}Kv`] = side.winding.kv;
    if (sorted.length > 2 && side?.winding.kva !== undefined) attributes[`sn${capital}Mva`] = side.winding.kva / 1000;
  }
  return attributes;
}

function ratingsOf({ of }: DssObject, windings: readonly Winding[], given: Attributes): Attributes {
  const [first, second] = windings;
  const attributes: Attributes = {};
  if (first?.kva !== undefined) attributes.snMva = first.kva / 1000;
  if (windings.length === 2) {
    const r1 = first?.rPercent ?? DEFAULT_R_PERCENT;
    // Resistances are of each winding's own rating, and add up on that of the first.
    const ratio = first?.kva && second?.kva ? first.kva / second.kva : 1;
    const vkr = r1 + (second?.rPercent ?? DEFAULT_R_PERCENT) * ratio;
    const x = typeof given.xhlPercent === "number" ? given.xhlPercent : (DEFAULT_X_PERCENT[of.name] ?? 0);
    Object.assign(attributes, { vkPercent: Math.hypot(x, vkr), vkrPercent: vkr });
  }
  const { noLoadLossPercent: iron, imagPercent: magnetizing } = given;
  if (typeof iron === "number" && first?.kva !== undefined) attributes.pfeKw = (iron * first.kva) / 100;
  if (typeof iron === "number" || typeof magnetizing === "number") {
    attributes.i0Percent = Math.hypot(Number(iron ?? 0), Number(magnetizing ?? 0));
  }
  return attributes;
}

function windingAttributes({ winding, terminal }: Side): Json {
  const { kv, kva, conn, rPercent, tap, rNeutralOhm, xNeutralOhm, rDcOhm } = winding;
  return {
    ...(terminal ? { bus: terminal.bus.name, nodes: terminal.nodes } : {}),
    conn: connectionOf(conn),
    ...(kv === undefined ? {} : { vnKv: kv }),
    ...(kva === undefined ? {} : { snMva: kva / 1000 }),
    ...(rPercent === undefined ? {} : { rPercent }),
    ...(tap === undefined ? {} : { tapPu: tap }),
    ...(rNeutralOhm === undefined ? {} : { rNeutralOhm }),
    ...(xNeutralOhm === undefined ? {} : { xNeutralOhm }),
    ...(rDcOhm === undefined ? {} : { rDcOhm }),
  };
}

/** The tap changer in pandapower's words: of the winding that has a tap. */
function tapsOf(attributes: Attributes, sides: readonly Side[]): Attributes {
  const tapped = sides.filter(({ winding }) => winding.tap !== undefined);
  const side = tapped.find(({ winding }) => winding.tap !== 1) ?? tapped[0];
  return side ? tapChanger(attributes, side, sides) : {};
}

/** The positions of one winding's tap changer; 0 is the ratio of the rated voltages. */
export function tapChanger(attributes: Attributes, side: Side, sides: readonly Side[]): Attributes {
  const said = (name: string, otherwise: number) =>
    typeof attributes[name] === "number" ? attributes[name] : otherwise;
  const [min, max] = [said("minTapPu", DEFAULT_TAPS.min), said("maxTapPu", DEFAULT_TAPS.max)];
  const step = (max - min) / said("numTaps", DEFAULT_TAPS.count);
  if (!(step > 0) || !Number.isFinite(step)) return {};
  const position = ((side.winding.tap ?? 1) - 1) / step;
  const isWhole = Math.abs(position - Math.round(position)) < TAP_TOLERANCE;
  const sorted = byVoltage(sides);
  const names = sorted.length > 2 ? ["hv", "mv", "lv"] : ["hv", "lv"];
  const tapSide = names[sorted.indexOf(side)];
  return {
    ...(tapSide ? { tapSide } : {}),
    tapNeutral: 0,
    tapMin: Math.round((min - 1) / step),
    tapMax: Math.round((max - 1) / step),
    tapStepPercent: rounded(100 * step),
    ...(isWhole ? { tapPos: Math.round(position) + 0 } : {}),
  };
}
