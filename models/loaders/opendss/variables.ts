// Variables of a script: `var @size=5`, and `@size` wherever a value may stand.
// Fed by    the parameters of var commands
// Gives     words with the values of variables in the place of their names
// A1  a variable is replaced when it stands at the beginning of a value, or of an item of an array or of inline math
// A2  a variable that is long is not put in again and again: what it takes to read it there would have no end

import { Allowance } from "./allowance.ts";
import type { OpenDssFindings } from "./findings.ts";
import { type Place, placeText } from "./objects.ts";
import type { Parameter, Token } from "./tokens.ts";

const VARIABLE = /(?<=^|[\s,=|([{"'])@[^\s,=|.^)\]}"']+/g;

/** Letters that variables put into a script, in all. */
const MAX_REPLACED = 2 * 1024 * 1024;

export class Variables {
  readonly #values = new Map<string, Token>();
  readonly #findings: OpenDssFindings;
  readonly #replaced: Allowance;

  constructor(findings: OpenDssFindings) {
    this.#findings = findings;
    this.#replaced = new Allowance(MAX_REPLACED, "letters in the place of variables", findings);
  }

  set(parameters: readonly Parameter[]): void {
    for (const { name, value } of parameters) if (name.startsWith("@")) this.#values.set(name.toLowerCase(), value);
  }

  replacedIn(token: Token, place: Place): Token {
    if (!token.text.includes("@")) return token;
    const whole = token.isQuoted ? undefined : this.#values.get(token.text.toLowerCase());
    if (whole) return this.#replaced.take(whole.text.length, place) ? whole : token;
    const text = token.text.replace(VARIABLE, (name) => {
      const value = this.#values.get(name.toLowerCase());
      if (!value) this.#findings.add("OPENDSS_VARIABLE", placeText(place), `there is no variable ${name.slice(0, 60)}`);
      return value && this.#replaced.take(value.text.length, place) ? value.text : name;
    });
    return { ...token, text };
  }
}
