// In order: texts one after the other as they sort, worked out bit by bit, so that many of them keep nobody waiting.
// Fed by    whoever moves records into tables, where neighbours cost less than strangers
// Gives     each text in the order of code units; in between, undefined: others may have their turn

/** About so many are sorted in one go. */
const PART = 512;

export function* inOrder(texts: Iterable<string | undefined>): Generator<string | undefined> {
  const all: string[] = [];
  for (const text of texts) {
    if (text === undefined) yield undefined;
    else if (all.push(text) % PART === 0) yield undefined;
  }
  const bounds = all.filter((_, i) => i % PART === PART - 1).sort();
  const parts: string[][] = Array.from({ length: bounds.length + 1 }, () => []);
  for (const [i, text] of all.entries()) {
    parts[partOf(text, bounds)]!.push(text);
    if (i % PART === 0) yield undefined;
  }
  for (const part of parts) yield* part.sort();
}

/** How many of the bounds are not greater. */
function partOf(text: string, bounds: readonly string[]): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bounds[middle]! <= text) low = middle + 1;
    else high = middle;
  }
  return low;
}
