// Marks: where each 128th sample of a block stands (in older blocks each 256th), so that one sample is found without reading all that come before it.
// Form      behind the values: how far they lie behind the start of the times, then for each mark, as the difference to the mark before:
//           place of its time and of its value in bytes, the time before it, the value before it in decimals; and the step between
//           times as it is. At the end of the block, the length of all this (u16)
// M1  a mark is an index into what is there anyway: a block is decoded without looking at its marks

import { type ByteWriter, varintAt, varintEnd } from "./bytes.ts";

/** From one mark to the next. Of a packed block the marks are two to three bytes in a hundred. */
export const MARK_SAMPLES = 128;
export const OLD_MARK_SAMPLES = 256;

/** What stood before each marked sample, while a block is written. */
export class Marks {
  readonly #places: number[] = [];
  readonly #times: number[] = [];
  readonly #steps: number[] = [];
  readonly #values: number[] = [];
  readonly #wholes: number[] = [];

  restart(): void {
    for (const column of [this.#places, this.#times, this.#steps, this.#values, this.#wholes]) column.length = 0;
  }

  time(place: number, at: number, step: number): void {
    this.#places.push(place);
    this.#times.push(at);
    this.#steps.push(step);
  }

  value(place: number, whole: number): void {
    this.#values.push(place);
    this.#wholes.push(whole);
  }

  write(writer: ByteWriter, times: number, values: number, first: number): void {
    const start = writer.place;
    writer.varint(values - times);
    let [place, at, value, whole] = [times, first, values, 0];
    for (const [m, markPlace] of this.#places.entries()) {
      writer.varint(markPlace - place);
      writer.varint(this.#values[m]! - value);
      writer.varint(this.#times[m]! - at);
      writer.signed(this.#wholes[m]! - whole);
      writer.varint(this.#steps[m]!);
      [place, at, value, whole] = [markPlace, this.#times[m]!, this.#values[m]!, this.#wholes[m]!];
    }
    writer.uint16(writer.place - start);
  }
}

/** A place in a block to read on from: where the next time and value lie, and what stood before them. */
export interface Mark {
  /** Of the next sample. */
  index: number;
  timePlace: number;
  valuePlace: number;
  at: number;
  step: number;
  whole: number;
}

/**
 * Moves to the last mark at or before a time; stays at the start of the block when there is none. `timePlace` is where the times start,
 * `samples` how many lie between two marks.
 */
export function seekMark(block: Uint8Array, atMs: number, samples: number, mark: Mark): void {
  const end = block.length - 2;
  mark.valuePlace = mark.timePlace + varintAt(block, end - (block[end]! | (block[end + 1]! << 8)));
  let { timePlace, valuePlace, at: time, whole } = mark;
  for (let index = samples; varintEnd() < end; index += samples) {
    timePlace += varintAt(block, varintEnd());
    valuePlace += varintAt(block, varintEnd());
    time += varintAt(block, varintEnd());
    if (time > atMs) return;
    const coded = varintAt(block, varintEnd());
    whole += coded % 2 === 0 ? coded / 2 : -(coded + 1) / 2;
    mark.step = varintAt(block, varintEnd());
    mark.index = index;
    mark.timePlace = timePlace;
    mark.valuePlace = valuePlace;
    mark.at = time;
    mark.whole = whole;
  }
}
