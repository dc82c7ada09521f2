// The windings of a transformer, as its properties name them one after the other.
// Fed by    what was assigned to a transformer and to its XfmrCode, in its order
// Gives     bus, connection, voltage, power, resistance and tap of each winding
// W1  `wdg=2` turns what follows to the second winding; arrays (kVs, kVAs ...) set all of them
// W2  kVA of the first winding is that of all, until another is said; %loadloss is shared by the first two
// Source    OpenDSS Manual, Transformer

import type { Json } from "../../district.ts";
import type { DssObject } from "./objects.ts";

export interface Winding {
  bus?: string;
  conn?: string;
  kv?: number;
  kva?: number;
  tap?: number;
  rPercent?: number;
  rNeutralOhm?: number;
  xNeutralOhm?: number;
  rDcOhm?: number;
}

const MAX_WINDINGS = 100;
const DEFAULT_WINDINGS = 2;

const OF_ONE: Record<string, keyof Winding> = {
  bus: "bus",
  conn: "conn",
  kv: "kv",
  kva: "kva",
  tap: "tap",
  "%r": "rPercent",
  rneut: "rNeutralOhm",
  xneut: "xNeutralOhm",
  rdcohms: "rDcOhm",
};
const OF_ALL: Record<string, keyof Winding> = {
  buses: "bus",
  conns: "conn",
  kvs: "kv",
  kvas: "kva",
  taps: "tap",
  "%rs": "rPercent",
};

/** Properties that the windings hold. */
export const OF_WINDINGS: ReadonlySet<string> = new Set([
  "windings",
  "wdg",
  ...Object.keys(OF_ONE),
  ...Object.keys(OF_ALL),
]);

export function windingsOf(transformer: DssObject, codeNamed: (name: string) => DssObject | undefined): Winding[] {
  const windings: Winding[] = Array.from({ length: DEFAULT_WINDINGS }, () => ({}));
  replay(transformer, windings, codeNamed);
  return windings;
}

function replay(
  object: DssObject,
  windings: Winding[],
  codeNamed: ((name: string) => DssObject | undefined) | undefined,
): void {
  let active = 0;
  let lastCode: Json | undefined;
  for (const { property, value } of object.history) {
    const { key } = property;
    // To be of the same code twice in a row changes nothing, however often a script says it.
    if (key === "xfmrcode" && value === lastCode) continue;
    lastCode = key === "xfmrcode" ? value : undefined;
    if (key === "windings" && typeof value === "number") {
      resize(windings, value);
      active = Math.min(active, windings.length - 1);
    } else if (key === "wdg" && typeof value === "number") active = placeOf(value, windings);
    else if (key === "xfmrcode" && typeof value === "string") {
      const code = codeNamed?.(value);
      if (code) replay(code, windings, undefined);
      active = Math.min(active, windings.length - 1);
    } else if (key === "%loadloss" && typeof value === "number") {
      for (const winding of windings.slice(0, 2)) winding.rPercent = value / 2;
    } else if (Object.hasOwn(OF_ONE, key)) {
      setOne(windings, active, OF_ONE[key]!, value);
      if (key === "kva" && active === 0) for (const winding of windings) Object.assign(winding, { kva: value });
    } else if (Object.hasOwn(OF_ALL, key) && Array.isArray(value)) {
      if (value.length > windings.length) resize(windings, value.length);
      for (const [index, each] of value.slice(0, windings.length).entries())
        setOne(windings, index, OF_ALL[key]!, each);
    }
  }
}

function setOne(windings: Winding[], index: number, name: keyof Winding, value: Json): void {
  if (value !== null && value !== "") (windings[index] as Record<string, Json>)[name] = value;
}

/** A winding beyond the last one makes room for itself: scripts say `wdg=3` before `windings=3`. */
function placeOf(number: number, windings: Winding[]): number {
  const index = Math.min(Math.max(Math.floor(number), 1), MAX_WINDINGS) - 1;
  if (index >= windings.length) resize(windings, index + 1);
  return index;
}

function resize(windings: Winding[], count: number): void {
  const wanted = Math.min(Math.max(Math.floor(count), 1), MAX_WINDINGS);
  const [first] = windings;
  while (windings.length < wanted) windings.push(first?.kva === undefined ? {} : { kva: first.kva });
  windings.length = wanted;
}
