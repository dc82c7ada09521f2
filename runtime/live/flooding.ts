// Flooding: what the gateway tells of a device that sends too often, on the device's twin.
// Fed by    flooding events of the log
// Gives     the condition `flooding` of the device, and at its end an entry of its journal that says how much was left out

import type { FloodingEvent } from "../log/events.ts";
import type { Changes } from "./changes.ts";
import type { LiveTwin } from "./live-twin.ts";
import { GOOD } from "./page.ts";
import type { Writes } from "./writes.ts";

/** The point of a device that says whether it floods; twins/device.ts has it. */
const FLOODING = "#flooding";

export function flood(
  device: LiveTwin | undefined,
  { on, coalesced }: FloodingEvent,
  nowMs: number,
  writes: Writes,
  changes: Changes,
): void {
  const i = device?.shape.index.get(FLOODING);
  if (!device || i === undefined) return;
  const wasOn = device.value(FLOODING) === 1;
  writes.write(device, i, on ? 1 : 0, nowMs, GOOD, false);
  if (on || !wasOn) return;
  const cause = `flooding ended, ${coalesced} readings left out`;
  changes.remark(device, nowMs, cause, device.state, device.state);
}
