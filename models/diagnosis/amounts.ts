// Amounts that cannot be, or seldom are: lengths, diameters, ratings, voltages, heights, temperatures.
// Why       a wrong unit is the commonest fault of exports: metres as kilometres, inches as millimetres, volts as kilovolts, degrees
//           Celsius as kelvins. Each value looks well by itself, and only its size gives it away.
// A1  what no network has is a warning, what few have an info: bounds are wide, so that a finding is worth reading
// A2  a line of exactly 1 km is a branch of unknown length that was converted from per unit: of it, an impedance by length says nothing
// A3  zero and less of what must be above zero is told here only where the loader does not (told.ts)

import type { Kind, TwinModel } from "../district.ts";
import { type Bounds, boundsOf } from "./bounds.ts";
import type { Subject } from "./subject.ts";
import { tellsAboveZero } from "./told.ts";

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

export function checkAmounts(subject: Subject): void {
  for (const twin of subject.twins.values()) {
    for (const bounds of boundsOf(twin.kind)) checkBounds(subject, twin, bounds);
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
