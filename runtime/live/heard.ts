// Heard: of the devices that sleep, those to which a further reading of their meters would tell nothing. A bit each, so that a meter that
// wakes, after a start or after a rest, does not wake its device as well.
// Fed by    twins as a start finds them in their pages; twins that go to sleep; twins that wake
// Gives     whether a device may sleep on when one of its meters is heard
// E1  a twin has its bit only while it sleeps: whoever is awake is told, and finds out himself that it is no news
// E2  a device has it where feeders.ts would change nothing of it: it was born, knows that it was heard, is not missed, and its silence
//     has a deadline; where that is not certain it has none, and is woken

import type { Definition } from "../../twins/definition.ts";
import type { Dictionary } from "./dictionary.ts";
import { BORN, conditionAt, DUE_MS, FLAGS, pointAt, RAISED, VALUE } from "./page.ts";
import type { Layout } from "./shape.ts";

/** The point of a device that says whether it was ever heard; twins/device.ts has it. */
export const HEARD = "#heard";

/** Where in the numbers of a device it shows; counted from where they begin. */
interface Signs {
  heardAt: number;
  /** Of the conditions that are raised when it is missed. */
  silentBits: number;
  dueAt: number[];
}

export class HeardDevices {
  readonly #layouts: Dictionary<Layout>;
  readonly #bits: Uint8Array;
  /** By number of the layout; null where it cannot be told. */
  readonly #signs: (Signs | null | undefined)[] = [];

  /** `slots`: places of the partition. */
  constructor(slots: number, layouts: Dictionary<Layout>) {
    this.#bits = new Uint8Array(Math.ceil(slots / 8));
    this.#layouts = layouts;
  }

  /** The device at a place sleeps, and would not change by being heard. */
  has(slot: number): boolean {
    return (this.#bits[slot >> 3]! & (1 << (slot & 7))) !== 0;
  }

  /** A twin sleeps. `base`: where in `cells` its numbers begin, which have that layout. */
  sleeps(slot: number, definition: Definition, layout: number, cells: Float64Array, base: number): void {
    if (definition.kind !== "device") return;
    const signs = this.#signsIn(layout, definition);
    if (signs && knows(signs, cells, base)) this.#bits[slot >> 3]! |= 1 << (slot & 7);
  }

  wakes(slot: number): void {
    this.#bits[slot >> 3]! &= ~(1 << (slot & 7));
  }

  #signsIn(layout: number, definition: Definition): Signs | null {
    let signs = this.#signs[layout];
    if (signs === undefined) {
      signs = signsOf(this.#layouts.value(layout)!, definition);
      this.#signs[layout] = signs;
    }
    return signs;
  }
}

/** A page may be older than the definition: what it has no numbers for begins anew when the twin wakes. */
function signsOf({ points, conditions }: Layout, definition: Definition): Signs | null {
  const silences = Object.entries(definition.conditions).filter(([, { type }]) => type === "stale");
  const places = silences.map(([name]) => conditions.indexOf(name));
  const heard = points.indexOf(HEARD);
  if (heard < 0 || places.includes(-1)) return null;
  return {
    heardAt: pointAt(conditions.length, heard) + VALUE,
    silentBits: places.reduce((bits, i) => bits | (1 << i), 0),
    dueAt: places.map((i) => conditionAt(i) + DUE_MS),
  };
}

function knows({ heardAt, silentBits, dueAt }: Signs, cells: Float64Array, base: number): boolean {
  const isBorn = (cells[base + FLAGS]! & BORN) !== 0;
  const isMissed = (cells[base + RAISED]! & silentBits) !== 0;
  return isBorn && !isMissed && cells[base + heardAt] === 1 && dueAt.every((at) => !Number.isNaN(cells[base + at]!));
}
