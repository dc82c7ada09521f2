// Places: where the twins of a district stand on the earth, as far as its models say.
// Fed by    a directory: the attribute `location` (WGS 84) that loaders give, and the links that say what stands where
// Gives     twins in an area, and those near a place with their distances
// P1  a twin stands where its model says; a branch between the nodes at its ends; a switch, load, generator ... at its node; a meter
//     at what it measures; a storey, space or device where its building does
// P2  coordinates of a drawing, or of a system that nobody named, are no places: such twins stand nowhere
// P3  in an area is what has both of its ends there; how near a branch is, is said by the nearest point of the straight way between its ends

import type { Directory } from "../directory.ts";
import type { Kind, Role } from "../district.ts";
import { PIECE_STEPS, type Work } from "../work.ts";
import { NODE_KINDS } from "../topology.ts";
import type { Area } from "./area.ts";
import { distanceToWayM, reachDeg } from "./distance.ts";
import { PlaceIndex } from "./place-index.ts";

const MODELS_OF_A_PIECE = 256;

/** Which links lead a twin of a kind to where it stands, the best first; of `nodes` only to nodes of networks. */
const STANDS_AT: Partial<Record<Kind, { roles: readonly Role[]; nodes?: true }>> = {
  meter: { roles: ["measures"] },
  device: { roles: ["isPartOf", "feeds"] },
  storey: { roles: ["isPartOf"] },
  space: { roles: ["isPartOf"] },
  switch: { roles: ["connects"], nodes: true },
  load: { roles: ["fedBy"], nodes: true },
  generator: { roles: ["feeds"], nodes: true },
  storage: { roles: ["fedBy", "feeds"], nodes: true },
  grid: { roles: ["feeds"], nodes: true },
  plant: { roles: ["feeds"], nodes: true },
  exchanger: { roles: ["fedBy"], nodes: true },
};

/** From a space over its storey and building to the district; from a device over its meter to what that measures. */
const MAX_LINKS = 8;

export interface Near {
  twin: number;
  distanceM: number;
}

export class Places {
  /** Numbers of the twins that stand somewhere, in their order. */
  readonly #twins: Uint32Array;
  readonly #ways: Float64Array;
  readonly #index: PlaceIndex;

  private constructor(twins: Uint32Array, ways: Float64Array, index: PlaceIndex) {
    this.#twins = twins;
    this.#ways = ways;
    this.#index = index;
  }

  static *of(directory: Directory): Work<Places> {
    const all = new Float64Array(4 * directory.size).fill(Number.NaN);
    yield* readLocations(directory, all);
    yield* placeBranches(directory, all);
    yield* placeOthers(directory, all);
    const twins: number[] = [];
    for (let twin = 0; twin < directory.size; twin++) if (!Number.isNaN(all[4 * twin]!)) twins.push(twin);
    const ways = new Float64Array(4 * twins.length);
    for (const [i, twin] of twins.entries()) ways.set(all.subarray(4 * twin, 4 * twin + 4), 4 * i);
    return new Places(Uint32Array.from(twins), ways, yield* PlaceIndex.of(ways));
  }

  /** How many twins stand somewhere. */
  get size(): number {
    return this.#twins.length;
  }

  /** Twins in an area, in their order. */
  within(area: Area): Uint32Array {
    const found = this.#index.meeting(area.box).filter((place) => this.#isIn(place, area));
    return Uint32Array.from(found, (place) => this.#twins[place]!).sort();
  }

  isWithin(twin: number, area: Area): boolean {
    const place = placeOf(this.#twins, twin);
    return place >= 0 && this.#isIn(place, area);
  }

  /** Twins no further away than that, the nearest first, of equal ones in their order. */
  near(lon: number, lat: number, withinM: number): Near[] {
    const reach = reachDeg(lat, withinM);
    const found: Near[] = [];
    // The earth is round: what is near may have a longitude that is a whole turn away.
    for (const turn of [-360, 0, 360]) {
      const box = { minLon: lon + turn - reach.lon, maxLon: lon + turn + reach.lon };
      if (box.minLon > 180 || box.maxLon < -180) continue;
      for (const place of this.#index.meeting({ ...box, minLat: lat - reach.lat, maxLat: lat + reach.lat })) {
        const way = [...this.#ways.subarray(4 * place, 4 * place + 4)];
        const distanceM = distanceToWayM(lon, lat, way);
        if (distanceM <= withinM) found.push({ twin: this.#twins[place]!, distanceM });
      }
    }
    found.sort((a, b) => a.distanceM - b.distanceM || a.twin - b.twin);
    return found.filter(({ twin }, i) => found[i - 1]?.twin !== twin);
  }

  #isIn(place: number, area: Area): boolean {
    const at = 4 * place;
    const ways = this.#ways;
    return area.has(ways[at]!, ways[at + 1]!) && area.has(ways[at + 2]!, ways[at + 3]!);
  }
}

/** Its place among sorted numbers; -1 when it is not one of them. */
function placeOf(twins: Uint32Array, twin: number): number {
  let [low, high] = [0, twins.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (twins[middle]! < twin) low = middle + 1;
    else high = middle;
  }
  return twins[low] === twin ? low : -1;
}

function* readLocations(directory: Directory, all: Float64Array): Work<void> {
  for (let twin = 0; twin < directory.size; twin++) {
    if (twin % MODELS_OF_A_PIECE === 0) yield;
    if (!directory.textAt(twin).includes('"location"')) continue;
    const { location } = directory.modelAt(twin).attributes;
    if (typeof location !== "object" || location === null || Array.isArray(location)) continue;
    const { latDeg, lonDeg } = location;
    if (typeof latDeg !== "number" || typeof lonDeg !== "number") continue;
    if (Math.abs(latDeg) <= 90 && Math.abs(lonDeg) <= 180) all.set([lonDeg, latDeg, lonDeg, latDeg], 4 * twin);
  }
}

function* placeBranches(directory: Directory, all: Float64Array): Work<void> {
  const { ends } = directory.branchTable;
  const isPlaced = (twin: number) => !Number.isNaN(all[4 * twin]!);
  for (let branch = 0; branch < ends.length / 3; branch++) {
    if (branch % PIECE_STEPS === 0) yield;
    const [twin, from, to] = ends.subarray(3 * branch, 3 * branch + 3) as unknown as [number, number, number];
    if (isPlaced(twin)) continue;
    const [a, z] = isPlaced(from) ? [from, isPlaced(to) ? to : from] : [to, to];
    if (isPlaced(a)) all.set([all[4 * a]!, all[4 * a + 1]!, all[4 * z]!, all[4 * z + 1]!], 4 * twin);
  }
}

function* placeOthers(directory: Directory, all: Float64Array): Work<void> {
  for (let twin = 0; twin < directory.size; twin++) {
    if (twin % PIECE_STEPS === 0) yield;
    let at = twin;
    for (let links = 0; links < MAX_LINKS && at >= 0 && Number.isNaN(all[4 * at]!); links++)
      at = whereItStands(directory, at);
    if (at >= 0 && at !== twin) all.copyWithin(4 * twin, 4 * at, 4 * at + 4);
  }
}

/** The twin at which one stands; -1 for none. */
function whereItStands(directory: Directory, twin: number): number {
  const { roles, nodes } = STANDS_AT[directory.kindAt(twin)] ?? { roles: [] };
  for (const role of roles) {
    let found = -1;
    directory.eachLink(twin, (as, other) => {
      if (found < 0 && as === role && (!nodes || NODE_KINDS.has(directory.kindAt(other)))) found = other;
    });
    if (found >= 0) return found;
  }
  return -1;
}
