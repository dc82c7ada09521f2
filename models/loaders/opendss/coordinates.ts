// Files of coordinates: a bus and two numbers on each line.
// Fed by    the file that BusCoords, LatLongCoords or GISCoords names
// Gives     the place of each bus
// L1  BusCoords gives x and y of a drawing or map; LatLongCoords and GISCoords give latitude and longitude

import { decodePlainText } from "../plain-text.ts";
import type { OpenDssFindings } from "./findings.ts";
import { numberOf } from "./inline-math.ts";
import { type Objects, placeText } from "./objects.ts";
import { parametersOf, shownText } from "./tokens.ts";

export function readCoordinates(
  { file, bytes }: { file: string; bytes: Uint8Array },
  { isGeographic }: { isGeographic: boolean },
  objects: Objects,
  findings: OpenDssFindings,
): void {
  const lines = decodePlainText(bytes).text.split(/\r\n|\n|\r/);
  for (const [index, line] of lines.entries()) {
    const [bus, first, second] = parametersOf(line).map(({ value }) => value);
    if (!bus || bus.text === "") continue;
    const place = { script: file, line: index + 1, dir: "" };
    const [one, other] = [first && numberOf(first), second && numberOf(second)];
    if (one === undefined || other === undefined) {
      // The first line may name the columns.
      if (index > 0)
        findings.add("OPENDSS_COORDS", placeText(place), `"${shownText(line.trim())}" is no bus with two numbers`);
      continue;
    }
    const [x, y] = isGeographic ? [other, one] : [one, other];
    objects.coordinates.set(bus.text.toLowerCase(), { bus: bus.text, x, y, isGeographic, place });
  }
}
