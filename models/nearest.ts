// The known word nearest to one that is not known, for the "did you mean" of a finding.

/** Words longer than this are not compared: a suggestion is not worth the time. */
const MAX_LENGTH = 200;

/** Suggestions for one code in one file: each looks at every candidate, so a file of nothing but faults would take for ever. */
export const MAX_SUGGESTIONS = 100;

/** The candidate with the fewest edits to `word`, the first of equals; undefined when none is within a quarter of its length. */
function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > MAX_LENGTH) return undefined;
  let best: string | undefined;
  let limit = Math.max(2, Math.floor(word.length / 4));
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) > limit) continue;
    const edits = editsUpTo(limit, word.toLowerCase(), candidate.toLowerCase());
    if (edits > limit) continue;
    best = candidate;
    limit = edits - 1;
    if (limit < 0) break;
  }
  return best;
}

/** ` (did you mean x?)`, or nothing, to end a message with. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const found = nearest(word, candidates);
  return found === undefined ? "" : ` (did you mean ${found}?)`;
}

/** Levenshtein's distance of two words, or more than `limit` as soon as it is certain to be more. */
function editsUpTo(limit: number, a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    let least = row;
    for (let column = 1; column <= b.length; column += 1) {
      const swap = above[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      const edits = Math.min(swap, above[column]! + 1, current[column - 1]! + 1);
      current.push(edits);
      least = Math.min(least, edits);
    }
    if (least > limit) return limit + 1;
    above = current;
  }
  return above[b.length]!;
}
