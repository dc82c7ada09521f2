// What the pandapipes loader has to say of a file.

import { type Findings, findingCodes } from "../../finding.ts";

export const PANDAPIPES_FINDINGS = findingCodes({
  PANDAPIPES_NOT_JSON: {
    severity: "error",
    hint: "Save the net again with pandapipes.to_json(net, file); what stands before the fault was read.",
  },
  PANDAPIPES_NOT_A_NET: {
    severity: "error",
    hint: "Name a file that pandapipes.to_json wrote, or give the source the type that the file has; save each net of a multinet in a file of its own.",
  },
  PANDAPIPES_ENCODING: { severity: "info", hint: "Save the file as UTF-8." },
  PANDAPIPES_VERSION_NEWER: {
    severity: "warning",
    hint: "Check the counts: a newer pandapipes may have renamed tables or columns.",
  },
  PANDAPIPES_VERSION_UNKNOWN: { severity: "info", hint: "Add `version` to the net." },
  PANDAPIPES_TABLE_UNREADABLE: {
    severity: "error",
    hint: "Save the net again with pandapipes.to_json, or mend the table.",
  },
  PANDAPIPES_TABLE_RAGGED: {
    severity: "error",
    hint: "Give every row as many values as there are columns, and the index as many entries as there are rows.",
  },
  PANDAPIPES_TABLE_IGNORED: {
    severity: "warning",
    hint: "Nothing to do, if it may be left out; else take rows out that the net does not need.",
  },
  PANDAPIPES_TABLE_UNKNOWN: { severity: "warning", hint: "Nothing to do, unless the table's name is misspelt." },
  PANDAPIPES_PYTHON_ONLY: {
    severity: "info",
    hint: "Nothing to do: controllers and other Python objects run in pandapipes only.",
  },
  PANDAPIPES_FLUID_MISSING: {
    severity: "warning",
    hint: "Give the net its fluid with pandapipes.create_fluid_from_lib: without it, it passes for a net of water or heat.",
  },
  PANDAPIPES_STD_TYPE: {
    severity: "warning",
    hint: "Add the type to std_types, or correct its name: nothing is known of the pump or pipe but its own columns.",
  },
  PANDAPIPES_NO_JUNCTION: {
    severity: "error",
    hint: "Check that the file is complete: a net needs a table `junction` with rows.",
  },
  PANDAPIPES_DUPLICATE_INDEX: {
    severity: "error",
    hint: "Give each row of a table its own index; the first row was kept.",
  },
  PANDAPIPES_DANGLING: { severity: "error", hint: "Add the missing element, or correct the reference." },
  PANDAPIPES_VALVE_TYPE: { severity: "error", hint: "Give the valve an `et` of ju (junction) or pi (pipe)." },
  PANDAPIPES_VALVE_MISPLACED: { severity: "warning", hint: "Put the valve at a junction at which its pipe ends." },
  PANDAPIPES_HEAT_CONSUMER: {
    severity: "warning",
    hint: "Give two of controlled_mdot_kg_per_s, qext_w, deltat_k and treturn_k, of which one at most is a temperature.",
  },
  PANDAPIPES_VALUE: { severity: "warning", hint: "Write a number; the value was left out." },
  PANDAPIPES_PARAMETER: { severity: "warning", hint: "Correct the value: a pipeflow will not converge with it." },
  PANDAPIPES_LOOP: { severity: "warning", hint: "Correct one of the two ends." },
  PANDAPIPES_OUT_OF_SERVICE: { severity: "info", hint: "Nothing to do, if that is meant." },
  PANDAPIPES_UNSUPPLIED: {
    severity: "warning",
    hint: "Open a valve, put a pipe in service, or add an ext_grid or a circulation pump there.",
  },
  PANDAPIPES_NO_SOURCE: {
    severity: "error",
    hint: "Add an ext_grid or a circulation pump that holds the pressure: no junction is supplied.",
  },
});

export type PandapipesFindings = Findings<typeof PANDAPIPES_FINDINGS>;
