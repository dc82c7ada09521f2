// Directory: a whole district as one piece of memory, in which a twin is found by its id and made into a model when it is asked for.
// Fed by    a district as its loaders made it, the cells of its twins; or the bytes of a directory that was made before
// Gives     the district, without an object for each of its twins; the number of each twin, its cell, its links to others
// D1  a twin's number is its place in the order of ids (code units): what goes through a district by numbers goes through it in that order
// D2  twins whose model gives them the same points, and whose definition makes the same of them, are of one class
// D3  the links of a twin stand in the order of the district's links, which is the order in which neighbours are told
// D4  twins of one kind follow each other, as an id begins with its kind

import { type Column, decodeColumns } from "./columns.ts";
import {
  type Branch,
  type Devices,
  type District,
  KINDS,
  type Kind,
  LINK_ROLES,
  type Link,
  type LinkRole,
  type PointModel,
  type Role,
  type TwinId,
  type TwinModel,
  type Twins,
} from "./district.ts";
import { Groups } from "./groups.ts";
import { TextTable } from "./text-table.ts";

/** Forward roles first, in pairs with the word for the way back. */
export const ROLES = Object.entries(LINK_ROLES).flat() as Role[];
const isForward = (role: number): boolean => role % 2 === 0;

export interface TwinClass {
  kind: Kind;
  points?: PointModel[];
  /** What else the definition of the kind makes a difference of. */
  shape: string;
  /** Number of the first of its twins. */
  first: number;
}

/** What is not the same in all twins, and not a column of its own. */
export type ModelRecord = [attributes: TwinModel["attributes"], name?: string];

/** What stands beside the columns. */
export interface DirectorySaid {
  key: string;
  id: string;
  name: string;
  timezone: string;
  sources: string[];
  cells: string[];
  classes: TwinClass[];
}

/** What the models of twins say, as one text after the other; in memory, or read from a file when it is asked for. */
export type ModelTexts = (from: number, to: number) => string;

/** What is thrown for a text that says nothing of a model. */
export type BrokenText = (error: Error) => Error;

/** What a directory is made of: what must be at hand, and the texts of its models, which are most of it. */
export interface DirectoryParts {
  key: string;
  bytes: Uint8Array;
  texts: Uint8Array;
}

export class Directory implements District {
  /** What tells it from all others. */
  readonly key: string;
  readonly id: string;
  readonly name: string;
  readonly timezone: string;
  /** Of twins. */
  readonly size: number;
  readonly twins: Twins;
  readonly devices: Devices;
  /** Names of cells, in their order. */
  readonly cells: readonly string[];
  readonly classes: readonly TwinClass[];
  readonly #sources: readonly string[];
  readonly #ids: TextTable;
  readonly #texts: ModelTexts;
  readonly #broken: BrokenText;
  readonly #textEnds: Uint32Array;
  readonly #kindOf: Uint8Array;
  readonly #sourceOf: Uint32Array;
  readonly #cellOf: Uint8Array;
  readonly #classOf: Uint32Array;
  readonly #links: Groups;
  readonly #linkRoles: Uint8Array;
  /** Of each branch its own twin and those at its ends. */
  readonly #branchEnds: Uint32Array;
  readonly #switches: Groups;
  #branches: readonly Branch[] | undefined;

  /** In memory. */
  static of({ bytes, texts }: Omit<DirectoryParts, "key">): Directory {
    const all = Buffer.from(texts.buffer, texts.byteOffset, texts.byteLength);
    return Directory.open(bytes, (from, to) => all.toString("utf8", from, to))!;
  }

  /** Undefined for bytes that are no directory. They must not change afterwards. */
  static open(bytes: Uint8Array, texts: ModelTexts, broken: BrokenText = (error) => error): Directory | undefined {
    const decoded = decodeColumns<DirectorySaid>(bytes);
    return decoded && new Directory(decoded.columns, decoded.said, texts, broken);
  }

  private constructor(
    columns: Readonly<Record<string, Column>>,
    said: DirectorySaid,
    texts: ModelTexts,
    broken: BrokenText,
  ) {
    this.#texts = texts;
    this.#broken = broken;
    this.#textEnds = columns.textEnds as Uint32Array;
    this.key = said.key;
    this.id = said.id;
    this.name = said.name;
    this.timezone = said.timezone;
    this.cells = said.cells;
    this.classes = said.classes;
    this.#sources = said.sources;
    this.#ids = new TextTable(columns, "id");
    this.#kindOf = columns.kinds as Uint8Array;
    this.#sourceOf = columns.sources as Uint32Array;
    this.#cellOf = columns.cells as Uint8Array;
    this.#classOf = columns.classes as Uint32Array;
    this.#links = new Groups(columns, "link");
    this.#linkRoles = columns.linkRoles as Uint8Array;
    this.#branchEnds = columns.branchEnds as Uint32Array;
    this.#switches = new Groups(columns, "switch");
    this.size = this.#ids.length;
    this.twins = this.#asTwins();
    this.devices = this.#asDevices(new TextTable(columns, "device"), new Groups(columns, "meter"));
  }

  /** -1 for a twin that the district does not have. */
  indexOf(id: TwinId): number {
    return this.#ids.indexOf(id);
  }

  idAt(i: number): TwinId {
    return this.#ids.at(i);
  }

  kindAt(i: number): Kind {
    return KINDS[this.#kindOf[i]!]!;
  }

  /** The twins of a kind are those from the first number up to, not including, the second. */
  ofKind(kind: Kind): readonly [from: number, to: number] {
    const number = KINDS.indexOf(kind);
    const from = this.#kindOf.indexOf(number);
    return from < 0 ? [0, 0] : [from, this.#kindOf.lastIndexOf(number) + 1];
  }

  sourceAt(i: number): string {
    return this.#sources[this.#sourceOf[i]!]!;
  }

  /** Index into `cells`. */
  cellAt(i: number): number {
    return this.#cellOf[i]!;
  }

  /** Index into `classes`. */
  classAt(i: number): number {
    return this.#classOf[i]!;
  }

  /** What the model says of a twin: a `ModelRecord` as JSON. */
  textAt(i: number): string {
    return this.#texts(i === 0 ? 0 : this.#textEnds[i - 1]!, this.#textEnds[i]!);
  }

  modelAt(i: number): TwinModel {
    const id = this.idAt(i);
    const { kind, points } = this.classes[this.classAt(i)]!;
    const source = this.sourceAt(i);
    const [attributes, name] = this.#recordAt(i);
    const element = id.slice(kind.length + source.length + 2);
    const model: TwinModel = { id, kind, source, element, attributes };
    if (name !== undefined) model.name = name;
    if (points) model.points = points;
    return model;
  }

  #recordAt(i: number): ModelRecord {
    const text = this.textAt(i);
    try {
      return JSON.parse(text) as ModelRecord;
    } catch (error) {
      throw this.#broken(error as Error);
    }
  }

  kindOf(id: TwinId): Kind | undefined {
    const i = this.indexOf(id);
    return i < 0 ? undefined : this.kindAt(i);
  }

  cellOf(id: TwinId): string | undefined {
    const i = this.indexOf(id);
    return i < 0 ? undefined : this.cells[this.cellAt(i)];
  }

  /** Calls back for each link of a twin, with the role as seen from it and the twin at the other end. */
  eachLink(i: number, found: (role: Role, other: number) => void): void {
    const { values } = this.#links;
    for (let at = this.#links.from(i), end = this.#links.to(i); at < end; at++) {
      found(ROLES[this.#linkRoles[at]!]!, values[at]!);
    }
  }

  /** By numbers: of each branch its own twin and those at its ends, one after the other; of each its switches. */
  get branchTable(): { ends: Uint32Array; switches: Groups } {
    return { ends: this.#branchEnds, switches: this.#switches };
  }

  /** By the twins that they come from. */
  get links(): Iterable<Link> {
    return this.#eachForward();
  }

  *#eachForward(): Iterable<Link> {
    for (let i = 0; i < this.size; i++) {
      for (let at = this.#links.from(i), end = this.#links.to(i); at < end; at++) {
        const role = this.#linkRoles[at]!;
        const to = this.#links.values[at]!;
        if (isForward(role)) yield { from: this.idAt(i), role: ROLES[role] as LinkRole, to: this.idAt(to) };
      }
    }
  }

  /** In the order of the district. */
  get branches(): readonly Branch[] {
    this.#branches ??= Array.from({ length: this.#switches.length }, (_, b) => this.#branchAt(b));
    return this.#branches;
  }

  /** Those of a cell, in the order of the district. */
  branchesIn(cell: number): Branch[] {
    const found: Branch[] = [];
    for (let b = 0; b < this.#switches.length; b++) {
      const isHere = (end: number) => this.cellAt(this.#branchEnds[3 * b + end]!) === cell;
      if (isHere(0) && isHere(1)) found.push(this.#branchAt(b));
    }
    return found;
  }

  #branchAt(b: number): Branch {
    const [twin, from, to] = Array.from(this.#branchEnds.subarray(3 * b, 3 * b + 3), (i) => this.idAt(i)) as [
      TwinId,
      TwinId,
      TwinId,
    ];
    return { twin, from, to, switches: this.#switches.of(b).map((i) => this.idAt(i)) };
  }

  #asTwins(): Twins {
    const directory = this;
    return {
      size: this.size,
      get: (id) => {
        const i = this.indexOf(id);
        return i < 0 ? undefined : this.modelAt(i);
      },
      has: (id) => this.indexOf(id) >= 0,
      *keys() {
        for (let i = 0; i < directory.size; i++) yield directory.idAt(i);
      },
      *values() {
        for (let i = 0; i < directory.size; i++) yield directory.modelAt(i);
      },
    };
  }

  #asDevices(names: TextTable, meters: Groups): Devices {
    return {
      get: (name) => {
        const i = names.indexOf(name);
        return i < 0 ? undefined : meters.of(i).map((meter) => this.idAt(meter));
      },
      *keys() {
        for (let i = 0; i < names.length; i++) yield names.at(i);
      },
    };
  }
}
