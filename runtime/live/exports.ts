// Exports: what this partition's points add to points of twins that live in others.
// X1  a sum leaves as this partition's whole share of it, so that hearing it twice does no harm
// X2  shares that moved leave once for each run of events, in the order in which they first moved

import { convert } from "../../models/telemetry/units.ts";
import type { Signal } from "../log/events.ts";
import { type ExactSum, exchange } from "./exact-sum.ts";
import type { Flow } from "./flows.ts";
import { SUSPECT } from "./page.ts";

export type ExportRecord = [key: string, share: ExactSum];

export const shareKey = ({ to, point }: Pick<Flow, "to" | "point">): string => `${to}|${point}`;

const total = ([high, low]: ExactSum): number => high + low;

export class Exports {
  /** `TWIN|POINT` to this partition's share of the sum, in the unit of the sum. */
  readonly #shares = new Map<string, ExactSum>();
  readonly #moved = new Map<string, { to: string; point: string }>();

  /** Takes note of a moved sum, to which the flow brings `now` in the place of `before`; a copied value is to leave at once. */
  flowOut(flow: Flow, before: number, now: number, value: number, at: number, quality: number): Signal | undefined {
    const { to, point, unit, toUnit } = flow;
    if (flow.kind === "copy") {
      return {
        kind: "copy",
        to,
        point,
        timeMs: at,
        value: convert(value, unit, toUnit)!,
        suspect: quality === SUSPECT,
      };
    }
    const key = shareKey(flow);
    const share = this.#shares.get(key) ?? [0, 0];
    exchange(share, before, now);
    this.#shares.set(key, share);
    if (!this.#moved.has(key)) this.#moved.set(key, { to, point });
    return undefined;
  }

  take(): Signal[] {
    const signals = [...this.#moved].map(
      ([key, { to, point }]): Signal => ({ kind: "sum", to, point, value: total(this.#shares.get(key)!) }),
    );
    this.#moved.clear();
    return signals;
  }

  record(): ExportRecord[] {
    return [...this.#shares].map(([key, share]): ExportRecord => [key, [...share]]);
  }

  restore(shares: Iterable<ExportRecord>): void {
    for (const [key, share] of shares) this.#shares.set(key, [...share]);
  }
}
