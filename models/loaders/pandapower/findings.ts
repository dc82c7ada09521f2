// What the pandapower loader has to say of a file.

import { type Findings, findingCodes } from "../../finding.ts";

export const PANDAPOWER_FINDINGS = findingCodes({
  PANDAPOWER_NOT_JSON: {
    severity: "error",
    hint: "Save the net again with pandapower.to_json(net, file); what stands before the fault was read.",
  },
  PANDAPOWER_NOT_A_NET: {
    severity: "error",
    hint: "Name a file that pandapower.to_json wrote, or give the source the type that the file has.",
  },
  PANDAPOWER_ENCODING: { severity: "info", hint: "Save the file as UTF-8." },
  PANDAPOWER_VERSION_NEWER: {
    severity: "warning",
    hint: "Check the counts: a newer pandapower may have renamed tables or columns.",
  },
  PANDAPOWER_VERSION_UNKNOWN: {
    severity: "info",
    hint: "Add `version` to the net; units were taken from the names of the columns.",
  },
  PANDAPOWER_CONVERTED: {
    severity: "info",
    hint: "Nothing to do: kW became MW and generation became positive, as pandapower's own convert_format does it.",
  },
  PANDAPOWER_TABLE_UNREADABLE: {
    severity: "error",
    hint: "Save the net again with pandapower.to_json, or mend the table.",
  },
  PANDAPOWER_TABLE_RAGGED: {
    severity: "error",
    hint: "Give every row as many values as there are columns, and the index as many entries as there are rows.",
  },
  PANDAPOWER_TABLE_IGNORED: {
    severity: "warning",
    hint: "Nothing to do, if it may be left out; else take rows out that the net does not need.",
  },
  PANDAPOWER_TABLE_UNKNOWN: { severity: "info", hint: "Nothing to do, unless the table's name is misspelt." },
  PANDAPOWER_PYTHON_ONLY: {
    severity: "info",
    hint: "Nothing to do: controllers and other Python objects run in pandapower only.",
  },
  PANDAPOWER_BRANCH_AS_LINE: {
    severity: "info",
    hint: "Nothing to do: these carry power between two buses, so each became a twin of kind `line`.",
  },
  PANDAPOWER_NO_BUS: {
    severity: "error",
    hint: "Check that the file is complete: a net needs a table `bus` with rows.",
  },
  PANDAPOWER_DUPLICATE_INDEX: {
    severity: "error",
    hint: "Give each row of a table its own index; the first row was kept.",
  },
  PANDAPOWER_DANGLING: { severity: "error", hint: "Add the missing element, or correct the reference." },
  PANDAPOWER_SWITCH_TYPE: { severity: "error", hint: "Give the switch an `et` of b, l, t or t3." },
  PANDAPOWER_SWITCH_MISPLACED: { severity: "warning", hint: "Put the switch at a bus at which its element ends." },
  PANDAPOWER_VALUE: { severity: "warning", hint: "Write a number; the value was left out." },
  PANDAPOWER_VOLTAGE: { severity: "error", hint: "Give the bus its nominal voltage vn_kv in kV, above zero." },
  PANDAPOWER_VOLTAGE_MISMATCH: {
    severity: "warning",
    hint: "Connect buses of the same vn_kv, or use a transformer between them.",
  },
  PANDAPOWER_PARAMETER: { severity: "warning", hint: "Correct the value: a power flow will not converge with it." },
  PANDAPOWER_LOOP: { severity: "warning", hint: "Correct one of the two ends." },
  PANDAPOWER_OUT_OF_SERVICE: { severity: "info", hint: "Nothing to do, if that is meant." },
  PANDAPOWER_BUS_ISOLATED: {
    severity: "warning",
    hint: "Connect the bus with a line, a transformer or a switch, or remove it.",
  },
  PANDAPOWER_UNSUPPLIED: {
    severity: "warning",
    hint: "Close a switch, put a line in service, or add an ext_grid or a gen with slack = True there.",
  },
  PANDAPOWER_NO_SOURCE: {
    severity: "error",
    hint: "Add an ext_grid, or set slack = True for a gen: no bus is supplied.",
  },
});

export type PandapowerFindings = Findings<typeof PANDAPOWER_FINDINGS>;
