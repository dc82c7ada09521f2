// What the outside asks of the history, and gets: samples, exports and imports.

import type { Kind, TwinId } from "../models/district.ts";

export interface SampleView {
  at: number;
  value: number;
  count: number;
  /** A twin estimated it, or any of those that it gathers. Of what was rolled up nobody knows that any more. */
  isEstimated?: true;
}

export const AGGREGATES = ["MEAN", "MIN", "MAX", "SUM", "COUNT", "FIRST", "LAST"] as const;
export type Aggregate = (typeof AGGREGATES)[number];

export interface HistoryQuery {
  twin: TwinId;
  point: string;
  /** Epoch ms, inclusive. */
  from: number;
  /** Epoch ms, exclusive. */
  to: number;
  /** Samples are gathered in windows of this length, aligned to the district's local midnight. */
  windowMs?: number;
  /** MEAN when absent and there is a window; without a window, the whole span is one. Raw samples when both are absent. */
  aggregate?: Aggregate;
}

export interface ExportQuery {
  /** All when absent. */
  twins?: readonly TwinId[];
  kinds?: readonly Kind[];
  points?: readonly string[];
  /** Epoch ms, inclusive. */
  from: number;
  /** Epoch ms, exclusive. */
  to: number;
}

export interface ImportRefusal {
  line: number;
  code: string;
  reason: string;
  hint: string;
}

/** What became of the samples of an import: read = new + duplicates + corrected + refused. */
export interface ImportReport {
  read: number;
  new: number;
  duplicates: number;
  corrected: number;
  refused: number;
  /** The first of those that were refused. */
  refusals: ImportRefusal[];
}
