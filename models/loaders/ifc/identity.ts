// GlobalIds: the names by which everything outside the file knows what stands in it.
// Fed by    models/loaders/ifc/engine.ts
// Gives     the element part of a twin id for every object that becomes a twin
// Source    IFC4 ADD2 TC1, IfcGloballyUniqueId: 128 bits in 22 characters of 0-9 A-Z a-z _ $, the first of them 0 to 3
// D1  an id is the GlobalId verbatim; only where it is missing or taken, the entity's number stands in or is added

import type { IfcModel } from "./engine.ts";
import { text } from "./entity.ts";
import type { IfcFindings } from "./findings.ts";

const GLOBAL_ID = /^[0-3][0-9A-Za-z_$]{21}$/;

/** Checks the GlobalIds of the whole file and gives the twins among them (in order) their elements. */
export function identify(model: IfcModel, twins: readonly number[], findings: IfcFindings): Map<number, string> {
  const elements = new Map<number, string>();
  const owners = new Map<string, number>();
  const isTwin = new Set(twins);
  const others = model.labels("IFCROOT").filter((label) => !isTwin.has(label));
  for (const label of [...twins, ...others]) {
    const entity = model.entity(label);
    const globalId = entity && text(entity, "GlobalId");
    const at = `#${label}`;
    const what = model.classOf(label);
    if (globalId === undefined) {
      if (isTwin.has(label)) findings.add("IFC_GLOBALID_MISSING", at, `this ${what} has no GlobalId`);
      elements.set(label, `#${label}`);
      continue;
    }
    if (!GLOBAL_ID.test(globalId))
      findings.add("IFC_GLOBALID_INVALID", at, `the GlobalId "${globalId}" of this ${what} is malformed`);
    const owner = owners.get(globalId);
    if (owner === undefined) owners.set(globalId, label);
    else {
      const message = `this ${what} has the GlobalId ${globalId} of ${model.classOf(owner)} #${owner}`;
      findings.add(isTwin.has(label) ? "IFC_GLOBALID_DUPLICATE" : "IFC_GLOBALID_REUSED", at, message);
    }
    elements.set(label, owner === undefined || !isTwin.has(label) ? globalId : `${globalId}#${label}`);
  }
  return elements;
}
