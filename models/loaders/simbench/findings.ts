// What the SimBench loader has to say of the tables.

import { type Findings, findingCodes } from "../../finding.ts";

export const SIMBENCH_FINDINGS = findingCodes({
  SIMBENCH_NOT_SIMBENCH: {
    severity: "error",
    hint: "Name the folder of the tables (Node.csv, Line.csv ...), one of them, or a zip archive of them.",
  },
  SIMBENCH_FILE_UNREADABLE: { severity: "error", hint: "Check the file, or write the archive again." },
  SIMBENCH_ENCODING: { severity: "info", hint: "Save the table as UTF-8." },
  SIMBENCH_TABLE_TWICE: { severity: "warning", hint: "Keep one grid in one folder: the first of the tables was read." },
  SIMBENCH_TABLE_UNKNOWN: { severity: "info", hint: "Nothing to do, unless the table's name is misspelt." },
  SIMBENCH_TABLE_MISSING: { severity: "error", hint: "Add the table: the others refer to it." },
  SIMBENCH_QUOTES: { severity: "error", hint: "Close the quoted cell." },
  SIMBENCH_ROW_LENGTH: {
    severity: "error",
    hint: "Give the row as many cells as the first line has; what is missing counts as NULL.",
  },
  SIMBENCH_COLUMN_MISSING: { severity: "error", hint: "Add the column: the table cannot be read without it." },
  SIMBENCH_NUMBER: {
    severity: "error",
    hint: "Write a plain number with a decimal point, or NULL; the value was left out.",
  },
  SIMBENCH_ID: {
    severity: "error",
    hint: "Give each row an id of its own; of two with the same id the first was kept.",
  },
  SIMBENCH_ID_SHARED: {
    severity: "warning",
    hint: "Give elements of different tables different ids; the id of this twin has the name of its table in front.",
  },
  SIMBENCH_NODE_UNKNOWN: { severity: "error", hint: "Add the node to Node.csv, or correct its id." },
  SIMBENCH_TYPE_UNKNOWN: { severity: "error", hint: "Add the type to the table of types, or correct its id." },
  SIMBENCH_COORDINATE_UNKNOWN: { severity: "warning", hint: "Add the place to Coordinates.csv, or correct coordID." },
  SIMBENCH_SUBSTATION_UNKNOWN: {
    severity: "warning",
    hint: "Add the substation to Substation.csv, or correct its id.",
  },
  SIMBENCH_PROFILE_UNKNOWN: { severity: "warning", hint: "Add the profile to its table, or correct its name." },
  SIMBENCH_PROFILE_VALUES: {
    severity: "info",
    hint: "Nothing to do: least, mean and greatest value were kept. A scenario may read the table itself.",
  },
  SIMBENCH_CALC_TYPE: { severity: "error", hint: "Give calc_type as vavm, pvm, pq, Ward or xWard." },
  SIMBENCH_MEASUREMENT: {
    severity: "warning",
    hint: "Let a measurement name a node, or a node and a line or transformer that ends there.",
  },
  SIMBENCH_VOLTAGE: { severity: "error", hint: "Give the node its nominal voltage vmR in kV, above zero." },
  SIMBENCH_VOLTAGE_MISMATCH: {
    severity: "warning",
    hint: "Connect nodes of the same vmR, or use a transformer between them.",
  },
  SIMBENCH_PARAMETER: { severity: "warning", hint: "Correct the value: a power flow will not converge with it." },
  SIMBENCH_LOOP: { severity: "warning", hint: "Correct one of the two ends." },
  SIMBENCH_NODE_ISOLATED: {
    severity: "warning",
    hint: "Connect the node with a line, a transformer or a switch, or remove it.",
  },
  SIMBENCH_UNSUPPLIED: { severity: "warning", hint: "Close a switch, or add an ExternalNet of calc_type vavm there." },
  SIMBENCH_NO_SOURCE: {
    severity: "error",
    hint: "Add an ExternalNet of calc_type vavm: no node is supplied.",
  },
});

export type SimbenchFindings = Findings<typeof SIMBENCH_FINDINGS>;
