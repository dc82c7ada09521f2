// Exports: what this partition's points add to points of twins that live in others.
// X1  a sum leaves as this partition's whole share of it, so that hearing it twice does no harm
// X2  shares that moved leave once for each commit, in the order in which they first moved

import { convert } from "../../models/telemetry/units.ts";
import type { Signal } from "../log/events.ts";
import type { Flow } from "./flows.ts";
import { SUSPECT } from "./points.ts";

export class Exports {
  /** `TWIN|POINT` to this partition's share of the sum, in the unit of the sum. */
  readonly #shares = new Map<string, number>();
  readonly #moved = new Map<string, { to: string; point: string }>();

  /** Takes note of a moved sum; a copied value is to leave at once. */
  flowOut(flow: Flow, difference: number, value: number, at: number, quality: number): Signal | undefined {
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
    const key = `${to}|${point}`;
    this.#shares.set(key, (this.#shares.get(key) ?? 0) + difference);
    if (!this.#moved.has(key)) this.#moved.set(key, { to, point });
    return undefined;
  }

  take(): Signal[] {
    const signals = [...this.#moved].map(
      ([key, { to, point }]): Signal => ({ kind: "sum", to, point, value: this.#shares.get(key)! }),
    );
    this.#moved.clear();
    return signals;
  }

  record(): [key: string, value: number][] {
    return [...this.#shares];
  }

  restore(shares: Iterable<[key: string, value: number]>): void {
    for (const [key, value] of shares) this.#shares.set(key, value);
  }
}
