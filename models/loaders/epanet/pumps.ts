// Pumps of an .inp file.
// Fed by    [PUMPS], and [ENERGY] for what each pump costs
// Gives     their twins with head curve or power, speed, efficiency
// P1  a pump needs a head curve or a power (EPANET error 226), and its head must fall with the flow (error 227)

import type { Attributes } from "../../district.ts";
import {
  addLink,
  at,
  converted,
  type InpNetwork,
  known,
  linkAt,
  numberAt,
  positiveAt,
  requireFields,
  useCurve,
  usePattern,
} from "./network.ts";
import type { Row } from "./sections.ts";

export function readPumps(network: InpNetwork, rows: Row[]): void {
  for (const row of rows) {
    requireFields(network, row, 3, "id, both nodes, and HEAD or POWER");
    if (row.tokens.length < 2) continue;
    const parameters = parametersOf(network, row);
    const isOn = parameters.speed !== 0;
    const attributes = { speed: 1, ...parameters, initialStatus: isOn ? "open" : "closed", inService: isOn };
    if (addLink(network, row, "pump", attributes) === undefined) continue;
    if (parameters.pumpHeadCurve === undefined && parameters.powerKw === undefined) {
      network.findings.add(
        "EPANET_PUMP_WITHOUT_CURVE",
        at(row),
        `pump ${row.tokens[0]} has neither head curve nor power`,
      );
    }
  }
}

function parametersOf(network: InpNetwork, row: Row): Attributes {
  const { toKw } = network.units;
  const attributes: Attributes = {};
  for (let index = 3; index < row.tokens.length; index += 2) {
    const keyword = row.tokens[index]!.toUpperCase();
    const value = row.tokens[index + 1];
    if (value === undefined) {
      network.findings.add(
        "EPANET_FIELD_MISSING",
        at(row),
        `pump ${row.tokens[0]}: nothing follows ${row.tokens[index]}`,
      );
    } else if (keyword === "HEAD") {
      const curve = useCurve(network, row, value, "head");
      Object.assign(attributes, known({ pumpHeadCurve: curve }));
      checkHeadCurve(network, row, value);
    } else if (keyword === "POWER") {
      Object.assign(attributes, known({ powerKw: converted(positiveAt(network, row, index + 1, "power"), toKw) }));
    } else if (keyword === "SPEED") {
      Object.assign(attributes, known({ speed: positiveAt(network, row, index + 1, "speed", true) }));
    } else if (keyword === "PATTERN") {
      Object.assign(attributes, known({ speedPattern: usePattern(network, row, value) }));
    } else {
      network.findings.add("EPANET_KEYWORD", at(row), `pump ${row.tokens[0]} has no property ${row.tokens[index]}`);
    }
  }
  return attributes;
}

function checkHeadCurve(network: InpNetwork, row: Row, id: string): void {
  const points = network.curves.get(id)?.points;
  if (points === undefined) return;
  const [first] = points;
  const isLonelyZero = points.length === 1 && first !== undefined && (first[0] <= 0 || first[1] <= 0);
  const rises = points.some(([, head], index) => index > 0 && head >= points[index - 1]![1]);
  if (points.length === 0 || isLonelyZero || rises) {
    network.findings.add("EPANET_PUMP_CURVE", at(row), `curve ${id} is no head curve for pump ${row.tokens[0]}`);
  }
}

const WHOLE = ["GLOBAL PRICE", "GLOBAL PATTERN", "GLOBAL EFFIC", "GLOBAL EFFICIENCY", "DEMAND CHARGE"];

/** `PUMP id PRICE|PATTERN|EFFIC value`. Gives the rows about the whole network, as text, by their first two words. */
export function readEnergy(network: InpNetwork, rows: Row[]): Attributes {
  const whole: Attributes = {};
  for (const row of rows) {
    const [scope = "", second = "", keyword = "", value] = row.tokens;
    if (!scope.toUpperCase().startsWith("PUMP")) {
      const name = `${scope} ${second}`.toUpperCase();
      if (!WHOLE.includes(name)) network.findings.add("EPANET_KEYWORD", at(row), `[ENERGY] knows no ${name}`);
      whole[name] = [keyword, value].filter((token) => token).join(" ");
      if (name === "GLOBAL PATTERN") usePattern(network, row, keyword || undefined);
      continue;
    }
    const link = linkAt(network, row, second);
    if (link === undefined) continue;
    Object.assign(link.twin.attributes, pumpEnergy(network, row, keyword.toUpperCase(), value));
  }
  return whole;
}

function pumpEnergy(network: InpNetwork, row: Row, keyword: string, value: string | undefined): Attributes {
  if (keyword.startsWith("PRIC")) return known({ energyPricePerKwh: numberAt(network, row, 3, "energy price") });
  if (keyword.startsWith("PATT")) return known({ energyPricePattern: usePattern(network, row, value) });
  if (keyword.startsWith("EFFI")) {
    return known({ efficiencyCurve: useCurve(network, row, value, "efficiency") });
  }
  network.findings.add("EPANET_KEYWORD", at(row), `[ENERGY] knows no ${keyword || "empty property"} of a pump`);
  return {};
}
