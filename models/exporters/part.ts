// The part of a district that is wanted: what was changed since an earlier model of it.

import type { TwinId } from "../district.ts";

export interface Part {
  /** Whether a twin is part of it. */
  has(id: TwinId): boolean;
  /** Twins that the earlier model has, and this one not. */
  removed: readonly TwinId[];
}
