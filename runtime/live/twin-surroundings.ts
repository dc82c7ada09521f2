// What a live twin stands in: its place in its page and in the history, and what all twins of its partition share.

import type { Recipe } from "../../twins/effects.ts";
import type { LiveTwin } from "./live-twin.ts";
import type { Neighbours } from "./neighbours.ts";
import type { Page } from "./page.ts";
import type { Population } from "./population.ts";
import type { States } from "./states.ts";

/** For each point its number in the history; where they follow each other, the first. */
export type HistoryNumbers = number | ArrayLike<number>;

export interface TwinPlace {
  /** Its place in its partition. */
  slot: number;
  page: Page;
  /** Where its numbers begin in the page. */
  base: number;
  history: HistoryNumbers;
}

export interface TwinSurroundings {
  states: States;
  population: Population;
  neighbours: Neighbours;
  /** What the actor that is stepped just now emits. */
  emitted: Recipe[];
  /** A twin is about to have an actor. */
  roused: (twin: LiveTwin) => void;
}
