// The gateway: from what devices publish to canonical readings in the logs of the partitions.
// Fed by    SenML packs on quartier.DISTRICT.telemetry.DEVICE, by way of a JetStream stream that keeps them until they are settled
// Gives     readings events, many readings in each; dead letters with their reason
// G1  a pack is settled only when its readings are in a log, or it is a dead letter on disk
// G2  a pack that comes twice gives the same readings twice: twins know them by (twin, point, time)
// G3  of a pack with bad records the good ones are taken, and the pack is a dead letter that names the bad ones
// G4  a pack that is replayed is read as at its first arrival

import type { JsMsg } from "@nats-io/jetstream";
import { decodeSenml } from "../models/telemetry/senml.ts";
import { convert } from "../models/telemetry/units.ts";
import type { Bindings } from "./bindings.ts";
import { arrivalOf } from "./log/arrival.ts";
import type { ReadingRow, ReadingsEvent } from "./log/events.ts";
import type { Inbox } from "./log/inbox.ts";
import type { Streams } from "./log/streams.ts";
import { type DeadLetter, type DeadLetters, telemetryPlace } from "./store/dead-letters.ts";

/** Packs taken in one go, and entries in one message of a log at the most. */
const MAX_BATCH_PACKS = 1_000;
const MAX_ENTRIES_PER_MESSAGE = 1_000;
/** A reading further ahead of the world's clock than this was sent by a device whose clock is wrong. */
export const MAX_AHEAD_MS = 24 * 3_600_000;
const RETRY_MS = 1_000;

interface Fault {
  code: string;
  reason: string;
}

export interface GatewayOptions {
  inbox: Pick<Inbox, "take" | "settle" | "closed">;
  streams: Pick<Streams, "append">;
  bindings: Bindings;
  deadLetters: Pick<DeadLetters, "add">;
  now: () => number;
  /** NATS could not be reached; the gateway tries again. */
  failed: (error: unknown) => void;
  counted: (deadLettered: number) => void;
}

/** Runs until the inbox is closed. */
export async function runGateway(options: GatewayOptions): Promise<void> {
  const { inbox, deadLetters, counted } = options;
  for (;;) {
    const packs = await inbox.take(MAX_BATCH_PACKS);
    if (packs.length === 0) return;
    const logs = new Map<string, ReadingsEvent["entries"]>();
    const letters: DeadLetter[] = [];
    for (const pack of packs) {
      const faults = bind(pack, logs, options);
      if (faults.length > 0) letters.push(deadLetter(pack, faults));
    }
    if (!(await append(logs, options))) return;
    await deadLetters.add(letters);
    counted(letters.length);
    inbox.settle(packs);
  }
}

/** Puts the readings of one pack with those of its partitions, in the units of their points. Gives what was wrong with it. */
function bind(pack: JsMsg, logs: Map<string, ReadingsEvent["entries"]>, { bindings, now }: GatewayOptions): Fault[] {
  const device = pack.subject.slice(pack.subject.lastIndexOf(".") + 1);
  const points = bindings.get(device);
  if (!points) return [{ code: "DEVICE_UNKNOWN", reason: `no meter of the district is fed by a device ${device}` }];
  const { records, errors } = decodeSenml(pack.data, arrivalOf(pack));
  const faults: Fault[] = errors.map(({ code, record, reason }) => ({
    code,
    reason: record === undefined ? reason : `record ${record}: ${reason}`,
  }));
  const latest = now() + MAX_AHEAD_MS;
  const rows = new Map<string, ReadingRow[]>();
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
    } else if (timeMs > latest) {
      faults.push({ code: "TIME_IN_FUTURE", reason: `${point} is dated ${new Date(timeMs).toISOString()}` });
    } else {
      const row: ReadingRow = [point, timeMs, converted];
      const known = rows.get(binding.twin);
      if (known) known.push(row);
      else {
        const first = [row];
        rows.set(binding.twin, first);
        const entries = logs.get(binding.partition) ?? [];
        entries.push([binding.twin, first]);
        logs.set(binding.partition, entries);
      }
    }
  }
  return faults;
}

/** Appends to the logs, again and again until they took it. False when the gateway was closed meanwhile. */
async function append(logs: ReadonlyMap<string, ReadingsEvent["entries"]>, options: GatewayOptions): Promise<boolean> {
  const { streams, now, failed, inbox } = options;
  for (const [partition, entries] of logs) {
    for (let start = 0; start < entries.length; ) {
      const slice = entries.slice(start, start + MAX_ENTRIES_PER_MESSAGE);
      try {
        await streams.append(partition, { type: "readings", at: now(), entries: slice });
        start += slice.length;
      } catch (error) {
        if (inbox.closed) return false;
        failed(error);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
  return true;
}

function deadLetter(pack: JsMsg, faults: readonly Fault[]): DeadLetter {
  return {
    at: arrivalOf(pack),
    subject: pack.subject,
    place: telemetryPlace(pack.seq),
    code: faults[0]!.code,
    reason: faults.map(({ reason }) => reason).join("; "),
    payload: pack.data,
  };
}
