// The pace of commits: often when there is little to do, seldom when there is much.
// P1  commits take no more than a tenth of the time, however much they carry
// P2  when there was nothing to commit for a while, the next change is committed at once
// P3  while somebody waits for a commit, commits may take half of the time

/** Of the time, at the most: P1, and P3. */
const COMMIT_SHARE = 0.1;
const AWAITED_SHARE = 0.5;

export class Pace {
  #beganMs = 0;
  #endedMs = 0;

  /** How long until the next commit may begin. */
  waitMs(isAwaited: boolean): number {
    const share = isAwaited ? AWAITED_SHARE : COMMIT_SHARE;
    const pauseMs = (this.#endedMs - this.#beganMs) * (1 / share - 1);
    return Math.max(0, this.#endedMs + pauseMs - performance.now());
  }

  begin(): void {
    this.#beganMs = performance.now();
  }

  end(): void {
    this.#endedMs = performance.now();
  }
}
