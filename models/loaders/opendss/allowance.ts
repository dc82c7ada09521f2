// An allowance: how much of something a whole script may ask for, where few lines can ask for very much.
// Gives     whether there is some left; one finding when there is no more

import type { OpenDssFindings } from "./findings.ts";
import { type Place, placeText } from "./objects.ts";

export class Allowance {
  readonly #most: number;
  readonly #what: string;
  readonly #findings: OpenDssFindings;
  #taken = 0;

  /** `what`: of which there may be so much, as the finding says it. */
  constructor(most: number, what: string, findings: OpenDssFindings) {
    this.#most = most;
    this.#what = what;
    this.#findings = findings;
  }

  /** False from the amount on that is too much. */
  take(amount: number, place: Place): boolean {
    const hadSome = this.#taken <= this.#most;
    this.#taken += amount;
    const isLeft = this.#taken <= this.#most;
    if (hadSome && !isLeft)
      this.#findings.add("OPENDSS_LIMIT", placeText(place), `${this.#most} ${this.#what} are the limit`);
    return isLeft;
  }
}
