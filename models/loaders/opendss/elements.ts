// All objects as twins, in the order of the script.
// Fed by    the grid with the objects that a script leaves
// Gives     its twins, links and branches, the buses with their voltages and places
// E1  what has buses is read before what watches it, so that a control finds its element wherever it stands in the script

import type { Attributes } from "../../district.ts";
import { readAtBus, standsAtBus } from "./at-bus.ts";
import { openSwitched, readControl } from "./controls.ts";
import { attributesOf, type Grid, type Terminal } from "./grid.ts";
import { readLine } from "./lines.ts";
import { type DssObject, isEnabled } from "./objects.ts";
import { isPowerElement, readPowerElement } from "./power.ts";
import { readSource } from "./sources.ts";
import { readGicTransformer, readTransformer, type Side } from "./transformers.ts";
import { setVoltages } from "./voltage-bases.ts";

/** Gives the ends of what stands at one bus. */
export function readElements(grid: Grid, whole: Attributes): Map<DssObject, Terminal> {
  const ends = new Map<DssObject, Terminal>();
  const sourceEnds = new Map<DssObject, Terminal>();
  const sidesOf = new Map<DssObject, Side[]>();
  openSwitched(grid.objects);
  for (const object of grid.objects.all) {
    const { name, group } = object.of;
    if (group !== "circuit") continue;
    const keep = (end: Terminal | undefined, among: Map<DssObject, Terminal>) => end && among.set(object, end);
    if (name === "Vsource") keep(readSource(grid, object), sourceEnds);
    else if (name === "Line") readLine(grid, object);
    else if (name === "Transformer" || name === "AutoTrans") sidesOf.set(object, readTransformer(grid, object));
    else if (name === "GICTransformer") readGicTransformer(grid, object);
    else if (isPowerElement(name)) keep(readPowerElement(grid, object), ends);
    else if (standsAtBus(name)) keep(readAtBus(grid, object), ends);
    else keepAside(grid, object, whole);
  }
  for (const object of grid.objects.all) if (object.of.group === "control") readControl(grid, object, sidesOf, whole);
  finishBuses(grid);
  setVoltages(grid, sidesOf, sourceEnds);
  return ends;
}

/** A source of geomagnetic current belongs to a line, not to a bus. */
function keepAside(grid: Grid, object: DssObject, whole: Attributes): void {
  const entry = { name: object.name, class: object.of.name, ...attributesOf(object), inService: isEnabled(object) };
  const listed = whole.geomagneticSources;
  if (Array.isArray(listed)) listed.push(entry);
  else whole.geomagneticSources = [entry];
  grid.census.countKept(object.of.name);
}

function finishBuses({ buses, objects }: Grid): void {
  for (const [key, { twin, nodes }] of buses) {
    const nodeNumbers = [...nodes].sort((one, other) => one - other);
    Object.assign(twin.attributes, { nodes: nodeNumbers, inService: true });
    const place = objects.coordinates.get(key);
    if (!place) continue;
    twin.attributes.position = { x: place.x, y: place.y };
    if (place.isGeographic && Math.abs(place.x) <= 180 && Math.abs(place.y) <= 90)
      twin.attributes.location = { latDeg: place.y, lonDeg: place.x };
  }
}
