// Kinds of water, gas and heat networks: junction, pipe, pump, valve, tank, reservoir, exchanger, plant.
// Fed by    attributes of EPANET and pandapipes models; live points

import type { TwinView } from "../../runtime/views.ts";
import { end } from "./branch.ts";
import { carrier } from "./carrier.ts";
import { attribute, derived, isInState, type KindField, type KindType, linked, pointValue } from "./field.ts";

const inService = attribute("Boolean", "Whether the model has it in service.");
const elevationM = attribute("Float", "Height above the file's zero.", { elevationM: 1, heightM: 1 });
const diameterMm = attribute("Float", "Inner diameter.", { diameterMm: 1, diameterM: 1_000 });
const meters = linked("Meter", "meter", "Meters that measure it.", "measuredBy");
const pressureBar = pointValue("bar", "Pressure above that of the air.", "pressure");
const temperatureDegC = pointValue("degC", "Temperature of what flows.", "temperature");
const flowM3PerHour = pointValue("m3/h", "Flow from its start to its end; negative the other way.", "flow");
const ends = { fromNode: end("Twin", "from"), toNode: end("Twin", "to") };

const atNode = {
  pipes: linked("Pipe", "pipe", "Pipes that end here."),
  pumps: linked("Pump", "pump", "Pumps that end here."),
  valves: linked("Valve", "valve", "Valves that end here."),
};

/** True in the state `open`, false in `closed` or `shut`, null in any other. */
const open: KindField = derived(
  "Boolean",
  "Whether it lets through; null when that is not known.",
  ({ state }: TwinView) => {
    if (isInState(state, "closed") || isInState(state, "shut")) return false;
    return isInState(state, "open") ? true : null;
  },
);

export const junction: KindType = {
  kind: "junction",
  type: "Junction",
  description: "A node of a water, gas or heat network.",
  fields: {
    carrier,
    elevationM,
    baseDemandLps: attribute("Float", "Demand that the model has, before its pattern."),
    ...atNode,
    exchangers: linked("Exchanger", "exchanger", "Heat exchangers that stand here."),
    buildings: linked("Building", "building", "Buildings that it feeds.", "feeds"),
    meters,
    pressureBar,
    temperatureDegC,
  },
};

export const pipe: KindType = {
  kind: "pipe",
  type: "Pipe",
  description: "A pipe between two nodes.",
  fields: {
    carrier,
    ...ends,
    lengthM: attribute("Float", "Length.", { lengthM: 1, lengthKm: 1_000 }),
    diameterMm,
    roughness: attribute("Float", "Roughness, in the unit `roughnessUnit`; the Hazen-Williams coefficient has none."),
    roughnessUnit: attribute("String", "Unit of `roughness`."),
    inService,
    flowM3PerHour,
    meters,
  },
};

export const pump: KindType = {
  kind: "pump",
  type: "Pump",
  description: "A pump between two nodes.",
  fields: {
    carrier,
    ...ends,
    ratedPowerKw: attribute("Float", "Power that it always gives to the flow, where the model has no head curve.", {
      powerKw: 1,
    }),
    modelSpeed: attribute("Float", "Speed that the model has, 1 being that of the head curve.", { speed: 1 }),
    inService,
    flowM3PerHour,
    powerW: pointValue("W", "Electric power that it takes.", "power"),
    meters,
  },
};

export const valve: KindType = {
  kind: "valve",
  type: "Valve",
  description: "A valve between two nodes.",
  fields: {
    carrier,
    ...ends,
    open,
    valveType: attribute("String", "EPANET's type: PRV, PSV, PBV, FCV, TCV, GPV, PCV."),
    modelSetting: attribute("Float", "Setting that the model has, in `settingUnit`.", { setting: 1 }),
    settingUnit: attribute("String", "Unit of `modelSetting`."),
    diameterMm,
    inService,
    flowM3PerHour,
    meters,
  },
};

export const tank: KindType = {
  kind: "tank",
  type: "Tank",
  description: "A tank whose level rises and falls.",
  fields: {
    carrier,
    elevationM: attribute("Float", "Height of its bottom above the file's zero."),
    diameterM: attribute("Float", "Diameter."),
    minLevelM: attribute("Float", "Lowest level."),
    maxLevelM: attribute("Float", "Highest level."),
    ...atNode,
    levelM: pointValue("m", "Level above the bottom.", "level"),
    meters,
  },
};

export const reservoir: KindType = {
  kind: "reservoir",
  type: "Reservoir",
  description: "A source of given head: a lake, a well, the network of a neighbour.",
  fields: { carrier, headM: attribute("Float", "Head that the model has."), ...atNode, meters },
};

export const exchanger: KindType = {
  kind: "exchanger",
  type: "Exchanger",
  description: "A heat exchanger: where heat passes from a network to a building.",
  fields: {
    carrier,
    ...ends,
    junctions: linked("Junction", "junction", "Junctions that it stands at."),
    buildings: linked("Building", "building", "Buildings that it feeds."),
    modelHeatW: attribute("Float", "Heat that the model has.", { qextW: 1 }),
    heatW: pointValue("W", "Heat that it passes on.", "power", "heat"),
    tSupplyDegC: pointValue("degC", "Temperature of the supply.", "supplyTemperature"),
    tReturnDegC: pointValue("degC", "Temperature of the return.", "returnTemperature"),
    inService,
    meters,
  },
};

export const plant: KindType = {
  kind: "plant",
  type: "Plant",
  description: "A plant that feeds a heat or gas network.",
  fields: {
    carrier,
    junctions: linked("Junction", "junction", "Junctions that it feeds."),
    heatW: pointValue("W", "Heat that it gives.", "power", "heat"),
    tSupplyDegC: pointValue("degC", "Temperature of the supply.", "supplyTemperature"),
    tReturnDegC: pointValue("degC", "Temperature of the return.", "returnTemperature"),
    inService,
    meters,
  },
};
