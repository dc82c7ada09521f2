// Assigns the values of a line to the properties of an object.
// Fed by    an object and the parameters that follow its name
// Gives     the object, changed; findings for what it does not have or what is no number
// D1  a value without a name goes to the property after the last one that was set, as OpenDSS counts them

import { Allowance } from "./allowance.ts";
import type { OpenDssCensus } from "./census.ts";
import { type DssClass, type Property, propertyOf } from "./classes.ts";
import type { OpenDssFindings } from "./findings.ts";
import { assign, type DssObject, fullName, type Objects, type Place, placeText } from "./objects.ts";
import { type Parameter, shownText, type Token } from "./tokens.ts";
import { meaningOf } from "./values.ts";

export class Editor {
  readonly #findings: OpenDssFindings;
  readonly #census: OpenDssCensus;
  #edit = 0;
  readonly #multiplied: Allowance;

  constructor(findings: OpenDssFindings, census: OpenDssCensus) {
    this.#findings = findings;
    this.#census = census;
    this.#multiplied = new Allowance(MAX_MULTIPLIED, "assignments by BatchEdit and like", findings);
  }

  edit(object: DssObject, parameters: readonly Parameter[], place: Place, objects: Objects): void {
    this.#edit++;
    let next = 0;
    for (const { name, value } of parameters) {
      const property = name === "" ? object.of.properties[next] : propertyOf(object.of, name);
      if (!property) {
        const what = name === "" ? `value "${shownText(value.text)}"` : `property "${shownText(name)}"`;
        this.#census.countUnknown(`property ${object.of.name}.${shownText(name)}`);
        this.#findings.add("OPENDSS_PROPERTY_UNKNOWN", placeText(place), `${fullName(object)} has no ${what}`);
        continue;
      }
      next = property.order + 1;
      if (name === "" && value.text === "") continue;
      if (property.key === "like") this.#copy(object, value.text, place, objects);
      else this.#assign(object, property, value, place, objects);
    }
  }

  /** All objects of a class of which the name matches. */
  editMatching(
    of: DssClass,
    matching: (name: string) => boolean,
    parameters: readonly Parameter[],
    place: Place,
    objects: Objects,
  ): void {
    for (const object of objects.ofClass(of)) {
      const matches = matching(object.name);
      if (!this.#multiplied.take(matches ? Math.max(1, parameters.length) : LOOKS, place)) return;
      if (matches) this.edit(object, parameters, place, objects);
    }
  }

  #assign(object: DssObject, property: Property, token: Token, place: Place, objects: Objects): void {
    const { value, notNumbers, isOpen } = meaningOf(token, property);
    const what = `${property.name} of ${fullName(object)}`;
    if (isOpen && !token.isOpen)
      this.#findings.add("OPENDSS_QUOTE", placeText(place), `in ${what} a bracket or quote is not closed`);
    for (const word of notNumbers)
      this.#findings.add("OPENDSS_NUMBER", placeText(place), `${what}: "${shownText(word)}" is no number`);
    if (property.type === "bus" && typeof value === "string") objects.noteBus(value);
    if (property.type === "buses" && Array.isArray(value)) for (const bus of value) objects.noteBus(String(bus));
    if (value !== undefined) assign(object, { property, value, place, edit: this.#edit });
  }

  /** OpenDSS copies everything but the buses. */
  #copy(object: DssObject, name: string, place: Place, objects: Objects): void {
    const other = objects.find(object.of, name.trim());
    if (!other) {
      const message = `there is no ${object.of.name}.${shownText(name)} for ${fullName(object)} to be like`;
      this.#findings.add("OPENDSS_UNDEFINED", placeText(place), message);
      return;
    }
    // An object that is like itself would grow while it is copied.
    for (const each of [...other.history].slice(0, MAX_COPIED)) {
      if (each.property.type === "bus" || each.property.type === "buses") continue;
      if (!this.#multiplied.take(1, place)) return;
      assign(object, { ...each, edit: this.#edit });
    }
  }
}

/** What is written out ends with its file; but of a script of a megabyte, BatchEdit and `like` make hundreds of millions. */
const MAX_MULTIPLIED = 2_000_000;
/** To look whether a pattern names an object is so much of the work of an assignment. */
const LOOKS = 1 / 16;
/** Assignments that `like` copies: objects that are like each other in turn would double each time. */
const MAX_COPIED = 1000;
