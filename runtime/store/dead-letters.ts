// Dead letters: messages that could not be read or bound, each with its reason, so that nothing is lost without a word.
// Q1  the same message is the same letter: its key is its time and its place in its stream
// Q2  beyond MAX_DEAD_LETTERS the oldest goes; beyond MAX_PAYLOAD_CHARS a payload is shown cut and says so
// Q3  a payload of up to MAX_PAYLOAD_BYTES is kept byte by byte, so that it can be replayed; of a longer one only what is shown

import type { Database } from "lmdb";
import { QuartierError } from "../errors.ts";
import type { DeadLetterView, Page, PageRequest } from "../views.ts";
import type { Write } from "./writing.ts";

export const MAX_DEAD_LETTERS = 100_000;
export const MAX_PAYLOAD_CHARS = 16_384;
/** Holds a pack of a thousand readings; MAX_DEAD_LETTERS of them are 6.6 GB. */
export const MAX_PAYLOAD_BYTES = 65_536;
/** Digits of an epoch ms and of a sequence in a key, so that the order of keys is the order of time and place. */
const TIME_DIGITS = 15;
const SEQUENCE_DIGITS = 16;
/** What an id looks like; the length is below what LMDB takes for a key. */
const LETTER_ID = new RegExp(`^\\d{${TIME_DIGITS},20}-\\S{1,400}-\\d{${SEQUENCE_DIGITS}}$`);

export interface DeadLetter {
  /** Its first arrival. */
  at: number;
  subject: string;
  /** Its place: stream and sequence. */
  place: string;
  code: string;
  reason: string;
  payload: Uint8Array;
}

/** The payload is text where its bytes were too many, or were kept by a program that kept none. */
type Kept = Omit<DeadLetterView, "payload"> & { payload: Uint8Array | string };

export class DeadLetters {
  readonly #db: Database<Kept, string>;
  readonly #write: Write;
  #count: number;

  /** `write` resolves when it is on disk. */
  constructor(db: Database<Kept, string>, write: Write) {
    this.#db = db;
    this.#write = write;
    this.#count = db.getCount();
  }

  /** Resolves when they are on disk. */
  async add(letters: readonly DeadLetter[]): Promise<void> {
    if (letters.length === 0) return;
    const put = () => {
      for (const { at, place, subject, code, reason, payload } of letters) {
        const id = letterId(at, place);
        if (!this.#db.doesExist(id)) this.#count++;
        const kept = payload.length > MAX_PAYLOAD_BYTES ? textOf(payload) : payload;
        this.#db.putSync(id, { id, at, subject, code, reason, payload: kept });
      }
      for (; this.#count > MAX_DEAD_LETTERS; this.#count--) {
        const [oldest] = this.#db.getKeys({ limit: 1 });
        this.#db.removeSync(oldest!);
      }
    };
    await this.#write(() => this.#db.transaction(put));
  }

  /** `bytes` are those that came, exactly; absent when they were not kept (Q3). */
  get(id: string): (DeadLetterView & { bytes?: Uint8Array }) | undefined {
    const kept = LETTER_ID.test(id) ? this.#db.get(id) : undefined;
    return kept && { ...viewOf(kept), ...(typeof kept.payload !== "string" && { bytes: kept.payload }) };
  }

  /** False when it is not there, or not any more. Throws DEAD_LETTER_UNKNOWN for an id that no letter can have. */
  async drop(id: string): Promise<boolean> {
    if (!LETTER_ID.test(id)) throw new QuartierError("DEAD_LETTER_UNKNOWN", `${id} is no id of a dead letter`);
    const remove = () => {
      if (!this.#db.doesExist(id)) return false;
      this.#db.removeSync(id);
      this.#count--;
      return true;
    };
    return this.#write(() => this.#db.transaction(remove));
  }

  /** Youngest first. */
  page({ first, after }: PageRequest): Page<DeadLetterView> {
    const start = after === undefined ? {} : { start: after, exclusiveStart: true };
    const found = [...this.#db.getRange({ ...start, reverse: true, limit: first + 1 })].map(({ value }) =>
      viewOf(value),
    );
    return {
      items: found.slice(0, first),
      totalCount: this.#count,
      hasNextPage: found.length > first,
      hasPreviousPage: after !== undefined,
    };
  }
}

/** Where the telemetry stream holds a message. */
export function telemetryPlace(sequence: number): string {
  return `telemetry-${sequence}`;
}

/** The id of the letter that came at that time from that place. */
export function letterId(at: number, place: string): string {
  const time = String(Math.max(0, Math.round(at))).padStart(TIME_DIGITS, "0");
  return `${time}-${place.replace(/\d+$/, (sequence) => sequence.padStart(SEQUENCE_DIGITS, "0"))}`;
}

function viewOf({ payload, ...letter }: Kept): DeadLetterView {
  return { ...letter, payload: typeof payload === "string" ? payload : textOf(payload) };
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
