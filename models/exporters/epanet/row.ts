// Rows of an .inp file.
// R1  what a reader makes of a row is what it was made of: numbers have all their digits, ids with blanks stand in quotes
// R2  a value that is not known is a question mark: EPANET refuses it as it refused the file that did not say it

import type { Attributes, Json } from "../../district.ts";
import { type Factors, numberFor, type Units, unitsOf } from "../../loaders/epanet/units.ts";

const UNKNOWN = "?";

/** An id, or another single word. */
export function word(text: Json | undefined): string {
  const written = String(text);
  return written === "" || /\s/.test(written) ? `"${written}"` : written;
}

/** Words that stand with one blank between them, or in quotes where they do not. */
export function words(text: Json | undefined): string {
  const written = String(text ?? "");
  return written === written.split(/\s+/).join(" ") && written.trim() === written ? written : `"${written}"`;
}

export function number(value: Json | undefined): string {
  if (typeof value !== "number") return UNKNOWN;
  return Object.is(value, -0) ? "-0" : String(value);
}

export function row(tokens: readonly string[], comment?: Json): string {
  const text = ` ${tokens.join("\t")}`;
  return typeof comment === "string" && comment !== "" ? `${text}\t;${comment}` : text;
}

/** From the units of attributes back to those of the file. */
export class FileUnits {
  readonly #units: Units;

  /** `network` is what the file said of itself as a whole. */
  constructor(network: Attributes) {
    const gravity = Number((network.options as Attributes)["SPECIFIC GRAVITY"]);
    const specificGravity = gravity > 0 && Number.isFinite(gravity) ? gravity : 1;
    this.#units = unitsOf(String(network.flowUnits), String(network.pressureUnits), specificGravity);
  }

  number(value: Json | undefined, quantity: keyof Factors): string {
    const factor = this.#units.factors[quantity];
    if (typeof value !== "number" || factor === 1) return number(value);
    return number(numberFor(value, value / factor, this.#units[quantity]));
  }

  /** An emitter's coefficient, from L/s at one metre of pressure. */
  emitter(value: Json | undefined, exponent: number): string {
    if (typeof value !== "number") return UNKNOWN;
    const { toLps, pressureToM, factors } = this.#units;
    const atOneUnit = pressureToM(1) ** exponent;
    const convert = (coefficient: number) => Number((toLps(coefficient) / atOneUnit).toPrecision(12));
    return number(numberFor(value, (value * atOneUnit) / factors.toLps, convert));
  }
}
