// The files that come with the simulator: profiles and weather.
// Gives     their text, whether this runs from source or from dist/

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Text of a file of the package's folder `sim/`. Throws when it is not there. */
export function packageFile(path: string): string {
  const inSource = fileURLToPath(new URL(path, import.meta.url));
  const fromDist = fileURLToPath(new URL(`../../sim/${path}`, import.meta.url));
  return readFileSync(existsSync(inSource) ? inSource : fromDist, "utf8");
}
