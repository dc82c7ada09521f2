// Ports as topology: which device feeds which, through pipes and fittings.

import { describe, expect, test } from "vitest";
import type { DistrictPart } from "../../../models/loaders/loader.ts";
import { codes, guid, loadHouse } from "./ifc-model.ts";

type Flow = "SOURCE" | "SINK" | "SOURCEANDSINK" | "NOTDEFINED";

/** A plant of elements in the storey; each connection has two ports, with the flows that they say. */
class Plant {
  readonly statements: string[] = [];
  readonly #labels = new Map<string, number>();
  #next = 100;

  add(className: string, ...names: string[]): this {
    for (const name of names) {
      const label = this.#next++;
      this.#labels.set(name, label);
      this.statements.push(`#${label}=${className}('${guid(name)}',$,'${name}',$,$,$,$,$,$);`);
      const at = this.#next++;
      this.statements.push(`#${at}=IFCRELCONTAINEDINSPATIALSTRUCTURE('${guid(`r${at}`)}',$,$,$,(#${label}),#30);`);
    }
    return this;
  }

  /** `nested`: the ports are parts of their elements, as from IFC4 on; else they are connected to them. */
  connect(from: string, to: string, out: Flow = "SOURCE", into: Flow = "SINK", nested = true): this {
    const [first, second] = [this.#port(from, out, nested), this.#port(to, into, nested)];
    const label = this.#next++;
    this.statements.push(`#${label}=IFCRELCONNECTSPORTS('${guid(`r${label}`)}',$,$,$,#${first},#${second},$);`);
    return this;
  }

  #port(element: string, flow: Flow, nested: boolean): number {
    const [port, relation] = [this.#next++, this.#next++];
    this.statements.push(`#${port}=IFCDISTRIBUTIONPORT('${guid(`p${port}`)}',$,$,$,$,$,$,.${flow}.,$,$);`);
    const [owner, name] = [`#${this.#labels.get(element)}`, guid(`r${relation}`)];
    this.statements.push(
      nested
        ? `#${relation}=IFCRELNESTS('${name}',$,$,$,${owner},(#${port}));`
        : `#${relation}=IFCRELCONNECTSPORTTOELEMENT('${name}',$,$,$,#${port},${owner});`,
    );
    return port;
  }
}

const flows = (part: DistrictPart) =>
  part.links
    .filter(({ role }) => role !== "contains")
    .map(({ from, role, to }) => `${from} ${role} ${to}`.replaceAll("$", "").replaceAll("device:s:0", ""))
    .sort();
const connectionsOf = (part: DistrictPart, name: string) =>
  part.twins.find((twin) => twin.element === guid(name))!.attributes.connections;

describe("devices that ports connect", () => {
  test.each([true, false])(
    "R1: feed each other through segments and fittings, which are counted (nested: %s)",
    async (nested) => {
      const plant = new Plant()
        .add("IFCBOILER", "boiler")
        .add("IFCPIPESEGMENT", "pipe1", "pipe2", "pipe3")
        .add("IFCPIPEFITTING", "tee")
        .add("IFCSPACEHEATER", "heater1", "heater2");
      plant.connect("boiler", "pipe1", "SOURCE", "SINK", nested).connect("pipe1", "tee", "SOURCE", "SINK", nested);
      plant.connect("tee", "pipe2", "SOURCE", "SINK", nested).connect("pipe2", "heater1", "SOURCE", "SINK", nested);
      plant.connect("tee", "pipe3", "SOURCE", "SINK", nested).connect("pipe3", "heater2", "SOURCE", "SINK", nested);
      const part = await loadHouse(...plant.statements);
      expect(flows(part)).toEqual(["boiler feeds heater1", "boiler feeds heater2"]);
      expect(connectionsOf(part, "boiler")).toEqual([
        { role: "feeds", element: guid("heater1"), segmentCount: 2, fittingCount: 1 },
        { role: "feeds", element: guid("heater2"), segmentCount: 2, fittingCount: 1 },
      ]);
      expect(connectionsOf(part, "heater1")).toEqual([
        { role: "fedBy", element: guid("boiler"), segmentCount: 2, fittingCount: 1 },
      ]);
      expect(part.census!.read).toMatchObject({ IfcRelConnectsPorts: 6, IfcPipeSegment: 3 });
      expect(part.census!.kept).toMatchObject({ IfcDistributionPort: 12 });
      expect(part.census!.unknown).toEqual({});
    },
  );

  test("feed the other way when the ports say so, whichever of them the relation names first", async () => {
    const plant = new Plant().add("IFCPUMP", "pump").add("IFCVALVE", "valve");
    expect(flows(await loadHouse(...plant.connect("pump", "valve", "SINK", "SOURCE").statements))).toEqual([
      "valve feeds pump",
    ]);
  });

  test("need only one port that says the direction, anywhere on the way", async () => {
    const plant = new Plant().add("IFCPUMP", "pump").add("IFCPIPESEGMENT", "pipe").add("IFCVALVE", "valve");
    plant.connect("pump", "pipe", "NOTDEFINED", "SOURCEANDSINK").connect("pipe", "valve", "NOTDEFINED", "SINK");
    expect(flows(await loadHouse(...plant.statements))).toEqual(["pump feeds valve"]);
  });

  test("R2: are connected and feed nothing when no port says the direction, or two disagree", async () => {
    const silent = new Plant().add("IFCPUMP", "pump").add("IFCVALVE", "valve");
    silent.connect("pump", "valve", "SOURCEANDSINK", "NOTDEFINED");
    expect(flows(await loadHouse(...silent.statements))).toEqual(["pump connects valve"]);
    const torn = new Plant().add("IFCPUMP", "pump").add("IFCPIPESEGMENT", "pipe").add("IFCVALVE", "valve");
    torn.connect("pump", "pipe").connect("pipe", "valve", "SINK", "SOURCE");
    expect(flows(await loadHouse(...torn.statements))).toEqual([]);
  });

  test("a ring of pipes comes to an end", async () => {
    const plant = new Plant().add("IFCPUMP", "pump").add("IFCPIPESEGMENT", "a", "b", "c").add("IFCVALVE", "valve");
    plant.connect("pump", "a").connect("a", "b").connect("b", "c").connect("c", "a").connect("b", "valve");
    expect(flows(await loadHouse(...plant.statements))).toEqual(["pump feeds valve"]);
  });

  test("a net without directions links no device with more than a hundred others, and says so", async () => {
    const lamps = Array.from({ length: 150 }, (_, i) => `lamp${i}`);
    const plant = new Plant().add("IFCLIGHTFIXTURE", ...lamps).add("IFCCABLESEGMENT", "cable");
    for (const lamp of lamps) plant.connect(lamp, "cable", "NOTDEFINED", "NOTDEFINED");
    const part = await loadHouse(...plant.statements);
    const told = part.findings.filter(({ code }) => code === "IFC_PORTS_MANY");
    expect(told.map(({ message }) => message)).toEqual([expect.stringContaining("150 devices")]);
    expect(connectionsOf(part, "lamp0")).toHaveLength(100);
  });
});

test("a connection of a port that belongs to nothing is a finding", async () => {
  const port = (label: number) => `#${label}=IFCDISTRIBUTIONPORT('${guid(`p${label}`)}',$,$,$,$,$,$,.SINK.,$,$);`;
  const part = await loadHouse(port(50), port(51), `#52=IFCRELCONNECTSPORTS('${guid("r52")}',$,$,$,#50,#51,$);`);
  expect(codes(part)).toContain("IFC_PORT_LOOSE #52");
  expect(part.census!.unknown).toEqual({ IfcDistributionPort: 2 });
});
