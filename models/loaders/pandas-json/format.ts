// What sets one format of nets apart from another: pandapower and pandapipes save their nets with the same tools.
// Fed by    the descriptions of the formats: models/loaders/pandapower/element-tables.ts, models/loaders/pandapipes/component-tables.ts
// F1  a finding is named by its word here, and by `PANDAPOWER_WORD` or `PANDAPIPES_WORD` in the catalogue of its format
// F2  whether an element's id carries its table's name depends on the table alone: `load:S:3`, `load:S:asymmetric_load.3`

import type { Json, Kind } from "../../district.ts";
import type { ColumnWords } from "./attributes.ts";

/** What any net may have wrong, by the last words of its codes. */
export type Word =
  | ("NOT_JSON" | "NOT_A_NET" | "ENCODING" | "VERSION_NEWER" | "VERSION_UNKNOWN")
  | ("TABLE_UNREADABLE" | "TABLE_RAGGED" | "TABLE_IGNORED" | "TABLE_UNKNOWN" | "PYTHON_ONLY")
  | ("DUPLICATE_INDEX" | "DANGLING" | "VALUE" | "PARAMETER" | "LOOP" | "OUT_OF_SERVICE" | "UNSUPPLIED" | "NO_SOURCE");

export type Report = (word: Word, at: string, message: string) => void;

export interface ElementTable {
  table: string;
  kind: Kind;
  /** The id is `KIND:S:TABLE.INDEX`, because another table has the id `KIND:S:INDEX`. */
  prefixed?: true;
  /** Of columns that are not there, or empty. */
  defaults: Record<string, Json>;
  /** Columns that name the nodes of each branch. */
  branches?: readonly (readonly [from: string, to: string])[];
  /** For what stands at one node: whether power is counted as going into the network, or out of it. */
  atNode?: "feeds" | "isFed";
  /** The column that names that one node, where it is not called like the table of nodes. */
  column?: string;
  /** Tables of the nodes that its columns name, where that is not the one of the format. */
  nodes?: Readonly<Record<string, string>>;
  /** It is a line only because it carries power between two buses; the attribute of this name is true then. */
  asLine?: true;
}

export interface NetFormat {
  /** The name of Python's class, under `_class`. */
  className: string;
  /** The newest format whose tables and columns are known here. */
  knownVersion: readonly number[];
  tables: readonly ElementTable[];
  /** The table of nodes, which is also the column that names the node of what stands at one. */
  node: string;
  /** Two words that tell a net from other JSON, for a message: `bus, line, load`. */
  examples: string;
  /** Tables besides those of elements that the loader reads; those of results are always read. */
  alsoRead: ReadonlySet<string>;
  /** What is no rows of the net, or what the elements repeat. */
  silent: ReadonlySet<string>;
  words: ColumnWords;
}
