// The sections of links of an .inp file.
// Fed by    twins of kind pipe, pump and valve
// Gives     per section its rows
// L1  a status that the row of the link can say stands there; [STATUS] has the others

import type { Attributes, Json, Kind, TwinModel } from "../../district.ts";
import { number, row, word, words } from "./row.ts";
import type { Network, Section } from "./section.ts";

const LINKS = ["pipe", "pump", "valve"] as const;
const curveId = (curve: Json | undefined): string => word((curve as Attributes).id);

/** The id and both ends. Of an end that is not in the file, its name there; a row that ends before it has no more to say. */
function endsOf({ id, element, attributes }: TwinModel, { twins }: Network): { start: string[]; isWhole: boolean } {
  const { fromNode, toNode } = attributes;
  const [from, to] = fromNode === undefined && toNode === undefined ? twins.ends(id) : [fromNode, toNode];
  const ends = [from, to].filter((end) => end !== undefined).map(word);
  return { start: [word(element), ...ends], isWhole: ends.length === 2 };
}

export const PIPES: Section = {
  name: "PIPES",
  head: "ID\tNode1\tNode2\tLength\tDiameter\tRoughness\tMinorLoss\tStatus",
  kinds: ["pipe"],
  *rows(twin, network) {
    const { lengthM, diameterMm, roughness, roughnessUnit, minorLoss, initialStatus, description } = twin.attributes;
    const { units } = network;
    const { start, isWhole } = endsOf(twin, network);
    const sizes = [
      units.number(lengthM, "toM"),
      units.number(diameterMm, "toMm"),
      roughnessUnit === "mm" ? units.number(roughness, "roughnessToMm") : number(roughness),
      number(minorLoss),
      String(initialStatus).toUpperCase(),
    ];
    yield row(isWhole ? [...start, ...sizes] : start, description);
  },
};

export const PUMPS: Section = {
  name: "PUMPS",
  head: "ID\tNode1\tNode2\tParameters",
  kinds: ["pump"],
  *rows(twin, network) {
    const { pumpHeadCurve, powerKw, speed, speedPattern, description } = twin.attributes;
    const { start, isWhole } = endsOf(twin, network);
    const parameters = [
      ...(pumpHeadCurve === undefined ? [] : ["HEAD", curveId(pumpHeadCurve)]),
      ...(powerKw === undefined ? [] : ["POWER", network.units.number(powerKw, "toKw")]),
      ...(speed === 1 ? [] : ["SPEED", number(speed)]),
      ...(speedPattern === undefined ? [] : ["PATTERN", word(speedPattern)]),
    ];
    yield row(isWhole ? [...start, ...parameters] : start, description);
  },
};

export const VALVES: Section = {
  name: "VALVES",
  head: "ID\tNode1\tNode2\tDiameter\tType\tSetting\tMinorLoss\tCurve",
  kinds: ["valve"],
  *rows(twin, network) {
    const { valveType, diameterMm, minorLoss, openingCurve, description } = twin.attributes;
    const { start, isWhole } = endsOf(twin, network);
    const diameter = network.units.number(diameterMm, "toMm");
    const opening = openingCurve === undefined ? [] : [curveId(openingCurve)];
    const rest =
      valveType === undefined
        ? []
        : [word(valveType), settingOf(twin.attributes, network), number(minorLoss), ...opening];
    yield row(isWhole ? [...start, diameter, ...rest] : start, description);
  },
};

function settingOf({ valveType, setting, settingUnit, headlossCurve }: Attributes, { units }: Network): string {
  if (valveType === "GPV") return headlossCurve === undefined ? "*" : curveId(headlossCurve);
  if (settingUnit === "m") return units.number(setting, "pressureToM");
  return settingUnit === "L/s" ? units.number(setting, "toLps") : number(setting);
}

/** The status of a link as its own row leaves it. */
function statusOfRow({ valveType, speed }: Attributes, kind: Kind): string {
  if (kind === "valve") return valveType === "GPV" ? "open" : "active";
  return speed === 0 ? "closed" : "open";
}

export const OF_LINKS: readonly Section[] = [
  {
    name: "STATUS",
    head: "ID\tStatus/Setting",
    kinds: ["pump", "valve"],
    has: (attributes, kind) => attributes.initialStatus !== statusOfRow(attributes, kind),
    *rows({ element, attributes: { initialStatus } }) {
      yield row([word(element), String(initialStatus).toUpperCase()]);
    },
  },
  {
    name: "LEAKAGE",
    head: "Pipe\tArea\tExpansion",
    kinds: LINKS,
    has: ({ leakArea, leakExpansion }) => leakArea !== undefined || leakExpansion !== undefined,
    *rows({ element, attributes: { leakArea, leakExpansion } }) {
      yield row([word(element), number(leakArea), ...(leakExpansion === undefined ? [] : [number(leakExpansion)])]);
    },
  },
  {
    name: "ENERGY",
    head: "Scope\tPump\tProperty\tValue",
    kinds: LINKS,
    has: (attributes) => ENERGY.some(({ name }) => attributes[name] !== undefined),
    *rows({ element, attributes }) {
      for (const { name, keyword, written } of ENERGY) {
        const value = attributes[name];
        if (value !== undefined) yield row(["PUMP", word(element), keyword, written(value)]);
      }
    },
  },
  {
    name: "REACTIONS",
    head: "Type\tPipe\tCoefficient",
    kinds: LINKS,
    has: (attributes) => REACTIONS.some(([, name]) => attributes[name] !== undefined),
    *rows({ element, attributes }) {
      for (const [keyword, name] of REACTIONS) {
        if (attributes[name] !== undefined) yield row([keyword, word(element), number(attributes[name])]);
      }
    },
  },
  {
    name: "VERTICES",
    head: "Link\tX-Coord\tY-Coord",
    kinds: LINKS,
    has: ({ vertices }) => vertices !== undefined,
    *rows({ element, attributes }) {
      for (const { x, y } of attributes.vertices as Attributes[]) yield row([word(element), number(x), number(y)]);
    },
  },
  {
    name: "TAGS",
    head: "Object\tID\tTag",
    kinds: LINKS,
    has: ({ tag }) => tag !== undefined,
    *rows({ element, attributes: { tag } }) {
      yield row(["LINK", word(element), ...(tag === "" ? [] : [words(tag)])]);
    },
  },
];

const ENERGY = [
  { name: "energyPricePerKwh", keyword: "PRICE", written: number },
  { name: "energyPricePattern", keyword: "PATTERN", written: word },
  { name: "efficiencyCurve", keyword: "EFFIC", written: curveId },
] as const;

const REACTIONS = [
  ["BULK", "bulkCoefficientPerDay"],
  ["WALL", "wallCoefficient"],
] as const;
