// Work: a long computation in small pieces, between which whoever runs it may let others have their turn.
// Must not  know of time: how many pieces make a turn is decided where there is a clock

/** Gives its result at its end, and nothing before. */
export type Work<T> = Generator<void, T>;

/** Steps of a microsecond, at the most, in one piece. */
export const PIECE_STEPS = 1_024;

/** Does all of it at once. */
export function finish<T>(work: Work<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}
