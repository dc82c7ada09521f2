// Electric kinds: bus, line, transformer, switch, load, generator, storage, grid.
// Fed by    attributes of pandapower, MATPOWER, OpenDSS, SimBench and CGMES models, in pandapower's words; live points

import { end, windingBus } from "./branch.ts";
import { attribute, type KindType, linked, linkedOne, neighbours, pointValue, stateIs, twins } from "./field.ts";

const inService = attribute("Boolean", "Whether the model has it in service.");
const current = pointValue("A", "Current.", "current");
const voltage = pointValue("V", "Voltage.", "voltage");
const frequency = pointValue("Hz", "Frequency.", "frequency");
const atBus = linkedOne("Bus", "bus", "The bus that it stands at.");

const powers = {
  powerW: pointValue("W", "Active power.", "power"),
  reactivePowerVar: pointValue("var", "Reactive power.", "reactivePower"),
};

export const bus: KindType = {
  kind: "bus",
  type: "Bus",
  description: "A node of an electric network.",
  fields: {
    vnKv: attribute("Float", "Nominal voltage."),
    voltagePu: pointValue("pu", "Voltage, of the nominal one.", "vmPu", "voltagePu"),
    voltageV: voltage,
    frequencyHz: frequency,
    energized: stateIs("Whether a source reaches it", ["dead", "outOfService"], false),
    lines: linked("Line", "line", "Lines that end here."),
    transformers: linked("Transformer", "transformer", "Transformers that end here."),
    switches: linked("Switch", "switch", "Switches that stand here."),
    loads: linked("Load", "load", "Loads that stand here."),
    generators: linked("Generator", "generator", "Generators that stand here."),
    storages: linked("Storage", "storage", "Storages that stand here."),
    grids: linked("Grid", "grid", "External grids that feed it."),
    buildings: linked("Building", "building", "Buildings that it feeds.", "feeds"),
    meters: linked("Meter", "meter", "Meters that measure it.", "measuredBy"),
  },
};

export const line: KindType = {
  kind: "line",
  type: "Line",
  description: "A line or cable between two buses.",
  fields: {
    fromBus: end("Bus", "from"),
    toBus: end("Bus", "to"),
    lengthKm: attribute("Float", "Length."),
    maxIKa: attribute("Float", "Thermal limit of the current."),
    rOhmPerKm: attribute("Float", "Resistance of a kilometre."),
    xOhmPerKm: attribute("Float", "Reactance of a kilometre."),
    stdType: attribute("String", "Name of its standard type."),
    parallel: attribute("Int", "Number of parallel systems."),
    inService,
    currentA: current,
    ...powers,
    loadingPercent: pointValue("%", "Current, of the thermal limit.", "loadingPercent"),
    switches: linked("Switch", "switch", "Switches at its ends."),
    meters: linked("Meter", "meter", "Meters that measure it.", "measuredBy"),
  },
};

export const transformer: KindType = {
  kind: "transformer",
  type: "Transformer",
  description: "A transformer of two or three windings.",
  fields: {
    buses: linked("Bus", "bus", "The buses of its windings.", "connects"),
    hvBus: windingBus("highest"),
    lvBus: windingBus("lowest"),
    snMva: attribute("Float", "Rated power."),
    vnHvKv: attribute("Float", "Rated voltage of the high-voltage side."),
    vnLvKv: attribute("Float", "Rated voltage of the low-voltage side."),
    tapPosition: pointValue("/", "Tap position.", "tapPosition"),
    modelTapPos: attribute("Int", "Tap position that the model has.", { tapPos: 1 }),
    stdType: attribute("String", "Name of its standard type."),
    inService,
    ...powers,
    loadingPercent: pointValue("%", "Power, of the rated one.", "loadingPercent"),
    oilTemperatureDegC: pointValue("degC", "Temperature of the oil.", "oilTemperature"),
    switches: linked("Switch", "switch", "Switches at its ends."),
    meters: linked("Meter", "meter", "Meters that measure it.", "measuredBy"),
  },
};

export const switchKind: KindType = {
  kind: "switch",
  type: "Switch",
  description: "A breaker, disconnector or fuse.",
  fields: {
    closed: stateIs("Whether it is closed, as confirmed", ["closed"]),
    type: attribute("String", "Circuit breaker (CB), load break switch (LBS), disconnector (DS) ..."),
    buses: linked("Bus", "bus", "Buses that it connects.", "connects"),
    elements: twins(
      "Twin",
      "All that it connects: buses, or a bus and the line or transformer at it.",
      (view, context) => neighbours(view, context, undefined, "connects"),
    ),
    ratedCurrentKa: attribute("Float", "Rated current.", { ratedCurrentKa: 1, inKa: 1 }),
  },
};

export const load: KindType = {
  kind: "load",
  type: "Load",
  description: "What takes power from a bus.",
  fields: {
    bus: atBus,
    ...powers,
    currentA: current,
    voltageV: voltage,
    modelPMw: attribute("Float", "Active power that the model has.", { pMw: 1 }),
    modelQMvar: attribute("Float", "Reactive power that the model has.", { qMvar: 1 }),
    snMva: attribute("Float", "Rated power."),
    inService,
    buildings: linked("Building", "building", "Buildings whose load it is."),
    meters: linked("Meter", "meter", "Meters that measure it.", "measuredBy"),
  },
};

export const generator: KindType = {
  kind: "generator",
  type: "Generator",
  description: "What gives power to a bus: a synchronous machine, a photovoltaic plant ...",
  fields: {
    bus: atBus,
    ...powers,
    voltageV: voltage,
    powerLimitW: pointValue("W", "Power that it was told not to exceed.", "powerLimit"),
    modelPMw: attribute("Float", "Active power that the model has.", { pMw: 1 }),
    vmPu: attribute("Float", "Voltage set-point that the model has."),
    type: attribute("String", "PV, WP, CHP ..."),
    snMva: attribute("Float", "Rated power."),
    inService,
    buildings: linked("Building", "building", "Buildings that it stands on or feeds."),
    meters: linked("Meter", "meter", "Meters that measure it.", "measuredBy"),
  },
};

export const storage: KindType = {
  kind: "storage",
  type: "Storage",
  description: "A battery, or another storage of electricity.",
  fields: {
    bus: atBus,
    ...powers,
    maxEMwh: attribute("Float", "Capacity."),
    minEMwh: attribute("Float", "What has to stay in it."),
    socPercent: pointValue("%", "State of charge.", "stateOfCharge"),
    wantedPowerW: pointValue("W", "Power that it was told to take; negative to give.", "wantedPower"),
    snMva: attribute("Float", "Rated power."),
    inService,
    buildings: linked("Building", "building", "Buildings that it stands in or feeds."),
    meters: linked("Meter", "meter", "Meters that measure it.", "measuredBy"),
  },
};

export const grid: KindType = {
  kind: "grid",
  type: "Grid",
  description: "The external grid, or the source that a gas or heat network is fed from.",
  fields: {
    bus: atBus,
    junction: linkedOne("Junction", "junction", "The junction that it feeds."),
    ...powers,
    voltageV: voltage,
    frequencyHz: frequency,
    vmPu: attribute("Float", "Voltage that it holds."),
    inService,
    meters: linked("Meter", "meter", "Meters that measure it.", "measuredBy"),
  },
};
