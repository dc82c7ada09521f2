// Tests of the OpenDSS loader with the IEEE test feeders. References: the counts and sums of load that the feeders' documents
// publish, the nodes and voltages that OpenDSS itself exported, and elements counted in the scripts without the loader.

import { describe, expect, test } from "vitest";
import { attributes, codes, count, fixtureText, loadFixture, loadScript, total, twin } from "./opendss-scripts.ts";

describe("all elements of the feeders become twins", () => {
  // Buses, lines, switches, transformers, loads; load in kW and kvar as the feeders' documents have it.
  const feeders: [string, number[], number, number][] = [
    ["13Bus/IEEE13Nodeckt.dss", [16, 11, 1, 5, 15], 3466, 2102],
    ["34Bus/ieee34Mod1.dss", [37, 32, 0, 8, 68], 1769, 1044],
    ["4Bus-OYOD-Bal/4Bus-OYOD-Bal.DSS", [4, 2, 0, 2, 1], 3600, 3600 * Math.tan(Math.acos(0.9))],
    ["4Bus-YYD/YYD-Master.DSS", [6, 3, 0, 3, 4], 6000, 2625],
    ["IEEE30/Master.dss", [30, 34, 0, 7, 21], 283_400, 126_200],
    ["IEEE118Bus/master_file.dss", [118, 177, 0, 9, 99], 4_242_000, 1_438_000],
    ["LVTestCase/Master.dss", [907, 905, 0, 1, 55], 55, 55 * Math.tan(Math.acos(0.95))],
    ["LVTestCaseNorthAmerican/SecPar.dss", [390, 310, 80, 70, 624], 42_210.42, 25_703.857],
  ];
  for (const [file, counts, kw, kvar] of feeders) {
    test(file, async () => {
      const part = await loadFixture(file);
      expect(["bus", "line", "switch", "transformer", "load"].map((kind) => count(part, kind))).toEqual(counts);
      expect(count(part, "grid")).toBe(1);
      expect(1000 * total(part, "load", "pMw")).toBeCloseTo(kw, 2);
      expect(1000 * total(part, "load", "qMvar")).toBeCloseTo(kvar, 2);
      const severe = part.findings.filter(
        ({ severity, code }) => severity !== "info" && code !== "OPENDSS_FILE_MISSING",
      );
      expect(severe).toEqual([]);
      expect(part.census?.unknown).toEqual({});
      expect(Object.values(part.census!.read).reduce((sum, one) => sum + one)).toBe(part.twins.length);
    });
  }
});

test("the census says what is kept as attributes of others", async () => {
  const part = await loadFixture("13Bus/IEEE13Nodeckt.dss");
  const text = await fixtureText("13Bus/IEEE13Nodeckt.dss");
  const written = (await fixtureText("IEEELineCodes.DSS")).match(/^\s*new linecode\.(\S+)/gim)!;
  const own = text.match(/^\s*new linecode\.(\S+)/gim)!;
  const names = new Set([...written, ...own].map((line) => line.trim().toLowerCase().split(".")[1]));
  expect(part.census).toEqual({
    read: { Bus: 16, Vsource: 1, Transformer: 5, Load: 15, Line: 12 },
    kept: { Set: 2, LineCode: names.size, Capacitor: 2, RegControl: 3 },
    unknown: {},
  });
});

describe("the 13-bus feeder", () => {
  test("has the nodes that OpenDSS has, at voltages near to those that it calculated", async () => {
    const part = await loadFixture("13Bus/IEEE13Nodeckt.dss");
    const nodes = (await fixtureText("reference/IEEE13Nodeckt_EXP_YNodeList.CSV"))
      .split(/\r?\n/)
      .map((line) => line.replaceAll('"', "").trim().toLowerCase())
      .filter((line) => line !== "");
    const own = part.twins
      .filter(({ kind }) => kind === "bus")
      .flatMap((bus) => (bus.attributes.nodes as number[]).map((node) => `${bus.element.toLowerCase()}.${node}`));
    expect(new Set(own)).toEqual(new Set(nodes));
    const volts = (await fixtureText("reference/IEEE13Nodeckt_EXP_YVoltages.CSV"))
      .split(/\r?\n/)
      .filter((line) => line.trim() !== "")
      .map((line) => Math.hypot(...(line.split(",").map(Number) as [number, number])));
    expect(volts).toHaveLength(nodes.length);
    for (const [index, node] of nodes.entries()) {
      const bus = part.twins.find(
        ({ kind, element }) => kind === "bus" && element.toLowerCase() === node.split(".")[0],
      )!;
      const phaseToNeutralKv = Number(bus.attributes.vnKv) / Math.sqrt(3);
      expect(Math.abs(volts[index]! / 1000 / phaseToNeutralKv - 1), node).toBeLessThan(0.1);
    }
  });

  test("has its line impedances per km, from matrices per mile of a code and a length in feet", async () => {
    const part = await loadFixture("13Bus/IEEE13Nodeckt.dss");
    const line = attributes(part, "line:g:650632");
    expect(line).toMatchObject({ fromBus: "RG60", toBus: "632", fromNodes: [1, 2, 3], linecode: "mtx601", phases: 3 });
    expect(line.lengthKm).toBeCloseTo(2000 * 0.0003048, 12);
    const [first] = line.rMatrixOhmPerKm as number[][];
    for (const [column, ohmPerMile] of [0.3465, 0.156, 0.158].entries())
      expect(first![column]).toBeCloseTo(ohmPerMile / 1.609344, 12);
    const ownMean = (0.3465 + 0.3375 + 0.3414) / 3;
    const mutualMean = (0.156 + 0.158 + 0.1535) / 3;
    expect(line.rOhmPerKm).toBeCloseTo((ownMean - mutualMean) / 1.609344, 12);
    expect(attributes(part, "line:g:684611")).toMatchObject({ fromNodes: [3], toNodes: [3], phases: 1 });
  });

  test("has capacitors as shunts of their buses, regulators at their transformers, and its switch closed", async () => {
    const part = await loadFixture("13Bus/IEEE13Nodeckt.dss");
    expect(attributes(part, "bus:g:675").shunts).toEqual([
      {
        ...{ name: "Cap1", class: "Capacitor", nodes: [1, 2, 3], phases: 3, conn: "wye", pMw: 0, qMvar: -0.6 },
        ...{ step: 1, maxStep: 1, vnKv: 4.16, inService: true },
      },
    ]);
    expect(attributes(part, "bus:g:675").position).toEqual({ x: 400, y: 100 });
    const regulator = attributes(part, "transformer:g:Reg1");
    expect(regulator).toMatchObject({ tapSide: "lv", tapMin: -16, tapMax: 16, tapStepPercent: 0.625, tapPos: 0 });
    expect(regulator.regControls).toMatchObject([{ name: "Reg1", winding: 2, vRegV: 122, rV: 3, xV: 9 }]);
    expect(attributes(part, "switch:g:671692")).toMatchObject({ closed: true, fromBus: "671", toBus: "692" });
  });

  test("has the inline math of its substation calculated", async () => {
    const part = await loadFixture("13Bus/IEEE13Nodeckt.dss");
    const sub = attributes(part, "transformer:g:Sub");
    expect(sub).toMatchObject({
      xhlPercent: 0.008,
      hvBus: "SourceBus",
      lvBus: "650",
      vnHvKv: 115,
      vnLvKv: 4.16,
      snMva: 5,
    });
    expect(sub.vkrPercent).toBeCloseTo(0.001, 12);
    expect(sub.vkPercent).toBeCloseTo(Math.hypot(0.008, 0.001), 12);
    expect((sub.windings as { conn: string }[]).map(({ conn }) => conn)).toEqual(["delta", "wye"]);
  });

  test("hangs together: every link and branch leads to twins, loads are fed by their buses", async () => {
    const part = await loadFixture("13Bus/IEEE13Nodeckt.dss");
    const ids = new Set(part.twins.map(({ id }) => id));
    for (const { from, to } of part.links) expect([ids.has(from), ids.has(to)]).toEqual([true, true]);
    expect(part.branches).toHaveLength(17);
    expect(part.branches).toContainEqual({
      twin: "line:g:671680",
      from: "bus:g:671",
      to: "bus:g:680",
      switches: [],
    });
    expect(part.links).toContainEqual({ from: "bus:g:634", role: "feeds", to: "load:g:634a" });
    expect(part.links).toContainEqual({ from: "grid:g:source", role: "feeds", to: "bus:g:SourceBus" });
  });
});

test("a unit that only the line says is that of its line code, too (34-bus feeder)", async () => {
  const part = await loadFixture("34Bus/ieee34Mod1.dss");
  const line = attributes(part, "line:g:L4");
  expect(line.lengthKm).toBeCloseTo(5.804 * 0.3048, 12);
  expect(line.rOhmPerKm).toBeCloseTo(0.530208 / 0.3048, 5);
  expect(attributes(part, "load:g:S860")).toMatchObject({ vMinPu: 0.85, pMw: 0.06, qMvar: 0.048 });
});

test("a line without any unit has its totals instead (118-bus case), and SetkVBase says voltages", async () => {
  const part = await loadFixture("IEEE118Bus/master_file.dss");
  const line = attributes(part, "line:g:1_2_1_1");
  expect(line).toMatchObject({ length: 1, rOhm: 5.770332, xOhm: 19.024956, r0Ohm: 25.22940779722097 });
  expect(line).not.toHaveProperty("lengthKm");
  expect(part.twins.filter(({ kind, attributes: of }) => kind === "bus" && of.vnKv === 138)).toHaveLength(118);
  expect(count(part, "generator")).toBe(53);
  expect(attributes(part, "generator:g:Gen_at_10_1")).toMatchObject({
    pMw: 450,
    vmPu: 1.05,
    maxQMvar: 200,
    minQMvar: -147,
  });
  expect(attributes(part, "bus:g:5_olive").shunts).toMatchObject([{ class: "Reactor", qMvar: 40 }]);
});

test("three windings are three branches, and what a script disables at its end is out of service (YYD)", async () => {
  const part = await loadFixture("4Bus-YYD/YYD-Master.DSS");
  const bank = attributes(part, "transformer:g:YYDA");
  expect(bank).toMatchObject({ hvBus: "B2", mvBus: "B3", lvBus: "B5", xhtPercent: 36, xltPercent: 28, snLvMva: 1.666 });
  expect(
    part.branches.filter((branch) => branch.twin === "transformer:g:YYDA").map(({ from, to }) => [from, to]),
  ).toEqual([
    ["bus:g:B2", "bus:g:B3"],
    ["bus:g:B2", "bus:g:B5"],
    ["bus:g:B3", "bus:g:B5"],
  ]);
  expect(["B2", "B3", "B5"].map((bus) => attributes(part, `bus:g:${bus}`).vnKv)).toEqual([69, 13.2, 2.4]);
  expect(part.twins.filter(({ kind }) => kind === "load").map((load) => load.attributes.inService)).toEqual([
    ...[false, false, false, false],
  ]);
  expect(attributes(part, "bus:g:B2").faults).toMatchObject([{ name: "SLGFault", nodes: [1], secondNodes: [0] }]);
});

test("Clear leaves only what follows it (OYOD)", async () => {
  const part = await loadFixture("4Bus-OYOD-Bal/4Bus-OYOD-Bal.DSS");
  expect(codes(part)).toEqual(["OPENDSS_CLEARED"]);
  expect(attributes(part, "bus:g:n4").shunts).toMatchObject([{ name: "Stabilizer" }]);
  const whole = attributes(part, "grid:g:source").network as Record<string, unknown>;
  expect(whole.lineGeometries).toMatchObject([{ name: "4wire", reduce: true, conductors: { length: 4 } }]);
  // The script's second half gives the wires no ratings.
  expect(attributes(part, "line:g:line1")).not.toHaveProperty("maxIKa");
});

test("the European feeder has its shapes summed up, its missing profiles told, its meters at their lines", async () => {
  const part = await loadFixture("LVTestCase/Master.dss");
  expect(new Set(codes(part))).toEqual(new Set(["OPENDSS_FILE_MISSING"]));
  expect(part.findings).toHaveLength(54);
  expect(part.findings[0]!.at).toBe("LVTestCase/LoadShapes.txt line 2");
  const values = (await fixtureText("LVTestCase/Daily_1min_100profiles/load_profile_1.txt"))
    .trim()
    .split(/\s+/)
    .map(Number);
  const { loadShapes } = attributes(part, "grid:g:source").network as { loadShapes: Record<string, unknown>[] };
  expect(loadShapes).toHaveLength(55);
  expect(loadShapes[0]).toMatchObject({ name: "Shape_1", npts: 1440, intervalMin: 1, useActual: false });
  const { mean, ...shape } = loadShapes[0]!.mult as Record<string, number>;
  expect(shape).toEqual({
    file: "Daily_1min_100profiles/load_profile_1.txt",
    points: 1440,
    min: Math.min(...values),
    max: Math.max(...values),
  });
  expect(mean).toBeCloseTo(values.reduce((sum, value) => sum + value) / 1440, 12);
  expect(attributes(part, "load:g:LOAD1")).toMatchObject({ bus: "34", nodes: [1], yearly: "Shape_1", vnKv: 0.23 });
  expect(attributes(part, "line:g:LINE1").energyMeters).toMatchObject([
    { name: "m1", element: "LINE.LINE1", terminal: 1 },
  ]);
  expect(attributes(part, "line:g:LINE558").monitors).toMatchObject([
    { name: "LINE558_VI_vs_Time", terminal: 2, mode: 0 },
  ]);
  expect(attributes(part, "bus:g:1")).toMatchObject({ vnKv: 0.416, position: { x: 390872.663, y: 392887.379 } });
});

test("the North American network has its protectors at their switches, with variables in inline math", async () => {
  const [network, protectors, meters] = await Promise.all(
    ["SecPar.dss", "network_protectors.dss", "energy_meters.dss"].map((file) =>
      fixtureText(`LVTestCaseNorthAmerican/${file}`),
    ),
  );
  const files = { "SecPar.dss": network!, "protectors.dss": protectors!, "meters.dss": meters! };
  const buscoords = await fixtureText("LVTestCaseNorthAmerican/buscoords.dat");
  const script = "compile SecPar.dss\nredirect protectors.dss\nredirect meters.dss\n";
  const part = await loadScript(script, { ...files, "buscoords.dat": buscoords });
  expect(codes(part)).toEqual([]);
  const relays = protectors!.match(/^new relay\./gim)!.length;
  expect(part.census?.kept).toMatchObject({
    Relay: relays,
    EnergyMeter: meters!.match(/^new energymeter\./gim)!.length,
  });
  const [sensitive] = attributes(part, "switch:g:13_sw").relays as Record<string, unknown>[];
  expect(sensitive).toMatchObject({ docTripSettingLowA: 3500 * 0.0015, shots: 1 });
  expect(part.twins.filter(({ kind, attributes: of }) => kind === "bus" && of.position).length).toBe(390);
  expect(twin(part, "transformer:g:46").attributes).toMatchObject({ vnHvKv: 13.8, vnLvKv: 0.208 });
});

test("a circuit of 8,500 buses is read whole", async () => {
  const lines = ["New Circuit.big basekv=115 bus1=src", "New Linecode.lc nphases=3 r1=.3 x1=.4 units=km"];
  lines.push("New Transformer.sub buses=[src n0] conns=[delta wye] kvs=[115 12.47] kvas=[20000 20000] xhl=8");
  for (let index = 1; index < 8499; index++) {
    lines.push(`New Line.l${index} bus1=n${(index - 1) >> 1}.1.2.3 bus2=n${index}.1.2.3 linecode=lc length=50 units=m`);
    if (index % 2) lines.push(`New Load.d${index} bus1=n${index}.${1 + (index % 3)} phases=1 kv=7.2 kw=2 pf=.95`);
  }
  const part = await loadScript([...lines, "Set VoltageBases=[115 12.47]"].join("\n"));
  expect(part.findings).toEqual([]);
  expect(["bus", "line", "load"].map((kind) => count(part, kind))).toEqual([8500, 8498, 4249]);
  expect(part.branches).toHaveLength(8499);
  expect(attributes(part, "bus:g:n8498").vnKv).toBe(12.47);
});
