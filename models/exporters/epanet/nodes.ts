// The sections of nodes of an .inp file.
// Fed by    twins of kind junction, reservoir and tank
// Gives     per section its rows

import type { Attributes, Json } from "../../district.ts";
import { number, row, word, words } from "./row.ts";
import type { Section } from "./section.ts";

const isList = (value: Json | undefined): value is Json[] => Array.isArray(value);
const pattern = (id: Json | undefined): string[] => (id === undefined ? [] : [word(id)]);

export const JUNCTIONS: Section = {
  name: "JUNCTIONS",
  head: "ID\tElevation\tDemand\tPattern",
  kinds: ["junction"],
  *rows({ element, attributes }, { units }) {
    const { elevationM, demands, baseDemandLps, demandPattern, description } = attributes;
    // What stands under [DEMANDS] replaces what stands here.
    const demand = isList(demands) ? [] : [units.number(baseDemandLps, "toLps"), ...pattern(demandPattern)];
    yield row([word(element), units.number(elevationM, "toM"), ...demand], description);
  },
};

export const RESERVOIRS: Section = {
  name: "RESERVOIRS",
  head: "ID\tHead\tPattern",
  kinds: ["reservoir"],
  *rows({ element, attributes: { headM, headPattern, description } }, { units }) {
    yield row([word(element), units.number(headM, "toM"), ...pattern(headPattern)], description);
  },
};

export const TANKS: Section = {
  name: "TANKS",
  head: "ID\tElevation\tInitLevel\tMinLevel\tMaxLevel\tDiameter\tMinVol\tVolCurve\tOverflow",
  kinds: ["tank"],
  *rows({ element, attributes }, { units }) {
    const { elevationM, initLevelM, minLevelM, maxLevelM, diameterM, minVolumeM3, volumeCurve } = attributes;
    const levels = [elevationM, initLevelM, minLevelM, maxLevelM, diameterM].map((each) => units.number(each, "toM"));
    const curve = volumeCurve === undefined ? "*" : word((volumeCurve as Attributes).id);
    const overflow = attributes.canOverflow === true ? ["YES"] : [];
    const tokens = [word(element), ...levels, units.number(minVolumeM3, "toM3"), curve, ...overflow];
    yield row(tokens, attributes.description);
  },
};

const NODES = ["junction", "reservoir", "tank"] as const;

export const OF_NODES: readonly Section[] = [
  {
    name: "DEMANDS",
    head: "Junction\tDemand\tPattern\tCategory",
    kinds: ["junction"],
    has: ({ demands }) => isList(demands),
    *rows({ element, attributes }, { units }) {
      for (const demand of attributes.demands as Attributes[]) {
        const value = units.number(demand.baseDemandLps, "toLps");
        yield row([word(element), value, ...pattern(demand.pattern)], demand.category);
      }
    },
  },
  {
    name: "EMITTERS",
    head: "Junction\tCoefficient",
    kinds: ["junction"],
    has: ({ emitterCoefficient }) => emitterCoefficient !== undefined,
    *rows({ element, attributes: { emitterCoefficient, emitterExponent } }, { units }) {
      yield row([word(element), units.emitter(emitterCoefficient, Number(emitterExponent))]);
    },
  },
  {
    name: "QUALITY",
    head: "Node\tInitQual",
    kinds: NODES,
    has: ({ initialQuality }) => initialQuality !== undefined,
    *rows({ element, attributes: { initialQuality } }) {
      yield row([word(element), number(initialQuality)]);
    },
  },
  {
    name: "SOURCES",
    head: "Node\tType\tQuality\tPattern",
    kinds: NODES,
    has: ({ qualitySource }) => qualitySource !== undefined,
    *rows({ element, attributes }) {
      const source = attributes.qualitySource as Attributes;
      yield row([word(element), word(source.type), number(source.strength), ...pattern(source.pattern)]);
    },
  },
  {
    name: "MIXING",
    head: "Tank\tModel\tFraction",
    kinds: NODES,
    has: ({ mixingModel }) => mixingModel !== undefined,
    *rows({ element, attributes: { mixingModel, mixingFraction } }) {
      yield row([word(element), word(mixingModel), ...(mixingFraction === undefined ? [] : [number(mixingFraction)])]);
    },
  },
  {
    name: "REACTIONS",
    head: "Type\tTank\tCoefficient",
    kinds: NODES,
    has: ({ bulkCoefficientPerDay }) => bulkCoefficientPerDay !== undefined,
    *rows({ element, attributes: { bulkCoefficientPerDay } }) {
      yield row(["TANK", word(element), number(bulkCoefficientPerDay)]);
    },
  },
  {
    name: "COORDINATES",
    head: "Node\tX-Coord\tY-Coord",
    kinds: NODES,
    has: ({ position }) => position !== undefined,
    *rows({ element, attributes }) {
      const { x, y } = attributes.position as Attributes;
      yield row([word(element), number(x), number(y)]);
    },
  },
  {
    name: "TAGS",
    head: "Object\tID\tTag",
    kinds: NODES,
    has: ({ tag }) => tag !== undefined,
    *rows({ element, attributes: { tag } }) {
      yield row(["NODE", word(element), ...(tag === "" ? [] : [words(tag)])]);
    },
  },
];
