// What the schema says of classes: which there are, what is a kind of what, and which relation stands behind an inverse.
// Fed by    the schema tables of web-ifc
// Gives     answers by name, for one schema

import type { IfcSchema } from "./engine.ts";

/** Names of the IFC schemas, at web-ifc's numbers for them. */
const SCHEMAS: readonly (IfcSchema | "")[] = ["", "IFC2X3", "IFC4", "IFC4X3"];

type OfClass<T> = Partial<Record<number, T>>;
/** Name of the inverse, class of the relation, place of the attribute behind it. */
type Inverse = [name: string, relation: number, place: number];
type Constructor = new () => object;

export class XmlClasses {
  readonly schema: IfcSchema;
  /** Class in capitals to its number, and back. */
  readonly #codes = new Map<string, number>();
  readonly #names = new Map<number, string>();
  /** Class in capitals to its name as the schema writes it, for the classes of this schema. */
  readonly #written = new Map<string, string>();
  readonly #subclasses: OfClass<number[]>;
  readonly #inverses: OfClass<Inverse[]>;
  readonly #constructors: Partial<Record<string, Constructor>>;

  static async of(schema: IfcSchema): Promise<XmlClasses> {
    return new XmlClasses(schema, await import("web-ifc"));
  }

  private constructor(schema: IfcSchema, tables: typeof import("web-ifc")) {
    const number = SCHEMAS.indexOf(schema);
    this.schema = schema;
    this.#subclasses = tables.InheritanceDef[number];
    this.#inverses = tables.InversePropertyDef[number];
    this.#constructors = tables[schema] as unknown as Partial<Record<string, Constructor>>;
    for (const [name, code] of Object.entries(tables)) {
      if (typeof code !== "number" || !/^IFC[A-Z0-9]+$/.test(name)) continue;
      this.#codes.set(name, code);
      this.#names.set(code, name);
    }
    const entities: OfClass<unknown> = tables.FromRawLineData[number];
    for (const name of Object.keys(this.#constructors)) {
      const code = this.#codes.get(name.toUpperCase());
      if (code !== undefined && entities[code] !== undefined) this.#written.set(name.toUpperCase(), name);
    }
  }

  /** The class as the schema writes it; undefined when it has none of that name. */
  known(className: string): string | undefined {
    return this.#written.get(className.toUpperCase());
  }

  /** A class and all below it, in capitals. */
  family(className: string): string[] {
    const code = this.#codes.get(className);
    const below = code === undefined ? [] : (this.#subclasses[code] ?? []);
    return [className, ...below.flatMap((one) => this.#names.get(one) ?? [])];
  }

  /** The attribute of the relation that an inverse attribute stands for: `RelatingObject` for `IsDecomposedBy`. */
  inverse(className: string, attribute: string): string | undefined {
    const code = this.#codes.get(className.toUpperCase());
    const found = code === undefined ? undefined : this.#inverses[code]?.find(([name]) => name === attribute);
    const relation = found && this.#written.get(this.#names.get(found[1]) ?? "");
    const Relation = relation === undefined ? undefined : this.#constructors[relation];
    if (!found || !Relation) return undefined;
    return Object.keys(new Relation()).filter((key) => key !== "expressID" && key !== "type")[found[2]];
  }
}
