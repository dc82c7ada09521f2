// Demands: which nodes consume something themselves, as junctions of water networks do.
// Fed by    what models of junctions say: `baseDemandLps`, or the categories in `demands`

import type { Directory } from "../directory.ts";
import type { Attributes } from "../district.ts";
import type { Work } from "../work.ts";

const MODELS_OF_A_PIECE = 128;

/** By the numbers of twins: 1 for a junction with a demand. */
export function* demandsOf(directory: Directory): Work<Uint8Array> {
  const demands = new Uint8Array(directory.size);
  const [from, to] = directory.ofKind("junction");
  for (let twin = from; twin < to; twin++) {
    if (twin % MODELS_OF_A_PIECE === 0) yield;
    if (isDemanding(directory.modelAt(twin).attributes)) demands[twin] = 1;
  }
  return demands;
}

function isDemanding({ baseDemandLps, demands }: Attributes): boolean {
  if (typeof baseDemandLps === "number" && baseDemandLps > 0) return true;
  if (!Array.isArray(demands)) return false;
  return demands.some((each) => {
    const base = typeof each === "object" && each !== null && !Array.isArray(each) ? each.baseDemandLps : undefined;
    return typeof base === "number" && base > 0;
  });
}
