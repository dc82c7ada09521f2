// The triples of a Brick graph by what they say: which entity is what, and how entities are related.
// Fed by    triples
// Gives     entities in the order in which the file first says what they are, and their relations from either side
// G1  a relation said from one side only holds from both: `hasPart` and `isPartOf` are one
// G2  names are those of Brick of any version, of RealEstateCore and of the reference vocabulary; all others are whole IRIs

import { type Literal, RDF, type Term, type Triple } from "./turtle.ts";

const TYPE = `${RDF}type`;
const SUBCLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf";
const LABELS = ["http://www.w3.org/2000/01/rdf-schema#label", "http://www.w3.org/2004/02/skos/core#prefLabel"];
/** Namespaces whose names are known without them: Brick 1.0 to 1.4, RealEstateCore, QUDT units, tags and references of Brick. */
const NAMESPACES =
  /^https?:\/\/(?:(?:www\.)?brickschema\.org\/schema\/(?:[\d.]+\/)?Brick(?:Frame|Tag|\/ref)?#|w3id\.org\/rec(?:\/core\/|#)|qudt\.org\/vocab\/unit\/|qudt\.org\/vocab\/quantitykind\/)(.+)$/;
/** Vocabularies: what they declare is no entity of a building. */
const VOCABULARY =
  /^http:\/\/www\.w3\.org\/|^https?:\/\/qudt\.org\/schema|^https:\/\/brickschema\.org\/schema\/(?:[\d.]+\/)?Brick(?:\/ref)?#(?:Class|EntityPropertyShape|EntityProperty|Quantity|Substance|Tag|DeprecationShape)$/;

/** Relations, each by the name that leads from the whole, the place or the source, and by the way back. */
const RELATIONS = {
  hasPart: "isPartOf",
  isLocationOf: "hasLocation",
  hasPoint: "isPointOf",
  feeds: "isFedBy",
  meters: "isMeteredBy",
  hasSubMeter: "isSubMeterOf",
} as const;
export type Relation = keyof typeof RELATIONS;
const FORWARD = new Map<string, Relation>(Object.keys(RELATIONS).map((name) => [name, name as Relation]));
/** RealEstateCore has places that include others, and points that are capabilities. */
FORWARD.set("hasCapability", "hasPoint");
const BACKWARD = new Map(Object.entries(RELATIONS).map(([name, back]) => [back as string, name as Relation]));
BACKWARD.set("locatedIn", "isLocationOf");
BACKWARD.set("isCapabilityOf", "hasPoint");

export interface Entity {
  iri: string;
  line: number;
  /** Classes as the file names them, without a namespace that is known. */
  classes: string[];
  name: string;
}

export class Graph {
  readonly #said = new Map<string, { predicate: string; object: Term }[]>();
  readonly #lines = new Map<string, number>();
  readonly #classes = new Map<string, string[]>();
  readonly #above = new Map<string, string[]>();
  readonly #related = new Map<string, Set<string>>();

  constructor(triples: readonly Triple[]) {
    for (const triple of triples) this.#add(triple);
  }

  /** All that have a class which is none of a vocabulary. */
  entities(): Entity[] {
    return [...this.#classes]
      .filter(([iri]) => !iri.startsWith("_:"))
      .map(([iri, classes]) => ({
        ...{ iri, line: this.#lines.get(iri) ?? 1, name: this.#nameOf(iri) },
        classes: classes.filter((type) => !VOCABULARY.test(type)).map(shortName),
      }))
      .filter(({ classes }) => classes.length > 0);
  }

  /** Classes above one, by what the file itself says of it. */
  classesAbove(name: string): string[] {
    const seen = new Set<string>();
    let level = this.#above.get(name) ?? [];
    while (level.length > 0) {
      const fresh = [...new Set(level)].filter((each) => !seen.has(each));
      for (const each of fresh) seen.add(each);
      level = fresh.flatMap((each) => this.#above.get(each) ?? []);
    }
    return [...seen];
  }

  /** What an entity is related to, in the order of the file. */
  related(iri: string, relation: Relation): string[] {
    return [...(this.#related.get(`${relation} ${iri}`) ?? [])];
  }

  /** What is related to an entity: the wholes of a part, the places of a thing. */
  relatedTo(iri: string, relation: Relation): string[] {
    return [...(this.#related.get(`${RELATIONS[relation]} ${iri}`) ?? [])];
  }

  /** All that is said of a node besides its class, its name and its relations. */
  said(node: string): { predicate: string; object: Term }[] {
    return (this.#said.get(node) ?? []).filter(({ predicate }) => {
      const name = shortName(predicate);
      return predicate !== TYPE && !LABELS.includes(predicate) && !FORWARD.has(name) && !BACKWARD.has(name);
    });
  }

  line(node: string): number {
    return this.#lines.get(node) ?? 1;
  }

  #add({ subject, predicate, object, line }: Triple): void {
    const said = this.#said.get(subject) ?? [];
    this.#said.set(subject, said);
    said.push({ predicate, object });
    if (!this.#lines.has(subject)) this.#lines.set(subject, line);
    if (typeof object !== "string") return;
    if (predicate === TYPE) push(this.#classes, subject, object);
    if (predicate === SUBCLASS) push(this.#above, shortName(subject), shortName(object));
    const name = shortName(predicate);
    const [forward, backward] = [FORWARD.get(name), BACKWARD.get(name)];
    if (forward) this.#relate(subject, forward, object);
    if (backward) this.#relate(object, backward, subject);
  }

  #relate(from: string, relation: Relation, to: string): void {
    for (const [key, other] of [
      [`${relation} ${from}`, to],
      [`${RELATIONS[relation]} ${to}`, from],
    ] as const) {
      const others = this.#related.get(key) ?? new Set();
      this.#related.set(key, others.add(other));
    }
  }

  #nameOf(iri: string): string {
    const labels = (this.#said.get(iri) ?? []).flatMap(({ predicate, object }) =>
      LABELS.includes(predicate) && typeof object !== "string" ? [object] : [],
    );
    const label: Literal | undefined = labels.find(({ language = "en" }) => /^en/i.test(language)) ?? labels[0];
    return label?.value.trim() || localName(iri);
  }
}

/** A name without its namespace, when that is a known one; or else the whole IRI. */
export function shortName(iri: string): string {
  return NAMESPACES.exec(iri)?.[1] ?? iri;
}

/** What stands behind the last sign that divides an IRI. */
export function localName(iri: string): string {
  const start = Math.max(...["#", "/", ":"].map((sign) => iri.lastIndexOf(sign))) + 1;
  return start < iri.length ? iri.slice(start) : iri;
}

function push(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
