// What a section of an .inp file is made of.

import type { Attributes, Kind, TwinModel } from "../../district.ts";
import type { SourceTwins } from "../source-twins.ts";
import type { FileUnits } from "./row.ts";

export interface Network {
  twins: SourceTwins;
  units: FileUnits;
  /** What the file said of itself as a whole. */
  whole: Attributes;
}

export interface Section {
  name: string;
  /** What the columns are, as a comment. */
  head: string;
  kinds: readonly Kind[];
  /** Whether there is anything of a twin to be written here; of those of the kinds there always is when this is missing. */
  has?(attributes: Attributes, kind: Kind): boolean;
  rows(twin: TwinModel, network: Network): Iterable<string>;
}
