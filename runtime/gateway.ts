// The gateway: from what devices publish to canonical readings in the logs of the partitions.
// Fed by    SenML packs on quartier.DISTRICT.telemetry.DEVICE, by way of a JetStream stream that keeps them until they are settled
// Gives     readings events, many readings in each; flooding events for devices that send too often; dead letters with their reason
// G1  a pack is settled only when its readings are in a log, or it is a dead letter on disk; of what was left out (rate-limits.ts), when
//     a later pack that is not settled holds the value that replaces it
// G2  a pack that comes twice gives the same readings twice: twins know them by (twin, point, time)
// G3  of a pack with bad records the good ones are taken, and the pack is a dead letter that names the bad ones
// G4  a pack that is replayed is read as at its first arrival
// G5  a device that floods is told so through the log of its own twin, and when it is calm again

import type { TwinId } from "../models/district.ts";
import { decodeSenml } from "../models/telemetry/senml.ts";
import { convert } from "../models/telemetry/units.ts";
import type { Bindings } from "./bindings.ts";
import type { Stamped } from "./log/address.ts";
import { arrivalOf } from "./log/arrival.ts";
import type { LogEvent, ReadingsEvent } from "./log/events.ts";
import type { Inbox } from "./log/inbox.ts";
import { MAX_MESSAGE_BYTES } from "./log/parts.ts";
import type { ReadingRow } from "./log/readings.ts";
import type { Streams } from "./log/streams.ts";
import { type BoundRow, type RateLimits, twinOfDevice } from "./rate-limits.ts";
import { type DeadLetter, type DeadLetters, telemetryPlace } from "./store/dead-letters.ts";

/** Packs taken in one go, and bytes of them that are decoded at a time: a single larger one is taken alone. */
const MAX_BATCH_PACKS = 1_000;
export const MAX_BATCH_BYTES = 4 * 1024 ** 2;
/** Of a row its two numbers with their commas and brackets, and of an entry what stands around its rows. */
const ROW_BYTES = 50;
const ENTRY_BYTES = 10;
/** A reading further ahead of the world's clock than this was sent by a device whose clock is wrong. */
export const MAX_AHEAD_MS = 24 * 3_600_000;
const RETRY_MS = 1_000;

interface Fault {
  code: string;
  reason: string;
}

type Entries = ReadingsEvent["entries"];

export interface GatewayOptions {
  inbox: Pick<Inbox<Stamped>, "take" | "settle" | "closed">;
  streams: Pick<Streams, "append">;
  bindings: Bindings;
  limits: RateLimits<Stamped>;
  /** The partition of a device's own twin. */
  cellOf: (twin: TwinId) => string | undefined;
  deadLetters: Pick<DeadLetters, "add">;
  now: () => number;
  /** NATS could not be reached; the gateway tries again. */
  failed: (error: unknown) => void;
  counted: (count: { deadLettered: number; coalesced: number }) => void;
}

/** Runs until the inbox is closed. */
export async function runGateway(options: GatewayOptions): Promise<void> {
  const { inbox, limits } = options;
  for (;;) {
    const waitMs = limits.waitMs();
    const packs = await inbox.take(MAX_BATCH_PACKS, waitMs);
    if (packs.length === 0 && (inbox.closed || waitMs === Number.POSITIVE_INFINITY)) return;
    for (const batch of batchesOf(packs)) if (!(await pass(batch, options))) return;
  }
}

/** Packs in batches of MAX_BATCH_BYTES; one empty batch when there are none, for what was held. */
function batchesOf(packs: readonly Stamped[]): Stamped[][] {
  let batch: Stamped[] = [];
  let bytes = 0;
  const batches = [batch];
  for (const pack of packs) {
    const { length } = pack.message.data;
    if (batch.length > 0 && bytes + length > MAX_BATCH_BYTES) {
      batch = [];
      bytes = 0;
      batches.push(batch);
    }
    batch.push(pack);
    bytes += length;
  }
  return batches;
}

/** Passes a batch on, and settles it. False when the gateway was closed meanwhile. */
async function pass(packs: readonly Stamped[], options: GatewayOptions): Promise<boolean> {
  const { inbox, limits, deadLetters, counted, now } = options;
  const logs = new Map<string, Entries>();
  const letters: DeadLetter[] = [];
  const latestMs = now() + MAX_AHEAD_MS;
  for (const pack of packs) {
    const { device, rows, faults } = read(pack, latestMs, options);
    if (faults.length > 0) letters.push(deadLetter(pack, faults));
    const going = limits.admit(device, pack, rows, pack.takenMs);
    for (const earlier of limits.released()) enter([earlier], logs);
    enter(going, logs);
  }
  for (const earlier of limits.released()) enter([earlier], logs);
  if (!(await append(eventsOf(logs, options), options))) return false;
  await deadLetters.add(letters);
  counted({ deadLettered: letters.length, coalesced: limits.coalesced() });
  const settled = packs.filter((pack) => !limits.holds(pack));
  const freed = limits.freed();
  inbox.settle(freed.length > 0 ? [...new Set([...settled, ...freed])] : settled);
  return true;
}

interface PackRead {
  device: string;
  rows: BoundRow[];
  faults: readonly Fault[];
}

/** The readings of one pack, in the units of their points and not dated after `latestMs`, and what was wrong with it. */
function read({ message, takenMs }: Stamped, latestMs: number, { bindings }: GatewayOptions): PackRead {
  const { subject } = message;
  const device = subject.slice(subject.lastIndexOf(".") + 1);
  const points = bindings.get(device);
  if (!points) {
    const reason = `no meter of the district is fed by a device ${device}`;
    return { device, rows: [], faults: [{ code: "DEVICE_UNKNOWN", reason }] };
  }
  const { records, errors } = decodeSenml(message.data, arrivalOf(message, takenMs));
  const faults: Fault[] = errors.map(({ code, record, reason }) => ({
    code,
    reason: record === undefined ? reason : `record ${record}: ${reason}`,
  }));
  const rows: BoundRow[] = [];
  for (const { point, unit, value, timeMs } of records) {
    const binding = points.get(point);
    if (!binding) {
      const known = [...points.keys()].join(", ");
      faults.push({ code: "POINT_UNBOUND", reason: `the device ${device} has no point ${point}; it has ${known}` });
      continue;
    }
    const converted = unit === undefined || unit === binding.unit ? value : convert(value, unit, binding.unit);
    if (converted === undefined || !Number.isFinite(converted)) {
      faults.push({
        code: "UNIT_MISMATCH",
        reason: `${point} is in ${binding.unit}; ${unit} cannot be converted to it`,
      });
    } else if (timeMs > latestMs) {
      faults.push({ code: "TIME_IN_FUTURE", reason: `${point} is dated ${new Date(timeMs).toISOString()}` });
    } else rows.push({ binding, row: [point, timeMs, converted] });
  }
  return { device, rows, faults };
}

/** Puts readings of one pack with those of their partitions: one entry for each twin. */
function enter(rows: readonly BoundRow[], logs: Map<string, Entries>): void {
  // Most packs are of one reading.
  const rowsOf = rows.length > 1 ? new Map<TwinId, ReadingRow[]>() : undefined;
  for (const { binding, row } of rows) {
    const { twin, partition } = binding;
    const known = rowsOf?.get(twin);
    if (known) known.push(row);
    else {
      const first = [row];
      rowsOf?.set(twin, first);
      const entries = logs.get(partition);
      if (entries) entries.push([twin, first]);
      else logs.set(partition, [[twin, first]]);
    }
  }
}

/** What is to be appended, each with its partition. */
function eventsOf(logs: ReadonlyMap<string, Entries>, { limits, cellOf, now }: GatewayOptions): [string, LogEvent][] {
  const events: [string, LogEvent][] = [];
  for (const { device, on, coalesced } of limits.turns()) {
    const twin = twinOfDevice(device);
    const cell = cellOf(twin);
    if (cell !== undefined) events.push([cell, { type: "flooding", at: now(), twin, on, coalesced }]);
  }
  for (const [partition, entries] of logs) {
    for (const some of messagesOf(entries)) events.push([partition, { type: "readings", at: now(), entries: some }]);
  }
  return events;
}

/** Entries in messages of at most MAX_MESSAGE_BYTES; one that is larger alone is told in several. */
function messagesOf(entries: Entries): Entries[] {
  const messages: Entries[] = [];
  let message: Entries = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const [twin, rows] of entries) {
    let some: ReadingRow[] | undefined;
    for (const row of rows) {
      const rowBytes = row[0].length + ROW_BYTES;
      const entryBytes = some ? 0 : twin.length + ENTRY_BYTES;
      if (bytes + entryBytes + rowBytes > MAX_MESSAGE_BYTES) {
        message = [];
        messages.push(message);
        bytes = 0;
        some = undefined;
      }
      if (!some) {
        some = [];
        message.push([twin, some]);
        bytes += twin.length + ENTRY_BYTES;
      }
      some.push(row);
      bytes += rowBytes;
    }
  }
  return messages;
}

/** Appends to the logs, again and again until they took it. False when the gateway was closed meanwhile. */
async function append(events: readonly [string, LogEvent][], options: GatewayOptions): Promise<boolean> {
  const { streams, failed, inbox } = options;
  for (const [partition, event] of events) {
    for (let isIn = false; !isIn; ) {
      try {
        await streams.append(partition, event);
        isIn = true;
      } catch (error) {
        if (inbox.closed) return false;
        failed(error);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
  return true;
}

function deadLetter({ message, sequence, takenMs }: Stamped, faults: readonly Fault[]): DeadLetter {
  return {
    at: arrivalOf(message, takenMs),
    subject: message.subject,
    place: telemetryPlace(sequence),
    code: faults[0]!.code,
    reason: faults.map(({ reason }) => reason).join("; "),
    payload: message.data,
  };
}
