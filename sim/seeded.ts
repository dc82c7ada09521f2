// Chance that can be asked again: numbers drawn from a seed and a place, not from a sequence.
// Fed by    the seed of a simulation, names of devices and points, indices of intervals
// Gives     hashes, uniform numbers, smooth noise, and a rearrangement of time that makes a smooth profile lively
// C1  the same arguments give the same number, on any machine and in any order of asking

/** Hash of a text under a seed, an unsigned integer of 32 bits (FNV-1a, finished like Murmur3). */
export function hashText(seed: number, text: string): number {
  let hash = (2166136261 ^ seed) >>> 0;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 16777619);
  return finish(hash);
}

/** Hash of an integer under a hash. Integers beyond 32 bits count whole. */
export function hashNumber(hash: number, value: number): number {
  const high = Math.floor(value / 2 ** 32);
  return finish(Math.imul(hash ^ value, 0x9e3779b1) ^ Math.imul(high + 0x85ebca6b, 0xc2b2ae35));
}

function finish(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** A hash as a number from 0 (included) to 1 (excluded). */
export function uniform(hash: number): number {
  return hash / 2 ** 32;
}

/** A number between two bounds, drawn under a name. */
export function drawn(hash: number, name: string, low: number, high: number): number {
  return low + (high - low) * uniform(hashText(hash, name));
}

/** Smooth noise from -1 to 1 that turns about once in a period. */
export function noise(hash: number, timeMs: number, periodMs: number): number {
  const cell = Math.floor(timeMs / periodMs);
  const part = timeMs / periodMs - cell;
  const before = uniform(hashNumber(hash, cell));
  const after = uniform(hashNumber(hash, cell + 1));
  return 2 * (before + (after - before) * part * part * (3 - 2 * part)) - 1;
}

/** Time is rearranged within blocks of this length, so nothing strays further than that. */
const REARRANGED_BLOCK_MS = 2 * 3_600_000;
/** Halvings of a block: down to under two minutes. */
const REARRANGED_HALVINGS = 6;

/**
 * Moves time within its block: the block's ends stay, time never runs backwards, and each half of it gets a drawn share, again and
 * again down to minutes. A smooth cumulative profile read at the moved time becomes one with bursts and lulls, and still
 * sums to the same. `liveliness` is the spread of the shares: 0 leaves time as it is, at 1 a half may get nothing.
 */
export function rearranged(hash: number, timeMs: number, liveliness: number): number {
  const block = Math.floor(timeMs / REARRANGED_BLOCK_MS);
  const blockMs = block * REARRANGED_BLOCK_MS;
  let part = (timeMs - blockMs) / REARRANGED_BLOCK_MS;
  let from = 0;
  let to = 1;
  let node = hashNumber(hash, block);
  for (let halving = 0; halving < REARRANGED_HALVINGS; halving++) {
    const share = 0.5 + liveliness * (uniform(node) - 0.5);
    const middle = from + (to - from) * share;
    if (part < 0.5) {
      to = middle;
      part *= 2;
      node = hashNumber(node, 1);
    } else {
      from = middle;
      part = 2 * part - 1;
      node = hashNumber(node, 2);
    }
  }
  return blockMs + (from + (to - from) * part) * REARRANGED_BLOCK_MS;
}
