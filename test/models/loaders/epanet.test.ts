// Tests of the EPANET loader. The reference is the EPANET engine itself (epanet-js): it reads the same file, changes it to
// litres per second and SI units, and must then say of every node and link what the twin says.

import { readFileSync } from "node:fs";
import { Project, Workspace } from "epanet-js";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { Attributes, TwinModel } from "../../../models/district.ts";
import { EPANET_FINDINGS, loadEpanet } from "../../../models/loaders/epanet.ts";
import type { DistrictPart } from "../../../models/loaders/loader.ts";

// Codes of the EPANET toolkit (EN_CountType, EN_NodeType ...); epanet-js has them too, in types that TypeScript cannot resolve.
const Count = { Node: 0, Tank: 1, Link: 2 };
const NodeType = { Junction: 0, Reservoir: 1, Tank: 2 };
const NodeProperty = { Elevation: 0, InitQual: 4, TankLevel: 8, TankDiam: 17, MinLevel: 20, MaxLevel: 21 };
const LinkType = { CVPipe: 0, Pipe: 1, Pump: 2 };
const LinkProperty = { Diameter: 0, Length: 1, Roughness: 2, MinorLoss: 3, InitStatus: 4, InitSetting: 5 };
const VALVE_TYPES: Record<number, string> = { 3: "PRV", 4: "PSV", 5: "PBV", 6: "FCV", 7: "TCV", 8: "GPV", 9: "PCV" };
const LITRES_PER_SECOND = 5;

const FIXTURES = new URL("../../fixtures/epanet/", import.meta.url);
const L_TOWN = new URL("../../../models/examples/altstadt/sim/water.inp", import.meta.url);
const NODE_KINDS: Record<number, string> = {
  [NodeType.Junction]: "junction",
  [NodeType.Reservoir]: "reservoir",
  [NodeType.Tank]: "tank",
};
const workspace = new Workspace();
beforeAll(async () => {
  await workspace.loadModule();
});

function load(input: string | Uint8Array): DistrictPart {
  const bytes = typeof input === "string" ? new TextEncoder().encode(input) : input;
  return loadEpanet({ source: "w", file: "net.inp", bytes }) as DistrictPart;
}
const fixture = (name: string) => new Uint8Array(readFileSync(new URL(name, FIXTURES)));
const codes = (part: DistrictPart, severity?: string) =>
  part.findings
    .filter((finding) => severity === undefined || finding.severity === severity)
    .map((finding) => finding.code);
const twin = (part: DistrictPart, id: string): TwinModel => part.twins.find((one) => one.id === id)!;
const attributes = (part: DistrictPart, id: string): Attributes => twin(part, id).attributes;

/** Opens a file in the engine; the reason why it refuses when it does. */
function openInEngine(bytes: Uint8Array): Project | string {
  const project = new Project(workspace);
  workspace.writeFile("net.inp", bytes);
  try {
    project.open("net.inp", "net.rpt", "net.out");
    return project;
  } catch (error) {
    return String(error);
  }
}

const BASE = {
  JUNCTIONS: " J1 10 5\n J2 12 3",
  RESERVOIRS: " R1 50",
  TANKS: "",
  PIPES: " P1 R1 J1 100 200 100 0 Open\n P2 J1 J2 100 200 100",
  PATTERNS: " 1 1 2 3",
  OPTIONS: " UNITS LPS\n HEADLOSS H-W",
};
/** A small sound network with some sections exchanged or added. */
const inp = (sections: Record<string, string> = {}) =>
  `${Object.entries({ ...BASE, ...sections })
    .map(([name, rows]) => `[${name}]\n${rows}\n`)
    .join("\n")}\n[END]\n`;

describe("the engine and the loader agree on", () => {
  const files = ["Net1.inp", "Net2.inp", "Net3.inp", "Anytown.inp", "Todini_Fig2_optCost_CMH.inp", "cv_controls.inp"];
  for (const name of [...files, "conditional_controls_1.inp", "prv_open_no_upstream_sources.inp", "L-Town"]) {
    test(`every node and link of ${name}`, () => {
      const bytes = name === "L-Town" ? new Uint8Array(readFileSync(L_TOWN)) : fixture(name);
      const part = load(bytes);
      expect(codes(part, "error")).toEqual([]);
      const engine = openInEngine(bytes) as Project;
      try {
        expectSameCounts(engine, part);
        const valveSettings = settingsInMetres(engine, bytes);
        engine.setFlowUnits(LITRES_PER_SECOND);
        expectSameNodes(engine, part);
        expectSameLinks(engine, part, valveSettings);
      } finally {
        engine.close();
      }
    });
  }
});

function expectSameCounts(engine: Project, part: DistrictPart): void {
  const count = (...kinds: string[]) => part.twins.filter((one) => kinds.includes(one.kind)).length;
  expect(count("junction", "reservoir", "tank")).toBe(engine.getCount(Count.Node));
  expect(count("reservoir", "tank")).toBe(engine.getCount(Count.Tank));
  expect(count("pipe", "pump", "valve")).toBe(engine.getCount(Count.Link));
  expect(part.branches).toHaveLength(engine.getCount(Count.Link));
}

function expectSameNodes(engine: Project, part: DistrictPart): void {
  for (let index = 1; index <= engine.getCount(Count.Node); index++) {
    const value = (property: number) => engine.getNodeValue(index, property);
    const id = `${NODE_KINDS[engine.getNodeType(index)]}:w:${engine.getNodeId(index)}`;
    const said = attributes(part, id);
    expect(said, id).toBeDefined();
    expect(said.carrier).toBe("water");
    const isReservoir = engine.getNodeType(index) === NodeType.Reservoir;
    expect(isReservoir ? said.headM : said.elevationM, id).toBeCloseTo(value(NodeProperty.Elevation), 4);
    expect(said.initialQuality ?? 0, id).toBeCloseTo(value(NodeProperty.InitQual), 4);
    if (engine.getNodeType(index) === NodeType.Junction) {
      let total = 0;
      for (let demand = 1; demand <= engine.getNumberOfDemands(index); demand++)
        total += engine.getBaseDemand(index, demand);
      expect(said.baseDemandLps, id).toBeCloseTo(total, 4);
      // Pattern 0 is the engine's word for the default pattern.
      const pattern = engine.getDemandPattern(index, 1);
      if (pattern > 0) expect(said.demandPattern, id).toBe(engine.getPatternId(pattern));
    }
    if (engine.getNodeType(index) === NodeType.Tank) {
      expect(said.initLevelM, id).toBeCloseTo(value(NodeProperty.TankLevel), 4);
      expect(said.minLevelM, id).toBeCloseTo(value(NodeProperty.MinLevel), 4);
      expect(said.maxLevelM, id).toBeCloseTo(value(NodeProperty.MaxLevel), 4);
      expect(said.diameterM, id).toBeCloseTo(value(NodeProperty.TankDiam), 4);
    }
    if (said.position) {
      const { x, y } = engine.getCoordinates(index);
      expect(said.position, id).toEqual({ x, y });
    }
  }
}

/** The engine leaves settings in psi when the file names psi itself; so they are taken before its units are changed. */
function settingsInMetres(engine: Project, bytes: Uint8Array): (index: number) => number {
  const isUs = /^\s*units\s+(gpm|cfs|mgd)/im.test(new TextDecoder().decode(bytes));
  const settings = new Map<number, number>();
  for (let index = 1; index <= engine.getCount(Count.Link); index++) {
    settings.set(index, engine.getLinkValue(index, LinkProperty.InitSetting) * (isUs ? 0.3048 / 0.4333 : 1));
  }
  return (index) => settings.get(index)!;
}

function expectSameLinks(engine: Project, part: DistrictPart, settingInMetres: (index: number) => number): void {
  const branches = new Map(part.branches.map((branch) => [branch.twin, branch]));
  const element = (id: string) => id.split(":").slice(2).join(":");
  for (let index = 1; index <= engine.getCount(Count.Link); index++) {
    const value = (property: number) => engine.getLinkValue(index, property);
    const type = engine.getLinkType(index);
    const kind = type <= LinkType.Pipe ? "pipe" : type === LinkType.Pump ? "pump" : "valve";
    const id = `${kind}:w:${engine.getLinkId(index)}`;
    const said = attributes(part, id);
    const { node1, node2 } = engine.getLinkNodes(index);
    const branch = branches.get(id)!;
    expect([element(branch.from), element(branch.to)], id).toEqual([engine.getNodeId(node1), engine.getNodeId(node2)]);
    if (kind === "pump") {
      if (said.initialStatus !== "closed") expect(said.speed, id).toBeCloseTo(value(LinkProperty.InitSetting), 4);
    } else {
      expect(said.diameterMm, id).toBeCloseTo(value(LinkProperty.Diameter), 3);
      expect(said.minorLoss, id).toBeCloseTo(value(LinkProperty.MinorLoss), 4);
    }
    if (kind === "pipe") {
      expect(said.lengthM, id).toBeCloseTo(value(LinkProperty.Length), 3);
      expect(said.roughness, id).toBeCloseTo(value(LinkProperty.Roughness), 4);
      expect(said.initialStatus === "cv", id).toBe(type === LinkType.CVPipe);
    }
    if (kind === "valve") {
      expect(said.valveType, id).toBe(VALVE_TYPES[type]);
      if (said.valveType === "PRV") expect(said.setting as number, id).toBeCloseTo(settingInMetres(index), 3);
    }
    const closed = value(LinkProperty.InitStatus) === 0;
    expect(said.initialStatus === "closed", id).toBe(closed);
    expect(said.inService, id).toBe(!closed);
  }
}

describe("where the engine refuses a file, the loader has an error in the same line", () => {
  const refused: [string, Record<string, string>, string, RegExp][] = [
    ["an unknown section", { FOO: " x" }, "EPANET_SECTION_UNKNOWN", /\[FOO\]/],
    ["a junction defined twice", { JUNCTIONS: " J1 10\n J1 11\n J2 1" }, "EPANET_DUPLICATE_ID", /J1 11/],
    ["a reservoir with the id of a junction", { RESERVOIRS: " R1 50\n J1 5" }, "EPANET_DUPLICATE_ID", /J1 5$/],
    ["a pipe defined twice", { PIPES: `${BASE.PIPES}\n P1 J2 R1 1 1 1` }, "EPANET_DUPLICATE_ID", /J2 R1/],
    ["a pipe from a node to itself", { PIPES: `${BASE.PIPES}\n P3 J1 J1 9 9 100` }, "EPANET_SAME_ENDS", /P3/],
    [
      "a pipe to a node that is not there",
      { PIPES: `${BASE.PIPES}\n P3 J1 JX 9 9 100` },
      "EPANET_NODE_UNDEFINED",
      /JX/,
    ],
    ["a negative length", { PIPES: `${BASE.PIPES}\n P3 J1 J2 -9 9 100` }, "EPANET_RANGE", /P3/],
    ["a diameter of zero", { PIPES: `${BASE.PIPES}\n P3 J1 J2 9 0 100` }, "EPANET_RANGE", /P3/],
    ["a wrong status", { PIPES: `${BASE.PIPES}\n P3 J1 J2 9 9 100 0 ajar` }, "EPANET_KEYWORD", /ajar/],
    ["a word for a number", { JUNCTIONS: " J1 high 5\n J2 12 3" }, "EPANET_NUMBER", /high/],
    ["a decimal comma", { JUNCTIONS: " J1 10,5 5\n J2 12 3" }, "EPANET_NUMBER", /10,5/],
    ["an unknown pattern", { JUNCTIONS: " J1 10 5 PX\n J2 12 3" }, "EPANET_PATTERN_UNDEFINED", /PX/],
    ["an id of 32 characters", { JUNCTIONS: `${BASE.JUNCTIONS}\n ${"J".repeat(32)} 1` }, "EPANET_ID_TOO_LONG", /JJJ/],
    ["a tank without diameter", { TANKS: " T1 50 3 1 5" }, "EPANET_FIELD_MISSING", /T1/],
    ["an unknown pump curve", { PUMPS: " U1 R1 J2 HEAD CX" }, "EPANET_CURVE_UNDEFINED", /CX/],
    ["an unknown valve type", { VALVES: " V1 J1 J2 100 XXV 5" }, "EPANET_KEYWORD", /XXV/],
    ["a PRV at a reservoir", { VALVES: " V1 R1 J2 100 PRV 5" }, "EPANET_VALVE_PLACE", /PRV/],
    ["the status of a link that is not there", { STATUS: " PX Closed" }, "EPANET_LINK_UNDEFINED", /PX/],
    ["a demand of a node that is not there", { DEMANDS: " JX 5" }, "EPANET_NODE_UNDEFINED", /JX/],
    ["a wrong flow unit", { OPTIONS: " Units XYZ" }, "EPANET_OPTION_VALUE", /XYZ/],
    ["an unknown option", { OPTIONS: " Units LPS\n Foo 3" }, "EPANET_OPTION_UNKNOWN", /Foo/],
    [
      "a status in the place of the minor loss",
      { PIPES: " P1 R1 J1 9 9 100 Open 0\n P2 J1 J2 9 9 100" },
      "EPANET_NUMBER",
      /Open/,
    ],
    ["a source without a strength", { SOURCES: " J1" }, "EPANET_FIELD_MISSING", /J1/],
    ["a reaction order that is none", { REACTIONS: " Order Bulk abc" }, "EPANET_NUMBER", /abc/],
    ["a demand model that is none", { OPTIONS: " Demand Model XYZ" }, "EPANET_OPTION_VALUE", /XYZ/],
    ["rows of another section under [REPORT]", { REPORT: " J1 10 20" }, "EPANET_KEYWORD", /J1/],
    ["an option of SWMM", { OPTIONS: " FLOW_UNITS LPS" }, "EPANET_OPTION_UNKNOWN", /FLOW_UNITS/],
    ["a time that is none", { TIMES: " Duration abc" }, "EPANET_TIME", /abc/],
    ["a control of a link that is not there", { CONTROLS: " LINK PX CLOSED AT TIME 5" }, "EPANET_LINK_UNDEFINED", /PX/],
    ["a control without sense", { CONTROLS: " LINK P1 AJAR AT TIME 5" }, "EPANET_CONTROL", /AJAR/],
    [
      "a rule about a tank that is not there",
      { RULES: " RULE 1\n IF TANK TX LEVEL > 5\n THEN PIPE P1 STATUS = OPEN" },
      "EPANET_NODE_UNDEFINED",
      /TX/,
    ],
    ["a rule without sense", { RULES: " RULE 1\n IF FOO\n THEN PIPE P1 STATUS = OPEN" }, "EPANET_RULE", /FOO/],
    ["a pattern with a word in it", { PATTERNS: " 1 1 abc 3" }, "EPANET_NUMBER", /abc/],
    ["a negative emitter", { EMITTERS: " J1 -5" }, "EPANET_RANGE", /-5/],
    [
      "a control of a check valve",
      { PIPES: `${BASE.PIPES}\n P3 J1 J2 9 9 100 0 CV`, STATUS: " P3 Closed" },
      "EPANET_CHECK_VALVE_CONTROL",
      /P3 Closed/,
    ],
  ];
  for (const [what, sections, code, line] of refused) {
    test(what, () => {
      const text = inp(sections);
      expect(openInEngine(new TextEncoder().encode(text)), "the engine refuses it").toContain("Error 200");
      const finding = load(text).findings.find((one) => one.code === code);
      expect(finding?.severity).toBe("error");
      const number = Number(/^line (\d+)$/.exec(finding!.at)?.[1]);
      expect(text.split("\n")[number - 1]).toMatch(line);
    });
  }

  const unsolvable: [string, Record<string, string>, string][] = [
    ["a node without link", { JUNCTIONS: `${BASE.JUNCTIONS}\n J3 1 1` }, "EPANET_NODE_UNCONNECTED"],
    ["a network without source", { RESERVOIRS: "", PIPES: " P2 J1 J2 100 200 100" }, "EPANET_NO_SOURCE"],
    [
      "a part without source",
      { JUNCTIONS: `${BASE.JUNCTIONS}\n J3 1 1\n J4 1 1`, PIPES: `${BASE.PIPES}\n P3 J3 J4 9 9 100` },
      "EPANET_NODE_UNREACHABLE",
    ],
    ["a pump with neither curve nor power", { PUMPS: " U1 R1 J2 SPEED 1.2" }, "EPANET_PUMP_WITHOUT_CURVE"],
    ["a pump curve that rises", { PUMPS: " U1 R1 J2 HEAD C", CURVES: " C 10 20\n C 20 30" }, "EPANET_PUMP_CURVE"],
    ["a curve that goes back", { CURVES: " C 10 20\n C 5 30" }, "EPANET_CURVE_ORDER"],
    [
      "a tank with minimum above maximum",
      { TANKS: " T1 50 3 6 5 10", PIPES: `${BASE.PIPES}\n P3 T1 J2 9 9 100` },
      "EPANET_TANK_LEVELS",
    ],
  ];
  for (const [what, sections, code] of unsolvable) {
    test(`${what}, which it refuses to solve`, () => {
      const text = inp(sections);
      const engine = openInEngine(new TextEncoder().encode(text)) as Project;
      expect(() => engine.solveH()).toThrow();
      engine.close();
      expect(codes(load(text), "error")).toContain(code);
    });
  }
});

describe("what the engine accepts is no error:", () => {
  const accepted: [string, Record<string, string>][] = [
    ["coordinates of a node that is not there", { COORDINATES: " JX 1 2\n J1 1 abc" }],
    ["a junction with nothing but its id", { JUNCTIONS: " J1\n J2 12 3" }],
    ["fields too many", { JUNCTIONS: " J1 10 5 1 foo bar\n J2 12 3" }],
    ["a negative demand", { JUNCTIONS: " J1 10 -5\n J2 12 3" }],
    ["ids that differ in case only", { JUNCTIONS: " j1 10\n J1 10\n J2 1", PIPES: `${BASE.PIPES}\n P3 j1 J2 9 9 100` }],
    ["a demand of a reservoir", { DEMANDS: " R1 5" }],
    ["options of one beginning", { OPTIONS: " Units LPS\n Headloss D-W\n HEADERROR 0.001\n BACKFLOW ALLOWED NO" }],
    [
      "words before AM and PM, and with units",
      { TIMES: " Start ClockTime 12:30 pm\n Report Timestep 30 MIN\n Duration 24" },
    ],
  ];
  for (const [what, sections] of accepted) {
    test(what, () => {
      const text = inp(sections);
      const engine = openInEngine(new TextEncoder().encode(text));
      expect(engine).toBeInstanceOf(Project);
      (engine as Project).close();
      expect(codes(load(text), "error")).toEqual([]);
    });
  }
});

describe("a network keeps", () => {
  const net3 = () => load(fixture("Net3.inp"));

  test("what stands apart from its links: status, controls, curves, patterns, tags of time", () => {
    const part = net3();
    expect(attributes(part, "pipe:w:330")).toMatchObject({ initialStatus: "closed", inService: false });
    expect(attributes(part, "pump:w:10").controls).toEqual(["Link 10 OPEN AT TIME 1", "Link 10 CLOSED AT TIME 15"]);
    const curve = attributes(part, "pump:w:335").pumpHeadCurve as {
      id: string;
      points: { flowLps: number; headM: number }[];
    };
    expect(curve.id).toBe("2");
    // 8000 gpm and 138 ft: 1 gpm is 0.0630902 L/s.
    expect(curve.points[1]!.flowLps).toBeCloseTo(8000 * 0.0630902, 1);
    expect(curve.points[1]!.headM).toBeCloseTo(138 * 0.3048, 6);
    expect(attributes(part, "junction:w:15").demandPattern).toBe("3");
    const { network } = attributes(part, "reservoir:w:River") as { network: Attributes };
    expect(network).toMatchObject({
      flowUnits: "GPM",
      headlossFormula: "H-W",
      times: { durationS: 86_400, patternTimestepS: 3600 },
    });
    expect((network.patterns as Record<string, number[]>)["3"]).toHaveLength(24);
  });

  test("connects links from each link to both its nodes", () => {
    const part = net3();
    expect(part.links.filter((link) => link.from === "pipe:w:20")).toEqual([
      { from: "pipe:w:20", role: "connects", to: "tank:w:3" },
      { from: "pipe:w:20", role: "connects", to: "junction:w:20" },
    ]);
    expect(part.links).toHaveLength(2 * 119);
  });

  test("several demands of a junction, each with its pattern and category", () => {
    const part = load(inp({ DEMANDS: " J1 2 1 ;homes\n J1 3 ;works" }));
    expect(attributes(part, "junction:w:J1")).toMatchObject({
      baseDemandLps: 5,
      demandPattern: "1",
      demands: [
        { baseDemandLps: 2, pattern: "1", category: "homes" },
        { baseDemandLps: 3, pattern: "1", category: "works" },
      ],
    });
    expect(attributes(part, "junction:w:J2").baseDemandLps).toBe(3);
  });

  test("the settings of all valve types in their units, and pump powers", () => {
    const part = load(fixture("io.inp"));
    expect(attributes(part, "valve:w:v1")).toMatchObject({
      valveType: "TCV",
      setting: 3.52,
      settingUnit: "-",
      diameterMm: 304.8,
    });
    expect(attributes(part, "valve:w:v2").settingUnit).toBe("m");
    expect(attributes(part, "valve:w:v2").setting as number).toBeCloseTo(2.51 * 0.7031, 2);
    expect(attributes(part, "valve:w:v3")).toMatchObject({ valveType: "GPV", headlossCurve: { id: "GPVCurve" } });
    expect(attributes(part, "pump:w:pump1")).toMatchObject({ speed: 1.2, speedPattern: "pattern1" });
    expect(attributes(part, "pump:w:pump2").powerKw as number).toBeCloseTo(22.3 * 0.7457, 6);
    expect(attributes(part, "pipe:w:p1").vertices).toEqual([
      { x: 15, y: 5 },
      { x: 20, y: 5 },
    ]);
  });

  test("a rule on every link that it acts upon", () => {
    const rules =
      " RULE A\n IF TANK T1 LEVEL > 4\n AND SYSTEM CLOCKTIME >= 8 AM\n THEN PIPE P1 STATUS IS CLOSED\n ELSE PIPE P2 STATUS IS OPEN\n PRIORITY 3";
    const part = load(inp({ TANKS: " T1 50 3 1 5 10", PIPES: `${BASE.PIPES}\n P3 T1 J2 9 9 100`, RULES: rules }));
    expect(codes(part)).not.toContain("EPANET_RULE");
    for (const id of ["pipe:w:P1", "pipe:w:P2"])
      expect(attributes(part, id).rules).toEqual([expect.stringContaining("RULE A")]);
  });

  test("emitters, sources, mixing, reactions, energy, tags and descriptions", () => {
    const part = load(
      inp({
        JUNCTIONS: " J1 10 5 ; corner of High St\n J2 12 3",
        TANKS: " T1 50 3 1 5 10 0 * YES",
        PIPES: `${BASE.PIPES}\n P3 T1 J2 9 9 100`,
        PUMPS: " U1 R1 J2 POWER 5",
        EMITTERS: " J2 0.5",
        SOURCES: " J1 MASS 12 1",
        MIXING: " T1 2COMP 0.3",
        REACTIONS: " GLOBAL BULK -0.5\n WALL P1 -0.1\n TANK T1 -0.2",
        ENERGY: " PUMP U1 PRICE 0.2\n GLOBAL EFFIC 75",
        TAGS: " NODE J1 hydrant\n LINK P1 main road",
      }),
    );
    expect(codes(part, "error")).toEqual([]);
    expect(attributes(part, "junction:w:J1")).toMatchObject({
      description: "corner of High St",
      tag: "hydrant",
      qualitySource: { type: "MASS", strength: 12, pattern: "1" },
    });
    expect(attributes(part, "junction:w:J2")).toMatchObject({ emitterCoefficient: 0.5, emitterExponent: 0.5 });
    expect(attributes(part, "tank:w:T1")).toMatchObject({
      mixingModel: "2COMP",
      mixingFraction: 0.3,
      bulkCoefficientPerDay: -0.2,
      canOverflow: true,
    });
    expect(attributes(part, "pipe:w:P1")).toMatchObject({ wallCoefficient: -0.1, tag: "main road" });
    expect(attributes(part, "pump:w:U1")).toMatchObject({ powerKw: 5, energyPricePerKwh: 0.2 });
  });
});

describe("a file is read whatever", () => {
  test("the case and length of its section names, its tabs, line ends and byte order mark", () => {
    const text = inp().replace("[JUNCTIONS]", "[junc]").replace("[PIPES]", "[Pipes").replace("[END]\n", "");
    const plain = load(text);
    expect(plain.twins).toHaveLength(5);
    expect(codes(plain)).toEqual(["EPANET_END_MISSING"]);
    for (const end of ["\r\n", "\r"])
      expect(load(`\uFEFF${text.replaceAll(" ", "\t").replaceAll("\n", end)}`).twins).toEqual(plain.twins);
  });

  test("ids in quotes, with blanks in them", () => {
    const part = load(
      inp({ JUNCTIONS: ' "J 1" 10 5\n J2 12 3', PIPES: ' P1 R1 "J 1" 100 200 100\n P2 "J 1" J2 100 200 100' }),
    );
    expect(codes(part, "error")).toEqual([]);
    expect(part.branches[0]).toEqual({ twin: "pipe:w:P1", from: "reservoir:w:R1", to: "junction:w:J 1", switches: [] });
  });

  test("its encoding: Latin-1 ids stay what they are, with a finding", () => {
    const text = inp({
      JUNCTIONS: " Br\u00fccke 10 5\n J2 12 3",
      PIPES: " P1 R1 Br\u00fccke 1 1 1\n P2 Br\u00fccke J2 1 1 1",
    });
    const part = load(Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
    expect(twin(part, "junction:w:Br\u00fccke")).toBeDefined();
    expect(codes(part)).toContain("EPANET_ENCODING");
    expect(codes(load(text))).not.toContain("EPANET_ENCODING");
  });

  test("its flow unit: the same network in every unit gives the same demand", () => {
    // One litre per second in each unit (NIST SP 811; imperial gallon 4.54609 L, acre-foot 1233.482 m3).
    const perLps: Record<string, number> = {
      LPS: 1,
      LPM: 60,
      MLD: 0.0864,
      CMH: 3.6,
      CMD: 86.4,
      CMS: 0.001,
      CFS: 0.0353147,
      GPM: 15.8503,
      MGD: 0.0228245,
      IMGD: 0.0190053,
      AFD: 0.0700457,
    };
    for (const [unit, flow] of Object.entries(perLps)) {
      const part = load(inp({ JUNCTIONS: ` J1 10 ${flow}\n J2 12 3`, OPTIONS: ` Units ${unit}` }));
      expect(attributes(part, "junction:w:J1").baseDemandLps as number, unit).toBeCloseTo(1, 3);
      const isUs = ["CFS", "GPM", "MGD", "IMGD", "AFD"].includes(unit);
      expect(attributes(part, "junction:w:J1").elevationM, unit).toBe(isUs ? 3.048 : 10);
    }
  });
});

test("links above their nodes are read, with a warning that EPANET would not", () => {
  const { PIPES, JUNCTIONS, RESERVOIRS } = BASE;
  const text = `[PIPES]\n${PIPES}\n[JUNCTIONS]\n${JUNCTIONS}\n[RESERVOIRS]\n${RESERVOIRS}\n[OPTIONS]\n Units LPS\n[END]\n`;
  expect(openInEngine(new TextEncoder().encode(text))).toContain("Error 200");
  const part = load(text);
  expect(part.branches).toHaveLength(2);
  expect(part.findings.map(({ code, severity, at }) => [code, severity, at])).toEqual([
    ["EPANET_ORDER", "warning", "line 2"],
  ]);
});

test("a file that is no input file is one error", () => {
  for (const text of ["", "ISO-10303-21;\nHEADER;\n", '{"a": [1]}', "\u0000\u0001\u0002"]) {
    expect(load(text)).toMatchObject({ twins: [], links: [], branches: [] });
    expect(codes(load(text))).toEqual(["EPANET_NOT_INP"]);
  }
});

test("L1: whatever happens to its bytes, a file is loaded without a throw, and every link and branch names a twin (D2)", () => {
  const original = fixture("io.inp");
  const damage = fc.array(fc.tuple(fc.nat(original.length - 1), fc.nat(255), fc.nat(40)), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(damage, (spots) => {
      const bytes = [...original];
      for (const [at, value, removed] of spots) bytes.splice(at, removed, value);
      const part = load(Uint8Array.from(bytes));
      const ids = new Set(part.twins.map((one) => one.id));
      expect(ids.size).toBe(part.twins.length);
      for (const { from, to } of part.links) expect(ids.has(from) && ids.has(to)).toBe(true);
      for (const branch of part.branches)
        expect(ids.has(branch.twin) && ids.has(branch.from) && ids.has(branch.to)).toBe(true);
      for (const finding of part.findings) expect(EPANET_FINDINGS).toHaveProperty(finding.code);
    }),
    { numRuns: 150, seed: 4711 },
  );
});

test("the census counts every row once: read, kept, not understood", () => {
  const sections = {
    TITLE: "A title",
    JUNCTIONS: " J1 10 5\n J2 12 3\n J1 1",
    STATUS: " P1 Open\n P9 Open",
    LABELS: ' 1 2 "Station"',
    TIMES: " Duration 24\n Nonsense 1",
    HEAT: " a b\n c d",
  };
  const part = load(`stray\n${inp(sections)}`);
  expect(part.census).toEqual({
    read: { JUNCTIONS: 2, RESERVOIRS: 1, PIPES: 2 },
    kept: { PATTERNS: 1, OPTIONS: 2, TITLE: 1, STATUS: 1, LABELS: 1, TIMES: 1 },
    unknown: { JUNCTIONS: 1, STATUS: 1, TIMES: 1, "before the first section": 1, "[HEAT]": 2 },
  });
  const { read, kept, unknown } = load(fixture("Net3.inp")).census!;
  expect(read).toEqual({ JUNCTIONS: 92, RESERVOIRS: 2, TANKS: 3, PIPES: 117, PUMPS: 2 });
  expect(kept).toMatchObject({ COORDINATES: 97, CONTROLS: 6 });
  expect(unknown).toEqual({});
});

test("what concerns the network as a whole is kept once, in the file's words and units", () => {
  const { network } = attributes(load(fixture("Net3.inp")), "reservoir:w:River") as { network: Attributes };
  expect(network.curves).toMatchObject({ "1": [[0, 104], [2000, 92], [4000, 63]] }); // biome-ignore format: points
  expect(network.controls).toHaveLength(6);
  expect((network.controls as string[])[0]).toBe("Link 10 OPEN AT TIME 1");
  expect(network.report).toContain("Status             \tYes");
});
