// What the OpenDSS loader has to say of a script.
// O1  `error` stands where OpenDSS itself stops with a message, or where something of the network is lost; the place is a line of a file

import { type Findings, findingCodes } from "../../finding.ts";

export const OPENDSS_FINDINGS = findingCodes({
  OPENDSS_NOT_SCRIPT: {
    severity: "error",
    hint: "Name an OpenDSS script (.dss) with commands such as New Circuit.x and New Line.y.",
  },
  OPENDSS_ENCODING: {
    severity: "info",
    hint: "Save the file as UTF-8 to be sure that names with accents stay as they are.",
  },
  OPENDSS_NO_CIRCUIT: { severity: "error", hint: "Begin with New Circuit.name: without it there is no source." },
  OPENDSS_SECOND_CIRCUIT: {
    severity: "error",
    hint: "Put Clear before it, or make it a source of its own: the first circuit was kept.",
  },
  OPENDSS_CLEARED: {
    severity: "info",
    hint: "Nothing to do if that is meant: as in OpenDSS, only what follows the last Clear is loaded.",
  },
  OPENDSS_FILE_MISSING: {
    severity: "error",
    hint: "Put the file into the folder of the district, or correct its name; paths start from the file that names it.",
  },
  OPENDSS_FILE_CYCLE: { severity: "error", hint: "Let no file redirect to itself, directly or by way of others." },
  OPENDSS_LIMIT: { severity: "error", hint: "Make the script smaller: what lies beyond the limit was not read." },
  OPENDSS_QUOTE: {
    severity: "error",
    hint: "Close the bracket or the quote on the same line; it was read as if it ended with the line.",
  },
  OPENDSS_COMMENT_OPEN: { severity: "warning", hint: "End the comment with */: the rest of the file was left out." },
  OPENDSS_COMMAND_UNKNOWN: { severity: "error", hint: "Correct the command; the line was left out." },
  OPENDSS_COMMAND_NOT_CARRIED_OUT: {
    severity: "warning",
    hint: "Save the circuit with `Save circuit` after this command, and load that: the command changes the network.",
  },
  OPENDSS_CLASS_UNKNOWN: { severity: "error", hint: "Correct the class; the object was left out." },
  OPENDSS_OBJECT_NAME: { severity: "error", hint: "Write class.name; the line was left out." },
  OPENDSS_OBJECT_UNKNOWN: { severity: "error", hint: "Define the object before this line, or correct its name." },
  OPENDSS_PROPERTY_UNKNOWN: { severity: "error", hint: "Correct the property's name; it was left out." },
  OPENDSS_OPTION_UNKNOWN: { severity: "warning", hint: "Correct the option's name; it was left out." },
  OPENDSS_DUPLICATE: {
    severity: "warning",
    hint: "Give each element a name of its own, upper and lower case being the same: the first one was changed.",
  },
  OPENDSS_NUMBER: {
    severity: "error",
    hint: "Write a number, or inline math such as (8 1000 /); the value was left out.",
  },
  OPENDSS_VARIABLE: { severity: "error", hint: "Set the variable with `var @name=value` before this line." },
  OPENDSS_PATTERN: {
    severity: "warning",
    hint: "Use a pattern of plain letters and .* only, or edit each object: nothing was changed.",
  },
  OPENDSS_UNDEFINED: { severity: "error", hint: "Define it, or correct its name." },
  OPENDSS_BUS_MISSING: { severity: "error", hint: "Give the element its bus." },
  OPENDSS_NODE: { severity: "error", hint: "Write whole numbers after the bus, as in bus.1.2.3." },
  OPENDSS_SAME_BUS: { severity: "warning", hint: "Let the element end at another bus than it starts from." },
  OPENDSS_UNITS: { severity: "error", hint: "Use none, mi, kft, km, m, ft, in, cm or mm." },
  OPENDSS_LINE_IMPEDANCE: {
    severity: "warning",
    hint: "Give the line a linecode, a geometry or r1 and x1: OpenDSS would take those of an overhead line of 336 MCM ACSR.",
  },
  OPENDSS_POWER: { severity: "warning", hint: "Give it kW: OpenDSS would take its default." },
  OPENDSS_SERIES_AS_LINE: {
    severity: "info",
    hint: "Nothing to do: it carries power between two buses, so it became a twin of kind `line`.",
  },
  OPENDSS_COORDS: {
    severity: "warning",
    hint: "Write a bus and two numbers on each line, of buses that the circuit has.",
  },
  OPENDSS_SHAPE: { severity: "warning", hint: "Write one number on each line of the file." },
  OPENDSS_SHAPE_LONG: {
    severity: "info",
    hint: "Nothing to do: of values beyond the limit only count, least, greatest and mean are kept.",
  },
  OPENDSS_BUS_UNCONNECTED: {
    severity: "warning",
    hint: "Connect the bus by a line, a transformer or a switch, or correct the name of the bus.",
  },
  OPENDSS_UNSUPPLIED: {
    severity: "warning",
    hint: "Connect this part of the network to a source by lines and transformers that are enabled and closed.",
  },
  OPENDSS_NODE_UNSUPPLIED: {
    severity: "warning",
    hint: "Connect the element to nodes that a line, a transformer or a source brings to its bus.",
  },
  OPENDSS_OUT_OF_SERVICE: { severity: "info", hint: "Nothing to do, if that is meant." },
});

export type OpenDssFindings = Findings<typeof OPENDSS_FINDINGS>;
