// What elements are made of: layers with their thickness, and how well they conduct heat.
// Fed by    models/loaders/ifc/engine.ts: IfcRelAssociatesMaterial, IfcMaterialLayerSet, IfcMaterialProperties and its like in IFC2x3
// Gives     the layers of an object, its own or its type's, and the thermal transmittance that they make
// Source    ISO 6946: 1 / U = Rsi + sum of d / lambda + Rse, for a heat flow that is level

import type { IfcModel } from "./engine.ts";
import { number, reference, references, text, value } from "./entity.ts";
import type { Units } from "./units.ts";

export interface MaterialLayer {
  thicknessM: number;
  material?: string;
  conductivityWPerMK?: number;
}

/** ISO 6946, table 1: surface resistances (m2 K/W) inside and outside. */
const SURFACES_M2K_PER_W = 0.13 + 0.04;

export class Materials {
  readonly #model: IfcModel;
  readonly #units: Units;
  /** Object to what is associated with it: a material, layers, or the use of layers. */
  readonly #ofObject = new Map<number, number>();
  readonly #conductivities = new Map<number, number>();
  readonly #layers = new Map<number, MaterialLayer[]>();

  constructor(model: IfcModel, units: Units) {
    this.#model = model;
    this.#units = units;
    for (const label of model.labels("IFCRELASSOCIATESMATERIAL")) {
      const relation = model.entity(label);
      const material = relation && reference(relation, "RelatingMaterial");
      if (!relation || material === undefined) continue;
      for (const object of references(relation, "RelatedObjects")) this.#ofObject.set(object, material);
    }
    this.#readConductivities();
  }

  /** Layers of an object, else of its type; none when it is of one piece or the file does not say. */
  layersOf(object: number, type: number | undefined): readonly MaterialLayer[] {
    const material = this.#ofObject.get(object) ?? (type === undefined ? undefined : this.#ofObject.get(type));
    if (material === undefined) return [];
    const known = this.#layers.get(material);
    if (known) return known;
    const layers = this.#readLayers(material);
    this.#layers.set(material, layers);
    return layers;
  }

  #readLayers(material: number): MaterialLayer[] {
    const used = this.#model.entity(material);
    const set = used && (reference(used, "ForLayerSet") ?? material);
    const layers = set === undefined ? undefined : this.#model.entity(set);
    if (!layers) return [];
    return references(layers, "MaterialLayers").flatMap((label) => {
      const layer = this.#model.entity(label);
      const thickness = layer && number(layer, "LayerThickness");
      if (!layer || thickness === undefined) return [];
      const of = reference(layer, "Material");
      const name = of === undefined ? undefined : this.#nameOf(of);
      const conductivityWPerMK = of === undefined ? undefined : this.#conductivities.get(of);
      return {
        thicknessM: Number((thickness * this.#units.factor("LENGTHUNIT")).toPrecision(12)),
        ...(name === undefined ? {} : { material: name }),
        ...(conductivityWPerMK === undefined ? {} : { conductivityWPerMK }),
      };
    });
  }

  #nameOf(material: number): string | undefined {
    const entity = this.#model.entity(material);
    return entity && text(entity, "Name");
  }

  #readConductivities(): void {
    for (const label of this.#model.labels("IFCMATERIALPROPERTIES")) {
      const properties = this.#model.entity(label);
      const material = properties && reference(properties, "Material");
      if (!properties || material === undefined) continue;
      this.#note(material, number(properties, "ThermalConductivity")); // IFC2x3: IfcThermalMaterialProperties
      for (const attribute of ["Properties", "ExtendedProperties"]) {
        for (const one of references(properties, attribute)) {
          const property = this.#model.entity(one);
          if (!property || text(property, "Name") !== "ThermalConductivity") continue;
          const said = value(property, "NominalValue").value;
          this.#note(material, typeof said === "number" ? said : undefined);
        }
      }
    }
  }

  /** Zero is what exporters write for what nobody filled in. */
  #note(material: number, conductivity: number | undefined): void {
    if (conductivity === undefined || !(conductivity > 0) || this.#conductivities.has(material)) return;
    const factor = this.#units.factor("THERMALCONDUCTANCEUNIT"); // IFC's name for the unit of conductivity
    this.#conductivities.set(material, Number((conductivity * factor).toPrecision(12)));
  }
}

/** Thermal transmittance of layers whose conductivity is known, all of them. */
export function transmittanceOf(layers: readonly MaterialLayer[]): number | undefined {
  if (layers.length === 0) return undefined;
  let resistance = SURFACES_M2K_PER_W;
  for (const { thicknessM, conductivityWPerMK } of layers) {
    if (conductivityWPerMK === undefined) return undefined;
    resistance += thicknessM / conductivityWPerMK;
  }
  return Number((1 / resistance).toPrecision(6));
}
