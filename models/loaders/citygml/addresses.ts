// Addresses of CityGML by the names that CityJSON gives their parts.
// Fed by    `address` properties: xAL 2 (CityGML 1 and 2) and xAL 3 (CityGML 3)
// Gives     `{ Country, Locality, ThoroughfareName, ThoroughfareNumber, Postcode ... }`, with a location where there is one
// Source    OASIS CIQ xAL 2.0 and 3.0

import type { XmlElement } from "../xml.ts";
import { pointsOf } from "./coordinates.ts";
import { type GmlObject, Members } from "./gml-values.ts";

/** Parts of an address, and what their names and numbers are called. */
const PARTS: Record<string, { name: string; number?: string }> = {
  Country: { name: "Country" },
  AdministrativeArea: { name: "AdministrativeArea" },
  SubAdministrativeArea: { name: "SubAdministrativeArea" },
  Locality: { name: "Locality" },
  SubLocality: { name: "SubLocality" },
  DependentLocality: { name: "DependentLocality" },
  Thoroughfare: { name: "ThoroughfareName", number: "ThoroughfareNumber" },
  SubThoroughfare: { name: "SubThoroughfareName", number: "SubThoroughfareNumber" },
  DependentThoroughfare: { name: "DependentThoroughfareName", number: "DependentThoroughfareNumber" },
  Premises: { name: "PremisesName", number: "PremisesNumber" },
  Premise: { name: "PremisesName", number: "PremisesNumber" },
  SubPremises: { name: "SubPremisesName", number: "SubPremisesNumber" },
  SubPremise: { name: "SubPremisesName", number: "SubPremisesNumber" },
  PostalCode: { name: "Postcode", number: "Postcode" },
  PostCode: { name: "Postcode", number: "Postcode" },
  PostBox: { name: "PostBox", number: "PostBox" },
  PostOffice: { name: "PostOffice", number: "PostOffice" },
  Department: { name: "Department" },
  Firm: { name: "Firm" },
};
/** Names, numbers and codes: `LocalityName`, `NameElement`, `ThoroughfareNumber`, `Number`, `Identifier` ... */
const NAME = /Name(Element|Code)?$/;
const NUMBER = /Number$|^Identifier$|^ThoroughfareNumber(From|To)$/;
const LINE = /^(AddressLine|Address)$/;

/** One address, from its `Address` element; undefined when it says nothing. */
export function addressOf(address: XmlElement): GmlObject | undefined {
  const members = new Members();
  for (const child of address.children) {
    if (child.name === "xalAddress") readPart(child, "", members);
    else if (child.name === "multiPoint") addLocation(child, members);
  }
  const said = members.object();
  return Object.keys(said).length > 0 ? said : undefined;
}

function readPart(element: XmlElement, part: string, to: Members): void {
  for (const child of element.children) {
    const text = child.text.trim();
    const names = PARTS[part];
    if (text !== "" && LINE.test(child.name)) to.add("AddressLine", text);
    else if (text !== "" && names && NUMBER.test(child.name)) to.add(names.number ?? names.name, text);
    else if (text !== "" && NAME.test(child.name)) to.add(names?.name ?? child.name, text);
    else if (text !== "") to.add(child.name, text);
    readPart(child, Object.hasOwn(PARTS, child.name) ? child.name : part, to);
  }
}

function addLocation(multiPoint: XmlElement, to: Members): void {
  const points = pointsOf(multiPoint, undefined);
  const named = [multiPoint, ...multiPoint.children].find(({ attributes }) => attributes.has("srsName"));
  if (typeof points === "string" || points.length === 0) return;
  const crs = named?.attributes.get("srsName");
  to.add("location", { points: points.map((point) => [...point]), ...(crs === undefined ? {} : { crs }) });
}
