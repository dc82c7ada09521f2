// Counting what became of what a file holds.

/** One more of a word that may be anything. */
export function count(counts: Record<string, number>, word: string): void {
  if (word !== "__proto__") counts[word] = (Object.hasOwn(counts, word) ? counts[word]! : 0) + 1;
}
