// Voltages that do not fit: of the buses that a line joins, of a transformer and its buses, of a load and its bus.
// Why       a transformer at the wrong buses, or a bus of the wrong level, makes currents and losses wrong by the square of the ratio
// V1  rated voltages may differ from nominal ones: by FIT, as tap changers and standards of other countries make up for so much
// V2  what has one phase may be rated from phase to neutral, or, centre-tapped, at half its voltage

import type { Branch, TwinModel } from "../district.ts";
import type { Subject } from "./subject.ts";
import { COMPARE_VOLTAGES } from "./told.ts";

/** Nominal voltages that differ by less are the same voltage, written with other rounding. */
const SAME_VOLTAGE = 0.001;
/**
 * IEC 60076-1 and IEC 60038: rated voltages lie up to 10 % above the nominal ones, and nominal ones of one level differ by as much
 * (20, 21 and 22 kV; 110, 115 and 123 kV). Levels are apart by 1.5 and more.
 */
const FIT = 0.3;
const RATED = ["vnHvKv", "vnMvKv", "vnLvKv"];

export function checkVoltages(subject: Subject): void {
  for (const [id, branches] of subject.branchesOf) {
    const twin = subject.twins.get(id)!;
    if (twin.kind === "line" || twin.kind === "switch") checkSame(subject, twin, branches);
    else if (twin.kind === "transformer") checkRated(subject, twin, busesOf(subject, branches));
  }
  for (const [id, feds] of subject.fedBy) {
    const bus = subject.twins.get(id)!;
    if (bus.kind === "bus") for (const fed of feds) checkFed(subject, fed, bus);
  }
}

/** At the ends of branches, each once. */
function busesOf(subject: Subject, branches: readonly Branch[]): TwinModel[] {
  const buses = new Set<TwinModel>();
  for (const branch of branches) {
    for (const end of [branch.from, branch.to]) {
      const node = subject.twins.get(end)!;
      if (node.kind === "bus") buses.add(node);
    }
  }
  return [...buses];
}

function checkSame(subject: Subject, twin: TwinModel, branches: readonly Branch[]): void {
  const type = subject.typeOf(twin);
  if (type !== undefined && COMPARE_VOLTAGES.has(type)) return;
  const [one, other] = busesOf(subject, branches);
  if (!one || !other) return;
  const [a, b] = [kvOf(one), kvOf(other)];
  if (a === undefined || b === undefined || Math.abs(a - b) <= SAME_VOLTAGE * Math.max(a, b)) return;
  subject.add(
    "NETWORK_VOLTAGE_MISMATCH",
    twin,
    `it connects a bus of ${a} kV (${one.id}) and one of ${b} kV (${other.id})`,
  );
}

/** The rated voltages in their order against those of the buses in theirs, whichever side is called what. */
function checkRated(subject: Subject, twin: TwinModel, buses: readonly TwinModel[]): void {
  const rated = RATED.map((name) => twin.attributes[name]).filter(
    (kv): kv is number => typeof kv === "number" && kv > 0,
  );
  const nominal = buses.map(kvOf).filter((kv) => kv !== undefined);
  if (rated.length !== nominal.length || nominal.length !== buses.length || rated.length < 2) return;
  const [sortedRated, sortedNominal] = [descending(rated), descending(nominal)];
  const isOnePhase = isSinglePhase(twin);
  const fits = sortedRated.every((kv, at) => isNear(kv, sortedNominal[at]!, isOnePhase));
  if (fits) return;
  const message = `it is rated ${sortedRated.join(" to ")} kV, and connects buses of ${sortedNominal.join(" and ")} kV`;
  subject.add("NETWORK_TRANSFORMER_VOLTAGE", twin, message);
}

/** OpenDSS gives each load the voltage that it is made for. */
function checkFed(subject: Subject, fed: TwinModel, bus: TwinModel): void {
  if (fed.kind !== "load" && fed.kind !== "generator" && fed.kind !== "storage") return;
  const [own, kv] = [kvOf(fed), kvOf(bus)];
  if (own === undefined || kv === undefined || isNear(own, kv, isSinglePhase(fed))) return;
  subject.add("NETWORK_VOLTAGE_MISMATCH", fed, `it is made for ${own} kV, and ${bus.id} has ${kv} kV`);
}

function isSinglePhase({ attributes }: TwinModel): boolean {
  return typeof attributes.phases === "number" && attributes.phases < 3;
}

function isNear(kv: number, nominal: number, isOnePhase: boolean): boolean {
  const ratios = isOnePhase ? [1, Math.sqrt(3), 2, 2 * Math.sqrt(3)] : [1];
  return ratios.some((ratio) => Math.abs((kv * ratio) / nominal - 1) <= FIT);
}

function kvOf({ attributes }: TwinModel): number | undefined {
  const { vnKv } = attributes;
  return typeof vnKv === "number" && vnKv > 0 ? vnKv : undefined;
}

const descending = (values: readonly number[]) => [...values].sort((a, b) => b - a);
