// Loads, generators, photovoltaic plants, storages and machines: what takes or gives power at one bus.
// Fed by    the objects of class Load, Generator, WindGen, Generic5, PVSystem, Storage, IndMach012
// Gives     a load, generator or storage each, with pMw and qMvar as the script says them
// Q1  which two of kW, kvar, power factor and kVA count is decided by their order, as in OpenDSS: kW makes it kW and power factor,
//     kvar makes it kW and kvar, kVA makes it kVA and power factor
// Q2  a storage's power is positive when it charges, as pandapower counts it; OpenDSS counts it the other way round
// Q3  vnKv is as OpenDSS has kV: between phases, but to neutral for one phase in wye
// Q4  of OpenDSS's defaults, phases = 3, power factor = 0.88 of a load, irradiance = 1 and %Pmpp = 100 are taken
// Source    OpenDSS Manual, Load, Generator, PVSystem, Storage

import type { Attributes, Kind } from "../../district.ts";
import {
  addTwin,
  attributesOf,
  connectionAt,
  type Grid,
  isInService,
  openingsOf,
  phasesOf,
  type Terminal,
  terminalAt,
} from "./grid.ts";
import { type DssObject, fullName, numberAt, placeText, textAt } from "./objects.ts";

const DEFAULT_PHASES = 3;
const DEFAULT_POWER_FACTOR = 0.88;
/** Defaults of xfkVA's allocation factor, and of kWh's days and factor. */
const DEFAULT_ALLOCATION = { allocationfactor: 0.5, kwhdays: 30, cfactor: 4 };
const HOURS_PER_DAY = 24;

const COMMON: ReadonlySet<string> = new Set(["phases", "bus1", "conn", "kw", "kvar"]);

interface PowerElement {
  kind: Kind;
  isPrefixed: boolean;
  powerOf: (object: DssObject) => Attributes;
  /** Read by `powerOf` in another way than as attributes. */
  derived?: readonly string[];
}

const ELEMENTS: Record<string, PowerElement> = {
  Load: { kind: "load", isPrefixed: false, powerOf: powerOfLoad },
  IndMach012: { kind: "load", isPrefixed: true, powerOf: givenPower },
  Generator: { kind: "generator", isPrefixed: false, powerOf: givenPower },
  WindGen: { kind: "generator", isPrefixed: true, powerOf: givenPower },
  Generic5: { kind: "generator", isPrefixed: true, powerOf: givenPower },
  PVSystem: { kind: "generator", isPrefixed: true, powerOf: powerOfPlant, derived: ["pmpp"] },
  Storage: { kind: "storage", isPrefixed: false, powerOf: powerOfStorage },
};

export function isPowerElement(className: string): boolean {
  return Object.hasOwn(ELEMENTS, className);
}

/** Adds the twin; gives the end at its bus. */
export function readPowerElement(grid: Grid, object: DssObject): Terminal | undefined {
  const { kind, isPrefixed, powerOf, derived = [] } = ELEMENTS[object.of.name]!;
  const phases = phasesOf(object, DEFAULT_PHASES);
  const terminal = terminalAt(grid, object, textAt(object, "bus1"), phases);
  const power = powerOf(object);
  const attributes: Attributes = {
    ...(terminal ? { bus: terminal.bus.name, nodes: terminal.nodes } : {}),
    phases,
    conn: connectionAt(object),
    ...attributesOf(object, derived.length > 0 ? new Set([...COMMON, ...derived]) : COMMON),
    ...power,
    ...openingsOf(object).attributes,
    inService: isInService(object),
  };
  const twin = addTwin(grid, object, kind, isPrefixed, attributes);
  if (kind === "load" && power.pMw === undefined)
    grid.findings.add("OPENDSS_POWER", placeText(object.place), `${fullName(object)} has no power`);
  if (terminal) {
    const [from, to] = kind === "generator" ? [twin, terminal.bus.twin] : [terminal.bus.twin, twin];
    grid.links.push({ from: from.id, role: "feeds", to: to.id });
  }
  return terminal;
}

type LoadRule = "kW and pf" | "kW and kvar" | "kVA and pf" | "xfkVA" | "kWh";

const RULES: Record<string, LoadRule> = {
  kw: "kW and pf",
  kvar: "kW and kvar",
  kva: "kVA and pf",
  xfkva: "xfkVA",
  allocationfactor: "xfkVA",
  kwh: "kWh",
  kwhdays: "kWh",
  cfactor: "kWh",
};

/** Command by command: the power factor that kW and kvar made in one of them holds for a kW alone in the next. */
function powerOfLoad(load: DssObject): Attributes {
  let rule: LoadRule | undefined;
  let pf: number | undefined;
  let power: { kw: number; kvar: number } | undefined;
  const said = new Map<string, number>();
  const settle = () => {
    power = rule && powerBy(rule, said, pf ?? DEFAULT_POWER_FACTOR);
    if (rule === "kW and kvar" && power) pf = powerFactorOf(power) ?? pf;
  };
  let edit = load.history[0]?.edit;
  for (const { property, value, edit: of } of load.history) {
    if (of !== edit) settle();
    edit = of;
    if (typeof value !== "number") continue;
    if (property.key === "pf") {
      pf = value;
      if (rule === "kW and kvar") rule = "kW and pf";
    } else if (Object.hasOwn(RULES, property.key)) {
      // Kept in the unit of the property: what the attribute is divided by is undone.
      said.set(property.key, value * property.divisor);
      if (property.key !== "allocationfactor" || said.has("xfkva")) rule = RULES[property.key];
    }
  }
  settle();
  return power ? { pMw: power.kw / 1000, qMvar: power.kvar / 1000 } : {};
}

function powerBy(rule: LoadRule, said: Map<string, number>, pf: number): { kw: number; kvar: number } | undefined {
  const number = (key: keyof typeof DEFAULT_ALLOCATION) => said.get(key) ?? DEFAULT_ALLOCATION[key];
  const kwOf = (): number | undefined => {
    if (rule === "kVA and pf") return said.get("kva")! * Math.abs(pf);
    if (rule === "xfkVA") return (said.get("xfkva") ?? 0) * number("allocationfactor") * Math.abs(pf);
    if (rule === "kWh") return ((said.get("kwh") ?? 0) / (number("kwhdays") * HOURS_PER_DAY)) * number("cfactor");
    return said.get("kw");
  };
  const kw = kwOf();
  if (kw === undefined || !Number.isFinite(kw)) return undefined;
  const kvar = rule === "kW and kvar" ? said.get("kvar")! : reactivePower(kw, pf);
  return { kw, kvar };
}

/** A negative power factor is one with power and reactive power of different signs. */
function reactivePower(kw: number, pf: number): number {
  const ratio = pf === 0 || Math.abs(pf) > 1 ? 0 : Math.sqrt(1 / (pf * pf) - 1);
  return kw * ratio * (pf < 0 ? -1 : 1);
}

function powerFactorOf({ kw, kvar }: { kw: number; kvar: number }): number | undefined {
  const kva = Math.hypot(kw, kvar);
  return kva === 0 ? undefined : (Math.abs(kw) / kva) * (kw * kvar < 0 ? -1 : 1);
}

/** kW, and the one of kvar and power factor that came last. */
function givenPower(object: DssObject): Attributes {
  const kw = numberAt(object, "kw");
  const kvar = kvarOf(object, kw);
  return {
    ...(kw === undefined ? {} : { pMw: kw / 1000 }),
    ...(kvar === undefined ? {} : { qMvar: kvar / 1000 }),
  };
}

function kvarOf(object: DssObject, kw: number | undefined): number | undefined {
  const last = object.history.findLast(({ property }) => property.key === "kvar" || property.key === "pf");
  if (typeof last?.value !== "number") return undefined;
  if (last.property.key === "kvar") return last.value;
  return kw === undefined ? undefined : reactivePower(kw, last.value);
}

/** A plant gives its rated power in the irradiance that is said; how temperature lowers it stands in its curve. */
function powerOfPlant(plant: DssObject): Attributes {
  const kwp = numberAt(plant, "pmpp");
  if (kwp === undefined) return {};
  const kw = (kwp * (numberAt(plant, "irradiance") ?? 1) * (numberAt(plant, "%pmpp") ?? 100)) / 100;
  const kvar = kvarOf(plant, kw);
  return { pvKwp: kwp, pMw: kw / 1000, ...(kvar === undefined ? {} : { qMvar: kvar / 1000 }) };
}

function powerOfStorage(storage: DssObject): Attributes {
  const kw = numberAt(storage, "kw");
  const kvar = kvarOf(storage, kw);
  const [ratedMwh, reserve] = [numberAt(storage, "kwhrated"), numberAt(storage, "%reserve")];
  return {
    ...(kw === undefined ? {} : { pMw: negative(kw / 1000) }),
    ...(kvar === undefined ? {} : { qMvar: negative(kvar / 1000) }),
    ...(ratedMwh === undefined || reserve === undefined ? {} : { minEMwh: (ratedMwh * reserve) / 100 }),
  };
}

/** Zero stays zero. */
function negative(value: number): number {
  return value === 0 ? 0 : -value;
}
