// The clock of a world: wall time, or faster, as long as somebody listens.
// C1  it never goes back: a world that ran ahead of the wall clock goes on from where it was
// C2  it stands still when nobody listened for UNHEARD_LIMIT_MS, as when the program was stopped, or the wall clock was set forward: what
//     happens next is not dated later than what was sent meanwhile and lies unread

/** So much of the wall clock may pass between two moments of which we know that we listened. */
const UNHEARD_LIMIT_MS = 3_000;

export interface Clock {
  /** World time, epoch ms, whole. */
  now(): number;
  /** World seconds in a second of the wall clock. */
  readonly speed: number;
  /** We have listened up to that world time; from the first time on C2 holds. */
  listenedUntil(at: number): void;
  /** When it stood still: until when we had listened, and the world time at which it is to go on. */
  unheard(): { since: number; at: number } | undefined;
}

/** `atLeastMs`: the world time at which the world stood still. */
export function startClock(speed: number, atLeastMs: number): Clock {
  const wallStart = Date.now();
  const monotonicStart = performance.now();
  const worldStart = Math.max(wallStart, atLeastMs);
  let last = worldStart;
  let holdAt = Number.POSITIVE_INFINITY;
  const world = () =>
    // At speed 1 the wall clock is followed, also when it is set; faster than that, the monotonic one counts.
    speed === 1 && worldStart === wallStart
      ? Date.now()
      : Math.floor(worldStart + (performance.now() - monotonicStart) * speed);
  const now = () => {
    last = Math.max(last, Math.min(world(), holdAt));
    return last;
  };
  return {
    speed,
    now,
    listenedUntil(at) {
      holdAt = at + UNHEARD_LIMIT_MS * speed;
    },
    unheard() {
      const at = world();
      return at > holdAt ? { since: holdAt - UNHEARD_LIMIT_MS * speed, at } : undefined;
    },
  };
}
