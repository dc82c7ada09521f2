// Ids that people take for one.
// Why       `J-12` and `j-12 ` are two twins: a link, a meter or a device that was typed by hand soon names the wrong one, or none
// I1  GlobalIds and gml:ids are made by programs, and differ by case as they like: only elements of networks, meters and devices count

import type { Kind, TwinModel } from "../district.ts";
import type { Subject } from "./subject.ts";

const TYPED: ReadonlySet<Kind> = new Set<Kind>([
  ...(["bus", "line", "transformer", "switch", "load", "generator", "storage", "grid", "meter"] as const),
  ...(["junction", "pipe", "pump", "valve", "tank", "reservoir", "exchanger", "plant"] as const),
]);

export function checkIds(subject: Subject): void {
  const seen = new Map<string, TwinModel>();
  for (const twin of subject.twins.values()) {
    const isTyped = TYPED.has(twin.kind) || (twin.kind === "device" && subject.district.devices.has(twin.element));
    if (!isTyped) continue;
    const key = twin.id.toLowerCase().replace(/\s+/g, "");
    const first = seen.get(key);
    if (!first) seen.set(key, twin);
    else subject.add("TWIN_ID_ALIKE", twin, `it differs from ${first.id} only by case or white space`);
  }
}
