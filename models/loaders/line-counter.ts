// Lines of a text, for the places of findings.

/** Lines, counted from 1. Where they end is found out once, at the first question. */
export function lineCounter(text: string): (start: number) => number {
  let ends: number[] | undefined;
  return (start) => {
    ends ??= lineEnds(text);
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle]! < start) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}

function lineEnds(text: string): number[] {
  const ends: number[] = [];
  const pattern = /\r\n|\r|\n/g;
  while (pattern.test(text)) ends.push(pattern.lastIndex - 1);
  return ends;
}
