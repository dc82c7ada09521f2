// Which class of CIM becomes what.
// Fed by    the network
// Gives     all twins, in the order of the files
// Q1  all buses are made before anything is joined to them; twins come in the order of their objects all the same

import type { TwinModel } from "../../district.ts";
import { addExternalGrid, addInverter, addLoad, addMachine, addShunt } from "./injections.ts";
import { addLine, addSwitch } from "./lines.ts";
import type { CimObject } from "./model.ts";
import type { Network } from "./network.ts";
import { addTransformer } from "./transformers.ts";

type Add = (network: Network, object: CimObject, slack: ReadonlySet<CimObject>) => void;

const EQUIPMENT = new Map<string, Add>([
  ...each("ACLineSegment SeriesCompensator EquivalentBranch", addLine),
  ...each(
    "Switch ProtectedSwitch Breaker Disconnector LoadBreakSwitch Fuse Recloser Sectionaliser Jumper Cut",
    addSwitch,
  ),
  ...each("GroundDisconnector GroundSwitch DisconnectingCircuitBreaker", addSwitch),
  ...each("PowerTransformer", addTransformer),
  ...each("EnergyConsumer ConformLoad NonConformLoad StationSupply", addLoad),
  ...each("EnergySource ExternalNetworkInjection", addExternalGrid),
  ...each("SynchronousMachine AsynchronousMachine RotatingMachine EquivalentInjection", addMachine),
  ...each("PowerElectronicsConnection", addInverter),
  ...each("LinearShuntCompensator NonlinearShuntCompensator EquivalentShunt StaticVarCompensator", addShunt),
]);

function each(classes: string, add: Add): [string, Add][] {
  return classes.split(" ").map((one) => [one, add]);
}

export function addEquipment(network: Network): void {
  const { grid, terminals, buses } = network;
  const { model } = grid;
  for (const object of model.objects()) if (isNode(network, object)) buses.add(object);
  const busesMade = grid.twins.splice(0);
  const slack = slackMachines(network);
  for (const object of model.objects()) EQUIPMENT.get(object.className)?.(network, object, slack);
  inOrder(network, busesMade);
  for (const terminal of model.of("Terminal")) if (terminals.terminal(terminal)?.node) terminal.fate ??= "kept";
}

function isNode({ terminals }: Network, object: CimObject): boolean {
  if (object.className === "ConnectivityNode") return true;
  if (object.className === "TopologicalNode") return terminals.isBus(object);
  return (
    object.className === "BusbarSection" &&
    terminals.of(object).every(({ node }) => node === undefined || node === object)
  );
}

/** Puts buses and equipment back into the order of the files. */
function inOrder({ grid }: Network, buses: readonly TwinModel[]): void {
  if (buses.length === 0) return;
  const all = [...grid.model.objects()].flatMap((object) => grid.twinOf.get(object) ?? []);
  grid.twins.splice(0, grid.twins.length);
  for (const twin of all) grid.twins.push(twin);
}

/**
 * Machines that hold the reference: those of the best referencePriority; when nothing says so and there is no external
 * grid either, those at the node to which the island's angles refer.
 */
function slackMachines({ grid, terminals }: Network): Set<CimObject> {
  const { model } = grid;
  const machines = [...model.of("SynchronousMachine"), ...model.of("AsynchronousMachine")];
  const priorities = machines.map((machine) => machine.number("referencePriority") ?? 0);
  const best = priorities
    .filter((priority) => priority > 0)
    .reduce((least, one) => Math.min(least, one), Number.POSITIVE_INFINITY);
  const held = machines.filter((_, at) => priorities[at] === best);
  const hasSource = model.of("EnergySource").length + model.of("ExternalNetworkInjection").length > 0;
  if (held.length > 0 || hasSource) return new Set(held);
  const references = new Set(
    model.of("TopologicalIsland").flatMap((island) => island.reference("AngleRefTopologicalNode") ?? []),
  );
  const isAtReference = (machine: CimObject) =>
    terminals.of(machine).some(({ object, node }) => {
      const topological = object.reference("TopologicalNode") ?? node?.reference("TopologicalNode") ?? node?.key;
      return topological !== undefined && references.has(topological);
    });
  return new Set(machines.filter(isAtReference));
}
