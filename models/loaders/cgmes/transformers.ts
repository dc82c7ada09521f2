// Transformers: ends, tanks, tap changers.
// Fed by    PowerTransformer with PowerTransformerEnd, or with TransformerTank, TransformerTankEnd and TransformerTankInfo
// Gives     twins of kind transformer; a branch for each pair of buses that one core couples
// T1  windings are ordered by rated voltage: high, medium, low, as pandapower names them
// T2  of a bank, ratings are those of all its tanks together, impedances those of its first tank

import type { Attributes, TwinModel } from "../../district.ts";
import { type CimObject, named } from "./model.ts";
import type { Network } from "./network.ts";
import { taps } from "./taps.ts";
import type { Terminal } from "./terminals.ts";
import { quantity, tidy } from "./units.ts";
import { type Mesh, threeWindings, twoWindings, type Winding } from "./windings.ts";

/** One winding of one core. */
export interface End {
  object: CimObject;
  terminal: Terminal | undefined;
  /** PowerTransformerEnd itself, or TransformerEndInfo of a tank's end. */
  data: CimObject | undefined;
  vnKv: number | undefined;
  /** Of the grid that it is connected to: of a single-phase tank the rated voltage is that of one phase. */
  gridKv: number | undefined;
}

/** Windings of one core: no transformer has as many. */
const MAX_WINDINGS = 12;

export function addTransformer(network: Network, object: CimObject): void {
  const { grid } = network;
  const { model } = grid;
  const terminals = network.terminals.of(object);
  const parts = model.referring("PowerTransformer", object);
  const tanks = parts.filter(({ className }) => className === "TransformerTank");
  const own = ordered(parts.filter(isEnd));
  const banked = tanks.map((tank) => ordered(model.referring("TransformerTank", tank).filter(isEnd)));
  const ends = (of: readonly CimObject[], tank?: CimObject) => of.map((end) => endOf(network, end, tank, terminals));
  const cores = [ends(own), ...banked.map((of, at) => ends(of, tanks[at]))].filter((core) => core.length > 0);
  const [main = []] = cores;
  const windings = parts.filter(isEnd).length;
  if (windings > MAX_WINDINGS) {
    grid.findings.add("CGMES_PARAMETER", named(object), `it has ${windings} windings; ${MAX_WINDINGS} were read`);
  }
  const attributes: Attributes = {
    ...network.common(object, terminals),
    ...ratings(network, main, tanks.length > 0 && own.length === 0 ? cores.length : 1),
    ...group(object, main),
    ...taps(network, cores.flat(), main),
    ...(own.length > 0 ? { ends: own.map((end) => grid.described(end)) } : {}),
    ...(tanks.length > 0
      ? {
          tanks: tanks.map((tank, at) => ({
            ...grid.described(tank),
            ends: banked[at]!.map((end) => grid.described(end)),
          })),
        }
      : {}),
    ...network.flows(terminals),
    inService: network.inService(object, terminals),
  };
  delete attributes.vnKv; // a transformer has one of each side
  const twin = grid.addTwin("transformer", object, attributes);
  join(network, twin, object, terminals, cores);
  check(network, object, attributes, main);
}

function isEnd({ className }: CimObject): boolean {
  return className.endsWith("End");
}

function ordered(ends: readonly CimObject[]): CimObject[] {
  const sorted = [...ends].sort((a, b) => (a.number("endNumber") ?? 0) - (b.number("endNumber") ?? 0));
  return sorted.slice(0, MAX_WINDINGS);
}

function endOf(network: Network, object: CimObject, tank: CimObject | undefined, terminals: readonly Terminal[]): End {
  const { model, dialect } = network.grid;
  const number = object.number("endNumber");
  const terminal =
    network.terminals.terminal(model.referenced(object, "Terminal")) ??
    terminals.find((one) => number !== undefined && one.object.number("sequenceNumber") === number);
  const info = model.referenced(tank, "TransformerTankInfo") ?? model.referenced(tank, "AssetDatasheet");
  const infos = info ? model.referring("TransformerTankInfo", info) : [];
  const data =
    object.className === "TransformerTankEnd" ? infos.find((one) => one.number("endNumber") === number) : object;
  const gridKv = network.containers.nominalKv(object) ?? (terminal?.node && network.buses.kvOf(terminal.node));
  return { object, terminal, data, vnKv: quantity(data, "ratedU", dialect), gridKv };
}

/** Windings from the highest rated voltage down; of equal ones the first stays first. */
export function byVoltage(ends: readonly End[]): End[] {
  return [...ends].sort((a, b) => (b.vnKv ?? b.gridKv ?? 0) - (a.vnKv ?? a.gridKv ?? 0));
}

function ratings(network: Network, core: readonly End[], tanks: number): Attributes {
  const { dialect } = network.grid;
  const sorted = byVoltage(core);
  const [hv] = sorted;
  if (!hv) return {};
  const snMva = quantity(hv.data, "ratedS", dialect) ?? quantity(sorted.at(-1)!.data, "ratedS", dialect);
  const attributes: Attributes = snMva === undefined ? {} : { snMva: tidy(snMva * tanks) };
  const sides = sorted.length === 2 ? ["Hv", "Lv"] : sorted.length === 3 ? ["Hv", "Mv", "Lv"] : [];
  sides.forEach((side, at) => {
    const { vnKv, gridKv, object } = sorted[at]!;
    // The rated voltage of a tank may be that of one phase: the bank stands between nodes of the grid's voltage.
    const kv = object.className === "TransformerTankEnd" ? (gridKv ?? vnKv) : (vnKv ?? gridKv);
    if (kv !== undefined) attributes[`vn${side}Kv`] = kv;
    const own = sorted.length === 3 ? quantity(sorted[at]!.data, "ratedS", dialect) : undefined;
    if (own !== undefined) attributes[`sn${side}Mva`] = tidy(own * tanks);
  });
  return { ...attributes, ...impedances(network, sorted) };
}

function impedances(network: Network, sorted: readonly End[]): Attributes {
  const windings = sorted.map((end) => windingOf(network, end));
  if (windings.some((winding) => winding === undefined)) return {};
  const [first, second, third] = windings as Winding[];
  const mesh = (a: number, b: number) => meshOf(network, sorted[a]!, sorted[b]!);
  if (first && second && !third) return twoWindings(first, second, mesh(0, 1));
  return first && second && third && windings.length === 3
    ? threeWindings([first, second, third], [mesh(0, 1), mesh(1, 2), mesh(0, 2)])
    : {};
}

/** Undefined without a rated voltage and power: percents need both. */
function windingOf({ grid }: Network, { object, data, vnKv }: End): Winding | undefined {
  const { model, dialect } = grid;
  const snMva = quantity(data, "ratedS", dialect);
  if (vnKv === undefined || !(vnKv > 0) || snMva === undefined || !(snMva > 0)) return undefined;
  const core = model
    .referring("TransformerEnd", object)
    .find(({ className }) => className === "TransformerCoreAdmittance");
  const star = model
    .referring("TransformerEnd", object)
    .find(({ className }) => className === "TransformerStarImpedance");
  const test = data && model.referring("EnergisedEnd", data).find(({ className }) => className === "NoLoadTest");
  const lossMw = (test?.number("loss") ?? 0) / 1000;
  const magnetizingMva = ((test?.number("excitingCurrent") ?? 0) / 100) * snMva;
  return {
    vnKv,
    snMva,
    rOhm: star?.number("r") ?? data?.number("r") ?? 0,
    xOhm: star?.number("x") ?? data?.number("x") ?? 0,
    gSiemens: core?.number("g") ?? data?.number("g") ?? lossMw / vnKv ** 2,
    bSiemens:
      core?.number("b") ?? data?.number("b") ?? -Math.sqrt(Math.max(0, magnetizingMva ** 2 - lossMw ** 2)) / vnKv ** 2,
  };
}

/** What the file says of two windings together: a mesh impedance, or a short-circuit test. */
function meshOf({ grid }: Network, hv: End, lv: End): Mesh {
  const { model } = grid;
  for (const [from, to] of [
    [hv, lv],
    [lv, hv],
  ] as const) {
    const square = ((hv.vnKv ?? 1) / (from.vnKv ?? 1)) ** 2;
    const mesh = model
      .referring("FromTransformerEnd", from.object)
      .find((one) => one.allReferences("ToTransformerEnd").includes(to.object.key));
    if (mesh) return { rOhm: (mesh.number("r") ?? 0) * square, xOhm: (mesh.number("x") ?? 0) * square };
    const { data } = from;
    const test =
      data &&
      model
        .referring("EnergisedEnd", data)
        .find((one) => to.data && one.allReferences("GroundedEnds").includes(to.data.key));
    const leakage = test?.number("leakageImpedance");
    const snMva = quantity(data, "ratedS", grid.dialect);
    if (leakage === undefined || snMva === undefined || from.vnKv === undefined) continue;
    const rOhm = ((test?.number("loss") ?? 0) / 1000 / snMva) * (from.vnKv ** 2 / snMva);
    return { rOhm: rOhm * square, xOhm: Math.sqrt(Math.max(0, leakage ** 2 - rOhm ** 2)) * square };
  }
  return undefined;
}

/** Vector group as the file has it, or put together from the ends: `Dyn11`; the low side lags by 30 degrees an hour. */
function group(object: CimObject, core: readonly End[]): Attributes {
  const sorted = byVoltage(core);
  const [hv, lv] = [sorted[0], sorted.at(-1)];
  if (!hv || !lv || hv === lv) return {};
  const clock = (lv.data?.number("phaseAngleClock") ?? 0) - (hv.data?.number("phaseAngleClock") ?? 0);
  const hours = ((clock % 12) + 12) % 12;
  const given = object.text("vectorGroup");
  const letters = sorted.map(({ data }, at) => {
    const kind = data?.text("connectionKind") ?? "";
    return at === 0 ? kind.replace(/^[DYZ]n$/, (one) => one.toUpperCase()) : kind.toLowerCase();
  });
  const vectorGroup =
    given ?? (letters.every(Boolean) && sorted.length === 2 ? `${letters.join("")}${hours}` : undefined);
  return { shiftDegree: 30 * hours, ...(vectorGroup ? { vectorGroup } : {}) };
}

/** `connects` links to all buses, and a branch for each pair of different buses of a core. */
function join(
  { grid, buses }: Network,
  twin: TwinModel,
  object: CimObject,
  terminals: readonly Terminal[],
  cores: readonly (readonly End[])[],
): void {
  const { findings, links, branches } = grid;
  const at = (terminal: Terminal | undefined) => buses.of(terminal?.node);
  const ends = cores.length > 0 ? cores.map((core) => core.map(({ terminal }) => at(terminal))) : [terminals.map(at)];
  for (const { object: terminal } of terminals) terminal.fate ??= "kept";
  const all = [...new Set([...ends.flat(), ...terminals.map(at)])].filter((bus) => bus !== undefined);
  for (const bus of all) links.push({ from: twin.id, role: "connects", to: bus.id });
  const made = new Set<string>();
  for (const core of ends) {
    for (const [number, from] of core.entries()) {
      for (const to of core.slice(number + 1)) {
        const pair = from && to && [from.id, to.id].sort().join(" ");
        if (!pair || from === to || made.has(pair)) continue;
        made.add(pair);
        branches.push({ twin: twin.id, from: from.id, to: to.id, switches: [] });
      }
    }
  }
  const loose = ends.flat().filter((bus) => bus === undefined).length;
  if (ends.flat().length < 2 || loose > 0) {
    findings.add("CGMES_UNCONNECTED", named(object), `${loose} of its ${ends.flat().length} windings end at no node`);
  } else if (made.size === 0) findings.add("CGMES_SAME_ENDS", named(object), "all its windings end at one node");
}

function check({ grid }: Network, object: CimObject, attributes: Attributes, core: readonly End[]): void {
  const say = (message: string) => grid.findings.add("CGMES_PARAMETER", named(object), message);
  if (core.length === 0) say("it has no windings");
  else if (!(Number(attributes.snMva) > 0)) say("it has no rated power");
  for (const { vnKv, object: end } of core)
    if (!(vnKv !== undefined && vnKv > 0)) say(`${named(end)} has no rated voltage`);
  if (attributes.vkPercent === 0) say("its short-circuit impedance is zero");
}
