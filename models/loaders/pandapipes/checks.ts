// What is wrong with a net that can be read: what pandapipes would refuse or not solve, and what no source reaches.
// Fed by    the elements and the network between them
// Gives     findings only
// Must not  change anything

import { checkPositive, checkService, checkSupply } from "../pandas-json/checks.ts";
import { type Elements, placeOf } from "../pandas-json/elements.ts";
import type { Report } from "../pandas-json/format.ts";
import type { Network } from "../pandas-json/network.ts";
import { PANDAPIPES } from "./component-tables.ts";
import type { PandapipesFindings } from "./findings.ts";

export function checkNet(elements: Elements, network: Network, report: Report, findings: PandapipesFindings): void {
  if (elements.get("junction")!.size === 0) findings.add("PANDAPIPES_NO_JUNCTION", "", "the net has no junction");
  for (const table of ["pipe", "valve_pipe"]) checkPositive(elements, table, ["lengthKm", "diameterM"], report);
  checkPositive(elements, "valve", ["diameterM"], report);
  checkPositive(elements, "compressor", ["pressureRatio"], report);
  checkPressures(elements, report);
  checkConsumers(elements, findings);
  checkService(elements, report);
  const noSource = "there is no ext_grid and no circulation pump in service that holds a pressure";
  checkSupply(elements, network, PANDAPIPES, { nodes: "junctions", noSource }, report);
}

/** Pressures are above that of the atmosphere: none can be less than minus one bar. */
function checkPressures(elements: Elements, report: Report): void {
  for (const [table, name] of [
    ["junction", "pnBar"],
    ["ext_grid", "pBar"],
    ["circ_pump_pressure", "pFlowBar"],
    ["circ_pump_mass", "pFlowBar"],
  ] as const) {
    for (const element of elements.get(table)!.values()) {
      const value = element.twin.attributes[name];
      if (typeof value === "number" && value < -1) report("PARAMETER", placeOf(element), `its ${name} is ${value}`);
    }
  }
}

const GIVEN = ["controlledMdotKgPerS", "qextW", "deltatK", "treturnK"];

function checkConsumers(elements: Elements, findings: PandapipesFindings): void {
  for (const element of elements.get("heat_consumer")!.values()) {
    const { attributes } = element.twin;
    const given = GIVEN.filter((name) => attributes[name] !== undefined);
    if (given.length === 2 && !(given.includes("deltatK") && given.includes("treturnK"))) continue;
    findings.add("PANDAPIPES_HEAT_CONSUMER", placeOf(element), `it has ${given.join(", ") || "none of them"}`);
  }
}
