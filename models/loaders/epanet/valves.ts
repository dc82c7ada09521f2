// Valves of an .inp file.
// Fed by    [VALVES]
// Gives     their twins with type, setting and its unit
// V1  a setting is a pressure (PRV, PSV, PBV), a flow (FCV), a loss coefficient (TCV), an opening (PCV) or a curve (GPV)
// V2  a PRV, PSV or FCV stands neither at a tank or reservoir (EPANET error 219) and not next to one that contradicts it (error 220 of EPANET 2.2)

import type { Attributes } from "../../district.ts";
import {
  addLink,
  at,
  converted,
  type InpLink,
  type InpNetwork,
  known,
  numberAt,
  positiveAt,
  requireFields,
  useCurve,
} from "./network.ts";
import type { Row } from "./sections.ts";

const TYPES = ["PRV", "PSV", "PBV", "FCV", "TCV", "GPV", "PCV"];
const SETTING_UNITS: Record<string, string> = { PRV: "m", PSV: "m", PBV: "m", FCV: "L/s", TCV: "-", PCV: "%" };

export function readValves(network: InpNetwork, rows: Row[]): void {
  const { toMm } = network.units;
  const valves: { link: InpLink; row: Row; type: string }[] = [];
  for (const row of rows) {
    requireFields(network, row, 5, "id, both nodes, diameter, type, setting");
    if (row.tokens.length < 2) continue;
    const written = row.tokens[4];
    const type = written?.toUpperCase() ?? "";
    if (written !== undefined && !TYPES.includes(type)) {
      network.findings.add("EPANET_KEYWORD", at(row), `type of valve ${row.tokens[0]} is ${written}`);
    }
    const attributes = known({
      diameterMm: converted(positiveAt(network, row, 3, "diameter"), toMm),
      valveType: written === undefined ? undefined : type,
      ...settingOf(network, row, type),
      minorLoss: row.tokens[6] === undefined ? 0 : positiveAt(network, row, 6, "minor loss", true),
      // A GPV follows its curve and has no set point to be active for.
      initialStatus: type === "GPV" ? "open" : "active",
      inService: true,
    });
    const link = addLink(network, row, "valve", attributes);
    if (link) valves.push({ link, row, type });
  }
  for (const { link, row, type } of valves) {
    const isStrict = ["PRV", "PSV", "FCV"].includes(type);
    for (const node of [link.from, link.to]) {
      if (isStrict && node && node.twin.kind !== "junction") {
        network.findings.add(
          "EPANET_VALVE_PLACE",
          at(row),
          `${type} ${row.tokens[0]} is connected to ${node.twin.kind} ${node.twin.element}`,
        );
      }
    }
    const other = valves.find((valve) => valve.row.line < row.line && contradicts(valve, { link, type }));
    if (other) {
      network.findings.add(
        "EPANET_VALVE_PAIR",
        at(row),
        `${type} ${row.tokens[0]} contradicts ${other.type} ${other.row.tokens[0]} next to it`,
      );
    }
  }
}

/** The setting of a valve in the unit that `settingUnit` names, or the curve of a GPV or PCV. */
function settingOf(network: InpNetwork, row: Row, type: string): Attributes {
  if (type === "GPV") return known({ headlossCurve: useCurve(network, row, row.tokens[5], "headloss") });
  const setting = row.tokens[5] === undefined ? 0 : numberAt(network, row, 5, "setting");
  return known({
    setting: converted(setting, (value) => convertSetting(network, type, value)),
    settingUnit: SETTING_UNITS[type],
    openingCurve: type === "PCV" ? useCurve(network, row, row.tokens[7], "opening") : undefined,
  });
}

/** A setting from the file's unit to the one of V1. */
export function convertSetting(network: InpNetwork, type: string, value: number): number {
  if (type === "FCV") return network.units.toLps(value);
  return SETTING_UNITS[type] === "m" ? network.units.pressureToM(value) : value;
}

/** EPANET error 220: pairs that would both set the pressure or flow of one node. */
function contradicts(one: { link: InpLink; type: string }, two: { link: InpLink; type: string }): boolean {
  const [from1, to1, from2, to2] = [one.link.from, one.link.to, two.link.from, two.link.to];
  if (!from1 || !to1 || !from2 || !to2) return false;
  const pair = `${one.type} ${two.type}`;
  if (pair === "PRV PRV") return to1 === to2 || to1 === from2 || from1 === to2;
  if (pair === "PSV PSV") return from1 === from2 || from1 === to2 || to1 === from2;
  // The valve that holds the pressure behind it must not be followed by one that holds the pressure before it.
  if (["PRV PSV", "FCV PSV", "PRV FCV"].includes(pair)) return to1 === from2;
  return ["PSV PRV", "PSV FCV", "FCV PRV"].includes(pair) && from1 === to2;
}
