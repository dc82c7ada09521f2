// What stands between nodes: lines, lines of direct current, transformers, switches.
// Fed by    Line, Transformer, Transformer3W, Switch, and the tables of types
// Gives     their twins with the data of their types, and the branches between the buses
// B1  a switch is a branch of its own: SimBench has an auxiliary node behind each switch of a line or transformer

import type { Attributes, TwinModel } from "../../district.ts";
import type { Grid } from "./grid.ts";
import { attributesOf, placeOf, type Row } from "./table.ts";

/** Susceptance in microsiemens to capacitance in nanofarads, at 50 Hz, as pandapower has it. */
const NF_PER_US = 1e3 / (2 * Math.PI * 50);

/** The types of the tables, by id; which of them are used. */
class Types {
  readonly #byTable = new Map<string, Map<string, { row: Row; attributes: Attributes; isUsed: boolean }>>();
  readonly #grid: Grid;

  constructor(grid: Grid) {
    this.#grid = grid;
  }

  #of(table: string) {
    const known = this.#byTable.get(table);
    if (known) return known;
    const types = new Map<string, { row: Row; attributes: Attributes; isUsed: boolean }>();
    this.#byTable.set(table, types);
    for (const row of this.#grid.rows(table)) {
      const id = this.#grid.idOf(row);
      if (id === undefined || types.has(id)) {
        if (id !== undefined) this.#grid.findings.add("SIMBENCH_ID", placeOf(row), `${table} has ${id} already`);
        this.#grid.tally.add("unknown", table);
        continue;
      }
      types.set(id, { row, attributes: attributesOf(row, this.#grid.findings), isUsed: false });
      this.#grid.tally.add("kept", table);
    }
    return types;
  }

  /** What a type of one of the tables says; a finding when none has it. */
  find(row: Row, tables: readonly string[]): { table: string; attributes: Attributes } | undefined {
    const id = row.cells.get("type");
    for (const table of id === undefined ? [] : tables) {
      const type = this.#of(table).get(id!);
      if (!type) continue;
      type.isUsed = true;
      return { table, attributes: type.attributes };
    }
    const message = id === undefined ? "it names no type" : `there is no type ${id} in ${tables.join(" or ")}`;
    this.#grid.findings.add("SIMBENCH_TYPE_UNKNOWN", `${placeOf(row)}, column type`, message);
    return undefined;
  }

  /** Types that no element names, by table: they are the grid's all the same. */
  unused(tables: readonly string[]): Record<string, Attributes[]> {
    const lists = tables.map((table) => {
      const unused = [...this.#of(table)].filter(([, { isUsed }]) => !isUsed);
      return [table, unused.map(([id, { attributes }]) => ({ id, ...attributes }))] as const;
    });
    return Object.fromEntries(lists.filter(([, list]) => list.length > 0));
  }
}

/** Reads all branches; gives the types that none of them names. */
export function readBranches(grid: Grid): Record<string, Attributes[]> {
  const types = new Types(grid);
  for (const row of grid.rows("Line")) readLine(grid, row, types);
  for (const row of grid.rows("Transformer")) readTransformer(grid, row, types);
  for (const row of grid.rows("Transformer3W")) readTransformer3W(grid, row, types);
  for (const row of grid.rows("Switch")) readSwitch(grid, row);
  return types.unused(["LineType", "DCLineType", "TransformerType", "Transformer3WType"]);
}

function readLine(grid: Grid, row: Row, types: Types): void {
  const type = types.find(row, ["LineType", "DCLineType"]);
  const isDirect = type?.table === "DCLineType";
  const bUsPerKm = type?.attributes.bUsPerKm;
  const line = grid.add(row, "line", {
    ...type?.attributes,
    ...(typeof bUsPerKm === "number" ? { cNfPerKm: bUsPerKm * NF_PER_US } : {}),
    ...(isDirect ? { dcline: true } : {}),
    inService: true,
  });
  if (!line) return;
  grid.join(row, line, [["nodeA", "nodeB"]]);
  if (isDirect) return;
  checkPositive(grid, row, line, { lengthKm: "length" });
  const { rOhmPerKm, xOhmPerKm } = line.attributes;
  if (type && !rOhmPerKm && !xOhmPerKm)
    grid.findings.add("SIMBENCH_PARAMETER", placeOf(row), "its type has neither r nor x");
  checkVoltages(grid, row, "nodeA", "nodeB");
}

function readTransformer(grid: Grid, row: Row, types: Types): void {
  const type = types.find(row, ["TransformerType"])?.attributes;
  const { pcuKw, snMva } = type ?? {};
  const twin = grid.add(row, "transformer", {
    ...type,
    ...(typeof pcuKw === "number" && typeof snMva === "number" && snMva > 0
      ? { vkrPercent: (100 * pcuKw) / (snMva * 1000) }
      : {}),
    ...tapSide(type),
    inService: true,
  });
  if (!twin) return;
  grid.join(row, twin, [["nodeHV", "nodeLV"]]);
  if (type) checkPositive(grid, row, twin, { snMva: "sR", vnHvKv: "vmHV", vnLvKv: "vmLV", vkPercent: "vmImp" });
}

function readTransformer3W(grid: Grid, row: Row, types: Types): void {
  const type = types.find(row, ["Transformer3WType"])?.attributes;
  const twin = grid.add(row, "transformer", { ...type, ...tapSide(type), inService: true });
  if (!twin) return;
  grid.join(row, twin, [
    ["nodeHV", "nodeMV"],
    ["nodeHV", "nodeLV"],
    ["nodeMV", "nodeLV"],
  ]);
  if (type) checkPositive(grid, row, twin, { vnHvKv: "vmHV", vnMvKv: "vmMV", vnLvKv: "vmLV" });
}

/** pandapower writes `hv` and `lv`. */
function tapSide(type: Attributes | undefined): Attributes {
  return typeof type?.tapSide === "string" ? { tapSide: type.tapSide.toLowerCase() } : {};
}

function readSwitch(grid: Grid, row: Row): void {
  const twin = grid.add(row, "switch", { switchType: "b" });
  if (!twin) return;
  grid.join(row, twin, [["nodeA", "nodeB"]]);
  checkVoltages(grid, row, "nodeA", "nodeB");
}

function checkPositive(grid: Grid, row: Row, twin: TwinModel, names: Record<string, string>): void {
  for (const [name, column] of Object.entries(names)) {
    const value = twin.attributes[name];
    if (typeof value === "number" && value > 0) continue;
    const message = value === undefined ? `it has no ${column}` : `its ${column} is ${String(value)}`;
    grid.findings.add("SIMBENCH_PARAMETER", placeOf(row), message);
  }
}

/** Nominal voltages that differ by less are the same voltage, written with other rounding. */
const SAME_VOLTAGE = 0.001;

function checkVoltages(grid: Grid, row: Row, ...columns: [string, string]): void {
  const [one, other] = columns.map((column) => grid.nodes.get(row.cells.get(column) ?? "")?.attributes.vnKv);
  if (typeof one !== "number" || typeof other !== "number" || !(one > 0) || !(other > 0)) return;
  if (Math.abs(one - other) <= SAME_VOLTAGE * Math.max(one, other)) return;
  grid.findings.add(
    "SIMBENCH_VOLTAGE_MISMATCH",
    placeOf(row),
    `it connects a node of ${one} kV and one of ${other} kV`,
  );
}
