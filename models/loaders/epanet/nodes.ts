// Nodes of an .inp file: junctions, reservoirs, tanks.
// Fed by    [JUNCTIONS], [RESERVOIRS], [TANKS]
// Gives     their twins, in metres and cubic metres
// N1  a row with six or more fields is a tank and a shorter one a reservoir, in both sections, as in EPANET

import {
  addNode,
  at,
  converted,
  type InpNetwork,
  known,
  numberAt,
  positiveAt,
  requireFields,
  useCurve,
  usePattern,
} from "./network.ts";
import type { Row } from "./sections.ts";

const TANK_FIELDS = 6;

/** Junctions, without their demands: see demands.ts. */
export function readJunctions(network: InpNetwork, rows: Row[]): void {
  for (const row of rows) {
    const elevation = numberAt(network, row, 1, "elevation") ?? (row.tokens[1] === undefined ? 0 : undefined);
    addNode(network, row, "junction", known({ elevationM: converted(elevation, network.units.toM) }));
  }
}

export function readReservoirsAndTanks(network: InpNetwork, rows: Row[]): void {
  for (const row of rows) {
    if (row.tokens.length >= TANK_FIELDS) readTank(network, row);
    else if (row.tokens.length <= 3) readReservoir(network, row);
    else {
      // EPANET refuses 4 and 5 fields; a tank without diameter is what they are most like.
      requireFields(network, row, TANK_FIELDS, "id, elevation, initial, minimum and maximum level, diameter");
      readTank(network, row);
    }
  }
}

function readReservoir(network: InpNetwork, row: Row): void {
  const head = numberAt(network, row, 1, "head");
  requireFields(network, row, 2, "id, head");
  const headPattern = usePattern(network, row, row.tokens[2]);
  addNode(network, row, "reservoir", known({ headM: converted(head, network.units.toM), headPattern }));
}

function readTank(network: InpNetwork, row: Row): void {
  const { toM, toM3 } = network.units;
  const initial = positiveAt(network, row, 2, "initial level", true);
  const minimum = positiveAt(network, row, 3, "minimum level", true);
  const maximum = positiveAt(network, row, 4, "maximum level", true);
  const overflow = row.tokens[8]?.toUpperCase();
  if (overflow !== undefined && overflow !== "YES" && overflow !== "NO") {
    network.findings.add("EPANET_KEYWORD", at(row), `overflow of tank ${row.tokens[0]} is ${row.tokens[8]}`);
  }
  const attributes = known({
    elevationM: converted(numberAt(network, row, 1, "elevation"), toM),
    initLevelM: converted(initial, toM),
    minLevelM: converted(minimum, toM),
    maxLevelM: converted(maximum, toM),
    diameterM: converted(positiveAt(network, row, 5, "diameter", true), toM),
    minVolumeM3: converted(positiveAt(network, row, 6, "minimum volume", true) ?? 0, toM3),
    volumeCurve: useCurve(network, row, row.tokens[7], "volume"),
    canOverflow: overflow === "YES",
  });
  if (addNode(network, row, "tank", attributes) === undefined) return;
  if (minimum === undefined || initial === undefined || maximum === undefined) return;
  if (minimum > initial || initial > maximum) {
    const message = `tank ${row.tokens[0]} has minimum ${minimum}, initial ${initial} and maximum level ${maximum}`;
    network.findings.add("EPANET_TANK_LEVELS", at(row), message);
  }
}
