// What can be wrong with a meter table.

import { findingCodes } from "./finding.ts";

export const METERS_FINDINGS = findingCodes({
  METERS_CSV: {
    severity: "error",
    hint: "Quote a cell that holds commas, quotes or line ends; double the quotes inside (RFC 4180).",
  },
  METERS_HEADER: {
    severity: "error",
    hint: "Begin with the line id,carrier,measures,device,points,interval and separate by commas.",
  },
  METERS_COLUMN_MISSING: { severity: "error", hint: "Begin with the line id,carrier,measures,device,points,interval." },
  METERS_COLUMN_TWICE: { severity: "warning", hint: "Take one of them out: the first is read." },
  METER_CELLS: {
    severity: "error",
    hint: "Give every row as many cells as the header; quote a cell that holds commas.",
  },
  METER_ID: { severity: "error", hint: "Give every meter an id." },
  METER_ID_TWICE: { severity: "error", hint: "Give every meter an id of its own: the first is kept." },
  METER_CARRIER: { severity: "error", hint: "Use electricity, water, gas or heat." },
  METER_DEVICE: {
    severity: "error",
    hint: "Name the device in one word without blanks, '.', '*' and '>': it is part of a NATS subject.",
  },
  METER_POINTS: {
    severity: "error",
    hint: "Write points as name:unit, with ; between them: energyImport:kWh;power:W.",
  },
  METER_POINT_TWICE: { severity: "error", hint: "Give every point of a meter a name of its own: the first is kept." },
  METER_UNIT: { severity: "error", hint: "Use a SenML unit (RFC 8428 and 8798), such as kWh, W, m3, Cel." },
  METER_POINT_AMBIGUOUS: {
    severity: "error",
    hint: "Let each point of a device feed one meter: rename one, or use another device.",
  },
  METER_INTERVAL: { severity: "error", hint: "Write how often it reports as an ISO 8601 duration, such as PT15M." },
  METER_MEASURES_MISSING: { severity: "warning", hint: "Write the id of the twin that it measures." },
  METER_MEASURES_UNKNOWN: {
    severity: "error",
    hint: "Write the id of a twin as KIND:SOURCE:ELEMENT, as the twins query lists it.",
  },
  METER_MEASURES_ITSELF: { severity: "error", hint: "Write the id of the twin that it measures." },
});
