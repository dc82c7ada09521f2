import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadEpanet } from "../../../models/loaders/epanet.ts";
import { loadMatpower } from "../../../models/loaders/matpower.ts";
import { loadPandapower } from "../../../models/loaders/pandapower.ts";
import type { DistrictPart } from "../../../models/loaders/loader.ts";
import { differencesOf, districtOf, exported } from "./parts.ts";
function* walk(d: string): Iterable<string> {
  for (const f of readdirSync(d)) {
    const p = join(d, f);
    if (statSync(p).isDirectory()) yield* walk(p);
    else yield p;
  }
}
const all = [
  ...walk("/work/shared/data/water"),
  ...walk("/work/shared/data/electricity"),
  ...walk("/work/h-b/models/examples/altstadt/sim"),
  ...walk("/work/h-b/test/fixtures/matpower"),
  ...walk("/work/h-b/test/fixtures/pandapower"),
];
const of = (f: string) =>
  f.endsWith(".inp")
    ? (["epanet", loadEpanet] as const)
    : f.endsWith(".m")
      ? (["matpower", loadMatpower] as const)
      : f.endsWith(".json") && /pandapower|altstadt/.test(f) && !/results|computed/.test(f)
        ? (["pandapower", loadPandapower] as const)
        : undefined;
for (const f of all) {
  const o = of(f);
  if (!o) continue;
  test(f, async () => {
    const [format, load] = o;
    const read = async (bytes: Uint8Array) => (await load({ source: "s", file: f, bytes })) as DistrictPart;
    const part = await read(new Uint8Array(readFileSync(f)));
    if (part.twins.length === 0) return;
    const text = exported(districtOf(part), { format, source: "s" });
    const again = await read(new TextEncoder().encode(text));
    expect(differencesOf(part, again).slice(0, 10)).toEqual([]);
    const sev = (p: DistrictPart) =>
      p.findings
        .filter((x) => x.severity !== "info")
        .map((x) => x.code)
        .sort();
    expect(sev(again)).toEqual(sev(part));
    // idempotent, and from an order by ids
    const sorted = { ...again, twins: [...again.twins].sort((a, b) => (a.id < b.id ? -1 : 1)) };
    const third = await read(new TextEncoder().encode(exported(districtOf(sorted), { format })));
    expect(differencesOf(part, third).slice(0, 10)).toEqual([]);
  });
}
