// Continuity: whether a log is the one that a position counts in, and still holds all that comes after it.
// Fed by    the place that the store remembers, or the last message that was received; the log as the server has it
// Gives     where to read on; a log that lost only what the store has is completed, so that no sequence number is used twice
// C1  a log that was made anew, or whose sequence numbers were used again for other messages, is LOG_BEHIND_CHECKPOINT
// C2  a log whose oldest message is younger than the next one to be read is LOG_GAP, also when nothing was read of it yet
// C3  what was told, and then lost by the log before it was in the store, is lost: it is said so, and no sequence is used twice
// C4  nothing is passed over unless the operator accepted it, and then it is said what

import { createHash } from "node:crypto";
import { QuartierError } from "../errors.ts";
import { encodeEvent, type TickEvent } from "./events.ts";

/** What tells one message from another at the same sequence number. */
export interface LogMark {
  /** When the server stored it, ns since 1970, as text: too long for a number. */
  at: string;
  /** SHA-256 of its bytes. */
  digest: string;
}

/** Up to where a log was read. */
export interface LogPlace {
  /** When the log was made, by the server's own word. */
  created: string;
  /** Sequence of the last message that was read; 0 before the first. */
  position: number;
  /** Of that message; undefined when it is not known. */
  mark: LogMark | undefined;
}

export interface LogState {
  created: string;
  firstSequence: number;
  lastSequence: number;
  /** When the last message was stored, ns since 1970. */
  lastAt: bigint;
}

/** One log, as far as this file needs it. */
export interface Log {
  partition: string;
  /** Undefined when the server does not have it. */
  state(): Promise<LogState | undefined>;
  /** Undefined when the log does not hold that message. */
  markAt(sequence: number): Promise<LogMark | undefined>;
  append(event: TickEvent): Promise<unknown>;
  /** Lets the next message have the sequence after that one, and forgets all before it. */
  lift(sequence: number): Promise<void>;
}

type Break = "LOG_BEHIND_CHECKPOINT" | "LOG_GAP";

export type Comparison =
  | { goesOn: true }
  /** `lost`: so many messages are missing at its end, all of which were read, and nothing else came in their place. */
  | { goesOn: false; code: Break; what: string; lost?: number };

/** As many messages are put in place of lost ones, one by one; of a log that lost more, the rest is forgotten, too. */
const MAX_COMPLETED = 100_000;
const COMPLETED_AT_A_TIME = 256;

export function markOf(data: Uint8Array, at: bigint): LogMark {
  return { at: String(at), digest: digestOf(data) };
}

const digestOf = (data: Uint8Array): string => createHash("sha256").update(data).digest("hex");

/** What is put in place of each lost message: the clock stands still, and it is known again when the completing was cut off, too. */
const standIn = ({ digest }: LogMark): TickEvent => ({ type: "tick", at: 0, instead: digest });

/** Nanoseconds since 1970 of an RFC 3339 time, with all its digits. */
export function nanosOf(time: string): bigint {
  const [, second, fraction = ""] = /^(.*?)(?:\.(\d+))?Z$/.exec(time)!;
  return BigInt(Date.parse(`${second}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
}

export async function compare(log: Log, { created, position, mark }: LogPlace): Promise<Comparison> {
  const state = await log.state();
  const behind = (what: string, lost?: number): Comparison => ({
    ...{ goesOn: false, code: "LOG_BEHIND_CHECKPOINT" },
    ...{ what: `the log of ${log.partition} ${what}`, ...(lost !== undefined && { lost }) },
  });
  if (state === undefined) return behind(`is gone, and was read up to ${position}`);
  if (state.created !== created) return behind(`was made anew, and was read up to ${position} before`);
  const { firstSequence, lastSequence, lastAt } = state;
  const isStandIn = async (sequence: number) =>
    mark !== undefined && (await log.markAt(sequence))?.digest === digestOf(encodeEvent(standIn(mark)));
  if (lastSequence < position) {
    const isOld = mark !== undefined && lastAt <= BigInt(mark.at);
    const isWrittenOn = !isOld && !(await isStandIn(lastSequence));
    const what = `ends at ${lastSequence}, and was read up to ${position}`;
    return isWrittenOn ? behind(what) : behind(what, position - lastSequence);
  }
  if (firstSequence > position + 1) {
    const missing = firstSequence - position - 1;
    const what = `the log of ${log.partition} begins at ${firstSequence}, and was read up to ${position}: ${missing} messages between are gone`;
    return { goesOn: false, code: "LOG_GAP", what };
  }
  const found = mark && firstSequence <= position ? await log.markAt(position) : undefined;
  const isSame = !mark || !found || (found.at === mark.at && found.digest === mark.digest);
  if (!isSame && !(await isStandIn(position))) {
    const differs = found.at === mark.at ? "" : ` of ${timeText(found.at)} in place of ${timeText(mark.at)}`;
    return behind(`has another message at ${position}${differs}: sequence numbers were used again`);
  }
  return { goesOn: true };
}

/** Throws when the log cannot be read on from there. */
export async function demand(log: Log, place: LogPlace): Promise<void> {
  const comparison = await compare(log, place);
  if (!comparison.goesOn) throw new QuartierError(comparison.code, comparison.what);
}

export interface GoOn {
  /** Where it is read on from when all is well up to the place: that one was only told, this one is stored. */
  otherwise?: LogPlace;
  /** The operator wants to go on without what is missing. */
  acceptLoss: boolean;
  told: (sentence: string) => void;
}

/** The place to read on from. Completes a log that lost its end; what else is wrong with it is thrown, or accepted. */
export async function goOn(log: Log, place: LogPlace, { acceptLoss, told, otherwise }: GoOn): Promise<LogPlace> {
  const comparison = await compare(log, place);
  if (comparison.goesOn || (comparison.code === "LOG_GAP" && otherwise)) return otherwise ?? place;
  const { code, what, lost } = comparison;
  if (lost !== undefined && lost <= MAX_COMPLETED && place.mark) {
    await complete(log, lost, standIn(place.mark));
    if (otherwise)
      told(`${what}: what came last was told, but is not in the data folder, and is lost; the log was completed`);
    else told(`${what}: the data folder has what it lost, and the log was completed`);
    return otherwise ?? place;
  }
  if (!acceptLoss) throw new QuartierError(code, what);
  const { created, firstSequence, lastSequence } = (await log.state())!;
  if (lastSequence < place.position) await log.lift(place.position);
  const position = Math.max(place.position, firstSequence - 1);
  told(`${what}; accepted: it is read on after ${position}`);
  return { created, position, mark: undefined };
}

async function complete(log: Log, lost: number, event: TickEvent): Promise<void> {
  for (let done = 0; done < lost; done += COMPLETED_AT_A_TIME) {
    const count = Math.min(COMPLETED_AT_A_TIME, lost - done);
    await Promise.all(Array.from({ length: count }, () => log.append(event)));
  }
}

const timeText = (nanos: string): string => new Date(Number(BigInt(nanos) / 1_000_000n)).toISOString();
