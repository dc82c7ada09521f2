// What can be wrong with a Brick graph.

import { findingCodes } from "../../finding.ts";

export const BRICK_FINDINGS = findingCodes({
  BRICK_TURTLE: { severity: "error", hint: "Mend the Turtle at this line: the statement was left out." },
  BRICK_ENCODING: { severity: "warning", hint: "Save the file as UTF-8: names may be wrong." },
  BRICK_EMPTY: { severity: "error", hint: "Give a graph in Turtle whose entities have classes of Brick." },
  BRICK_CLASS_UNKNOWN: {
    severity: "info",
    hint: "Declare what the class is below, with rdfs:subClassOf and a class of Brick: its entities were left out.",
  },
  BRICK_CYCLE: { severity: "warning", hint: "Mend hasPart and hasLocation: the circle was cut here." },
  BRICK_POINT_LOST: {
    severity: "warning",
    hint: "Relate the points by brick:isPointOf to a place, a meter or equipment: they were left out.",
  },
  BRICK_POINT_NAME: {
    severity: "warning",
    hint: "Give the points of a meter different names: the second has no readings.",
  },
  BRICK_UNIT: {
    severity: "info",
    hint: "Use a unit that telemetry has, such as unit:KiloW-HR: without one a point has no readings.",
  },
  BRICK_INTERVAL: {
    severity: "info",
    hint: "Give the points a brick:aggregationInterval, or let meters.csv name the meters.",
  },
  BRICK_METER_MEASURES: {
    severity: "warning",
    hint: "Say what it measures, by brick:meters: its readings reach no other twin.",
  },
  BRICK_DEVICE_NAME: {
    severity: "warning",
    hint: "Give the time series an id without white space, dots, stars and >: it is one word of a subject.",
  },
  BRICK_DEVICE_TWICE: {
    severity: "warning",
    hint: "Give each point a time series of its own: what arrives can belong to one only.",
  },
});
