// The nominal voltage of each bus.
// Fed by    sources, lines, the rated voltages of transformer windings, Set VoltageBases and SetkVBase
// Gives     `vnKv` of the buses, phase to phase
// B1  a source gives its voltage; lines pass it on; behind a transformer it is the rated voltage of the winding there
// B2  with Set VoltageBases it is the nearest of these, as CalcVoltageBases takes it; SetkVBase says it outright
// B3  a winding of one phase in wye is rated from phase to neutral, any other from phase to phase

import type { Json } from "../../district.ts";
import { type Bus, connectionOf, type Grid, type Terminal } from "./grid.ts";
import { type DssObject, placeText } from "./objects.ts";
import { sourceKv } from "./sources.ts";
import type { Side } from "./transformers.ts";
import type { Winding } from "./windings.ts";

/** A way on which a voltage is passed on; `kv` is that of its end, if it has one of its own. */
interface Way {
  to: Bus;
  kv: number | undefined;
}

export function setVoltages(
  grid: Grid,
  sidesOf: ReadonlyMap<DssObject, Side[]>,
  sourceEnds: ReadonlyMap<DssObject, Terminal>,
): void {
  const byTwin = new Map([...grid.buses.values()].map((bus) => [bus.twin.id, bus]));
  const ways = waysOf(grid, sidesOf, byTwin);
  const found = new Map<Bus, number>();
  for (const [source, { bus }] of sourceEnds) if (!found.has(bus)) passOn(bus, sourceKv(source), ways, found);
  // What no source reaches still has transformers that say its voltage.
  for (const [, sides] of sidesOf) {
    for (const { winding, terminal, phases } of sides) {
      const kv = ratedKv(winding, phases);
      if (terminal && kv !== undefined && !found.has(terminal.bus)) passOn(terminal.bus, kv, ways, found);
    }
  }
  const bases = basesOf(grid.objects.options.get("Voltagebases"));
  for (const [bus, kv] of found) bus.twin.attributes.vnKv = nearest(kv, bases);
  for (const { bus: name, vnKv, place } of grid.objects.busBases.values()) {
    const bus = grid.buses.get(name.toLowerCase());
    if (bus) bus.twin.attributes.vnKv = vnKv;
    else grid.findings.add("OPENDSS_UNDEFINED", placeText(place), `there is no bus ${name}`);
  }
}

function waysOf(
  grid: Grid,
  sidesOf: ReadonlyMap<DssObject, Side[]>,
  byTwin: ReadonlyMap<string, Bus>,
): Map<Bus, Way[]> {
  const ways = new Map<Bus, Way[]>();
  const add = (from: Bus, to: Bus, kv?: number) => {
    const own = ways.get(from);
    if (own) own.push({ to, kv });
    else ways.set(from, [{ to, kv }]);
  };
  const transformers = new Set<string>();
  for (const [object, sides] of sidesOf) {
    transformers.add(grid.twinOf.get(object)!.id);
    for (const { terminal: from } of sides) {
      for (const { terminal: to, winding, phases } of sides) {
        const kv = ratedKv(winding, phases);
        if (from && to && from.bus !== to.bus && kv !== undefined) add(from.bus, to.bus, kv);
      }
    }
  }
  for (const { twin, from, to } of grid.branches) {
    if (transformers.has(twin)) continue;
    const [one, other] = [byTwin.get(from)!, byTwin.get(to)!];
    add(one, other);
    add(other, one);
  }
  return ways;
}

function ratedKv({ kv, conn }: Winding, phases: number): number | undefined {
  if (kv === undefined || !(kv > 0)) return undefined;
  return phases === 1 && connectionOf(conn) === "wye" ? kv * Math.sqrt(3) : kv;
}

function passOn(start: Bus, kv: number, ways: ReadonlyMap<Bus, Way[]>, found: Map<Bus, number>): void {
  found.set(start, kv);
  const queue = [start];
  for (const bus of queue) {
    for (const { to, kv: own } of ways.get(bus) ?? []) {
      if (found.has(to)) continue;
      found.set(to, own ?? found.get(bus)!);
      queue.push(to);
    }
  }
}

function basesOf(option: Json | undefined): number[] {
  const values = Array.isArray(option) ? option : [option];
  return values.filter((value): value is number => typeof value === "number" && value > 0);
}

function nearest(kv: number, bases: readonly number[]): number {
  const distance = (base: number) => Math.abs(1 - kv / base);
  return bases.reduce((best, base) => (distance(base) < distance(best) ? base : best), bases[0] ?? kv);
}
