// Slices: long work on the store in short transactions, so that others go on.
// U1  a slice is one transaction of about SLICE_MS; while others are busy there is one in PAUSE_MS, until it is to hurry
// U2  where it is stopped it ends between two slices

import type { RootDatabase } from "lmdb";
import type { Job, Work } from "./errands.ts";

export const SLICE_MS = 10;
const PAUSE_MS = 100;
/** Whoever is not called back within that, has others before him. */
const BUSY_MS = 3;

export function inSlices(root: RootDatabase, work: Work, sliceMs = SLICE_MS): Job {
  let isHurried = false;
  let isStopped = false;
  let wake = () => {};

  const letOthers = async () => {
    const from = performance.now();
    await new Promise(setImmediate);
    if (isHurried || isStopped || performance.now() - from < BUSY_MS) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, PAUSE_MS);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  };

  const run = async () => {
    for (let goesOn = true; goesOn; ) {
      if (isStopped) return false;
      await root.childTransaction(() => {
        const until = performance.now() + sliceMs;
        do goesOn = work();
        while (goesOn && performance.now() < until);
      });
      if (goesOn) await letOthers();
    }
    return true;
  };

  return {
    ended: run(),
    hurry: () => {
      isHurried = true;
      wake();
    },
    stop: () => {
      isStopped = true;
      wake();
    },
  };
}
