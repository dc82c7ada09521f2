// An exact-enough sum: moved by differences for ever, without drift.
// E1  what a large term pushed out of the last digits comes back when that term is taken away again (Neumaier 1974: the error of
//     each addition is kept beside the sum)

export type ExactSum = [high: number, low: number];

/** Puts a term in the place of another: two additions, as the difference of the two would be rounded, and nobody knew the error. Gives the sum. */
export function exchange(sum: ExactSum, before: number, now: number): number {
  addTo(sum, -before);
  return addTo(sum, now);
}

/** Adds a term, in place. Gives the sum. */
export function addTo(sum: ExactSum, term: number): number {
  const [high, low] = sum;
  const total = high + term;
  const error = Math.abs(high) >= Math.abs(term) ? high - total + term : term - total + high;
  sum[0] = total;
  sum[1] = low + error;
  return sum[0] + sum[1];
}
