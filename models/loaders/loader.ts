// What every loader is: bytes of one file in, a part of a district and findings out.
// L1  a loader never throws for what stands in a file: whatever is broken becomes a finding
// L2  a loader is pure: the same bytes give the same part, in the same order
// L3  ids are verbatim from the file; attributes keep all that the file says of the element, in the field's words

import type { Branch, Link, TwinModel } from "../district.ts";
import type { Finding } from "../finding.ts";

export interface SourceFile {
  /** Id of the source in district.yaml: the middle of its twins' ids. */
  source: string;
  /** File name as district.yaml has it; its ending may tell the encoding. */
  file: string;
  bytes: Uint8Array;
}

export interface DistrictPart {
  twins: TwinModel[];
  links: Link[];
  branches: Branch[];
  findings: Finding[];
}

export type Loader = (source: SourceFile) => DistrictPart | Promise<DistrictPart>;
