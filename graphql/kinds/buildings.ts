// Kinds of buildings: building, storey, space.
// Fed by    attributes of IFC, CityJSON and gbXML models; live points

import type { Json } from "../../models/district.ts";
import type { TwinView } from "../../runtime/views.ts";
import { carrierTotals } from "./carrier.ts";
import {
  attribute,
  contained,
  containing,
  derived,
  type KindType,
  linked,
  neighbours,
  pointValue,
  twins,
} from "./field.ts";
import { region } from "./regions.ts";

export const locationTypeDefs = /* GraphQL */ `
  "A place on earth (WGS 84)."
  type Location {
    latDeg: Float!
    lonDeg: Float!
    elevationM: Float
  }
`;

/** A place without both angles is none. */
function locationOf(location: Json | undefined): unknown {
  if (typeof location !== "object" || location === null || Array.isArray(location)) return null;
  const { latDeg, lonDeg, elevationM } = location;
  if (typeof latDeg !== "number" || typeof lonDeg !== "number") return null;
  return { latDeg, lonDeg, elevationM: typeof elevationM === "number" ? elevationM : null };
}

const meters = linked("Meter", "meter", "Meters that measure it.", "measuredBy");
const areas = {
  netFloorAreaM2: attribute("Float", "Net floor area."),
  grossFloorAreaM2: attribute("Float", "Gross floor area."),
};

const air = {
  temperatureDegC: pointValue("degC", "Temperature of the air.", "temperature"),
  co2Ppm: pointValue("ppm", "Carbon dioxide in the air.", "co2"),
  humidityPercent: pointValue("%RH", "Relative humidity of the air.", "humidity"),
};

const setPoint = pointValue("degC", "Temperature that is wanted while it is occupied.", "setPointTemperature");

export const building: KindType = {
  kind: "building",
  type: "Building",
  description: "A building, or a part of one that its model calls a building.",
  fields: {
    storeys: contained("Storey", "storey", "Its storeys."),
    spaces: contained("Space", "space", "Its spaces, on all storeys."),
    devices: contained("Device", "device", "Devices in it."),
    meters,
    fedBy: twins("Twin", "The parts of networks that feed it.", (view, context) =>
      neighbours(view, context, undefined, "fedBy"),
    ),
    district: containing("District", "district", "The district that it stands in."),
    supply: region("Whether its networks feed it: the region `supply` of its state."),
    comfort: region("How it is inside: the region `comfort` of its state."),
    operation: region("What it is used for just now: the region `operation` of its state."),
    consumption: carrierTotals,
    ...air,
    setPointDegC: setPoint,
    ...areas,
    footprintAreaM2: attribute("Float", "Area of the ground that it covers."),
    heightM: attribute("Float", "Height above the ground."),
    volumeM3: attribute("Float", "Volume of its body.", { volumeM3: 1, grossVolumeM3: 1 }),
    yearOfConstruction: attribute("Int", "Year of construction."),
    location: derived("Location", "Where it stands.", ({ model }: TwinView) => locationOf(model.attributes.location)),
  },
};

export const storey: KindType = {
  kind: "storey",
  type: "Storey",
  description: "A storey of a building.",
  fields: {
    building: containing("Building", "building", "Its building."),
    spaces: contained("Space", "space", "Its spaces."),
    devices: contained("Device", "device", "Devices on it."),
    meters,
    elevationM: attribute("Float", "Height above the building's zero."),
    ...areas,
    ...air,
    uncomfortableSpaces: pointValue("count", "How many of its spaces are uncomfortable.", "uncomfortableSpaces"),
  },
};

export const space: KindType = {
  kind: "space",
  type: "Space",
  description: "A room, or another space of a building.",
  fields: {
    storey: containing("Storey", "storey", "Its storey."),
    building: containing("Building", "building", "Its building."),
    devices: contained("Device", "device", "Devices in it."),
    meters,
    longName: attribute("String", "What it is called in full."),
    ...areas,
    netVolumeM3: attribute("Float", "Net volume."),
    heightM: attribute("Float", "Height inside."),
    ...air,
    people: pointValue("count", "People in it, where they are counted.", "people"),
    setPointDegC: setPoint,
    occupancy: region("Whether people are in it: the region `occupancy` of its state."),
    comfort: region("How it is inside: the region `comfort` of its state."),
    air: region("How good its air is: the region `air` of its state."),
  },
};
