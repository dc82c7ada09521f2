// Classifications: the codes by which facility managers sort spaces, equipment and zones (OmniClass, Uniclass, DIN 276 ...).
// Fed by    models/loaders/ifc/engine.ts: IfcRelAssociatesClassification
// Gives     `classifications: [{ system, code, name }]` of every object, its own and those of its type, and the first as `category`
// Source    IFC4 ADD2 TC1, IfcClassificationReference (Identification, in IFC2x3 ItemReference)

import type { Attributes } from "../../district.ts";
import type { IfcModel } from "./engine.ts";
import { reference, references, text } from "./entity.ts";

/** References to references: more than this is a circle. */
const MAX_SOURCES = 20;

export class Classifications {
  readonly #ofObject = new Map<number, Attributes[]>();

  constructor(model: IfcModel) {
    for (const label of model.labels("IFCRELASSOCIATESCLASSIFICATION")) {
      const relation = model.entity(label);
      const classification = relation && reference(relation, "RelatingClassification");
      const described = classification === undefined ? undefined : describe(model, classification);
      if (!relation || !described) continue;
      for (const object of references(relation, "RelatedObjects")) {
        const known = this.#ofObject.get(object);
        if (known) known.push(described);
        else this.#ofObject.set(object, [described]);
      }
    }
  }

  of(label: number, type: number | undefined): Attributes {
    const own = this.#ofObject.get(label) ?? [];
    const all = [...own, ...(type === undefined ? [] : (this.#ofObject.get(type) ?? []))];
    const [first] = all;
    if (!first) return {};
    // as COBie writes it: `13-55 11 00: Office`
    const category = [first.code, first.name].filter((part) => part !== undefined).join(": ");
    return { ...(category ? { category } : {}), classifications: all.map((one) => ({ ...one })) };
  }
}

function describe(model: IfcModel, label: number): Attributes | undefined {
  const entity = model.entity(label);
  if (!entity) return undefined;
  const described: Attributes = {};
  let source = reference(entity, "ReferencedSource");
  let system = source === undefined ? undefined : model.entity(source);
  for (let depth = 0; system && depth < MAX_SOURCES; depth++) {
    source = reference(system, "ReferencedSource");
    if (source === undefined) break;
    system = model.entity(source);
  }
  const systemName = system && text(system, "Name");
  if (systemName !== undefined) described.system = systemName;
  const code = text(entity, "Identification") ?? text(entity, "ItemReference");
  if (code !== undefined) described.code = code;
  const name = text(entity, "Name");
  if (name !== undefined) described.name = name;
  return Object.keys(described).length > 0 ? described : undefined;
}
