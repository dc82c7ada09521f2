// Population: the twins of a district as the partitions of a world see them: each with the shape that its definition gives it.
// Fed by    the directory of the district, the catalogue of definitions
// Gives     shapes and links by the number of a twin in the directory, without making its model

import type { Directory } from "../../models/directory.ts";
import type { TwinId, TwinModel } from "../../models/district.ts";
import type { Definition } from "../../twins/definition.ts";
import type { Dictionary } from "./dictionary.ts";
import { compileShape, type Layout, type Shape } from "./shape.ts";

/**
 * Models in memory: one takes a third as much as a live twin, and most twins are asked for theirs at their birth and hardly again; but where
 * many alarms come and go it would take a twentieth of the time to read them anew for each.
 */
const MAX_MODELS = 65_536;

export type Catalogue = Readonly<Record<string, Definition>>;

/** What tells twins of one kind and the same points apart, for a directory to class them by. */
export const shapedBy =
  (catalogue: Catalogue) =>
  (model: TwinModel): string =>
    catalogue[model.kind]!.shapedBy?.(model) ?? "";

export class Population {
  readonly directory: Directory;
  readonly #catalogue: Catalogue;
  readonly #layouts: Dictionary<Layout>;
  /** By class. */
  readonly #shapes: (Shape | undefined)[] = [];
  /** Those asked for lately. */
  readonly #models = new Map<number, TwinModel>();

  constructor(directory: Directory, catalogue: Catalogue, layouts: Dictionary<Layout>) {
    this.directory = directory;
    this.#catalogue = catalogue;
    this.#layouts = layouts;
  }

  shapeAt(i: number): Shape {
    return this.#shapeOfClass(this.directory.classAt(i));
  }

  shapeOf(id: TwinId): Shape | undefined {
    const i = this.directory.indexOf(id);
    return i < 0 ? undefined : this.shapeAt(i);
  }

  /** What the model says of a twin. */
  modelAt(i: number): TwinModel {
    let model = this.#models.get(i);
    if (!model) {
      model = this.directory.modelAt(i);
      if (this.#models.size >= MAX_MODELS) this.#models.clear();
      this.#models.set(i, model);
    }
    return model;
  }

  /** The layout of each class of twins, by its number. */
  layouts(): number[] {
    return this.directory.classes.map((_, of) => this.#shapeOfClass(of).form.number);
  }

  #shapeOfClass(of: number): Shape {
    let shape = this.#shapes[of];
    if (!shape) {
      const { kind, points = [], first } = this.directory.classes[of]!;
      shape = compileShape(this.#catalogue[kind]!, points, this.directory.modelAt(first), this.#layouts);
      this.#shapes[of] = shape;
    }
    return shape;
  }
}
