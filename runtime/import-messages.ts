// Import messages: rows of an import as they wait by twin, and as they leave.
// Gives     messages of a log that are neither too many rows nor too long

import type { TwinId } from "../models/district.ts";
import type { ImportedRow } from "./log/events.ts";
import { MAX_MESSAGE_BYTES } from "./log/parts.ts";

const MAX_ROWS_PER_MESSAGE = 1_000;
/** Of a row in the log, beside its names: time, value, quality, brackets. */
const ROW_BYTES = 60;

/** A row of a file that has not left yet. */
export interface WaitingRow {
  line: number;
  row: ImportedRow;
}

export type Waiting = Map<TwinId, WaitingRow[]>;

export function put(waiting: Waiting, twin: TwinId, row: WaitingRow): void {
  const rows = waiting.get(twin);
  if (rows) rows.push(row);
  else waiting.set(twin, [row]);
}

/** Cuts rows into messages that are neither too many rows nor too long. */
export function* messagesOf(twins: Waiting): Iterable<[TwinId, WaitingRow[]][]> {
  let entries: [TwinId, WaitingRow[]][] = [];
  let [rows, bytes] = [0, 0];
  for (const [twin, all] of twins) {
    for (let start = 0; start < all.length; ) {
      const some = all.slice(start, start + MAX_ROWS_PER_MESSAGE - rows);
      start += some.length;
      entries.push([twin, some]);
      rows += some.length;
      bytes += twin.length + some.length * (some[0]!.row[0].length + ROW_BYTES);
      if (rows < MAX_ROWS_PER_MESSAGE && bytes < MAX_MESSAGE_BYTES) continue;
      yield entries;
      entries = [];
      rows = bytes = 0;
    }
  }
  if (entries.length > 0) yield entries;
}
