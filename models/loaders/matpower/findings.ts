// What the MATPOWER loader has to say of a case file.

import { type Findings, findingCodes } from "../../finding.ts";

export const MATPOWER_FINDINGS = findingCodes({
  MATPOWER_NOT_CASE: {
    severity: "error",
    hint: "Name a MATPOWER case file: a .m function that sets mpc.bus, mpc.gen and mpc.branch.",
  },
  MATPOWER_ENCODING: {
    severity: "info",
    hint: "Save the file as UTF-8 to be sure that names with accents stay as they are.",
  },
  MATPOWER_BRACKET: {
    severity: "error",
    hint: "Close the bracket or the quote; what follows was read as if it were closed.",
  },
  MATPOWER_STATEMENT_UNREAD: {
    severity: "warning",
    hint: "Save the case with savecase, which writes plain numbers: this statement was not carried out.",
  },
  MATPOWER_BASE_MVA: {
    severity: "error",
    hint: "Set mpc.baseMVA to the power base in MVA; powers per unit mean nothing without it.",
  },
  MATPOWER_VERSION: { severity: "info", hint: "Nothing to do; savecase writes version 2." },
  MATPOWER_TABLE_MISSING: { severity: "error", hint: "Set the table: a case needs bus, gen and branch." },
  MATPOWER_TABLE_EMPTY: { severity: "warning", hint: "Give the table rows, if the network has any." },
  MATPOWER_COLUMNS: { severity: "error", hint: "Give every row the columns that the case format (caseformat) names." },
  MATPOWER_RAGGED: { severity: "error", hint: "Give every row of the table the same number of columns." },
  MATPOWER_NUMBER: { severity: "error", hint: "Write a plain number; the value was left out." },
  MATPOWER_DUPLICATE_BUS: { severity: "error", hint: "Give each bus a number of its own; the first one was kept." },
  MATPOWER_BUS_NUMBER: {
    severity: "error",
    hint: "Number the buses with whole numbers above zero; the row was not kept.",
  },
  MATPOWER_BUS_TYPE: { severity: "error", hint: "Use 1 (PQ), 2 (PV), 3 (reference) or 4 (isolated)." },
  MATPOWER_BUS_UNDEFINED: { severity: "error", hint: "Add the bus to mpc.bus, or correct the number." },
  MATPOWER_BASE_KV: {
    severity: "warning",
    hint: "Give the bus its base voltage in kV: currents cannot be calculated without it.",
  },
  MATPOWER_NO_REFERENCE: { severity: "error", hint: "Give one bus with a generator the type 3." },
  MATPOWER_REFERENCE_WITHOUT_GENERATOR: {
    severity: "warning",
    hint: "Put a generator in service at the reference bus.",
  },
  MATPOWER_BUS_ISOLATED: { severity: "info", hint: "Nothing to do if the bus is meant to be out of service (type 4)." },
  MATPOWER_BUS_UNCONNECTED: {
    severity: "warning",
    hint: "Connect the bus by a branch in service, or give it the type 4.",
  },
  MATPOWER_BUS_UNREACHABLE: {
    severity: "warning",
    hint: "Connect this part of the network to a reference bus by branches in service.",
  },
  MATPOWER_SAME_ENDS: { severity: "error", hint: "Let the branch end at another bus than it starts from." },
  MATPOWER_ZERO_IMPEDANCE: {
    severity: "error",
    hint: "Give the branch a resistance or reactance: it cannot be solved with none.",
  },
  MATPOWER_LIMITS: { severity: "warning", hint: "Let the lower limit be below the upper one." },
  MATPOWER_NAMES: { severity: "warning", hint: "Give the list as many entries as its table has rows." },
  MATPOWER_GENCOST_ROWS: {
    severity: "warning",
    hint: "Give gencost one row per generator, or two to price reactive power too.",
  },
  MATPOWER_DCLINE: {
    severity: "info",
    hint: "Nothing to do; DC lines are kept as attributes of the bus that they start from.",
  },
});

export type MatpowerFindings = Findings<typeof MATPOWER_FINDINGS>;
