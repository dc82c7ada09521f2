// What the diagnosis of a whole district can find.
// Gives     the catalogue; places are ids of twins

import { findingCodes } from "../finding.ts";

export const DIAGNOSIS_FINDINGS = findingCodes({
  NETWORK_DEAD_END: {
    severity: "info",
    hint: "Nothing to do, if something will be connected there; else take it out, or link what it feeds.",
  },
  NETWORK_SWITCH_LEADS_NOWHERE: {
    severity: "info",
    hint: "Connect something behind it, or take it out: closing it supplies nobody.",
  },
  NETWORK_UNREACHABLE: {
    severity: "warning",
    hint: "Close what is named, or add a source there: as modelled, what stands there has no supply.",
  },
  NETWORK_AMOUNT: { severity: "warning", hint: "Correct the value, or its unit: it cannot be as it stands." },
  NETWORK_AMOUNT_ODD: { severity: "info", hint: "Check the value and its unit: it is seldom so." },
  NETWORK_LIMITS: { severity: "warning", hint: "Let the lower limit be below the upper one." },
  NETWORK_VOLTAGE_MISMATCH: {
    severity: "warning",
    hint: "Connect nodes of the same nominal voltage, or use a transformer between them.",
  },
  NETWORK_TRANSFORMER_VOLTAGE: {
    severity: "warning",
    hint: "Let the rated voltages be those of the buses, or connect the transformer to others.",
  },
  NETWORK_TWICE: { severity: "warning", hint: "Take one of the sources out: each element would be two twins." },
  BUILDING_TWICE: {
    severity: "warning",
    hint: "Take one of them out, or let one of them be part of the other by a link with the role contains.",
  },
  BUILDING_SAME_PLACE: {
    severity: "info",
    hint: "Nothing to do, if there are two buildings; else take one of them out.",
  },
  FEED_TWICE: {
    severity: "info",
    hint: "Nothing to do, if it has two supplies; else take one of the links out.",
  },
  TWIN_ID_ALIKE: { severity: "info", hint: "Nothing to do, if they are two things; else write the id in one way." },
  METER_NEVER_FED: {
    severity: "warning",
    hint: "Name a device and points with units for the meter: as it stands, no reading can reach it.",
  },
  METER_CIRCLE: { severity: "warning", hint: "Let one of the meters measure a thing: they measure each other only." },
  METER_TWICE: {
    severity: "info",
    hint: "Nothing to do, if one checks the other; else let them measure parts of it: its total counts both.",
  },
  METER_CARRIER_ODD: { severity: "warning", hint: "Correct the carrier of the meter, or what it measures." },
  METER_UNIT_ODD: { severity: "warning", hint: "Give the point a unit of what its name says, or another name." },
  METER_POINT_ODD: { severity: "warning", hint: "Give the meter points of its carrier, or correct the carrier." },
  METER_INTERVAL_ODD: { severity: "info", hint: "Check the interval: a meter is called silent after three of them." },
  DEVICE_UNBOUND: {
    severity: "info",
    hint: "Add a row to meters.csv that measures it, if its readings are wanted.",
  },
});
