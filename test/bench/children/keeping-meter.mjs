// The meter as somebody would write it in XState alone: the statechart of twins/meter.ts, in which each reading is an event, the actor
// keeps it (`assign` into its context), and guards decide whether it changes a condition.
// K1  states, commands, alarms and timers are those of twins/meter.ts, which is where they are taken from

import { assign } from "xstate";
import { statechart } from "../../../dist/twins/effects.js";
import { meter } from "../../../dist/twins/meter.js";
import { IMPLAUSIBLE_W, POWER } from "../readings.mjs";

/** @typedef {{ context: Record<string, any>, event: any }} Seen */

/** A connection carries no more, and a register never falls. */
const isImplausible = (/** @type {Seen} */ { context, event: { args } }) =>
  args.point === POWER ? args.value >= IMPLAUSIBLE_W : args.value < context.energy;
const isOtherSuspect = (/** @type {Seen} */ { context, event: { args } }) =>
  args.point === POWER ? context.isEnergySuspect : context.isPowerSuspect;
const staysSuspect = (/** @type {Seen} */ seen) => isImplausible(seen) || isOtherSuspect(seen);

const keep = assign((/** @type {Seen} */ { event: { at, args } }) =>
  args.point === POWER
    ? { power: args.value, powerAt: at, isPowerSuspect: false }
    : { energy: args.value, energyAt: at, isEnergySuspect: false },
);
/** The value stays the last good one. */
const doubt = assign((/** @type {Seen} */ { event: { at, args } }) =>
  args.point === POWER ? { powerAt: at, isPowerSuspect: true } : { energyAt: at, isEnergySuspect: true },
);

/** Into the states of a meter that is heard. */
const heard = [
  { guard: isImplausible, target: "#meter.online.suspect", actions: doubt },
  { guard: isOtherSuspect, target: "#meter.online.suspect", actions: keep },
  { target: "#meter.online.normal", actions: keep },
];
const stay = [{ guard: isImplausible, actions: doubt }, { actions: keep }];

/** @type {any} */
const { config } = meter.machine;
const { commissioned, online, silent, faulty } = config.states;
const { normal, suspect } = online.states;
const { implausible, reported } = faulty.states;
const hearing = (/** @type {any} */ state, /** @type {unknown} */ reading) => ({
  ...state,
  on: { ...state.on, reading },
});

export const keepingMeter = /** @type {any} */ (statechart).createMachine({
  ...config,
  context: { energy: 0, energyAt: 0, isEnergySuspect: false, power: 0, powerAt: 0, isPowerSuspect: false },
  states: {
    ...config.states,
    commissioned: hearing(commissioned, heard),
    online: {
      ...online,
      states: {
        normal: hearing(normal, [{ guard: isImplausible, target: "suspect", actions: doubt }, { actions: keep }]),
        suspect: hearing(suspect, [
          { guard: isImplausible, actions: doubt },
          { guard: staysSuspect, actions: keep },
          { target: "normal", actions: keep },
        ]),
      },
    },
    silent: hearing(silent, heard),
    faulty: {
      ...faulty,
      states: {
        implausible: hearing(implausible, [
          { guard: isImplausible, actions: doubt },
          { guard: staysSuspect, actions: keep },
          { target: "#meter.online.normal", actions: keep },
        ]),
        reported: hearing(reported, stay),
      },
    },
  },
});
