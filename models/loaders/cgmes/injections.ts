// What stands at one bus: loads, external grids, machines, inverters with what is behind them, shunts.
// Fed by    EnergyConsumer, EnergySource, rotating machines, PowerElectronicsConnection, shunt and static var compensators
// Gives     twins of kind load, grid, generator, storage; `shunts` and `svcs` of buses
// I1  pMw of a generator is what it generates, of a load and a storage what it takes in, whatever the file counts
// I2  shunts are listed at their bus as pandapower counts them: MW and MVAr of one step at vnKv, positive when taken in

import type { Attributes, Json } from "../../district.ts";
import type { CimObject } from "./model.ts";
import { type Network, phasesOf } from "./network.ts";
import type { Terminal } from "./terminals.ts";
import { quantity, tidy } from "./units.ts";

export function addLoad(network: Network, object: CimObject): void {
  const { grid } = network;
  const terminals = network.terminals.of(object);
  const parts = grid.model
    .referring("EnergyConsumer", object)
    .filter(({ className }) => className === "EnergyConsumerPhase");
  const common = network.common(object, terminals);
  const twin = grid.addTwin("load", object, {
    ...common,
    ...phasesOf(parts, "phase"),
    ...power(network, object, parts, 1),
    ...zip(grid.model.referenced(object, "LoadResponse")),
    ...resultOf(network, terminals, 1),
    inService: network.inService(object, terminals),
  });
  network.addAtBus(twin, object, terminals, "isFed");
}

export function addExternalGrid(network: Network, object: CimObject): void {
  const { dialect } = network.grid;
  const terminals = network.terminals.of(object);
  const common = network.common(object, terminals);
  const [magnitude, nominal] = [
    quantity(object, "voltageMagnitude", dialect),
    quantity(object, "nominalVoltage", dialect),
  ];
  const vnKv = nominal ?? common.vnKv;
  const vmPu = magnitude !== undefined && typeof vnKv === "number" && vnKv > 0 ? tidy(magnitude / vnKv) : undefined;
  const twin = network.grid.addTwin("grid", object, {
    ...common,
    ...(vmPu === undefined ? {} : { vmPu }),
    ...power(network, object, [], dialect.generation),
    ...resultOf(network, terminals, dialect.generation),
    inService: network.inService(object, terminals),
  });
  network.addAtBus(twin, object, terminals, "feeds");
}

/** Rotating machines and equivalent injections; a motor is a load. */
export function addMachine(network: Network, object: CimObject, slack: ReadonlySet<CimObject>): void {
  const { grid } = network;
  const terminals = network.terminals.of(object);
  const isMotor = object.text("asynchronousMachineType") === "motor";
  const sign = isMotor ? (grid.dialect.generation === 1 ? -1 : 1) : grid.dialect.generation;
  const twin = grid.addTwin(isMotor ? "load" : "generator", object, {
    ...network.common(object, terminals),
    ...power(network, object, [], sign),
    ...unitOf(network, object),
    ...resultOf(network, terminals, sign),
    ...(slack.has(object) && !isMotor ? { slack: true } : {}),
    inService: network.inService(object, terminals),
  });
  network.addAtBus(twin, object, terminals, isMotor ? "isFed" : "feeds");
}

/** An inverter: a storage when all behind it are batteries, else a generator. */
export function addInverter(network: Network, object: CimObject): void {
  const { grid } = network;
  const { model, dialect } = grid;
  const terminals = network.terminals.of(object);
  const parts = model.referring("PowerElectronicsConnection", object);
  const phases = parts.filter(({ className }) => className === "PowerElectronicsConnectionPhase");
  const named = object.allReferences("PowerElectronicsUnit").flatMap((key) => model.get(key) ?? []);
  const units = [...new Set([...named, ...parts.filter(({ className }) => className.endsWith("Unit"))])];
  const isStorage = units.length > 0 && units.every(({ className }) => className === "BatteryUnit");
  const sign = isStorage ? (dialect.generation === 1 ? -1 : 1) : dialect.generation;
  const twin = grid.addTwin(isStorage ? "storage" : "generator", object, {
    ...network.common(object, terminals),
    ...phasesOf(phases, "phase"),
    ...power(network, object, phases, sign),
    ...(isStorage ? contents(network, units) : typeOf(units)),
    ...limitsOf(network, units),
    ...resultOf(network, terminals, sign),
    inService: network.inService(object, terminals),
  });
  network.addAtBus(twin, object, terminals, isStorage ? "isFed" : "feeds");
}

/** Shunts have no kind of their own: they stand in a list of their bus. */
export function addShunt(network: Network, object: CimObject): void {
  const { grid } = network;
  const terminals = network.terminals.of(object);
  const bus = network.oneBus(object, terminals);
  if (!bus) return;
  const isSvc = object.className === "StaticVarCompensator";
  const shunt: Attributes = {
    ...grid.described(object),
    ...(isSvc ? {} : steps(network, object)),
    inService: network.inService(object, terminals),
  };
  const flow = network.flow(terminals[0]);
  if (Object.keys(flow).length > 0) shunt.result = flow;
  const attribute = isSvc ? "svcs" : "shunts";
  const list = bus.attributes[attribute];
  if (Array.isArray(list)) list.push(shunt);
  else bus.attributes[attribute] = [shunt];
}

/** Power as the house counts it; without a total, the sum of the phases. */
function power({ grid }: Network, object: CimObject, parts: readonly CimObject[], sign: 1 | -1): Attributes {
  const { dialect } = grid;
  const of = (...properties: string[]): number | undefined => {
    for (const one of properties) {
      const value = quantity(object, one, dialect);
      if (value !== undefined) return value;
    }
    const shares = parts.flatMap((part) => quantity(part, properties[0]!, dialect) ?? []);
    return shares.length > 0 ? tidy(shares.reduce((sum, share) => sum + share, 0)) : undefined;
  };
  const [pMw, qMvar] = [of("p", "pfixed"), of("q", "qfixed")];
  return {
    ...(pMw === undefined ? {} : { pMw: signed(pMw, sign) }),
    ...(qMvar === undefined ? {} : { qMvar: signed(qMvar, sign) }),
    ...(sign === -1 && parts.length > 0 ? { phaseDetails: parts.map((part) => turned(grid.described(part))) } : {}),
  };
}

/** A phase with its power counted the other way round. */
function turned({ pMw, qMvar, ...phase }: Attributes): Attributes {
  return {
    ...phase,
    ...(typeof pMw === "number" ? { pMw: signed(pMw, -1) } : {}),
    ...(typeof qMvar === "number" ? { qMvar: signed(qMvar, -1) } : {}),
  };
}

/** SvPowerFlow counts what flows into the equipment, in any dialect. */
function resultOf(network: Network, terminals: readonly Terminal[], sign: 1 | -1): Attributes {
  const { pMw, qMvar } = network.flow(terminals[0]);
  if (pMw === undefined && qMvar === undefined) return {};
  const result: { [name: string]: Json } = {};
  if (pMw !== undefined) result.pMw = signed(pMw, sign);
  if (qMvar !== undefined) result.qMvar = signed(qMvar, sign);
  return { result };
}

/** Zero stays plain zero. */
function signed(value: number, sign: 1 | -1): number {
  return value === 0 ? 0 : value * sign;
}

/** The shares of constant impedance and current, as pandapower names them. */
function zip(response: CimObject | undefined): Attributes {
  if (!response || response.flag("exponentModel") === true) return {};
  const attributes: Attributes = {};
  for (const letter of ["p", "q"] as const) {
    const shares = ["Impedance", "Current", "Power"].map((what) => response.number(`${letter}Constant${what}`) ?? 0);
    const sum = shares.reduce((total, share) => total + share, 0);
    if (!(sum > 0)) continue;
    attributes[`constZ${letter.toUpperCase()}Percent`] = tidy((100 * shares[0]!) / sum);
    attributes[`constI${letter.toUpperCase()}Percent`] = tidy((100 * shares[1]!) / sum);
  }
  return attributes;
}

/** What a machine may generate by its generating unit, and of what kind that is. */
function unitOf({ grid }: Network, object: CimObject): Attributes {
  const unit = grid.model.referenced(object, "GeneratingUnit");
  if (!unit) return {};
  const [maxPMw, minPMw] = [
    quantity(unit, "maxOperatingP", grid.dialect),
    quantity(unit, "minOperatingP", grid.dialect),
  ];
  return {
    ...(maxPMw === undefined ? {} : { maxPMw }),
    ...(minPMw === undefined ? {} : { minPMw }),
    ...typeOf([unit]),
  };
}

/** `Photovoltaic`, `Thermal`, `Hydro` ...: what the class of a unit says of it; PV and WP as pandapower has them. */
function typeOf(units: readonly CimObject[]): { type?: string } {
  const [first] = units;
  if (!first) return {};
  if (/^(?:Photovoltaic|Solar)/i.test(first.className)) return { type: "PV" };
  if (/Wind/.test(first.className)) return { type: "WP" };
  const type = first.className.replace(/(?:Generating)?Unit$/, "");
  return type === "" ? {} : { type };
}

function limitsOf({ grid }: Network, units: readonly CimObject[]): Attributes {
  const sum = (property: string) => {
    const values = units.flatMap((unit) => quantity(unit, property, grid.dialect) ?? []);
    return values.length > 0 ? tidy(values.reduce((total, value) => total + value, 0)) : undefined;
  };
  const [maxPMw, minPMw] = [sum("maxP"), sum("minP")];
  return { ...(maxPMw === undefined ? {} : { maxPMw }), ...(minPMw === undefined ? {} : { minPMw }) };
}

function contents({ grid }: Network, batteries: readonly CimObject[]): Attributes {
  const sum = (property: string) =>
    batteries.reduce((total, battery) => total + (quantity(battery, property, grid.dialect) ?? 0), 0);
  const [maxEMwh, storedEMwh] = [sum("ratedE"), sum("storedE")];
  if (!(maxEMwh > 0)) return {};
  return { maxEMwh: tidy(maxEMwh), socPercent: tidy((100 * storedEMwh) / maxEMwh) };
}

/** What one step of a shunt takes in at its nominal voltage, and how many steps are on. */
function steps({ grid }: Network, object: CimObject): Attributes {
  const { model, dialect } = grid;
  const states = model.referring("ShuntCompensator", object).filter(({ className }) => className.startsWith("SvShunt"));
  for (const state of states) state.fate ??= "kept";
  const step = states[0]?.number("sections") ?? object.number("sections") ?? object.number("normalSections");
  const vnKv = quantity(object, "nomU", dialect) ?? quantity(object, "nominalVoltage", dialect);
  const [b, g] = [
    object.number("bPerSection") ?? object.number("b"),
    object.number("gPerSection") ?? object.number("g"),
  ];
  const square = vnKv === undefined ? undefined : vnKv * vnKv;
  return {
    ...(square === undefined || g === undefined ? {} : { pMw: tidy(signed(g * square, 1)) }),
    // A capacitor has a positive susceptance and takes in negative reactive power.
    ...(square === undefined || b === undefined ? {} : { qMvar: tidy(signed(b * square, -1)) }),
    ...(step === undefined ? {} : { step }),
  };
}
