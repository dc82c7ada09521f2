// The grid while it is read: nodes and twins by their ids, tables by their names.
// Fed by    the tables, in the order of models/loaders/simbench.ts
// Gives     twins, links and branches
// G1  a twin's element is the id of its row, verbatim. Only where two tables of one kind share an id, the later one has the
//     name of its table in front

import { type Attributes, type Branch, type Kind, type Link, newTwin, type TwinModel } from "../../district.ts";
import { Tally } from "../tally.ts";
import type { SimbenchFindings } from "./findings.ts";
import { attributesOf, placeOf, type Row, type Table } from "./table.ts";

export class Grid {
  readonly twins: TwinModel[] = [];
  readonly links: Link[] = [];
  readonly branches: Branch[] = [];
  readonly nodes = new Map<string, TwinModel>();
  readonly tally = new Tally();
  readonly findings: SimbenchFindings;
  readonly #source: string;
  readonly #tables: ReadonlyMap<string, Table>;
  readonly #byTable = new Map<string, Map<string, TwinModel>>();
  readonly #places = new Map<string, string>();
  readonly #endsOf = new Map<string, Set<TwinModel>>();

  constructor(source: string, tables: ReadonlyMap<string, Table>, findings: SimbenchFindings) {
    this.#source = source;
    this.#tables = tables;
    this.findings = findings;
  }

  has(table: string): boolean {
    return this.#tables.has(table);
  }

  rows(table: string): readonly Row[] {
    return this.#tables.get(table)?.rows ?? [];
  }

  columns(table: string): readonly string[] {
    return this.#tables.get(table)?.columns ?? [];
  }

  /** The twins of a table, by the ids of their rows. */
  of(table: string): ReadonlyMap<string, TwinModel> {
    return this.#byTable.get(table) ?? new Map();
  }

  /** Where a twin stands in the tables, for findings. */
  placeOf(id: string): string {
    return this.#places.get(id) ?? "";
  }

  /** A new twin of a row; undefined, with a finding, when it has no id or one that its table has already. */
  add(row: Row, kind: Kind, more: Attributes = {}): TwinModel | undefined {
    const { table } = row;
    const id = this.idOf(row);
    const byId = this.#byTable.get(table) ?? new Map<string, TwinModel>();
    this.#byTable.set(table, byId);
    if (id === undefined || byId.has(id)) {
      if (id !== undefined) this.findings.add("SIMBENCH_ID", placeOf(row), `${table} has ${id} already`);
      this.tally.add("unknown", table);
      return undefined;
    }
    const attributes = { carrier: "electricity", table, ...attributesOf(row, this.findings), ...more };
    let twin = newTwin(kind, this.#source, id, attributes, id);
    if (this.#places.has(twin.id)) {
      this.findings.add("SIMBENCH_ID_SHARED", placeOf(row), `${this.placeOf(twin.id)} has the id ${id} too`);
      twin = newTwin(kind, this.#source, `${table}.${id}`, attributes, id);
    }
    if (this.#places.has(twin.id)) {
      this.findings.add("SIMBENCH_ID", placeOf(row), `${this.placeOf(twin.id)} has the id ${twin.element} already`);
      this.tally.add("unknown", table);
      return undefined;
    }
    byId.set(id, twin);
    this.#places.set(twin.id, placeOf(row));
    this.twins.push(twin);
    this.tally.add("read", table);
    return twin;
  }

  idOf(row: Row): string | undefined {
    const id = row.cells.get("id");
    if (id === undefined) this.findings.add("SIMBENCH_ID", placeOf(row), "the row has no id");
    return id;
  }

  /** The node that a column of a row names; a finding when there is none. */
  node(row: Row, column: string): TwinModel | undefined {
    const id = row.cells.get(column);
    const node = id === undefined ? undefined : this.nodes.get(id);
    if (!node) {
      const message = id === undefined ? "it names no node" : `there is no node ${id}`;
      this.findings.add("SIMBENCH_NODE_UNKNOWN", `${placeOf(row)}, column ${column}`, message);
    }
    return node;
  }

  /** A way between the nodes that pairs of columns name, with its links. */
  join(row: Row, twin: TwinModel, ends: readonly (readonly [from: string, to: string])[]): void {
    const nodes = new Map([...new Set(ends.flat())].map((column) => [column, this.node(row, column)]));
    for (const node of new Set(nodes.values())) {
      if (node) this.links.push({ from: twin.id, role: "connects", to: node.id });
    }
    for (const [fromColumn, toColumn] of ends) {
      const [from, to] = [nodes.get(fromColumn), nodes.get(toColumn)];
      if (!from || !to) continue;
      if (from === to) {
        this.findings.add("SIMBENCH_LOOP", placeOf(row), `${fromColumn} and ${toColumn} are both ${from.element}`);
      }
      this.branches.push({ twin: twin.id, from: from.id, to: to.id, switches: [] });
    }
    this.#endsOf.set(twin.id, new Set([...nodes.values()].filter((node) => node !== undefined)));
  }

  endsAt(twin: TwinModel, node: TwinModel): boolean {
    return this.#endsOf.get(twin.id)?.has(node) ?? false;
  }

  feed(from: TwinModel, to: TwinModel): void {
    this.links.push({ from: from.id, role: "feeds", to: to.id });
  }

  /** Adds an entry to a list that an element keeps: shunts, measurements. */
  list(twin: TwinModel, attribute: string, entry: Attributes): void {
    const listed = twin.attributes[attribute];
    if (Array.isArray(listed)) listed.push(entry);
    else twin.attributes[attribute] = [entry];
  }
}
