// What two parts of a district differ in, said precisely; and a part as the district that it would be alone.

import type { District, Json, TwinModel } from "../../../models/district.ts";
import { exportOf } from "../../../models/exporters/export.ts";
import type { DistrictPart } from "../../../models/loaders/loader.ts";

export function districtOf({ twins, links, branches, devices }: DistrictPart): District {
  return {
    ...{ id: "d", name: "D", timezone: "Europe/Berlin" },
    twins: new Map(twins.map((twin) => [twin.id, twin])),
    ...{ links, branches, devices: devices ?? new Map() },
  };
}

/** The text of an export; throws when it is refused. */
export function exported(district: District, request: Parameters<typeof exportOf>[1]): string {
  const steps = exportOf(district, request);
  for (;;) {
    const { done, value } = steps.next();
    if (!done) continue;
    if ("refused" in value) throw new Error(value.refused);
    return [...value.text].join("");
  }
}

/** Each difference as a line; of numbers, every bit counts. */
export function differencesOf(one: DistrictPart, other: DistrictPart): string[] {
  const said: string[] = [];
  const others = new Map(other.twins.map((twin) => [twin.id, twin]));
  for (const twin of one.twins) {
    const same = others.get(twin.id);
    others.delete(twin.id);
    if (same) compare(twin.id, told(twin), told(same), said);
    else said.push(`${twin.id} is missing`);
  }
  for (const id of others.keys()) said.push(`${id} is new`);
  const lists = (part: DistrictPart) => [
    ...part.links.map(({ from, role, to }) => `${from} ${role} ${to}`),
    ...part.branches.map(({ twin, from, to, switches }) => `${twin} from ${from} to ${to} by ${[...switches].sort()}`),
  ];
  compareLists(lists(one).sort(), lists(other).sort(), said);
  return said;
}

const told = ({ kind, source, element, name, attributes, points }: TwinModel): Json =>
  JSON.parse(JSON.stringify({ kind, source, element, name: name ?? null, attributes, points: points ?? null })) as Json;

function compare(at: string, one: Json | undefined, other: Json | undefined, said: string[]): void {
  if (one === other) return;
  if (typeof one === "object" && one !== null && typeof other === "object" && other !== null) {
    const [a, b] = [one as Record<string, Json>, other as Record<string, Json>];
    if (Array.isArray(a) !== Array.isArray(b)) said.push(`${at}: ${JSON.stringify(one)} and ${JSON.stringify(other)}`);
    else
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) compare(`${at}.${key}`, a[key], b[key], said);
  } else said.push(`${at}: ${JSON.stringify(one)} and ${JSON.stringify(other)}`);
}

function compareLists(one: string[], other: string[], said: string[]): void {
  const counts = new Map<string, number>();
  for (const each of one) counts.set(each, (counts.get(each) ?? 0) + 1);
  for (const each of other) counts.set(each, (counts.get(each) ?? 0) - 1);
  for (const [each, count] of counts) if (count !== 0) said.push(`${each}: ${count > 0 ? "missing" : "new"}`);
}
