// What the EPANET loader has to say of a file.
// E1  `error` stands only where the EPANET engine itself refuses the input (its own error number is in the comment) or where a
//     row could not be kept; what EPANET accepts is a warning at most

import { type Findings, findingCodes } from "../../finding.ts";

export const EPANET_FINDINGS = findingCodes({
  EPANET_NOT_INP: {
    severity: "error",
    hint: "Name an EPANET input file (.inp) with sections such as [JUNCTIONS] and [PIPES].",
  },
  EPANET_ENCODING: {
    severity: "info",
    hint: "Save the file as UTF-8 to be sure that names with accents stay as they are.",
  },
  EPANET_SECTION_UNKNOWN: {
    severity: "error", // 299
    hint: "Correct the section name in brackets; nothing below it was read up to the next section.",
  },
  EPANET_SECTION_UNREAD: {
    severity: "info",
    hint: "Nothing to do: these rows concern the drawing or the printed report, not the network.",
  },
  EPANET_TEXT_OUTSIDE: { severity: "warning", hint: "Put the row under the section that it belongs to." },
  EPANET_END_MISSING: { severity: "info", hint: "Check that the file is complete: it has no [END]." },
  EPANET_OPTION_UNKNOWN: { severity: "error", hint: "Check the option's name; it was kept but has no effect." }, // 201
  EPANET_OPTION_VALUE: { severity: "error", hint: "Give the option a value that the EPANET manual names." }, // 213
  EPANET_TIME: {
    severity: "error",
    hint: "Write a setting of [TIMES], its time as hours (1.5), as 1:30 or as 90 min.",
  }, // 213
  EPANET_FIELD_MISSING: { severity: "error", hint: "Complete the row: see the section's fields in the EPANET manual." }, // 201
  EPANET_NUMBER: { severity: "error", hint: "Write a plain number with a decimal point; the value was left out." }, // 202
  EPANET_RANGE: { severity: "error", hint: "Correct the value: EPANET refuses it." }, // 202, 209, 211
  EPANET_KEYWORD: { severity: "error", hint: "Use one of the words that the EPANET manual names for this field." }, // 213
  EPANET_DUPLICATE_ID: {
    severity: "error",
    hint: "Give each node and each link an id of its own; the first one was kept.",
  }, // 215
  EPANET_ID_TOO_LONG: { severity: "error", hint: "Shorten the id to at most 31 characters." }, // 252
  EPANET_NODE_UNDEFINED: {
    severity: "error", // 203
    hint: "Define the node under [JUNCTIONS], [RESERVOIRS] or [TANKS], or correct its id (upper and lower case differ).",
  },
  EPANET_LINK_UNDEFINED: {
    severity: "error", // 204
    hint: "Define the link under [PIPES], [PUMPS] or [VALVES], or correct its id (upper and lower case differ).",
  },
  EPANET_PATTERN_UNDEFINED: { severity: "error", hint: "Define the pattern under [PATTERNS], or correct its id." }, // 205
  EPANET_CURVE_UNDEFINED: { severity: "error", hint: "Define the curve under [CURVES], or correct its id." }, // 206
  EPANET_MAP_NUMBER: {
    severity: "warning",
    hint: "Write x and y as plain numbers; the element has no place on the map.",
  },
  EPANET_MAP_UNDEFINED: {
    severity: "warning",
    hint: "Remove the row, or correct its id: no such element is in the file.",
  },
  EPANET_CURVE_ORDER: { severity: "error", hint: "Sort the curve's points: x must grow from point to point." }, // 230
  EPANET_ORDER: {
    severity: "warning", // 203 in EPANET, which wants a node defined before it is named
    hint: "Put the sections of the nodes before those of the links, for EPANET's sake; the file was read all the same.",
  },
  EPANET_SAME_ENDS: { severity: "error", hint: "Let the link end at another node than it starts from." }, // 222
  EPANET_VALVE_PLACE: {
    severity: "error", // 219
    hint: "Put a pipe between: a PRV, PSV or FCV must not touch a tank or reservoir.",
  },
  EPANET_VALVE_PAIR: {
    severity: "warning", // 220, which EPANET 2.3 does not check any more
    hint: "Put a pipe between the two valves: both would set the pressure or flow of one node.",
  },
  EPANET_CHECK_VALVE_CONTROL: {
    severity: "error", // 207
    hint: "Remove it: a pipe with a check valve and a GPV cannot be controlled.",
  },
  EPANET_STATUS_IGNORED: { severity: "warning", hint: "Give a pipe OPEN or CLOSED; a number has no meaning for it." },
  EPANET_TANK_LEVELS: { severity: "error", hint: "Let the initial level lie between minimum and maximum level." }, // 225
  EPANET_PUMP_WITHOUT_CURVE: { severity: "error", hint: "Give the pump HEAD with a curve, or POWER." }, // 226
  EPANET_PUMP_CURVE: { severity: "error", hint: "Let the head of the pump curve fall as the flow grows." }, // 227
  EPANET_CONTROL: {
    severity: "error",
    hint: "Write LINK id status IF NODE id ABOVE|BELOW value, or AT TIME | CLOCKTIME time.",
  }, // 201
  EPANET_RULE: { severity: "error", hint: "Write RULE, IF, THEN and ELSE clauses as the EPANET manual shows." }, // 201
  EPANET_DEMAND_IGNORED: { severity: "warning", hint: "Move it to a junction: a tank or reservoir has no demand." },
  EPANET_NODE_UNCONNECTED: { severity: "error", hint: "Connect the node by a pipe, or remove it." }, // 233, 234
  EPANET_NODE_UNREACHABLE: {
    severity: "error", // 110
    hint: "Connect this part of the network to a tank or reservoir; EPANET cannot solve it.",
  },
  EPANET_NO_SOURCE: { severity: "error", hint: "Add a reservoir or a tank: a network without one cannot be solved." }, // 224
  EPANET_TOO_FEW_NODES: { severity: "error", hint: "Add nodes: a network needs at least two." }, // 223
  EPANET_PATTERN_UNUSED: { severity: "info", hint: "Nothing to do, or remove the pattern." },
  EPANET_CURVE_UNUSED: { severity: "info", hint: "Nothing to do, or remove the curve." },
});

export type EpanetFindings = Findings<typeof EPANET_FINDINGS>;
