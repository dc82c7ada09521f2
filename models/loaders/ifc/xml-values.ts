// Values of ifcXML in the form in which the engine hands over those of a STEP file.
// Fed by    models/loaders/ifc/ifcxml.ts
// Gives     what models/loaders/ifc/entity.ts reads

const REFERENCE = 5; // web-ifc's REF

export interface RawReference {
  type: typeof REFERENCE;
  value: number;
}

/** Attributes whose values are enumerations: ifcXML writes them in small letters, STEP and the schema in capitals. */
const ENUMERATIONS: ReadonlySet<string> = new Set(
  `CompositionType PredefinedType InteriorOrExteriorSpace UnitType Prefix Purpose PhysicalOrVirtualBoundary
  InternalOrExternalBoundary FlowDirection`.split(/\s+/),
);
/** Attributes that are lists of numbers; ifcXML4 writes them with blanks between. */
const NUMBERS: ReadonlySet<string> = new Set(["RefLatitude", "RefLongitude", "DirectionRatios", "Coordinates"]);
/** Defined types whose values are no text. */
const NUMERIC = /(MEASURE|REAL|INTEGER|RATIO|NUMBER|TIMESTAMP)$/;
const TRUTHS: Record<string, boolean> = { true: true, false: false, "1": true, "0": false };

export function rawReference(label: number): RawReference {
  return { type: REFERENCE, value: label };
}

/** A value without a defined type. */
export function rawText(className: string, attribute: string, text: string): unknown {
  if (NUMBERS.has(attribute)) return text.split(/\s+/).filter(Boolean).map(Number);
  const isEnumeration = ENUMERATIONS.has(attribute) || (className === "IfcSIUnit" && attribute === "Name");
  return isEnumeration ? text.trim().toUpperCase() : text;
}

/** `<IfcLabel>`, `<IfcLabel-wrapper>`; `<double-wrapper>` and its like have no type of their own. */
export function rawTyped(element: string, text: string): unknown {
  const name = element.replace(/-wrapper$/, "").toUpperCase();
  if (!name.startsWith("IFC")) return text.trim();
  if (name === "IFCBOOLEAN" || name === "IFCLOGICAL") return { name, value: TRUTHS[text.trim()] ?? null };
  return { name, value: NUMERIC.test(name) && text.trim() !== "" ? Number(text) : text };
}
