// Between which bounds the amounts of an element lie, and what says so.
// Fed by    standards and records, each named beside its bounds
// Gives     the bounds of a kind's attributes

import type { Kind } from "../district.ts";

export interface Bounds {
  kinds: readonly Kind[];
  attribute: string;
  unit: string;
  /** Below this, or above that, it cannot be; `above` excludes the bound itself. */
  least?: number;
  above?: number;
  most?: number;
  /** Outside of these it is odd. */
  usual?: readonly [least: number, most: number];
  /** What the bounds are taken from. */
  why: string;
}

const NODES: readonly Kind[] = ["junction", "tank", "reservoir"];

const BOUNDS: readonly Bounds[] = [
  {
    kinds: ["bus"],
    attribute: "vnKv",
    unit: "kV",
    above: 0,
    most: 1_500,
    why: "IEC 60038 ends at 1,200 kV, and no direct current line has more than 1,100 kV",
  },
  {
    kinds: ["line"],
    attribute: "lengthKm",
    unit: "km",
    above: 0,
    most: 4_000,
    why: "the longest line of the world has 3,300 km",
  },
  {
    kinds: ["line"],
    attribute: "rOhmPerKm",
    unit: "Ohm/km",
    least: 0,
    usual: [0, 40],
    why: "IEC 60228: a copper wire of 0.5 mm2 has 36 Ohm/km",
  },
  {
    kinds: ["line"],
    attribute: "xOhmPerKm",
    unit: "Ohm/km",
    usual: [-10, 10],
    why: "lines and cables have 0.05 to 0.5 Ohm/km",
  },
  {
    kinds: ["line"],
    attribute: "maxIKa",
    unit: "kA",
    above: 0,
    why: "with a rating of none, any current overloads it",
  },
  { kinds: ["line", "transformer"], attribute: "parallel", unit: "", least: 1, why: "it counts systems side by side" },
  { kinds: ["transformer"], attribute: "snMva", unit: "MVA", above: 0, why: "IEC 60076-1: rated power is above zero" },
  {
    kinds: ["transformer"],
    attribute: "vkPercent",
    unit: "%",
    above: 0,
    why: "IEC 60076-5: short-circuit impedances are 4 to 18 %",
  },
  {
    kinds: ["grid", "generator"],
    attribute: "vmPu",
    unit: "of the nominal voltage",
    above: 0,
    most: 2,
    usual: [0.8, 1.2],
    why: "EN 50160 allows 10 % more or less than the nominal voltage",
  },
  {
    kinds: ["load", "generator", "storage"],
    attribute: "powerFactor",
    unit: "",
    least: -1,
    most: 1,
    why: "it is a cosine",
  },
  { kinds: ["load", "generator"], attribute: "cosPhi", unit: "", least: -1, most: 1, why: "it is a cosine" },
  {
    kinds: ["storage"],
    attribute: "socPercent",
    unit: "%",
    least: 0,
    most: 100,
    why: "it is a share of what the storage holds",
  },
  {
    kinds: ["pipe"],
    attribute: "lengthM",
    unit: "m",
    above: 0,
    most: 1e6,
    usual: [0, 1e5],
    why: "pipes of a network are cut at junctions",
  },
  {
    kinds: ["pipe"],
    attribute: "lengthKm",
    unit: "km",
    above: 0,
    most: 1_000,
    usual: [0, 100],
    why: "pipes of a network are cut at junctions",
  },
  {
    kinds: ["pipe", "valve"],
    attribute: "diameterMm",
    unit: "mm",
    above: 0,
    most: 10_000,
    usual: [5, 4_500],
    why: "water mains have 15 to 4,000 mm",
  },
  {
    kinds: ["pipe", "valve"],
    attribute: "diameterM",
    unit: "m",
    above: 0,
    most: 10,
    usual: [0.005, 4.5],
    why: "water mains have 0.015 to 4 m",
  },
  {
    kinds: NODES,
    attribute: "elevationM",
    unit: "m",
    usual: [-450, 9_000],
    why: "land lies between the Dead Sea and Mount Everest",
  },
  {
    kinds: NODES,
    attribute: "heightM",
    unit: "m",
    usual: [-450, 9_000],
    why: "land lies between the Dead Sea and Mount Everest",
  },
  {
    kinds: ["junction"],
    attribute: "pnBar",
    unit: "bar",
    least: -1.02,
    most: 1_000,
    usual: [-1.02, 300],
    why: "no pressure is below a vacuum, and transmission of gas ends at some 220 bar",
  },
  {
    kinds: ["junction", "reservoir", "plant"],
    attribute: "tfluidK",
    unit: "K",
    above: 0,
    usual: [230, 700],
    why: "kelvins, not degrees Celsius: water freezes at 273 K",
  },
  {
    kinds: ["reservoir"],
    attribute: "tK",
    unit: "K",
    above: 0,
    usual: [230, 700],
    why: "kelvins, not degrees Celsius: water freezes at 273 K",
  },
  {
    kinds: ["plant"],
    attribute: "tFlowK",
    unit: "K",
    above: 0,
    usual: [230, 700],
    why: "kelvins, not degrees Celsius: water freezes at 273 K",
  },
  {
    kinds: ["pump"],
    attribute: "powerKw",
    unit: "kW",
    above: 0,
    usual: [0, 100_000],
    why: "the largest pumping stations have some hundred megawatts",
  },
  {
    kinds: ["building"],
    attribute: "heightM",
    unit: "m",
    least: 0,
    usual: [0, 900],
    why: "no building is higher than 828 m",
  },
  {
    kinds: ["building", "space"],
    attribute: "volumeM3",
    unit: "m3",
    least: 0,
    usual: [0, 2e7],
    why: "the largest building of the world has 13,400,000 m3",
  },
];

const byKind = new Map<Kind, Bounds[]>();
for (const bounds of BOUNDS) for (const kind of bounds.kinds) byKind.set(kind, [...(byKind.get(kind) ?? []), bounds]);

export function boundsOf(kind: Kind): readonly Bounds[] {
  return byKind.get(kind) ?? [];
}
