// What watches, switches or steers an element stands on that element.
// Fed by    the objects of class RegControl, CapControl, SwtControl, Fuse, Relay, Monitor, EnergyMeter ...
// Gives     attributes such as `regControls` and `monitors` of the twin that they name; of the whole circuit when they name none
// K1  a SwtControl, Fuse, Recloser or Relay whose state is open opens what it switches

import type { Attributes } from "../../district.ts";
import { addToList } from "./at-bus.ts";
import { classOf } from "./classes.ts";
import { attributesOf, type Grid } from "./grid.ts";
import { type DssObject, isEnabled, numberAt, type Objects, textAt } from "./objects.ts";
import { type Side, tapChanger } from "./transformers.ts";

/** The attribute that lists a class, and the properties that may name the element, the first of them first. */
const CONTROLS: Record<string, { list: string; names: readonly string[] }> = {
  RegControl: { list: "regControls", names: ["transformer"] },
  CapControl: { list: "capControls", names: ["capacitor", "element"] },
  SwtControl: { list: "switchControls", names: ["switchedobj"] },
  Fuse: { list: "fuses", names: ["monitoredobj", "switchedobj"] },
  Recloser: { list: "reclosers", names: ["monitoredobj", "switchedobj"] },
  Relay: { list: "relays", names: ["monitoredobj", "switchedobj"] },
  Monitor: { list: "monitors", names: ["element"] },
  EnergyMeter: { list: "energyMeters", names: ["element"] },
  Sensor: { list: "sensors", names: ["element"] },
  FMonitor: { list: "fMonitors", names: ["element"] },
  StorageController: { list: "storageControllers", names: ["element"] },
  GenDispatcher: { list: "genDispatchers", names: ["element"] },
  ESPVLControl: { list: "espvlControls", names: ["element"] },
  UPFCControl: { list: "upfcControls", names: [] },
  InvControl: { list: "invControls", names: [] },
  ExpControl: { list: "expControls", names: [] },
};

const SWITCHING: ReadonlySet<string> = new Set(["SwtControl", "Fuse", "Recloser", "Relay"]);

export function openSwitched(objects: Objects): void {
  for (const control of objects.all) {
    if (!SWITCHING.has(control.of.name) || !isEnabled(control)) continue;
    const state = textAt(control, "state") ?? textAt(control, "action") ?? textAt(control, "normal");
    if (!state || !/^[\s[(]*o/i.test(state)) continue;
    const switched = textAt(control, "switchedobj") ?? textAt(control, "monitoredobj");
    const target = switched === undefined ? undefined : objectNamed(objects, switched);
    target?.open.set(numberAt(control, "switchedterm") ?? numberAt(control, "monitoredterm") ?? 1, new Set([0]));
  }
}

/** `whole` are the attributes of the circuit. */
export function readControl(
  grid: Grid,
  control: DssObject,
  sidesOf: ReadonlyMap<DssObject, Side[]>,
  whole: Attributes,
): void {
  const { list, names } = CONTROLS[control.of.name]!;
  const entry = { name: control.name, ...attributesOf(control), inService: isEnabled(control) };
  const target = targetOf(grid.objects, control, names);
  const attributes = target && (grid.twinOf.get(target)?.attributes ?? grid.entryOf.get(target));
  addToList(attributes ?? whole, list, entry);
  grid.census.countKept(control.of.name);
  const sides = target && sidesOf.get(target);
  if (control.of.name !== "RegControl" || !attributes || !sides) return;
  const winding = numberAt(control, "tapwinding") ?? numberAt(control, "winding") ?? 1;
  const side = sides[winding - 1];
  if (side) Object.assign(attributes, tapChanger(attributes, side, sides));
}

function targetOf(objects: Objects, control: DssObject, names: readonly string[]): DssObject | undefined {
  for (const key of names) {
    const name = textAt(control, key);
    const assumed = control.of.byKey.get(key)?.refersTo;
    const target = name === undefined ? undefined : objectNamed(objects, name, assumed === "*" ? undefined : assumed);
    if (target) return target;
  }
  return undefined;
}

/** `Line.650632`, or a name alone where the class is clear. */
export function objectNamed(objects: Objects, name: string, className?: string): DssObject | undefined {
  const dot = name.indexOf(".");
  const of = dot < 0 ? undefined : classOf(name.slice(0, dot).trim());
  const found = of && objects.find(of, name.slice(dot + 1).trim());
  if (found || className === undefined) return found;
  return objects.find(classOf(className)!, name.trim());
}
