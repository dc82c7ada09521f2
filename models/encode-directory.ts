// Encode directory: a district as its loaders made it, put into the columns of a directory (directory.ts).
// Fed by    a district whose ids and links hold (D1 and D2 of district.ts), the cells of its twins
// Gives     the bytes of a directory, and the texts of its models
// N1  the links of a twin stand in the order of the district's links
// N2  its key is made of all that it holds: the same district gives the same key, and another one another

import { type Column, encodeColumns } from "./columns.ts";
import { type DirectoryParts, type DirectorySaid, type ModelRecord, ROLES, type TwinClass } from "./directory.ts";
import { type District, KINDS, type TwinId, type TwinModel, twinId } from "./district.ts";
import { groupColumns, placesByOwner } from "./groups.ts";
import { TextColumn, TextTable } from "./text-table.ts";

export interface DirectoryOptions {
  cellOf: ReadonlyMap<TwinId, string>;
  /** What a kind's definition makes a difference of, beside the points of the model. */
  shapeOf: (model: TwinModel) => string;
  /** A short text that another district does not have: a hash of all that it holds. */
  digest: (pieces: Iterable<string | Uint8Array>) => string;
}

/** Throws for a district that names twins which it does not have. */
export function encodeDirectory(district: District, { cellOf, shapeOf, digest }: DirectoryOptions): DirectoryParts {
  const ids = [...district.twins.keys()].sort();
  const numbers = new Map(ids.map((id, i) => [id, i]));
  const numberOf = (id: TwinId): number => {
    const number = numbers.get(id);
    if (number === undefined) throw new RangeError(`the district names ${id}, but has no such twin`);
    return number;
  };
  const [sources, cells] = [new Names(), new Names()];
  const classes = new Classes(shapeOf);
  const kinds = new Uint8Array(ids.length);
  const [sourceOf, classOf] = [new Uint32Array(ids.length), new Uint32Array(ids.length)];
  const inCell = new Uint8Array(ids.length);
  const models = new TextColumn(ids.length);
  for (const [i, id] of ids.entries()) {
    const model = district.twins.get(id)!;
    const { kind, source, element, attributes, name } = model;
    if (twinId(kind, source, element) !== id) throw new RangeError(`${id} is not ${twinId(kind, source, element)}`);
    kinds[i] = KINDS.indexOf(kind);
    sourceOf[i] = sources.number(source);
    inCell[i] = cells.number(cellOf.get(id)!);
    classOf[i] = classes.number(model, i);
    models.add(JSON.stringify((name === undefined ? [attributes] : [attributes, name]) satisfies ModelRecord));
  }
  const { id, name, timezone } = district;
  const said = { id, name, timezone, sources: sources.all, cells: cells.all, classes: classes.all };
  const columns = {
    ...TextTable.columns(ids, "id"),
    textEnds: models.ends,
    ...{ kinds, sources: sourceOf, cells: inCell, classes: classOf },
    ...linkColumns(district, ids.length, numberOf),
    ...branchColumns(district, numberOf),
    ...deviceColumns(district, numberOf),
  };
  const key = digest(piecesOf(columns, said, models.bytes));
  return { key, bytes: encodeColumns(columns, { key, ...said } satisfies DirectorySaid), texts: models.bytes };
}

/** Whatever tells one district from another. */
function* piecesOf(columns: Record<string, Column>, said: object, texts: Uint8Array): Iterable<string | Uint8Array> {
  yield JSON.stringify(said);
  for (const [name, { buffer, byteOffset, byteLength }] of Object.entries(columns)) {
    yield `${name} ${byteLength}`;
    yield new Uint8Array(buffer, byteOffset, byteLength);
  }
  yield texts;
}

/** Each link at both of its ends, one after the other in the order of links. */
function linkColumns({ links }: District, twins: number, numberOf: (id: TwinId) => number): Record<string, Column> {
  const all = [...links];
  const ends = new Uint32Array(2 * all.length);
  for (const [i, { from, to }] of all.entries()) {
    ends[2 * i] = numberOf(from);
    ends[2 * i + 1] = numberOf(to);
  }
  const [linkStarts, places] = placesByOwner(twins, ends);
  // The way back stands behind the way there.
  const linkRoles = Uint8Array.from(places, (end) => ROLES.indexOf(all[end >> 1]!.role) + (end & 1));
  return { linkStarts, linkValues: places.map((end) => ends[end ^ 1]!), linkRoles };
}

function branchColumns({ branches }: District, numberOf: (id: TwinId) => number): Record<string, Column> {
  return {
    branchEnds: Uint32Array.from(branches.flatMap(({ twin, from, to }) => [twin, from, to].map(numberOf))),
    ...groupColumns(
      branches.map(({ switches }) => switches.map(numberOf)),
      "switch",
    ),
  };
}

function deviceColumns({ devices }: District, numberOf: (id: TwinId) => number): Record<string, Column> {
  const names = [...devices.keys()];
  return {
    ...TextTable.columns(names, "device"),
    ...groupColumns(
      names.map((name) => devices.get(name)!.map(numberOf)),
      "meter",
    ),
  };
}

/** Few different texts, each with its number. */
class Names {
  readonly all: string[] = [];
  readonly #numbers = new Map<string, number>();

  number(name: string): number {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.all.push(name) - 1;
      this.#numbers.set(name, number);
    }
    return number;
  }
}

class Classes {
  readonly all: TwinClass[] = [];
  readonly #names = new Names();
  readonly #shapeOf: (model: TwinModel) => string;

  constructor(shapeOf: (model: TwinModel) => string) {
    this.#shapeOf = shapeOf;
  }

  number(model: TwinModel, first: number): number {
    const { kind, points } = model;
    const shape = this.#shapeOf(model);
    const number = this.#names.number(points ? JSON.stringify([kind, points, shape]) : `${kind} ${shape}`);
    if (number === this.all.length) this.all.push({ kind, ...(points && { points }), shape, first });
    return number;
  }
}
