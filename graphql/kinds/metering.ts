// Kinds of metering: meter and device.
// Fed by    meters.csv; live points

import type { TwinView } from "../../runtime/views.ts";
import type { Context, Resolver } from "../context.ts";
import { pointOf } from "../schema/point.ts";
import { carrier } from "./carrier.ts";
import {
  attribute,
  containing,
  derived,
  type KindType,
  linked,
  linkedOne,
  neighbours,
  pointValue,
  twin,
} from "./field.ts";

const intervalSeconds = attribute("Float", "Time between two readings.", { intervalMs: 0.001 });

/** The points that meters.csv names, with the units that it names. */
const registers: Resolver = ({ model, points }: TwinView, _: unknown, { budget }: Context, info) => {
  const named = new Set(model.points?.map((point) => point.name));
  const found = points.filter((point) => named.has(point.name));
  budget.spend(info, found.length);
  return found;
};

export const meter: KindType = {
  kind: "meter",
  type: "Meter",
  description: "A meter: what its device reports, of what it measures.",
  fields: {
    carrier,
    measures: twin("Twin", "What it measures.", (view, context) => neighbours(view, context, undefined, "measures")[0]),
    device: linkedOne("Device", "device", "The device that reports for it.", "fedBy"),
    intervalSeconds,
    registers: derived("[Point!]!", "The points that its device reports.", registers),
    consumption: derived(
      "Point",
      "What it has counted in all, also over exchanges of the meter.",
      (view: TwinView) => pointOf(view, "consumption") ?? null,
    ),
    feedIn: derived("Point", "What it has counted the other way.", (view: TwinView) => pointOf(view, "feedIn") ?? null),
    powerW: pointValue("W", "Power, where the meter reports one.", "power"),
  },
};

export const device: KindType = {
  kind: "device",
  type: "Device",
  description: "A device that reports, or a piece of equipment that the model has.",
  fields: {
    meters: linked("Meter", "meter", "Meters that it reports for.", "feeds"),
    space: containing("Space", "space", "The space that it is in."),
    storey: containing("Storey", "storey", "The storey that it is on."),
    building: containing("Building", "building", "The building that it is in."),
    intervalSeconds,
    ifcClass: attribute("String", "Its class, when it comes from an IFC model."),
  },
};
