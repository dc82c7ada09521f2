// Comfort: the band of temperature in which people are at ease (EN 16798-1, table NA.2, category II, sedentary).
// Gives     conditions over the point `temperature`, and guards over them
// C1  comfort is lost only after HOLD_MS outside of the band, and kept again HYSTERESIS_K inside of it

import { z } from "zod";
import { above, below, type Condition, when } from "./conditions.ts";
import type { TwinEvent } from "./definition.ts";

const LEAST_DEG_C = 20;
const MOST_DEG_C = 26;
const HYSTERESIS_K = 0.5;
const HOLD_MS = 15 * 60_000;

/** Until somebody sets another one. */
export const USUAL_SET_POINT_DEG_C = 21;

export const comfortConditions: Record<string, Condition> = {
  tooCold: below("temperature", LEAST_DEG_C, { clearAt: LEAST_DEG_C + HYSTERESIS_K, forMs: HOLD_MS }),
  tooHot: above("temperature", MOST_DEG_C, { clearAt: MOST_DEG_C - HYSTERESIS_K, forMs: HOLD_MS }),
  temperatureKnown: when(["temperature"], (view) => !Number.isNaN(view.value("temperature"))),
};

type Seen = { event: TwinEvent };
export const isTemperatureKnown = ({ event }: Seen): boolean => event.view.isRaised("temperatureKnown");
export const isUncomfortable = ({ event: { view } }: Seen): boolean =>
  view.isRaised("tooCold") || view.isRaised("tooHot");
export const isComfortable = (seen: Seen): boolean => !isUncomfortable(seen);

export const temperatureArgs = z.strictObject({
  degC: z.number().min(5).max(30).describe("Room temperature that is wanted, in degrees Celsius"),
});

/** The argument of `setTemperature`. */
export const wantedDegC = (event: TwinEvent): number => Number(event.args.degC);
