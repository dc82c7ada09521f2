// Where equipment belongs: voltage level, bay, substation, feeder, line, region; and at which voltage it works.
// Fed by    the model
// Gives     attributes, the same ones for all that stand in one container
// K1  what a container lies in stands beside it: equipment of a bay has its bay, voltage level, substation and regions

import type { Attributes } from "../../district.ts";
import type { Grid } from "./grid.ts";
import type { CimObject } from "./model.ts";
import { quantity } from "./units.ts";

/** Properties that lead from what lies in a container to the container. */
const OUTWARDS = [
  ...["EquipmentContainer", "ConnectivityNodeContainer", "VoltageLevel", "Bay", "Substation", "Feeder"],
  ...["NormalEnergizingSubstation", "Region", "SubGeographicalRegion", "Plant"],
];
const MAX_STEPS = 10;

export class Containers {
  readonly #grid: Grid;
  readonly #attributes = new Map<CimObject, Attributes>();

  constructor(grid: Grid) {
    this.#grid = grid;
  }

  /** `{ feeder: { id, name }, substation: ... }` of an equipment or a node. */
  of(object: CimObject): Attributes {
    const container = this.#outer(object);
    if (!container) return {};
    const known = this.#attributes.get(container);
    if (known) return known;
    const attributes: Attributes = {};
    let at: CimObject | undefined = container;
    for (let step = 0; at && step < MAX_STEPS; step++) {
      const name = attributeOf(at);
      if (Object.hasOwn(attributes, name)) break;
      attributes[name] = this.#grid.described(at);
      at = this.#outer(at);
    }
    this.#attributes.set(container, attributes);
    return attributes;
  }

  /** The nearest of a class that an object lies in. */
  within(object: CimObject, className: string): CimObject | undefined {
    let at = this.#outer(object);
    for (let step = 0; at && step < MAX_STEPS; step++) {
      if (at.className === className) return at;
      at = this.#outer(at);
    }
    return undefined;
  }

  /** Nominal voltage of a node or equipment: of its own base voltage, or of its voltage level's. */
  nominalKv(object: CimObject): number | undefined {
    const { model, dialect } = this.#grid;
    const level = object.className === "VoltageLevel" ? object : this.within(object, "VoltageLevel");
    for (const one of [object, level]) {
      const base = model.referenced(one, "BaseVoltage");
      const voltage = quantity(base, "nominalVoltage", dialect);
      if (base && voltage !== undefined) {
        base.fate ??= "kept";
        return voltage;
      }
    }
    return undefined;
  }

  #outer(object: CimObject): CimObject | undefined {
    for (const property of OUTWARDS) {
      const found = this.#grid.model.referenced(object, property);
      if (found && found !== object) return found;
    }
    return undefined;
  }
}

function attributeOf({ className }: CimObject): string {
  return className.charAt(0).toLowerCase() + className.slice(1);
}
