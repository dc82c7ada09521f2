// Space boundaries: what each space borders on, and which spaces lie next to one another.
// Fed by    models/loaders/ifc/engine.ts: IfcRelSpaceBoundary and its 1st and 2nd levels
// Gives     the attributes `spaceBoundaries` and `adjacentSpaces` of a space; whether an element borders on the outside
// Source    IFC4 ADD2 TC1, IfcRelSpaceBoundary; in IFC2x3 the level stands in the name ("2ndLevel") and description ("2a")
// B1  spaces are adjacent when their boundaries correspond; where none do, when they share an inner wall, door, window or opening

import type { Attributes } from "../../district.ts";
import type { IfcModel } from "./engine.ts";
import { reference, text } from "./entity.ts";
import type { IfcFindings } from "./findings.ts";
import { areaOfSurface } from "./outline.ts";

/** What stands between two spaces; those on one slab need not be neighbours. */
const UPRIGHT = ["IFCWALL", "IFCDOOR", "IFCWINDOW", "IFCCURTAINWALL", "IFCOPENINGELEMENT", "IFCVIRTUALELEMENT"];

interface Boundary {
  label: number;
  space: number;
  element?: number;
  level: 1 | 2 | undefined;
  physicalOrVirtual: string;
  internalOrExternal: string;
  /** The boundary on the other side of the element. */
  corresponding?: number;
  area?: number;
}

export class SpaceBoundaries {
  readonly #model: IfcModel;
  readonly #upright: ReadonlySet<number>;
  readonly #all = new Map<number, Boundary>();
  readonly #ofSpace = new Map<number, Boundary[]>();
  readonly #ofElement = new Map<number, Boundary[]>();
  /** Boundary to those that name it as theirs on the other side: not all writers say it on both. */
  readonly #answers = new Map<number, Boundary[]>();

  constructor(model: IfcModel, findings: IfcFindings) {
    this.#model = model;
    this.#upright = new Set(UPRIGHT.flatMap((name) => model.labels(name)));
    for (const label of model.labels("IFCRELSPACEBOUNDARY")) {
      const boundary = this.#read(label, findings);
      if (!boundary) continue;
      this.#all.set(label, boundary);
      append(this.#ofSpace, boundary.space, boundary);
      if (boundary.element !== undefined) append(this.#ofElement, boundary.element, boundary);
      if (boundary.corresponding !== undefined) append(this.#answers, boundary.corresponding, boundary);
    }
  }

  /** Whether an element borders on the outside; undefined when no boundary says so. */
  isExternal(element: number): boolean | undefined {
    const told = (this.#ofElement.get(element) ?? []).filter(({ internalOrExternal }) =>
      /TERNAL/.test(internalOrExternal),
    );
    return told.length === 0 ? undefined : told.some(({ internalOrExternal }) => internalOrExternal.startsWith("EXT"));
  }

  /** Elements that a space physically borders on. */
  elementsOf(space: number): number[] {
    const physical = (this.#ofSpace.get(space) ?? []).filter((one) => one.physicalOrVirtual === "PHYSICAL");
    return [...new Set(physical.flatMap(({ element }) => element ?? []))];
  }

  /** `idOf` gives the GlobalIds; `areaFactor` makes square metres of the file's lengths. */
  describe(space: number, idOf: (label: number) => string, areaFactor: number): Attributes {
    const all = this.#ofSpace.get(space);
    if (!all) return {};
    const classOf = ({ element }: Boundary) => (element === undefined ? "none" : (this.#model.classOf(element) ?? ""));
    const spaceBoundaries: Attributes = {
      count: all.length,
      byPhysicalOrVirtual: countBy(all, (one) => one.physicalOrVirtual),
      byInternalOrExternal: countBy(all, (one) => one.internalOrExternal),
      byElementClass: countBy(all, classOf),
    };
    if (all.some(({ level }) => level))
      spaceBoundaries.byLevel = countBy(all, ({ level }) => String(level ?? "unknown"));
    spaceBoundaries.list = all.map((one) => ({
      ...(one.element === undefined ? {} : { element: idOf(one.element), elementClass: classOf(one) }),
      physicalOrVirtual: one.physicalOrVirtual,
      internalOrExternal: one.internalOrExternal,
      ...(one.area === undefined ? {} : { areaM2: Number((one.area * areaFactor).toPrecision(9)) }),
    }));
    const adjacent = [...this.#adjacentTo(space, all)].map(([label, through]) => ({
      globalId: idOf(label),
      through: [...through].sort(),
    }));
    return { spaceBoundaries, ...(adjacent.length > 0 ? { adjacentSpaces: adjacent } : {}) };
  }

  /** Spaces next to one, with the classes of the elements between. */
  #adjacentTo(space: number, all: readonly Boundary[]): Map<number, Set<string>> {
    const adjacent = new Map<number, Set<string>>();
    for (const { label, element, corresponding, internalOrExternal } of all) {
      const others =
        this.#answers.size > 0
          ? [this.#all.get(corresponding ?? -1), ...(this.#answers.get(label) ?? [])]
          : element === undefined || internalOrExternal !== "INTERNAL" || !this.#upright.has(element)
            ? []
            : (this.#ofElement.get(element) ?? []).filter((one) => one.internalOrExternal === "INTERNAL");
      for (const other of others) {
        if (!other || other.space === space) continue;
        const through = adjacent.get(other.space) ?? new Set();
        adjacent.set(other.space, through.add(element === undefined ? "none" : (this.#model.classOf(element) ?? "")));
      }
    }
    return adjacent;
  }

  #read(label: number, findings: IfcFindings): Boundary | undefined {
    const model = this.#model;
    const relation = model.entity(label);
    const space = relation && reference(relation, "RelatingSpace");
    if (!relation || space === undefined || model.classOf(space) === undefined) {
      if (relation) findings.add("IFC_REFERENCE_BROKEN", `#${label}`, "RelatingSpace is not in the file");
      return undefined;
    }
    const element = reference(relation, "RelatedBuildingElement");
    const isThere = element !== undefined && model.classOf(element) !== undefined;
    if (element !== undefined && !isThere) {
      findings.add("IFC_REFERENCE_BROKEN", `#${label}`, `RelatedBuildingElement #${element} is not in the file`);
    }
    const corresponding = reference(relation, "CorrespondingBoundary");
    const geometry = reference(relation, "ConnectionGeometry");
    const connection = geometry === undefined ? undefined : model.entity(geometry);
    const surface = connection && reference(connection, "SurfaceOnRelatingElement");
    const area = surface === undefined ? undefined : areaOfSurface(surface, model);
    return {
      label,
      space,
      level: levelOf(model.classOf(label) ?? "", `${text(relation, "Name")} ${text(relation, "Description")}`),
      physicalOrVirtual: text(relation, "PhysicalOrVirtualBoundary") ?? "NOTDEFINED",
      internalOrExternal: text(relation, "InternalOrExternalBoundary") ?? "NOTDEFINED",
      ...(isThere ? { element } : {}),
      ...(corresponding === undefined ? {} : { corresponding }),
      ...(area === undefined ? {} : { area }),
    };
  }
}

function levelOf(className: string, words: string): 1 | 2 | undefined {
  if (className.endsWith("2ndLevel") || /\b2nd ?level\b|\b2[ab]\b/i.test(words)) return 2;
  return className.endsWith("1stLevel") || /\b1st ?level\b/i.test(words) ? 1 : undefined;
}

function append<K, V>(lists: Map<K, V[]>, key: K, entry: V): void {
  const list = lists.get(key);
  if (list) list.push(entry);
  else lists.set(key, [entry]);
}

function countBy<T>(all: readonly T[], wordOf: (one: T) => string): Attributes {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(wordOf(one), (counts.get(wordOf(one)) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
