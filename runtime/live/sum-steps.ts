// Steps of a sum: by how much more it is from a time on, for what is told of its past.

export type Step = [atMs: number, more: number];
/** By time. */
export type Steps = Map<Step[0], Step[1]>;

export function addStep(steps: Steps, atMs: number, more: number): void {
  steps.set(atMs, (steps.get(atMs) ?? 0) + more);
}

/** Those that change anything, in the order of time. */
export const inOrderOf = (steps: Steps): Step[] =>
  [...steps].filter(([, more]) => more !== 0).sort(([a], [b]) => a - b);
