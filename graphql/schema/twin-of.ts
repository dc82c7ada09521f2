// The twin of an id that something names: a link, an alarm, a network.
// T2  a twin that has left the model is still shown where something names it: as it was when it was retired, or, when nothing is kept
//     of it, in the state `removed`
// T3  what a past twin leads to is of the same instant; a neighbour that was not born then is shown in the state `unborn`

import type { Kind, TwinId } from "../../models/district.ts";
import type { PastMoment, TwinView, World } from "../../runtime/views.ts";

/** State of a twin that has left the model, and of one of which nothing is kept. */
const RETIRED = "retired";
const REMOVED = "removed";
/** State of a neighbour of a past twin that was born later. */
const UNBORN = "unborn";

/** Of the schema's enum. */
export const kindsOf = (names: readonly string[]): Kind[] => names.map((name) => name.toLowerCase() as Kind);

/** Whether the world has something of it at the time of the view. */
export const isKnown = ({ state }: TwinView): boolean => state !== REMOVED && state !== UNBORN;

/** Whether it is one of the model's twins at the time of the view. */
export const isThere = (view: TwinView): boolean => isKnown(view) && view.state !== RETIRED;

/** The twin of an id that something names, also when it is no longer there (T2), or not yet (T3). */
export function twinOf(world: World, id: TwinId, moment?: PastMoment): TwinView {
  const there = (moment ?? world).twin(id);
  if (there) return there;
  const now = moment && world.twin(id);
  if (now) return { ...now, state: UNBORN, revision: 0, points: [], moment };
  const [word, source = "", ...element] = id.split(":");
  const kind = word as Kind; // every id begins with one (D1)
  const model = { id, kind, source, element: element.join(":"), attributes: {} };
  return { id, kind, name: undefined, model, state: REMOVED, revision: 0, points: [], flapping: [] };
}
