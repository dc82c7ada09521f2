// What a space says of itself: size, use, people, lighting, equipment, zone and schedules.
// Fed by    Space, Zone, Schedule, and the surfaces around it
// Gives     attributes of a twin of kind space

import type { Attributes, Json } from "../../district.ts";
import type { XmlElement } from "../xml.ts";
import { child, type GbxmlDocument } from "./document.ts";
import { shapeOf } from "./geometry.ts";
import { envelopeOf, type Surface } from "./surfaces.ts";

/** Children and attributes that have a name of ours, or a place elsewhere. */
const READ_HERE: ReadonlySet<string> = new Set([
  ...[
    "id",
    "Name",
    "Area",
    "Volume",
    "PeopleNumber",
    "LightPowerPerArea",
    "EquipPowerPerArea",
    "zoneIdRef",
    "buildingStoreyIdRef",
  ],
]);
const SCHEDULE_REFERENCE = /^(?:schedule|(\w+?)Schedule)IdRef$/;

export function spaceAttributes(space: XmlElement, surfaces: readonly Surface[], document: GbxmlDocument): Attributes {
  const netFloorAreaM2 = document.number(space, "Area") ?? shapeOf(space, document).areaM2;
  const netVolumeM3 = document.number(space, "Volume");
  if (netFloorAreaM2 === undefined) {
    document.findings.add("GBXML_AREA_MISSING", document.at(space), `space ${space.attributes.get("id")} has no area`);
  }
  const lighting = document.number(space, "LightPowerPerArea");
  const equipment = document.number(space, "EquipPowerPerArea");
  const zone = document.referenced(space, "zoneIdRef", "Zone");
  const schedules = schedulesOf(space, document);
  const outer = surfaces.filter(({ spaces }) => spaces.length === 1);
  const envelope = envelopeOf(outer);
  return {
    ...document.described(space, new Set([...READ_HERE, ...scheduleNames(space)])),
    ...(netFloorAreaM2 === undefined ? {} : { netFloorAreaM2 }),
    ...(netVolumeM3 === undefined ? {} : { netVolumeM3 }),
    ...people(space, netFloorAreaM2, document),
    ...(lighting === undefined ? {} : { lightingPowerWPerM2: lighting }),
    ...(equipment === undefined ? {} : { equipmentPowerWPerM2: equipment }),
    ...(zone ? { zone: document.described(zone) } : {}),
    ...(Object.keys(schedules).length > 0 ? { schedules } : {}),
    ...(Object.keys(envelope).length > 0 ? { envelope } : {}),
    ...(surfaces.length > 0 ? { surfaces: surfaces.map(({ attributes }) => attributes) } : {}),
  };
}

/** As a number of people, whether the file gives it so or as an area for each. */
function people(space: XmlElement, areaM2: number | undefined, document: GbxmlDocument): Attributes {
  const element = child(space, "PeopleNumber");
  const read = element && document.value(element);
  if (!read) return {};
  if (read.suffix !== "M2PerPerson") return { peopleNumber: read.value };
  const count =
    areaM2 !== undefined && read.value > 0 ? { peopleNumber: Number((areaM2 / read.value).toPrecision(6)) } : {};
  return { floorAreaM2PerPerson: read.value, ...count };
}

function scheduleNames(element: XmlElement): string[] {
  return [...element.attributes.keys()].filter((name) => SCHEDULE_REFERENCE.test(name));
}

/** `{ people: { id, name }, lighting: ... }`, by the names of the references. */
function schedulesOf(element: XmlElement, document: GbxmlDocument): { [name: string]: Json } {
  const schedules: { [name: string]: Json } = {};
  for (const reference of scheduleNames(element)) {
    const id = element.attributes.get(reference)!;
    const schedule = document.referenced(element, reference, "Schedule");
    const name = SCHEDULE_REFERENCE.exec(reference)![1] ?? "space";
    const label = schedule && child(schedule, "Name")?.text.trim();
    if (name !== "__proto__") schedules[name] = { id, ...(label ? { name: label } : {}) };
  }
  return schedules;
}
