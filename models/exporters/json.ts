// Exporter of JSON with all that is known of a district, or of a part of it.
// Fed by    a district, loaded just now or in a directory; the part that is wanted
// Gives     one object, a twin, link or branch a line: { format, version, district, twins, links, branches, devices }
// J1  a twin is { id, kind, source, element, name, attributes, points }, a link { from, role, to }, a branch
//     { twin, from, to, switches }; `devices` are names of devices, each with the ids of the meters that it feeds
// J2  of a part: its twins, every link and branch that one of them has a hand in, and `removed`, the ids that are gone

import type { District, TwinId } from "../district.ts";
import type { Part } from "./part.ts";

const FORMAT = "quartier-district";
const VERSION = 1;

export function* jsonText(district: District, part?: Part): Iterable<string> {
  const { id, name, timezone } = district;
  const isIn = (...twins: readonly TwinId[]) => part === undefined || twins.some((twin) => part.has(twin));
  yield `{"format":${JSON.stringify(FORMAT)},"version":${VERSION},\n"district":${JSON.stringify({ id, name, timezone })},\n`;
  yield '"twins":[';
  yield* listed(
    district.twins.keys(),
    (twin) => isIn(twin),
    (twin) => JSON.stringify(district.twins.get(twin)),
  );
  yield '],\n"links":[';
  yield* listed(
    district.links,
    ({ from, to }) => isIn(from, to),
    (link) => JSON.stringify(link),
  );
  yield '],\n"branches":[';
  yield* listed(
    district.branches,
    ({ twin, from, to, switches }) => isIn(twin, from, to, ...switches),
    (branch) => JSON.stringify(branch),
  );
  yield '],\n"devices":{';
  const { devices } = district;
  yield* listed(
    devices.keys(),
    (device) => isIn(...devices.get(device)!),
    (device) => `${JSON.stringify(device)}:${JSON.stringify(devices.get(device))}`,
  );
  yield part === undefined ? "}\n}\n" : `},\n"removed":${JSON.stringify(part.removed)}\n}\n`;
}

/** The members of a list, or of an object, one a line. An empty piece for each that is left out. */
function* listed<T>(all: Iterable<T>, isWanted: (one: T) => boolean, text: (one: T) => string): Iterable<string> {
  let before = "\n";
  for (const one of all) {
    if (!isWanted(one)) yield "";
    else {
      yield `${before}${text(one)}`;
      before = ",\n";
    }
  }
}
