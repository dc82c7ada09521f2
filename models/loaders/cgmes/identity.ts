// Ids and references of CIM XML: the ways in which one and the same mRID is written.
// I1  rdf:ID="_X", rdf:about="#_X", rdf:about="urn:uuid:X" and rdf:resource="http://...#_X" all name X
// I2  a UUID is the same in capitals and in small letters (RFC 4122, section 3)
// Source: IEC 61970-552, clause on identification of objects

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const SMALL_LETTER = /[a-f]/;
/** The fragment of an enumeration's value: `PhaseCode.A`. */
const ENUMERATION_VALUE = /^[A-Z]\w*\.(.+)$/;

/** The mRID that a reference names, as it is written. */
export function mridOf(reference: string): string {
  const text = reference.trim();
  if (text.startsWith("urn:uuid:")) return text.slice("urn:uuid:".length);
  const fragment = text.slice(text.lastIndexOf("#") + 1);
  return fragment.startsWith("_") ? fragment.slice(1) : fragment;
}

/** What all ways of writing an mRID have in common. */
export function keyOf(mrid: string): string {
  return SMALL_LETTER.test(mrid) && UUID.test(mrid) ? mrid.toUpperCase() : mrid;
}

/** `A` of `http://iec.ch/TC57/CIM100#PhaseCode.A`; undefined when a resource is an object. */
export function enumerationValue(resource: string): string | undefined {
  const hash = resource.lastIndexOf("#");
  if (hash <= 0) return undefined;
  return ENUMERATION_VALUE.exec(resource.slice(hash + 1))?.[1];
}
