// Amounts that cannot be, or seldom are: lengths, diameters, ratings, voltages, heights, temperatures.
// Why       a wrong unit is the commonest fault of exports: metres as kilometres, inches as millimetres, volts as kilovolts, degrees
//           Celsius as kelvins. Each value looks well by itself, and only its size gives it away.
// A1  what no network has is a warning, what few have an info: bounds are wide, so that a finding is worth reading
// A2  a line of exactly 1 km is a branch of unknown length that was converted from per unit: of it, an impedance by length says nothing
// A3  zero and less of what must be above zero is told here only where the loader does not (told.ts)

import type { Kind, TwinModel } from "../district.ts";
import type { Subject } from "./subject.ts";
import { tellsAboveZero } from "./told.ts";

interface Bounds {
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

/** How long a line may be before its voltage cannot be kept (EN 50160: 10 %), by the most kV of its buses. */
const USUAL_LENGTHS: readonly [kv: number, km: number][] = [
  [1, 10],
  [52, 200],
  [Number.POSITIVE_INFINITY, 1_500],
];

/** Roughness by formula: EPANET 2.2 User Manual, table 3.2, with room for old pipes and for tuned models. */
const ROUGHNESS: Record<string, readonly [least: number, most: number]> = {
  "H-W": [20, 200],
  "D-W": [0, 30],
  "C-M": [0.001, 0.3],
};

const byKind = new Map<Kind, Bounds[]>();
for (const bounds of BOUNDS) for (const kind of bounds.kinds) byKind.set(kind, [...(byKind.get(kind) ?? []), bounds]);

export function checkAmounts(subject: Subject): void {
  for (const twin of subject.twins.values()) {
    for (const bounds of byKind.get(twin.kind) ?? []) checkBounds(subject, twin, bounds);
    if (twin.kind === "line") checkLength(subject, twin);
    if (twin.kind === "pipe") checkRoughness(subject, twin);
    if (twin.kind === "transformer") checkWindings(subject, twin);
    checkLimits(subject, twin);
  }
}

function checkBounds(
  subject: Subject,
  twin: TwinModel,
  { attribute, unit, least, above, most, usual, why }: Bounds,
): void {
  const value = twin.attributes[attribute];
  if (typeof value !== "number") return;
  const isBelow = (least !== undefined && value < least) || (above !== undefined && value <= above);
  const isImpossible = isBelow || (most !== undefined && value > most);
  if (!isImpossible && (!usual || (value >= usual[0] && value <= usual[1]))) return;
  if (attribute.endsWith("OhmPerKm") && value > 0 && twin.attributes.lengthKm === 1) return;
  if (isBelow && above === 0 && tellsAboveZero(subject.typeOf(twin), twin, attribute)) return;
  const said = `${attribute} is ${tidy(value)}${unit ? ` ${unit}` : ""}: ${why}`;
  subject.add(isImpossible ? "NETWORK_AMOUNT" : "NETWORK_AMOUNT_ODD", twin, said);
}

/** A low-voltage line of 120 km is one of 120 m. */
function checkLength(subject: Subject, twin: TwinModel): void {
  const { lengthKm } = twin.attributes;
  if (typeof lengthKm !== "number" || lengthKm <= USUAL_LENGTHS[0]![1]) return;
  let kv = 0;
  for (const { from, to } of subject.branchesOf.get(twin.id) ?? [])
    for (const end of [from, to]) kv = Math.max(kv, Number(subject.twins.get(end)!.attributes.vnKv) || 0);
  if (kv === 0) return;
  const [, most] = USUAL_LENGTHS.find(([limit]) => kv <= limit)!;
  if (lengthKm <= most) return;
  subject.add(
    "NETWORK_AMOUNT_ODD",
    twin,
    `lengthKm is ${tidy(lengthKm)} km at ${kv} kV: over more than ${most} km the voltage cannot be kept`,
  );
}

function checkRoughness(subject: Subject, twin: TwinModel): void {
  const { roughness, headlossFormula } = twin.attributes;
  const usual = typeof headlossFormula === "string" ? ROUGHNESS[headlossFormula] : undefined;
  if (typeof roughness !== "number" || !usual || (roughness >= usual[0] && roughness <= usual[1])) return;
  const message = `roughness is ${tidy(roughness)}, and ${String(headlossFormula)} has ${usual[0]} to ${usual[1]}: is it that of another formula?`;
  subject.add("NETWORK_AMOUNT_ODD", twin, message);
}

/** The resistance is a part of the impedance, and a position one of those that there are. */
function checkWindings(subject: Subject, twin: TwinModel): void {
  const { attributes } = twin;
  for (const side of ["", "Hv", "Mv", "Lv"]) {
    const [vk, vkr] = [attributes[`vk${side}Percent`], attributes[`vkr${side}Percent`]];
    if (typeof vk === "number" && typeof vkr === "number" && vk > 0 && Math.abs(vkr) > vk * (1 + ROUNDING))
      subject.add(
        "NETWORK_AMOUNT",
        twin,
        `vkr${side}Percent is ${tidy(vkr)} %, more than vk${side}Percent, ${tidy(vk)} %, of which it is a part`,
      );
  }
  const { tapPos, tapMin, tapMax } = attributes;
  if (typeof tapPos !== "number" || typeof tapMin !== "number" || typeof tapMax !== "number" || tapMin > tapMax) return;
  if (tapPos < tapMin || tapPos > tapMax)
    subject.add("NETWORK_AMOUNT", twin, `tapPos is ${tapPos}, and there are positions from ${tapMin} to ${tapMax}`);
}

/** Values that were calculated from each other differ by so much. */
const ROUNDING = 1e-6;

/** Lower limits that are above their upper ones: no operation is right then. MATPOWER's loader tells it with the row. */
const LIMITS: Partial<Record<Kind, readonly (readonly [least: string, most: string])[]>> = {
  bus: [
    ["minVmPu", "maxVmPu"],
    ["vminPu", "vmaxPu"],
  ],
  transformer: [["tapMin", "tapMax"]],
};
const OF_POWER = [
  ["minPMw", "maxPMw"],
  ["minQMvar", "maxQMvar"],
] as const;
for (const kind of ["generator", "grid", "load", "storage"] as const) LIMITS[kind] = OF_POWER;

function checkLimits(subject: Subject, twin: TwinModel): void {
  for (const [least, most] of LIMITS[twin.kind] ?? []) {
    const [low, high] = [twin.attributes[least], twin.attributes[most]];
    if (typeof low !== "number" || typeof high !== "number" || low <= high || subject.typeOf(twin) === "matpower")
      continue;
    subject.add("NETWORK_LIMITS", twin, `${least} is ${tidy(low)}, above ${most}, ${tidy(high)}`);
  }
}

function tidy(value: number): number {
  return Number(value.toPrecision(6));
}
