// How the elements of a net hang together, as far as pandapower and pandapipes agree: branches, and what stands at nodes.
// Fed by    the elements by table and index
// Gives     branches, `connects` and `feeds` links, and findings on references that lead nowhere
// Must not  leave a link or a branch to a twin that is not there
// N1  out of service or open, everything stands in the network all the same: what conducts is decided live

import type { Branch, Link, TwinId } from "../../district.ts";
import { allOf, type Element, type Elements, placeOf, shownCell } from "./elements.ts";
import type { NetFormat, Report } from "./format.ts";
import { indexText } from "./table.ts";

/** A network while it is knit. */
export class Network {
  readonly branches: Branch[] = [];
  readonly links: Link[] = [];
  /** Of each twin that is a way, its branches. */
  readonly branchesOf = new Map<TwinId, Branch[]>();
  readonly #elements: Elements;
  readonly #format: NetFormat;
  readonly #report: Report;

  constructor(elements: Elements, format: NetFormat, report: Report) {
    this.#elements = elements;
    this.#format = format;
    this.#report = report;
    for (const element of allOf(elements)) {
      if (element.of.branches) this.#addBranches(element, element.of.branches);
      if (element.of.atNode) this.#addAtNode(element, element.of.atNode);
    }
  }

  /** The element that a column names; a finding when there is none. */
  referenced(element: Element, column: string, table: string): Element | undefined {
    const cell = element.row.cells.get(column);
    const found = cell === null || cell === undefined ? undefined : this.#elements.get(table)!.get(indexText(cell));
    if (!found) {
      const message =
        cell === undefined
          ? `it has no ${column}`
          : `its ${column} is ${shownCell(cell)}, and there is no such ${table}`;
      this.#report("DANGLING", placeOf(element), message);
    }
    return found;
  }

  node(element: Element, column: string): TwinId | undefined {
    return this.referenced(element, column, element.of.nodes?.[column] ?? this.#format.node)?.twin.id;
  }

  connect(from: TwinId, ...nodes: (TwinId | undefined)[]): void {
    for (const to of new Set(nodes)) if (to) this.links.push({ from, role: "connects", to });
  }

  feed(from: TwinId, to: TwinId): void {
    this.links.push({ from, role: "feeds", to });
  }

  /** A way through a twin. One whose ends are the same node stays, with a finding: it is how the file has it. */
  addBranch(element: Element, from: TwinId, to: TwinId, loop: string): Branch {
    if (from === to) this.#report("LOOP", placeOf(element), loop);
    const twin = element.twin.id;
    const branch: Branch = { twin, from, to, switches: [] };
    this.branches.push(branch);
    const own = this.branchesOf.get(twin);
    if (own) own.push(branch);
    else this.branchesOf.set(twin, [branch]);
    return branch;
  }

  /**
   * What closes an element at one of its ends is a switch of the branches there. Misplaced, at a node at which the
   * element does not end, it still switches all of it: to leave it out would keep alive what the file has shut.
   */
  addSwitch(element: Element, node: TwinId | undefined, switched: Element): { isMisplaced: boolean } {
    this.connect(element.twin.id, switched.twin.id);
    const own = this.branchesOf.get(switched.twin.id) ?? [];
    const there = own.filter((branch) => branch.from === node || branch.to === node);
    for (const branch of there.length > 0 ? there : own) branch.switches.push(element.twin.id);
    return { isMisplaced: node !== undefined && there.length === 0 };
  }

  #addBranches(element: Element, ends: readonly (readonly [from: string, to: string])[]): void {
    const nodes = new Map([...new Set(ends.flat())].map((column) => [column, this.node(element, column)]));
    this.connect(element.twin.id, ...nodes.values());
    for (const [fromColumn, toColumn] of ends) {
      const [from, to] = [nodes.get(fromColumn), nodes.get(toColumn)];
      if (from && to) {
        this.addBranch(element, from, to, `${fromColumn} and ${toColumn} are the same ${this.#format.node}`);
      }
    }
  }

  #addAtNode(element: Element, way: "feeds" | "isFed"): void {
    const node = this.node(element, element.of.column ?? this.#format.node);
    if (!node) return;
    if (way === "feeds") this.feed(element.twin.id, node);
    else this.feed(node, element.twin.id);
  }
}
