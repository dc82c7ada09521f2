// Ground: what outlives a crash of the program - the logs, the devices' stream, the folder of the store - and what an observer noted.
// L1  a log numbers its messages from 1 and keeps them in the order in which they came
// L2  the devices' stream keeps a pack until it is settled, and may give it again

import { cellsOf } from "../../models/cells.ts";
import type { LoadedDistrict, TwinId } from "../../models/district.ts";
import { bindDevices } from "../../runtime/bindings.ts";
import type { Outgoing, ReadingCounters } from "../../runtime/live/changes.ts";
import { decodeEvent, type LogEvent } from "../../runtime/log/events.ts";
import type { Told } from "../../runtime/store/tellings.ts";
import { asWritten, START_MS } from "../runtime/live/harness.ts";

/** A pack in the devices' stream: of a JetStream message what the gateway reads. */
export interface Pack {
  message: { subject: string; data: Uint8Array };
  sequence: number;
  takenMs: number;
  settled: boolean;
}

export class Ground {
  readonly district: LoadedDistrict;
  readonly cellOf: ReadonlyMap<TwinId, string>;
  readonly bindings: ReturnType<typeof bindDevices>;
  readonly folder: string;
  readonly logs = new Map<string, Uint8Array[]>();
  readonly telemetry: Pack[] = [];
  /** Ids of messages that a log still knows: its window for finding duplicates. */
  readonly window = new Map<string, number>();
  now = START_MS;

  /** What devices were told is safe: `TWIN POINT TIME VALUE`. */
  readonly acknowledged = new Set<string>();
  /** `TWIN POINT` that was sent too often: of two readings of one time the later one is enough then. */
  readonly flooded = new Set<string>();
  /** Ids of what left on NATS, in the order of their first leaving. */
  readonly published = new Set<string>();
  /** By id, in the order in which it came on disk: what is to leave. */
  readonly leaving = new Map<string, { from: string; out: Outgoing }>();
  /** Keys of commands whose outcome is on disk. */
  readonly answered = new Set<string>();
  readonly counted: ReadingCounters = { applied: 0, duplicates: 0, late: 0, corrected: 0 };
  /** Every twin as the last checkpoint of its partition had it. */
  readonly frozen = new Map<TwinId, string>();
  readonly broken: string[] = [];

  constructor(district: LoadedDistrict, folder: string) {
    this.district = district;
    this.folder = folder;
    this.cellOf = cellsOf(district);
    this.bindings = bindDevices(district, this.cellOf);
    for (const cell of [...new Set(this.cellOf.values())].sort()) this.logs.set(cell, []);
  }

  append(partition: string, bytes: Uint8Array, id?: string): number {
    const log = this.logs.get(partition)!;
    const known = id === undefined ? undefined : this.window.get(`${partition} ${id}`);
    if (known !== undefined) return known;
    log.push(bytes);
    if (id !== undefined) this.window.set(`${partition} ${id}`, log.length);
    return log.length;
  }

  publish(device: string, data: Uint8Array): void {
    const message = { subject: `quartier.test.telemetry.${device}`, data };
    this.telemetry.push({ message, sequence: this.telemetry.length + 1, takenMs: this.now, settled: false });
  }

  /** The readable events of a log, each with its sequence. */
  *events(partition: string): Iterable<[event: LogEvent, sequence: number]> {
    for (const [i, bytes] of this.logs.get(partition)!.entries()) {
      const event = decodeEvent(bytes);
      if (typeof event !== "string") yield [asWritten(event), i + 1];
    }
  }

  noteTold(partition: string, { outbox, outcomes }: Told): void {
    for (const { sequence, index, out } of outbox) {
      const id = `${partition}-${sequence}-${index}`;
      if (this.leaving.has(id)) this.broken.push(`P5 ${id} was told to leave twice`);
      this.leaving.set(id, { from: partition, out });
    }
    for (const key of outcomes.keys()) {
      if (this.answered.has(key)) this.broken.push(`P7 the key ${key} was answered twice`);
      this.answered.add(key);
    }
  }

  noteCheckpoint(frozen: ReadonlyMap<TwinId, string>, readings: ReadingCounters): void {
    for (const [id, text] of frozen) this.frozen.set(id, text);
    for (const key of Object.keys(readings) as (keyof ReadingCounters)[]) this.counted[key] += readings[key];
  }

  /** A message leaves with that id. */
  noteLeft(id: string): void {
    if (!this.leaving.has(id)) this.broken.push(`P5 ${id} left before it was on disk`);
  }
}
