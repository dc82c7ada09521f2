// Place index: finds what stands in an area, or near a place, without looking at all that stands elsewhere.
// Fed by    places as numbers: a point, or a straight way between two points
// Gives     the places whose box meets a box
// P1  it is a packed R-tree: places are sorted by halving them at the middle, in turn across and along, so that some that stand
//     far off, as by a mistake, do not spoil it for the others
// Source    A. Guttman, R-trees, SIGMOD 1984; packed as in Flatbush (V. Agafonkin, ISC licence; idea only)

import { PIECE_STEPS, type Work } from "../work.ts";
import type { Box } from "./area.ts";

/** Entries of a node of the tree. */
const NODE_SIZE = 16;

/** Of each place lon and lat of its ends, one after the other; of a point, the same twice. */
export type Ways = Float64Array;

export class PlaceIndex {
  readonly #order: Uint32Array;
  /** Boxes of the levels of the tree, from that of single places up: minLon, minLat, maxLon, maxLat. */
  readonly #levels: readonly Float64Array[];

  private constructor(order: Uint32Array, levels: readonly Float64Array[]) {
    this.#order = order;
    this.#levels = levels;
  }

  static *of(ways: Ways): Work<PlaceIndex> {
    const count = ways.length / 4;
    const order = Uint32Array.from({ length: count }, (_, i) => i);
    yield* halve(ways, order, 0, count, 0);
    let boxes = new Float64Array(4 * count);
    for (const [at, place] of order.entries()) {
      const [lonA, latA, lonB, latB] = ways.subarray(4 * place, 4 * place + 4) as unknown as [
        number,
        number,
        number,
        number,
      ];
      boxes.set([Math.min(lonA, lonB), Math.min(latA, latB), Math.max(lonA, lonB), Math.max(latA, latB)], 4 * at);
      if (at % PIECE_STEPS === 0) yield;
    }
    const levels = [boxes];
    while (boxes.length > 4 * NODE_SIZE) {
      boxes = parentsOf(boxes);
      levels.push(boxes);
      yield;
    }
    return new PlaceIndex(order, levels);
  }

  /** Numbers of places whose box meets the box, in no order. */
  meeting(box: Box): number[] {
    const found: number[] = [];
    const top = this.#levels.length - 1;
    const stack: (readonly [level: number, node: number])[] = [];
    const look = (level: number, from: number, to: number): void => {
      const boxes = this.#levels[level]!;
      for (let node = from; node < Math.min(to, boxes.length / 4); node++) {
        if (!meets(boxes, node, box)) continue;
        if (level === 0) found.push(this.#order[node]!);
        else stack.push([level, node]);
      }
    };
    look(top, 0, Number.POSITIVE_INFINITY);
    for (let next = stack.pop(); next; next = stack.pop()) {
      const [level, node] = next;
      look(level - 1, NODE_SIZE * node, NODE_SIZE * (node + 1));
    }
    return found;
  }
}

function meets(boxes: Float64Array, node: number, { minLon, minLat, maxLon, maxLat }: Box): boolean {
  const at = 4 * node;
  return boxes[at]! <= maxLon && boxes[at + 1]! <= maxLat && boxes[at + 2]! >= minLon && boxes[at + 3]! >= minLat;
}

function parentsOf(boxes: Float64Array): Float64Array<ArrayBuffer> {
  const count = boxes.length / 4;
  const parents = new Float64Array(4 * Math.ceil(count / NODE_SIZE));
  for (let node = 0; node < count; node++) {
    const [at, of] = [4 * node, 4 * Math.floor(node / NODE_SIZE)];
    const isFirst = node % NODE_SIZE === 0;
    for (const side of [0, 1]) {
      parents[of + side] = isFirst ? boxes[at + side]! : Math.min(parents[of + side]!, boxes[at + side]!);
      parents[of + side + 2] = isFirst
        ? boxes[at + side + 2]!
        : Math.max(parents[of + side + 2]!, boxes[at + side + 2]!);
    }
  }
  return parents;
}

/** Sorts places such that each node of the tree has those that stand together. `axis`: 0 for longitude. */
function* halve(ways: Ways, order: Uint32Array, from: number, to: number, axis: 0 | 1): Work<void> {
  if (to - from <= NODE_SIZE) return;
  const middle = from + NODE_SIZE * Math.ceil((to - from) / (2 * NODE_SIZE));
  select(ways, order, from, to - 1, middle, axis);
  yield;
  const next = axis === 0 ? 1 : 0;
  yield* halve(ways, order, from, middle, next);
  yield* halve(ways, order, middle, to, next);
}

/** Hoare's selection: what stands before `k` is not further along the axis than what stands from `k` on. */
function select(ways: Ways, order: Uint32Array, from: number, to: number, k: number, axis: 0 | 1): void {
  const along = (at: number) => ways[4 * order[at]! + axis]! + ways[4 * order[at]! + axis + 2]!;
  let [left, right] = [from, to];
  while (left < right) {
    const pivot = along((left + right) >> 1);
    let [i, j] = [left, right];
    while (i <= j) {
      while (along(i) < pivot) i++;
      while (along(j) > pivot) j--;
      if (i > j) break;
      const held = order[i]!;
      order[i++] = order[j]!;
      order[j--] = held;
    }
    if (k <= j) right = j;
    else if (k >= i) left = i;
    else return;
  }
}
