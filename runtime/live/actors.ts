// The actors of a partition's twins: those that were made last are kept, as an actor takes more memory than all else of a twin.
// A1  a twin without its actor loses nothing: the next step makes one, from the state at which the twin stands

import type { LiveTwin } from "./live-twin.ts";

const MAX_ACTORS = 20_000;

export class Actors {
  readonly #twins: LiveTwin[] = [];
  #next = 0;

  /** This twin is about to have an actor: the one that has had its own for longest gives it up. */
  readonly made = (twin: LiveTwin): void => {
    this.#twins[this.#next]?.stop();
    this.#twins[this.#next] = twin;
    this.#next = (this.#next + 1) % MAX_ACTORS;
  };
}
