// The ends of branches: which twin stands at either end of a line, pipe, pump, valve or winding.

import type { Branch, District, TwinId } from "../../models/district.ts";
import type { TwinView } from "../../runtime/views.ts";
import { type KindField, neighbours, twin } from "./field.ts";

/** Made once for each district: a changed model is a new district. */
const indexes = new WeakMap<District, Map<TwinId, Branch[]>>();

function branchesOf(district: District, id: TwinId): Branch[] {
  let index = indexes.get(district);
  if (!index) {
    index = new Map();
    for (const branch of district.branches) {
      const known = index.get(branch.twin);
      if (known) known.push(branch);
      else index.set(branch.twin, [branch]);
    }
    indexes.set(district, index);
  }
  return index.get(id) ?? [];
}

/** The node at one end, in the direction of the file. */
export function end(type: string, side: "from" | "to"): KindField {
  const description = side === "from" ? "Where it starts." : "Where it ends.";
  return twin(type, description, ({ id, moment }, { world }) => {
    const node = branchesOf(world.district, id)[0]?.[side];
    const found = node === undefined ? undefined : (moment ?? world).twin(node);
    return type === "Twin" || found?.kind === type.toLowerCase() ? found : undefined;
  });
}

/** The bus of highest or lowest voltage; of equal ones, and where a voltage is unknown, the order of the file decides. */
export function windingBus(which: "highest" | "lowest"): KindField {
  const description = `The bus of the ${which === "highest" ? "high" : "low"}-voltage side.`;
  return twin("Bus", description, (view, context) => {
    const buses = neighbours(view, context, "bus", "connects");
    const voltage = (bus: TwinView) => (typeof bus.model.attributes.vnKv === "number" ? bus.model.attributes.vnKv : 0);
    if (buses.every((bus) => voltage(bus) > 0)) buses.sort((a, b) => voltage(b) - voltage(a));
    return buses.length < 2 ? undefined : buses.at(which === "highest" ? 0 : -1);
  });
}
