// A district out again: as a map, as JSON, or in the format that a source of it came from.
// Fed by    a district, loaded just now or in a directory; what is wanted of it
// Gives     the text in pieces, so that none of a large district is ever whole; an empty piece is a place to stop at
// X1  reading an export of a source again gives the same twins, links and branches
// X2  a source is always written whole: a part of a network cannot be read as a network again

import type { District, TwinModel } from "../district.ts";
import { epanetText, isEpanet } from "./epanet.ts";
import { geojsonText } from "./geojson.ts";
import { jsonText } from "./json.ts";
import { isMatpower, matpowerText } from "./matpower.ts";
import { isPandapower, pandapowerText } from "./pandapower.ts";
import type { Part } from "./part.ts";
import { sourceOf } from "./source-twins.ts";

interface WholeFormat {
  mediaType: string;
  text(district: District, part?: Part): Iterable<string>;
}

/** Of one source, in the format that it came from. */
interface SourceFormat {
  mediaType: string;
  /** Whether a twin tells that its source came in this format. */
  isOf(twin: TwinModel): boolean;
  /** Which of the twins can tell. */
  tellers: RegExp;
  sourceText(district: District, source: string): Iterable<string>;
}

const FORMATS: Record<string, WholeFormat | SourceFormat> = {
  geojson: { mediaType: "application/geo+json", text: geojsonText },
  json: { mediaType: "application/json", text: jsonText },
  epanet: {
    mediaType: "text/plain",
    isOf: isEpanet,
    tellers: /^(?:junction|reservoir|tank|pipe|pump|valve):/,
    sourceText: epanetText,
  },
  pandapower: {
    mediaType: "application/json",
    isOf: isPandapower,
    tellers: /^(?:bus|line|transformer|switch|load|generator|storage|grid):/,
    sourceText: pandapowerText,
  },
  matpower: {
    mediaType: "text/plain",
    isOf: isMatpower,
    tellers: /^(?:bus|generator|line|transformer):/,
    sourceText: matpowerText,
  },
};
export const EXPORT_FORMATS: readonly string[] = Object.keys(FORMATS);

export interface ExportRequest {
  format: string;
  /** For the formats of sources: which one. It may be left out where there is but one. */
  source?: string | undefined;
  /** For GeoJSON and JSON. */
  part?: Part;
}

export interface DistrictExport {
  mediaType: string;
  /** All of a source, whatever part was asked for. */
  isWhole: boolean;
  text: Iterable<string>;
}

/** The export, or why there is none. Whoever must not hold others up stops between two of the pieces, which are empty. */
export function* exportOf(
  district: District,
  { format, source, part }: ExportRequest,
): Generator<string, DistrictExport | { refused: string }> {
  const found = Object.hasOwn(FORMATS, format) ? FORMATS[format]! : undefined;
  if (!found) return { refused: `format is one of ${EXPORT_FORMATS.join(", ")}, not ${JSON.stringify(format)}` };
  const { mediaType } = found;
  if ("text" in found) {
    if (source === undefined) return { mediaType, isWhole: false, text: found.text(district, part) };
    return { refused: `${format} is of the whole district, and takes no source` };
  }
  const sources = yield* sourcesOf(district, found, source);
  const [one, ...more] = sources;
  if (one === undefined) {
    if (source === undefined) return { refused: `the district has no source that came as ${format}` };
    return { refused: `there is no source ${JSON.stringify(source)} that came as ${format}` };
  }
  if (more.length > 0) return { refused: `several sources came as ${format}, name one: ${sources.join(", ")}` };
  return { mediaType, isWhole: true, text: found.sourceText(district, one) };
}

/** Sources that came in a format; only the one that is asked for, where one is. */
function* sourcesOf({ twins }: District, format: SourceFormat, wanted?: string): Generator<string, string[]> {
  const sources = new Set<string>();
  for (const id of twins.keys()) {
    yield "";
    const source = sourceOf(id);
    if (!format.tellers.test(id) || sources.has(source) || (wanted !== undefined && source !== wanted)) continue;
    if (!format.isOf(twins.get(id) as TwinModel)) continue;
    sources.add(source);
    if (wanted !== undefined) break;
  }
  return [...sources];
}
