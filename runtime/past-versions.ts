// Past versions: the past of a district whose model was another one.
// Fed by    the turns of the model, the versions that are kept, what is kept of retired twins
// Gives     for an instant, the past by the version on which the district stood then
// P1  a version that is not kept any more is stood in for by the next one that is

import type { Directory } from "../models/directory.ts";
import type { TwinId } from "../models/district.ts";
import type { Catalogue } from "./live/population.ts";
import { Population } from "./live/population.ts";
import { Neighbours } from "./live/neighbours.ts";
import { AT_MS, POINT_NUMBERS, QUALITY, RECORDED_AT_MS, SEEN_AT_MS, VALUE } from "./live/page.ts";
import { QUALITIES } from "../twins/definition.ts";
import type { Shape } from "./live/shape.ts";
import { States } from "./live/states.ts";
import { LiveNetworks } from "./networks.ts";
import { Past, type PastSources } from "./past.ts";
import type { Remembered } from "./past-twin.ts";
import type { RetiredTwin } from "./store/model-records.ts";
import { RETIRED_STATE } from "./twin-view.ts";
import type { Store } from "./store/store.ts";

/** Districts of earlier versions that are kept at hand. */
const MAX_PASTS = 4;

export interface PastVersionsHost {
  store: Pick<Store, "models" | "layouts" | "states">;
  catalogue: Catalogue;
  /** Undefined for a version that is not kept. */
  open: (version: string) => Promise<Directory | undefined>;
  /** Of the version on which the district stands. */
  sources: PastSources;
}

export class PastVersions {
  readonly #host: PastVersionsHost;
  readonly #present: Past;
  readonly #states: States;
  /** By version, the one that was asked for last at the end. */
  readonly #pasts = new Map<string, Past>();

  constructor(host: PastVersionsHost) {
    this.#host = host;
    this.#present = new Past(host.sources);
    this.#states = new States(host.store.states);
  }

  async of(atMs: number): Promise<Past> {
    const { store, open, sources } = this.#host;
    const { turns } = store.models;
    const first = Math.max(
      0,
      turns.findLastIndex(({ at }) => at <= atMs),
    );
    for (const { version } of turns.slice(first)) {
      if (version === sources.directory.key) break;
      const known = this.#pasts.get(version);
      const directory = known ? undefined : await open(version);
      if (!known && !directory) continue;
      const past = known ?? this.#pastOf(directory!);
      this.#pasts.delete(version);
      this.#pasts.set(version, past);
      for (const [oldest] of this.#pasts) if (this.#pasts.size > MAX_PASTS) this.#pasts.delete(oldest);
      return past;
    }
    return this.#present;
  }

  #pastOf(directory: Directory): Past {
    const { sources, catalogue, store } = this.#host;
    const population = new Population(directory, catalogue, store.layouts);
    const live = (id: TwinId): Remembered | undefined => {
      const present = sources.live(id);
      if (present) return present;
      const [retired, shape] = [store.models.retired(id), population.shapeOf(id)];
      return retired && shape && remembered(retired, shape);
    };
    const peek = (id: TwinId) => sources.peek(id) ?? live(id);
    const positionIn = (id: TwinId, state: string) => this.#states.position(population.shapeOf(id)!.definition, state);
    const networks = new LiveNetworks(directory, []);
    return new Past({
      ...{ ...sources, directory, neighbours: new Neighbours(directory), live, peek, positionIn },
      networks: () => networks,
    });
  }
}

/** A retired twin as one that was never heard of again. */
function remembered({ points }: RetiredTwin, shape: Shape): Remembered {
  const cells = new Float64Array(shape.names.length * POINT_NUMBERS);
  const numbers = new Map(points.map(({ name, number }) => [name, number]));
  for (const [i, name] of shape.names.entries()) {
    const { value = Number.NaN, at = Number.NaN, quality = "NONE" } = points.find((point) => point.name === name) ?? {};
    const row = i * POINT_NUMBERS;
    cells[row + VALUE] = value;
    cells[row + AT_MS] = at;
    cells[row + SEEN_AT_MS] = cells[row + RECORDED_AT_MS] = Number.isNaN(at) ? Number.NEGATIVE_INFINITY : at;
    cells[row + QUALITY] = QUALITIES.indexOf(quality);
  }
  return {
    ...{ shape, cells, state: RETIRED_STATE, born: true },
    row: (i) => i * POINT_NUMBERS,
    numberOf: (i) => numbers.get(shape.names[i]!) ?? 0,
  };
}
