// What every loader is: bytes of one file in, a part of a district and findings out.
// L1  a loader never throws for what stands in a file: whatever is broken becomes a finding
// L2  a loader is pure: the same bytes give the same part, in the same order
// L3  ids are verbatim from the file; attributes keep all that the file says of the element, in the field's words

import type { Attributes, Branch, Link, TwinId, TwinModel } from "../district.ts";
import type { Finding } from "../finding.ts";

export interface SourceFile {
  /** Id of the source in district.yaml: the middle of its twins' ids. */
  source: string;
  /** File name as district.yaml has it; its ending may tell the encoding. */
  file: string;
  /** Empty when `file` is a folder. */
  bytes: Uint8Array;
  /** Further files of the same source, in the order of district.yaml. */
  more?: readonly { file: string; bytes: Uint8Array }[];
  /** For formats that come as several files: the folder that `file` lies in, or is. */
  folder?: SourceFolder;
}

/** The files beside the one that district.yaml names. Nothing outside the folder of district.yaml is ever read. */
export interface SourceFolder {
  /** Names of the files right in it, in the order of code units. */
  list(): Promise<string[]>;
  /**
   * A file by its path from here, with slashes of either kind; folders and files are found whatever their case, as scripts that were
   * written on Windows name them so. Rejects when there is none, or when it lies outside or is too large.
   */
  read(path: string): Promise<{ file: string; bytes: Uint8Array }>;
}

export interface DistrictPart {
  twins: TwinModel[];
  links: Link[];
  branches: Branch[];
  findings: Finding[];
  /** Device name in telemetry to the meters that it feeds, for formats that bind points to their time series. */
  devices?: ReadonlyMap<string, readonly TwinId[]>;
  /** What became of all that the file holds. */
  census?: Census;
  /** That other parts may show the same things, and how they are told to be the same. */
  federation?: Federation;
}

/** Several files that show the same things: what models/federation.ts needs to make one twin of each. */
export interface Federation {
  /** Parts with the same name here share the ids of their elements. */
  ids: string;
  /** The same in every file that shows the thing; undefined for what no other file can know. */
  identityOf(twin: TwinModel): string | undefined;
  /** The attributes that are counts over parts of a thing, made anew of the parts that both files show. */
  recount(first: TwinModel, other: TwinModel): Attributes;
  /** Ids that twins of this part have besides their own. */
  aliases?: ReadonlyMap<TwinId, TwinId>;
}

/** Counts by the format's own words: element classes, tables, sections. */
export interface Census {
  /** Became twins, or ways between them. */
  read: Record<string, number>;
  /** Are attributes of other twins. */
  kept: Record<string, number>;
  /** Were not understood. */
  unknown: Record<string, number>;
}

export type Loader = (source: SourceFile) => DistrictPart | Promise<DistrictPart>;
