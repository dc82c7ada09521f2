// The objects of all files of a source, as one model.
// Fed by    models/loaders/cgmes/rdf.ts, file by file
// Gives     objects by id and by class, and who refers to whom
// M1  what several files say of one id is one object: what was said first stays
// M2  properties go by their name without class (`length` of `Conductor.length`): CIM's versions moved some between classes

/** What became of an object: a twin, or attributes of twins. */
export type Fate = "read" | "kept";

export class CimObject {
  readonly id: string;
  readonly key: string;
  className: string;
  /** Which file it stands in first, and where. */
  readonly file: number;
  readonly start: number;
  /** The last file that said something of it. */
  lastFile: number;
  fate: Fate | undefined;
  /** Names and values by turns: most objects have so few that to look through them is faster than a table, and smaller. */
  readonly values: string[] = [];
  readonly references: string[] = [];

  constructor(id: string, key: string, className: string, file: number, start: number) {
    this.id = id;
    this.key = key;
    this.className = className;
    this.file = file;
    this.lastFile = file;
    this.start = start;
  }

  get name(): string | undefined {
    return this.text("name");
  }

  text(property: string): string | undefined {
    const { values } = this;
    for (let at = 0; at < values.length; at += 2) if (values[at] === property) return values[at + 1];
    return undefined;
  }

  number(property: string): number | undefined {
    const text = this.text(property);
    const value = text === undefined || text === "" ? Number.NaN : Number(text);
    return Number.isFinite(value) ? value : undefined;
  }

  flag(property: string): boolean | undefined {
    const text = this.text(property);
    if (text === undefined) return undefined;
    return /^(true|1)$/i.test(text) ? true : /^(false|0)$/i.test(text) ? false : undefined;
  }

  /** Key of the first object that a property names. */
  reference(property: string): string | undefined {
    const { references } = this;
    for (let at = 0; at < references.length; at += 2) if (references[at] === property) return references[at + 1];
    return undefined;
  }

  allReferences(property: string): string[] {
    return [...new Set(this.references.filter((_, at) => at % 2 === 1 && this.references[at - 1] === property))];
  }
}

const NONE: readonly CimObject[] = [];

export class CimModel {
  readonly #objects = new Map<string, CimObject>();
  readonly #byClass = new Map<string, CimObject[]>();
  readonly #properties = new Set<string>();
  readonly #referring = new Map<string, Map<string, CimObject[]>>();

  get size(): number {
    return this.#objects.size;
  }

  /** In the order of the files. */
  objects(): Iterable<CimObject> {
    return this.#objects.values();
  }

  add(object: CimObject): void {
    this.#objects.set(object.key, object);
  }

  get(key: string | undefined): CimObject | undefined {
    return key === undefined ? undefined : this.#objects.get(key);
  }

  /** The object that a property of another one names. */
  referenced(object: CimObject | undefined, property: string): CimObject | undefined {
    return this.get(object?.reference(property));
  }

  /** All of one class; asked only once the model is complete. */
  of(className: string): readonly CimObject[] {
    if (this.#byClass.size === 0) {
      for (const object of this.objects()) {
        const list = this.#byClass.get(object.className);
        if (list) list.push(object);
        else this.#byClass.set(object.className, [object]);
      }
    }
    return this.#byClass.get(className) ?? NONE;
  }

  /** All that name an object by this property, in their order; asked only once the model is complete. */
  referring(property: string, { key }: CimObject): readonly CimObject[] {
    let index = this.#referring.get(property);
    if (!index) {
      index = this.hasReferences(property) ? this.#indexOf(property) : new Map();
      this.#referring.set(property, index);
    }
    return index.get(key) ?? NONE;
  }

  /** Whether any object names another one by this property: most of what CIM knows no file has. */
  hasReferences(property: string): boolean {
    if (this.#properties.size === 0) {
      for (const { references } of this.objects()) {
        for (let at = 0; at < references.length; at += 2) this.#properties.add(references[at]!);
      }
    }
    return this.#properties.has(property);
  }

  #indexOf(property: string): Map<string, CimObject[]> {
    const index = new Map<string, CimObject[]>();
    for (const object of this.objects()) {
      const { references } = object;
      for (let at = 0; at < references.length; at += 2) {
        if (references[at] !== property) continue;
        const list = index.get(references[at + 1]!);
        if (!list) index.set(references[at + 1]!, [object]);
        else if (list.at(-1) !== object) list.push(object); // two profiles may say the same
      }
    }
    return index;
  }
}

/** `ACLineSegment 650632 (A04CDFB1-...)`: for messages. */
export function named(object: CimObject): string {
  return `${object.className} ${object.name ? `${object.name} (${object.id})` : object.id}`;
}
