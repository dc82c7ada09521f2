// The clock of a world: wall time, or faster.
// C1  it never goes back: a world that ran ahead of the wall clock goes on from where it was

export interface Clock {
  /** World time, epoch ms, whole. */
  now(): number;
  /** World seconds in a second of the wall clock. */
  readonly speed: number;
}

/** `atLeastMs`: the world time at which the world stood still. */
export function startClock(speed: number, atLeastMs: number): Clock {
  const wallStart = Date.now();
  const monotonicStart = performance.now();
  const worldStart = Math.max(wallStart, atLeastMs);
  let last = worldStart;
  return {
    speed,
    now() {
      // At speed 1 the wall clock is followed, also when it is set; faster than that, the monotonic one counts.
      const world =
        speed === 1 && worldStart === wallStart
          ? Date.now()
          : worldStart + (performance.now() - monotonicStart) * speed;
      last = Math.max(last, Math.floor(world));
      return last;
    },
  };
}
