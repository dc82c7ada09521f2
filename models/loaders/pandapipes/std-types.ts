// Standard types: what the net's library says of the pumps and pipes that name an entry of it.
// Fed by    `std_types` (before 0.7 `std_type`) of the net
// Gives     `stdTypeParameters` of pumps (the curve: pressure in bar over volume flow in m3/h) and pipes
// S1  types that no element names are pandapipes' own library, and are not kept
// Source    pandapipes/std_types: std_type_class.py, and the files of the library

import type { Json } from "../../district.ts";
import { type Elements, placeOf } from "../pandas-json/elements.ts";
import type { Net } from "../pandas-json/net.ts";
import { isObject } from "../pandas-json/table.ts";
import type { PandapipesFindings } from "./findings.ts";
import { plain } from "./fluid.ts";

/** Tables whose elements may name a type, and the part of the library it is in. */
const TYPED = new Map(Object.entries({ pipe: "pipe", valve_pipe: "pipe", pump: "pump" }));

/** The number of types that are used now stand with their elements. */
export function describeByType(net: Net, elements: Elements, findings: PandapipesFindings): number {
  const library = net.own("std_types") ?? net.own("std_type");
  const used = new Set<string>();
  for (const [table, part] of TYPED) {
    const types = isObject(library) && isObject(library[part]) ? library[part] : {};
    const known = new Map<string, Json>();
    for (const element of elements.get(table)!.values()) {
      const { attributes } = element.twin;
      const { stdType } = attributes;
      if (stdType === undefined) continue;
      const name = typeof stdType === "string" ? stdType : JSON.stringify(stdType);
      if (!known.has(name) && Object.hasOwn(types, name)) known.set(name, plain(types[name]!));
      const parameters = known.get(name);
      if (parameters === undefined) {
        findings.add("PANDAPIPES_STD_TYPE", placeOf(element), `there is no ${part} ${name} among the standard types`);
        continue;
      }
      attributes.stdTypeParameters = parameters;
      used.add(`${part} ${name}`);
    }
  }
  return used.size;
}
