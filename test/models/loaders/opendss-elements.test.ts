// Tests of what the OpenDSS loader makes of each class of elements. Expected values are calculated by hand from the manual's rules.

import { describe, expect, test } from "vitest";
import { attributes, circuit, codes, loadScript } from "./opendss-scripts.ts";

const LINE = "New Line.a bus1=sourcebus bus2=b r1=1 x1=1 length=2 units=km";

describe("lines", () => {
  test("convert lengths and impedances between all units", async () => {
    const kmOf = {
      mi: 1.609344,
      kft: 0.3048,
      km: 1,
      m: 0.001,
      ft: 0.0003048,
      in: 0.0000254,
      cm: 0.00001,
      mm: 0.000001,
    };
    const lines = Object.keys(kmOf).flatMap((unit) => [
      `New Linecode.c${unit} nphases=3 r1=2 x1=3 c1=4 units=${unit}`,
      `New Line.${unit} bus1=sourcebus bus2=b${unit} linecode=c${unit} length=5 units=${unit}`,
      `New Line.${unit}inmi bus1=sourcebus bus2=b${unit} linecode=cmi length=5 units=${unit}`,
    ]);
    const part = await circuit(...lines);
    for (const [unit, km] of Object.entries(kmOf)) {
      const line = attributes(part, `line:g:${unit}`);
      expect(line.lengthKm).toBeCloseTo(5 * km, 12);
      expect(Number(line.rOhmPerKm) * km).toBeCloseTo(2, 12);
      expect(Number(line.cNfPerKm) * km).toBeCloseTo(4, 12);
      expect(attributes(part, `line:g:${unit}inmi`).xOhmPerKm).toBeCloseTo(3 / 1.609344, 12);
    }
  });

  test("take the unit of the line code when they have none, and say an unknown one", async () => {
    const part = await circuit(
      "New Linecode.lc nphases=1 r1=2 x1=3 units=kft",
      "New Line.a bus1=sourcebus.1 bus2=b.1 linecode=lc length=5",
      "New Line.c bus1=sourcebus.1 bus2=c.1 linecode=lc length=5 units=furlong",
    );
    expect(attributes(part, "line:g:a")).toMatchObject({ phases: 1, fromNodes: [1] });
    expect(attributes(part, "line:g:a").lengthKm).toBeCloseTo(5 * 0.3048, 12);
    expect(codes(part)).toEqual(["OPENDSS_UNITS"]);
  });

  test("follow the last word: code, own values, code again", async () => {
    const part = await circuit(
      "New Linecode.lc nphases=3 r1=2 x1=3 units=km",
      "New Line.a bus1=sourcebus bus2=b linecode=lc r1=7 length=1 units=km",
      "New Line.b bus1=sourcebus bus2=b r1=7 linecode=lc length=1 units=km",
    );
    expect(attributes(part, "line:g:a")).toMatchObject({ rOhmPerKm: 7, xOhmPerKm: 3 });
    expect(attributes(part, "line:g:b")).toMatchObject({ rOhmPerKm: 2, xOhmPerKm: 3 });
  });

  test("with switch=yes are switches, of a thousandth of an ohm", async () => {
    const part = await circuit(
      "New Line.s bus1=sourcebus bus2=b switch=yes",
      "New Line.t bus1=b bus2=c switch=y enabled=no",
    );
    expect(attributes(part, "switch:g:s")).toMatchObject({ closed: true, inService: true, length: 0.001 });
    expect(attributes(part, "switch:g:s").rOhm).toBeCloseTo(0.001, 12);
    expect(attributes(part, "switch:g:t")).toMatchObject({ closed: false, inService: false });
  });

  test("are rated as they say, as their code, or as the first wire of their geometry", async () => {
    const part = await circuit(
      "New Linecode.lc nphases=3 r1=2 x1=3 units=km normamps=400 emergamps=600",
      "New Wiredata.w rac=.3 gmr=.02 normamps=530",
      "New Linegeometry.g nconds=3 nphases=3 cond=1 wire=w x=0 h=10 units=m",
      "~ cond=2 wire=w x=1 h=10 cond=3 wire=w x=2 h=10",
      "New Line.a bus1=sourcebus bus2=b linecode=lc length=1 units=km",
      "New Line.b bus1=sourcebus bus2=b linecode=lc length=1 units=km normamps=100",
      "New Line.c bus1=sourcebus bus2=b geometry=g length=1 units=km",
    );
    expect(attributes(part, "line:g:a")).toMatchObject({ maxIKa: 0.4, emergencyIKa: 0.6 });
    expect(attributes(part, "line:g:b")).toMatchObject({ maxIKa: 0.1, emergencyIKa: 0.6 });
    expect(attributes(part, "line:g:c")).toMatchObject({ maxIKa: 0.53, geometry: "g", lengthKm: 1 });
    const { lineGeometries } = attributes(part, "grid:g:source").network as Record<string, unknown>;
    expect(lineGeometries).toMatchObject([
      { name: "g", conductors: [{ cond: 1, wire: "w", x: 0, h: 10, units: "m" }, { x: 1 }, { x: 2 }] },
    ]);
  });
});

describe("transformers", () => {
  test("have the same windings one by one or as arrays", async () => {
    const part = await circuit(
      "New Transformer.a phases=3 windings=2 xhl=6",
      "~ wdg=1 bus=sourcebus conn=delta kv=12.47 kva=500 %r=0.5",
      "~ wdg=2 bus=b conn=wye kv=0.4 kva=500 %r=0.5 tap=1.025",
      "New Transformer.b buses=[sourcebus b] conns=[delta wye] kvs=[12.47 .4] kvas=[500 500] %rs=[.5 .5] taps=[1 1.025] xhl=6",
    );
    const [one, other] = ["a", "b"].map((name) => attributes(part, `transformer:g:${name}`));
    const firstTap = { ...(other!.windings as Record<string, unknown>[])[0] };
    expect(firstTap.tapPu).toBe(1);
    expect(one).toMatchObject({ hvBus: "sourcebus", lvBus: "b", snMva: 0.5, vkrPercent: 1, tapSide: "lv", tapPos: 4 });
    expect(one!.vkPercent).toBeCloseTo(Math.hypot(6, 1), 12);
    expect({ ...other, windings: undefined }).toEqual({ ...one, windings: undefined });
  });

  test("take what an XfmrCode says, and the power of the first winding for all", async () => {
    const part = await circuit(
      "New Xfmrcode.x phases=3 windings=2 kvs=[12.47 .4] kvas=[250 250] xhl=4 %loadloss=1.2 %noloadloss=.2 %imag=.3",
      "New Transformer.a xfmrcode=x buses=[sourcebus b]",
      "New Transformer.b xfmrcode=x buses=[sourcebus c] wdg=1 kva=630",
    );
    expect(attributes(part, "transformer:g:a")).toMatchObject({
      vnLvKv: 0.4,
      snMva: 0.25,
      vkrPercent: 1.2,
      xhlPercent: 4,
      pfeKw: 0.5,
    });
    expect(attributes(part, "transformer:g:a").i0Percent).toBeCloseTo(Math.hypot(0.2, 0.3), 12);
    expect(attributes(part, "transformer:g:b").windings).toMatchObject([{ snMva: 0.63 }, { snMva: 0.63 }]);
  });

  test("with a centre-tapped secondary have one way to it, and its bus the voltage that CalcVoltageBases gives", async () => {
    const part = await circuit(
      "New Transformer.t phases=1 windings=3 xhl=2 xht=2 xlt=1.3 kvas=[25 25 25]",
      "~ wdg=1 bus=sourcebus.1 kv=7.2",
      "~ wdg=2 bus=house.1.0 kv=.12",
      "~ wdg=3 bus=house.0.2 kv=.12",
      "New Load.l bus1=house.1.2 phases=1 kv=.24 kW=4",
      "Set VoltageBases=[12.47 .208]",
    );
    const { twins, branches, findings } = part;
    expect(findings).toEqual([]);
    expect(branches).toEqual([{ twin: "transformer:g:t", from: "bus:g:sourcebus", to: "bus:g:house", switches: [] }]);
    expect(twins.find(({ id }) => id === "bus:g:house")!.attributes).toMatchObject({ nodes: [1, 2] });
    expect(attributes(part, "bus:g:house").vnKv).toBe(0.4);
    expect(attributes(part, "transformer:g:t").windings).toMatchObject([
      { nodes: [1] },
      { nodes: [1, 0] },
      { nodes: [0, 2] },
    ]);
  });

  test("have a tap changer where a regulator stands", async () => {
    const part = await circuit(
      "New Transformer.t buses=[sourcebus b] kvs=[12.47 .4] kvas=[500 500] xhl=6 maxtap=1.05 mintap=.95 numtaps=4",
      "New RegControl.r transformer=t winding=1 vreg=120 band=2 ptratio=60",
    );
    expect(attributes(part, "transformer:g:t")).toMatchObject({
      tapSide: "hv",
      tapMin: -2,
      tapMax: 2,
      tapStepPercent: 2.5,
      tapPos: 0,
    });
  });
});

describe("power", () => {
  test("of a load follows the order of kW, kvar, pf and kVA, command by command", async () => {
    const tan = (pf: number) => Math.tan(Math.acos(pf));
    const cases: [string, number, number][] = [
      ["kW=10", 10, 10 * tan(0.88)],
      ["kW=10 pf=.9", 10, 10 * tan(0.9)],
      ["pf=-.9 kW=10", 10, -10 * tan(0.9)],
      ["kW=10 kvar=-3", 10, -3],
      ["kW=10 kvar=3 pf=.9", 10, 10 * tan(0.9)],
      ["kvar=3 kW=10", 10, 10 * tan(0.88)],
      ["kVA=10 pf=.8", 8, 6],
      ["kW=10 kvar=10\n~ kW=20", 20, 20],
      ["xfkva=100 allocationfactor=.3 pf=.8", 24, 18],
      ["kwh=720 kwhdays=30 cfactor=2 pf=.8", 2, 1.5],
    ];
    const part = await circuit(LINE, ...cases.map(([text], index) => `New Load.l${index} bus1=b ${text}`));
    for (const [index, [text, kw, kvar]] of cases.entries()) {
      const load = attributes(part, `load:g:l${index}`);
      expect(Number(load.pMw) * 1000, text).toBeCloseTo(kw, 9);
      expect(Number(load.qMvar) * 1000, text).toBeCloseTo(kvar, 9);
    }
  });

  test("of generators, plants, storages and machines has the sign that pandapower gives it", async () => {
    const part = await circuit(
      LINE,
      "New Generator.x bus1=b kW=500 pf=-.8 kv=12.47 kVA=600 maxkvar=300",
      "New PVSystem.x bus1=b Pmpp=10 irradiance=.5 kVA=12 %Pmpp=80 kvar=1",
      "New Storage.x bus1=b kWrated=50 kWhrated=200 %reserve=20 %stored=60 kW=30 kvar=5",
      "New IndMach012.x bus1=b kW=75 kVA=90",
      "New WindGen.x bus1=b kW=1500",
    );
    expect(part.findings).toEqual([]);
    expect(attributes(part, "generator:g:x")).toMatchObject({
      pMw: 0.5,
      snMva: 0.6,
      maxQMvar: 0.3,
      class: "Generator",
    });
    expect(attributes(part, "generator:g:x").qMvar).toBeCloseTo(-0.375, 12);
    expect(attributes(part, "generator:g:PVSystem.x")).toMatchObject({
      pvKwp: 10,
      pMw: 0.004,
      qMvar: 0.001,
      snMva: 0.012,
    });
    expect(attributes(part, "storage:g:x")).toMatchObject({
      pMw: -0.03,
      qMvar: -0.005,
      maxPMw: 0.05,
      maxEMwh: 0.2,
      minEMwh: 0.04,
      socPercent: 60,
    });
    expect(attributes(part, "load:g:IndMach012.x")).toMatchObject({ pMw: 0.075, snMva: 0.09 });
    expect(attributes(part, "generator:g:WindGen.x")).toMatchObject({ pMw: 1.5 });
    expect(part.links).toContainEqual({ from: "generator:g:PVSystem.x", role: "feeds", to: "bus:g:b" });
    expect(part.links).toContainEqual({ from: "bus:g:b", role: "feeds", to: "storage:g:x" });
  });

  test("names that look like those of another class stay apart", async () => {
    const part = await circuit(LINE, "New Generator.PVSystem.x bus1=b kW=1", "New PVSystem.x bus1=b Pmpp=2");
    expect(part.twins.filter(({ kind }) => kind === "generator").map(({ id }) => id)).toEqual([
      "generator:g:PVSystem.x",
      "generator:g:PVSystem.PVSystem.x",
    ]);
  });
});

describe("what stands at a bus", () => {
  test("has steps, of which those that are on count", async () => {
    const part = await circuit(
      LINE,
      "New Capacitor.even bus1=b kvar=600 numsteps=3 states=[1 1 0] kv=12.47",
      "New Capacitor.odd bus1=b kvar=[100 200] numsteps=2 states=[0 1]",
      "New Reactor.ground bus1=b.4 bus2=b.0 phases=1 r=0.5 x=0",
      "New CapControl.cc element=line.a capacitor=even type=kvar onsetting=100 offsetting=50",
    );
    expect(part.findings).toEqual([]);
    const shunts = attributes(part, "bus:g:b").shunts as Record<string, unknown>[];
    expect(shunts).toMatchObject([
      { name: "even", qMvar: -0.2, step: 2, maxStep: 3, capControls: [{ name: "cc", type: "kvar" }] },
      { name: "odd", qMvar: -0.2, step: 1, maxStep: 1, stepsMvar: [-0.1, -0.2] },
      { name: "ground", nodes: [4], secondNodes: [0], rOhm: 0.5 },
    ]);
    expect(part.census?.kept).toMatchObject({ Capacitor: 2, Reactor: 1, CapControl: 1 });
  });

  test("is a line when it lies between two buses", async () => {
    const part = await circuit(
      LINE,
      "New Reactor.r bus1=b bus2=c r=0.1 x=1",
      "New Capacitor.r bus1=c bus2=d kvar=500 kv=1",
    );
    expect(codes(part)).toEqual(["OPENDSS_SERIES_AS_LINE", "OPENDSS_SERIES_AS_LINE"]);
    expect(attributes(part, "line:g:Reactor.r")).toMatchObject({ fromBus: "b", toBus: "c", reactor: true, xOhm: 1 });
    expect(attributes(part, "line:g:Capacitor.r")).toMatchObject({ fromBus: "c", toBus: "d", capacitor: true });
    expect(part.branches).toHaveLength(3);
  });
});

test("sources take OpenDSS's defaults where physics needs them, and feed their buses", async () => {
  const part = await loadScript(
    "New Circuit.c\nNew Vsource.second bus1=b basekv=20 pu=1.02 angle=10\nNew Line.l bus1=SOURCEBUS bus2=b r1=1 x1=1",
  );
  expect(attributes(part, "grid:g:source")).toMatchObject({
    bus: "SOURCEBUS",
    vnKv: 115,
    vmPu: 1,
    vaDegree: 0,
    phases: 3,
  });
  expect(attributes(part, "grid:g:second")).toMatchObject({ bus: "b", vnKv: 20, vmPu: 1.02, vaDegree: 10 });
  expect(part.links).toContainEqual({ from: "grid:g:second", role: "feeds", to: "bus:g:b" });
});

test("a control whose element is not there is told of and kept with the circuit", async () => {
  const part = await circuit(LINE, "New Monitor.m element=line.zz terminal=1", "New InvControl.i mode=voltvar");
  expect(codes(part)).toEqual(["OPENDSS_UNDEFINED"]);
  const whole = attributes(part, "grid:g:source").network as Record<string, unknown>;
  expect(whole.monitors).toMatchObject([{ name: "m", element: "line.zz" }]);
  expect(whole.invControls).toMatchObject([{ name: "i", mode: "voltvar" }]);
});

test("SetkVBase takes voltages between phases or to neutral", async () => {
  const part = await circuit(
    LINE,
    "SetkVBase bus=b kVLN=7.2",
    "SetkVBase sourcebus kVLL=12",
    "SetkVBase nowhere kVLL=1",
  );
  expect(attributes(part, "bus:g:b").vnKv).toBeCloseTo(7.2 * Math.sqrt(3), 12);
  expect(attributes(part, "bus:g:sourcebus").vnKv).toBe(12);
  expect(codes(part)).toEqual(["OPENDSS_UNDEFINED"]);
});

test("a winding that is gone when the script says how many there are is the last one", async () => {
  const part = await circuit(
    "New Transformer.t phases=3 wdg=3 kv=1 windings=2 kv=0.4 buses=[sourcebus b] kvas=[100 100]",
  );
  expect(attributes(part, "transformer:g:t").windings).toMatchObject([{}, { vnKv: 0.4 }]);
});
