// What is asked about the versions of a district's model, and what is answered.

import type { Severity } from "../../models/finding.ts";
import type { Json, TwinId } from "../../models/district.ts";
import type { LinkView, Page, PageRequest } from "../views.ts";

/** A version of the district's model. */
export interface ModelVersionView {
  /** Made of all that it says: the same model is the same version. */
  id: string;
  /** Wall clock, epoch ms. */
  loadedAt: number;
  /** World time from which on the district stood on it last; undefined when it never did. */
  appliedAt: number | undefined;
  isCurrent: boolean;
  twins: number;
  /** Of its load, by severity. */
  findings: Record<Severity, number>;
}

export type PlannedChange = "ADDED" | "RETURNED" | "RETIRED" | "CHANGED" | "RELINKED" | "MOVED";

/** What another version would do to one twin. */
export interface PlannedTwinView {
  id: TwinId;
  what: PlannedChange;
  /** Undefined: it is not there. */
  attributes: { name: string; before: Json | undefined; after: Json | undefined }[];
  added: LinkView[];
  removed: LinkView[];
  /** What becomes of its state, in sentences. */
  state: string[];
}

/** What another version would do to the district, or did. */
export interface ModelPlanView {
  from: string;
  to: string;
  counts: Record<PlannedChange, number>;
  /** Twins that nothing is done to. */
  untouched: number;
  /** In the order of ids. */
  twins(what: readonly PlannedChange[] | undefined, page: PageRequest): Page<PlannedTwinView>;
}

export interface ApplyRequest {
  version: string;
  /** The version from which it was planned: refused when the district stands on another one by now. */
  from?: string;
}

export interface Versions {
  /** Youngest first. */
  models(): ModelVersionView[];
  /**
   * Loads a model from a zip archive of a district's folder, in a process of its own; the district stays as it is. Throws a coded error
   * when it is none, is of another district, or another one is being loaded.
   */
  addModel(archive: AsyncIterable<Uint8Array>): Promise<ModelVersionView>;
  /** Throws a coded error for a version that is not kept, or that cannot come under the living twins. */
  planModel(version: string): Promise<ModelPlanView>;
  /** Resolves when the district stands on the version, and every twin that it touches has heard of it. Gives what was done. */
  applyModel(request: ApplyRequest): Promise<ModelPlanView>;
}
