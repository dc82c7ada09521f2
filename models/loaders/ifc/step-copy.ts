// The clean copy of a STEP file that is handed to the IFC engine.
// Fed by    models/loaders/ifc/step.ts, statement by statement
// Gives     the bytes of a whole exchange structure, with a header of our own
// It grows by doubling, so that a file of millions of entities is not held as millions of pieces.

import type { Patch } from "./step-tokens.ts";

const ENCODER = new TextEncoder();
const END_OF_STATEMENT = ENCODER.encode(";\n");
const FIRST_SIZE_BYTES = 65_536;

export class StepCopy {
  #bytes = new Uint8Array(FIRST_SIZE_BYTES);
  #length = 0;

  /** Appends the statement between `start` and `end` of `source`, its patches (in rising order) applied. */
  add(source: Uint8Array, start: number, end: number, patches: readonly Patch[]): void {
    let from = start;
    for (const patch of patches) {
      this.#append(source.subarray(from, patch.start));
      this.#append(ENCODER.encode(patch.text));
      from = patch.end;
    }
    this.#append(source.subarray(from, end));
    this.#append(END_OF_STATEMENT);
  }

  /** The exchange structure, in `schema` (an engine's name, such as IFC4). */
  structure(schema: string): Uint8Array {
    const head = `ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\nFILE_NAME('','',(''),(''),'','','');\nFILE_SCHEMA(('${schema}'));\nENDSEC;\nDATA;\n`;
    const tail = "ENDSEC;\nEND-ISO-10303-21;\n";
    const whole = new Uint8Array(head.length + this.#length + tail.length);
    whole.set(ENCODER.encode(head));
    whole.set(this.#bytes.subarray(0, this.#length), head.length);
    whole.set(ENCODER.encode(tail), head.length + this.#length);
    return whole;
  }

  #append(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(length, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = length;
  }
}
