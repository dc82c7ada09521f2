// The rivals' meter: one row with the last values, the state of the meter's statechart and a revision.
// Made as cheap as it can be: the statechart is asked only when a condition changed, and there is no history.

import { transition } from "xstate";
import { meter } from "../../dist/twins/meter.js";
import { IMPLAUSIBLE_W, INTERVAL_MS, POWER } from "./readings.mjs";

const { machine } = meter;

/** What the rules of the statechart may ask. */
export const view = {
  model: { points: [] },
  value: () => 0,
  at: () => 0,
  quality: () => "GOOD",
  attribute: () => INTERVAL_MS,
  neighbours: () => 0,
  isRaised: (/** @type {string} */ name) => name === "heard",
};

/** @typedef {{ energy: number, energyAt: number, power: number, powerAt: number, state: any, suspect: boolean, revision: number }} Row */

/** @returns {Row} a meter that was heard of */
export const newRow = () => ({
  ...{ energy: 0, energyAt: 0, power: 0, powerAt: 0, suspect: false, revision: 0 },
  state: step("commissioned", "heard.raised", 0),
});

/** @param {any} value @param {string} type @param {number} at */
function step(value, type, at) {
  const snapshot = machine.resolveState({ value, context: {} });
  return transition(machine, snapshot, { type, at, view, args: {} })[0].value;
}

/** Applies one reading. @param {Row} row @param {number} point @param {number} value @param {number} at */
export function applyReading(row, point, value, at) {
  row.revision++;
  if (point !== POWER) {
    row.energy = value;
    row.energyAt = at;
    return;
  }
  const suspect = value >= IMPLAUSIBLE_W;
  if (suspect !== row.suspect) {
    row.state = step(row.state, suspect ? "suspect.raised" : "suspect.cleared", at);
    row.suspect = suspect;
  }
  if (!suspect) row.power = value;
  row.powerAt = at;
}
