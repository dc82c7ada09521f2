// What is wrong with a net that can be read: the questions of pandapower's own diagnostic, and what no source reaches.
// Fed by    the elements and the network between them
// Gives     findings only
// Must not  change anything

import { checkPositive, checkService, checkSupply, isAboveZero } from "../pandas-json/checks.ts";
import { type Element, type Elements, placeOf } from "../pandas-json/elements.ts";
import type { Report } from "../pandas-json/format.ts";
import type { Network } from "../pandas-json/network.ts";
import { indexText } from "../pandas-json/table.ts";
import { PANDAPOWER } from "./element-tables.ts";
import type { PandapowerFindings } from "./findings.ts";

/** Nominal voltages that differ by less are the same voltage, written with other rounding. */
const SAME_VOLTAGE = 0.001;

export function checkNet(elements: Elements, network: Network, report: Report, findings: PandapowerFindings): void {
  if (elements.get("bus")!.size === 0) findings.add("PANDAPOWER_NO_BUS", "", "the net has no bus");
  checkVoltages(elements, findings);
  checkPositive(elements, "line", ["lengthKm"], report);
  checkPositive(elements, "trafo", ["snMva", "vnHvKv", "vnLvKv", "vkPercent"], report);
  const trafo3w = ["vnHvKv", "vnMvKv", "vnLvKv", "vkHvPercent", "vkMvPercent", "vkLvPercent"];
  checkPositive(elements, "trafo3w", trafo3w, report);
  checkImpedance(elements, "line", "rOhmPerKm", "xOhmPerKm", report);
  checkImpedance(elements, "impedance", "rftPu", "xftPu", report);
  checkService(elements, report);
  const words = {
    nodes: "buses",
    noSource: "there is no ext_grid and no gen with slack in service",
    isolated: (place: string) =>
      findings.add("PANDAPOWER_BUS_ISOLATED", place, "no line, transformer or switch ends at it"),
  };
  checkSupply(elements, network, PANDAPOWER, words, report);
}

function checkVoltages(elements: Elements, findings: PandapowerFindings): void {
  const buses = elements.get("bus")!;
  for (const bus of buses.values()) {
    const { vnKv } = bus.twin.attributes;
    if (vnKv === undefined) findings.add("PANDAPOWER_VOLTAGE", placeOf(bus), "it has no vn_kv");
    else if (!isAboveZero(vnKv))
      findings.add("PANDAPOWER_VOLTAGE", placeOf(bus), `its vn_kv is ${JSON.stringify(vnKv)}`);
  }
  const voltageAt = (element: Element, column: string) =>
    buses.get(indexText(element.row.cells.get(column) ?? null))?.twin.attributes.vnKv;
  const compare = (element: Element, a: string, b: string) => {
    const [one, other] = [voltageAt(element, a), voltageAt(element, b)];
    if (!isAboveZero(one) || !isAboveZero(other) || Math.abs(one - other) <= SAME_VOLTAGE * Math.max(one, other))
      return;
    findings.add(
      "PANDAPOWER_VOLTAGE_MISMATCH",
      placeOf(element),
      `it connects a bus of ${one} kV and one of ${other} kV`,
    );
  };
  for (const line of elements.get("line")!.values()) compare(line, "from_bus", "to_bus");
  for (const each of elements.get("switch")!.values())
    if (each.row.cells.get("et") === "b") compare(each, "bus", "element");
}

function checkImpedance(elements: Elements, table: string, r: string, x: string, report: Report): void {
  for (const element of elements.get(table)!.values()) {
    const { [r]: resistance, [x]: reactance } = element.twin.attributes;
    if (!resistance && !reactance) report("PARAMETER", placeOf(element), `its impedance is zero (${r}, ${x})`);
  }
}
