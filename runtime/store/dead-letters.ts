// Dead letters: messages that could not be read or bound, each with its reason, so that nothing is lost without a word.
// Q1  the same message is the same letter: its key is its time and its place in its stream
// Q2  beyond MAX_DEAD_LETTERS the oldest goes; beyond MAX_PAYLOAD_CHARS a payload is cut and says so

import type { Database } from "lmdb";
import type { DeadLetterView, Page, PageRequest } from "../views.ts";

export const MAX_DEAD_LETTERS = 100_000;
export const MAX_PAYLOAD_CHARS = 16_384;
/** Digits of an epoch ms and of a sequence in a key, so that the order of keys is the order of time and place. */
const TIME_DIGITS = 15;
const SEQUENCE_DIGITS = 16;

export interface DeadLetter {
  at: number;
  subject: string;
  /** Its place: stream and sequence. */
  place: string;
  code: string;
  reason: string;
  payload: Uint8Array;
}

export class DeadLetters {
  readonly #db: Database<DeadLetterView, string>;
  readonly #flushed: () => Promise<void>;
  #count: number;

  constructor(db: Database<DeadLetterView, string>, flushed: () => Promise<void>) {
    this.#db = db;
    this.#flushed = flushed;
    this.#count = db.getCount();
  }

  /** Resolves when they are on disk. */
  async add(letters: readonly DeadLetter[]): Promise<void> {
    if (letters.length === 0) return;
    await this.#db.transaction(() => {
      for (const { at, place, subject, code, reason, payload } of letters) {
        const id = keyOf(at, place);
        if (!this.#db.doesExist(id)) this.#count++;
        this.#db.putSync(id, { id, at, subject, code, reason, payload: textOf(payload) });
      }
      for (; this.#count > MAX_DEAD_LETTERS; this.#count--) {
        const [oldest] = this.#db.getKeys({ limit: 1 });
        this.#db.removeSync(oldest!);
      }
    });
    await this.#flushed();
  }

  /** Youngest first. */
  page({ first, after }: PageRequest): Page<DeadLetterView> {
    const start = after === undefined ? {} : { start: after, exclusiveStart: true };
    const found = [...this.#db.getRange({ ...start, reverse: true, limit: first + 1 })].map(({ value }) => value);
    return {
      items: found.slice(0, first),
      totalCount: this.#count,
      hasNextPage: found.length > first,
      hasPreviousPage: after !== undefined,
    };
  }
}

function keyOf(at: number, place: string): string {
  const time = String(Math.max(0, Math.round(at))).padStart(TIME_DIGITS, "0");
  return `${time}-${place.replace(/\d+$/, (sequence) => sequence.padStart(SEQUENCE_DIGITS, "0"))}`;
}

function textOf(payload: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(payload);
  } catch {
    text = `base64:${Buffer.from(payload).toString("base64")}`;
  }
  return text.length > MAX_PAYLOAD_CHARS ? `${text.slice(0, MAX_PAYLOAD_CHARS)}… (cut)` : text;
}
