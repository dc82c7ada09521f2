// Twin records in LMDB: their numbers as bytes, their names once for all twins of a layout.
// Fed by    commits, inside their transaction
// T1  what was put is what is read, bit for bit
// T2  a layout, once numbered, keeps its number for ever

import type { Database } from "lmdb";
import type { Layout } from "../live/shape.ts";
import type { RareRecord, TwinRecord } from "../live/snapshot.ts";

export type StoredTwin = [
  layout: number,
  state: TwinRecord["state"],
  revision: number,
  born: boolean,
  heardMs: number,
  points: Uint8Array,
  conditions: Uint8Array,
  rare: RareRecord | null,
];

export class TwinRecords {
  readonly #twins: Database<StoredTwin, string>;
  readonly #layouts: Database<Layout, number>;
  readonly #byNumber = new Map<number, Layout>();
  readonly #byText = new Map<string, number>();
  readonly #numbers = new WeakMap<Layout, number>();

  constructor(twins: Database<StoredTwin, string>, layouts: Database<Layout, number>) {
    this.#twins = twins;
    this.#layouts = layouts;
    for (const { key, value } of layouts.getRange({})) this.#know(key, value);
  }

  get(id: string): TwinRecord | undefined {
    const stored = this.#twins.get(id);
    if (!stored) return undefined;
    const [layout, state, revision, born, heardMs, points, conditions, rare] = stored;
    return {
      ...{ layout: this.#byNumber.get(layout)!, state, revision, born, heardMs },
      ...{ points: numbersOf(points), conditions: numbersOf(conditions), rare: rare ?? undefined },
    };
  }

  /** Inside a write transaction. */
  put(id: string, { layout, state, revision, born, heardMs, points, conditions, rare }: TwinRecord): void {
    const numbers = [bytesOf(points), bytesOf(conditions)] as const;
    this.#twins.putSync(id, [this.#numberOf(layout), state, revision, born, heardMs, ...numbers, rare ?? null]);
  }

  #numberOf(layout: Layout): number {
    const cached = this.#numbers.get(layout);
    if (cached !== undefined) return cached;
    const number = this.#byText.get(JSON.stringify(layout)) ?? this.#byNumber.size + 1;
    if (!this.#byNumber.has(number)) {
      this.#layouts.putSync(number, layout);
      this.#know(number, layout);
    }
    this.#numbers.set(layout, number);
    return number;
  }

  #know(number: number, layout: Layout): void {
    this.#byNumber.set(number, layout);
    this.#byText.set(JSON.stringify(layout), number);
  }
}

const bytesOf = (numbers: Float64Array): Uint8Array =>
  new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);

/** A copy, as what LMDB gives is its own memory and lies anywhere. */
const numbersOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Float64Array =>
  new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength));
