// Kinds of water, gas and heat networks: junction, pipe, pump, valve, tank, reservoir, exchanger, plant.
// Fed by    attributes of EPANET and pandapipes models; live points

import { end } from "./branch.ts";
import { carrier } from "./carrier.ts";
import { attribute, type KindType, linked, pointValue, stateIs } from "./field.ts";

const inService = attribute("Boolean", "Whether the model has it in service.");
const elevationM = attribute("Float", "Height above the file's zero.", { elevationM: 1, heightM: 1 });
const diameterMm = attribute("Float", "Inner diameter.", { diameterMm: 1, diameterM: 1_000 });
const meters = linked("Meter", "meter", "Meters that measure it.", "measuredBy");
const pressureBar = pointValue("bar", "Pressure above that of the air.", "pressure");
const pressureDropBar = pointValue("bar", "Pressure that is lost in it.", "pressureDrop");
const temperatureDegC = pointValue("degC", "Temperature of what flows.", "temperature");
const flowM3PerHour = pointValue("m3/h", "Flow from its start to its end; negative the other way.", "flow");
const ends = { fromNode: end("Twin", "from"), toNode: end("Twin", "to") };

const atNode = {
  pipes: linked("Pipe", "pipe", "Pipes that end here."),
  pumps: linked("Pump", "pump", "Pumps that end here."),
  valves: linked("Valve", "valve", "Valves that end here."),
};

const running = stateIs("Whether it runs, as confirmed", ["running"]);

export const junction: KindType = {
  kind: "junction",
  type: "Junction",
  description: "A node of a water, gas or heat network.",
  fields: {
    carrier,
    supplied: stateIs("Whether a source reaches it", ["dead", "outOfService"], false),
    elevationM,
    headM: pointValue("m", "Head: height of the water column above the file's zero.", "head"),
    demandM3PerHour: pointValue("m3/h", "What is taken from the network here.", "demand"),
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
    velocityMPerS: pointValue("m/s", "Mean velocity of what flows.", "velocity"),
    pressureDropBar,
    temperatureDegC,
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
    running,
    speed: pointValue("/", "Speed, 1 being that of the head curve.", "speed"),
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
    open: stateIs("Whether it lets through, throttled or not, as confirmed", ["open", "throttled"]),
    valveType: attribute("String", "EPANET's type: PRV, PSV, PBV, FCV, TCV, GPV, PCV."),
    modelSetting: attribute("Float", "Setting that the model has, in `settingUnit`.", { setting: 1 }),
    settingUnit: attribute("String", "Unit of `modelSetting`."),
    diameterMm,
    inService,
    flowM3PerHour,
    pressureDropBar,
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
    volumeM3: pointValue("m3", "What is in it.", "volume"),
    filledPercent: pointValue("%", "Level between the lowest and the highest.", "filled"),
    meters,
  },
};

export const reservoir: KindType = {
  kind: "reservoir",
  type: "Reservoir",
  description: "A source of given head: a lake, a well, the network of a neighbour.",
  fields: {
    carrier,
    headM: pointValue("m", "Head.", "head"),
    modelHeadM: attribute("Float", "Head that the model has.", { headM: 1 }),
    ...atNode,
    meters,
  },
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
    heatW: pointValue("W", "Heat that it passes on.", "power"),
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
    running,
    heatW: pointValue("W", "Heat that it gives.", "power"),
    tSupplyDegC: pointValue("degC", "Temperature of the supply.", "supplyTemperature"),
    tReturnDegC: pointValue("degC", "Temperature of the return.", "returnTemperature"),
    inService,
    meters,
  },
};
