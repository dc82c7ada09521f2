// The families of a CityJSON file, which tells them twice: a child names its parents, and a parent its children.
// Fed by    the CityObjects of a file
// Gives     the parents of each
// Y1  a family told from one side only is still a family, with a finding

import { type CityFindings, type JsonCityObject, listOf, shown } from "./document.ts";

/** Fills in the parents of all objects. A group is not a parent: its members stay where they are. */
export function relate(objects: ReadonlyMap<string, JsonCityObject>, findings: CityFindings): void {
  for (const object of objects.values()) {
    for (const id of listOf(object.json.parents)) {
      const parent = typeof id === "string" ? objects.get(id) : undefined;
      if (!parent) findings.add("CITYJSON_RELATIVE_UNKNOWN", object.at, `its parent ${shown(id)} is not in the file`);
      else if (parent.type !== "CityObjectGroup") {
        object.parents.push(parent.id);
        if (listOf(parent.json.children).includes(object.id)) continue;
        const message = `its parent ${parent.id} does not name it as a child`;
        findings.add("CITYJSON_RELATIVE_ONE_SIDED", object.at, message);
      }
    }
  }
  for (const parent of objects.values()) {
    if (parent.type === "CityObjectGroup") continue;
    for (const id of listOf(parent.json.children)) {
      const child = typeof id === "string" ? objects.get(id) : undefined;
      if (!child) findings.add("CITYJSON_RELATIVE_UNKNOWN", parent.at, `its child ${shown(id)} is not in the file`);
      else if (!child.parents.includes(parent.id)) {
        child.parents.push(parent.id);
        const message = `its child ${child.id} does not name it as a parent`;
        findings.add("CITYJSON_RELATIVE_ONE_SIDED", parent.at, message);
      }
    }
  }
}
