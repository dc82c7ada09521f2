// The classes of OpenDSS and their properties, as a script may write them.
// Fed by    the tables of properties beside this file
// Gives     a class by its name, a property of it by its name or the beginning of one
// C1  the order of properties matters: a value without a name goes to the property after the one before
// C2  an abbreviated name is the first property, in that order, that begins with it; upper and lower case are the same
// Source    OpenDSS Manual and the help of its commands; order of properties as in DSS C-API 0.15 (which keeps OpenDSS's)

import { CIRCUIT_CLASSES } from "./properties-circuit.ts";
import { CONTROL_CLASSES } from "./properties-control.ts";
import { GENERAL_CLASSES } from "./properties-general.ts";

export type ValueType = "text" | "number" | "yes" | "numbers" | "texts" | "matrix" | "bus" | "buses";

export interface Property {
  /** As OpenDSS writes it. */
  name: string;
  /** The same in lower case: what the rest of the loader asks for. */
  key: string;
  /** Its place in the class, from zero. */
  order: number;
  attribute: string;
  type: ValueType;
  /** What a number is divided by, for the unit of its attribute. */
  divisor: number;
  /** The class whose object it names; `*` when the class stands before the name. */
  refersTo?: string;
}

/** `circuit`: has buses; `control`: watches or switches another element; `general`: is data for others. */
export type ClassGroup = "circuit" | "control" | "general";

export interface DssClass {
  name: string;
  group: ClassGroup;
  properties: readonly Property[];
  byKey: ReadonlyMap<string, Property>;
}

/** NAME, then perhaps =ATTRIBUTE, /DIVISOR, the sign of the type, and >CLASS. */
const ENTRY = /^([^=/#?@[\]|>]+)(?:=([A-Za-z0-9]+))?(?:\/(\d+))?(#\||#\[\]|\[\]|@\[\]|#|\?|@)?(?:>(\S+))?$/;
const TYPES: Record<string, ValueType> = {
  "": "text",
  "#": "number",
  "?": "yes",
  "#[]": "numbers",
  "[]": "texts",
  "#|": "matrix",
  "@": "bus",
  "@[]": "buses",
};

const CLASSES = new Map<string, DssClass>();
for (const [group, classes] of [
  ["circuit", CIRCUIT_CLASSES],
  ["control", CONTROL_CLASSES],
  ["general", GENERAL_CLASSES],
] as const) {
  for (const [name, table] of Object.entries(classes)) CLASSES.set(name.toLowerCase(), readClass(name, group, table));
}

/** Names that older and newer versions have for a class. */
const ALIASES: Record<string, string> = { pvsystem2: "pvsystem", storage2: "storage", invcontrol2: "invcontrol" };

export function classOf(name: string): DssClass | undefined {
  const key = name.toLowerCase();
  return CLASSES.get(Object.hasOwn(ALIASES, key) ? ALIASES[key]! : key);
}

export function propertyOf(of: DssClass, name: string): Property | undefined {
  const key = name.toLowerCase();
  if (key === "") return undefined;
  return of.byKey.get(key) ?? of.properties.find((property) => property.key.startsWith(key));
}

function readClass(name: string, group: ClassGroup, table: string): DssClass {
  const properties = table.trim().split(/\s+/).map(readProperty);
  return { name, group, properties, byKey: new Map(properties.map((property) => [property.key, property])) };
}

function readProperty(entry: string, order: number): Property {
  const [, name = "", attribute, divisor, type = "", refersTo] = ENTRY.exec(entry) ?? [];
  const property: Property = {
    name,
    key: name.toLowerCase(),
    order,
    attribute: attribute ?? attributeName(name),
    type: TYPES[type]!,
    divisor: Number(divisor ?? 1),
  };
  if (refersTo) property.refersTo = refersTo;
  return property;
}

/** `MonitoredObj` -> `monitoredObj`, `DOC_DelayInner` -> `docDelayInner`, `%mean` -> `meanPercent`. */
function attributeName(name: string): string {
  const words = name.replace(/^%(.*)$/, "$1_percent").split(/_+/);
  return words
    .map((word, index) => {
      const lower = word.replace(/^[A-Z]+(?![a-z])|^[A-Z]/, (capitals) => capitals.toLowerCase());
      return index === 0 ? lower : lower.charAt(0).toUpperCase() + lower.slice(1);
    })
    .join("");
}
