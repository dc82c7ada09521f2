// Supply: the signals `supply.lost` and `supply.restored`, with which the runtime tells a twin that its network feeds it no more, or again.
// Fed by    positions of switches, valves, pumps and the states of sources; the runtime works out who is reached
// Gives     the memory of it that twins keep beside their state, and guards over it
// U1  a twin is supplied until it is told otherwise
// U2  a state that takes a supply signal itself notes it too: whoever comes back into service asks the memory

import { CARRIERS, type Carrier } from "../models/district.ts";
import { settable, type TwinEvent } from "./definition.ts";
import { setPoint } from "./effects.ts";

const SUPPLIED = "#supplied";

/** The point that remembers: 1 supplied, 0 not. For the `points` of a definition. */
export const supplyMemory = { [SUPPLIED]: settable("/", () => 1) };

export const noteLost = setPoint(SUPPLIED, 0);
export const noteRestored = setPoint(SUPPLIED, 1);

/** For the `on` of a whole statechart: states that do not care about supply still remember it. */
export const remembersSupply = {
  "supply.lost": { actions: noteLost },
  "supply.restored": { actions: noteRestored },
};

export const isUnsupplied = ({ event }: { event: TwinEvent }): boolean => event.view.value(SUPPLIED) === 0;

/** The carrier that a supply signal is about; undefined when it names none. */
export const carrierOf = (event: TwinEvent): Carrier | undefined =>
  CARRIERS.find((carrier) => carrier === event.args.carrier);

export const isElectric = ({ event }: { event: TwinEvent }): boolean => carrierOf(event) === "electricity";
