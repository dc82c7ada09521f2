// Tests of how the OpenDSS loader reads a script: the language, not the elements. What OpenDSS makes of each line is from its
// manual ("DSS Command Language Syntax", "Properties", "In-line Math").

import { describe, expect, test } from "vitest";
import { loadOpenDss } from "../../../models/loaders/opendss.ts";
import { attributes, circuit, codes, count, loadScript } from "./opendss-scripts.ts";

const LINE = "New Line.a bus1=sourcebus bus2=b r1=1 x1=1 length=2 units=km";

describe("a line of a script", () => {
  test("ends at ! or //, unless they stand in quotes; /* */ hides whole lines", async () => {
    const part = await circuit(
      "// New Line.x bus1=sourcebus bus2=x",
      "! New Line.y bus1=sourcebus bus2=y",
      "/* New Line.z bus1=sourcebus bus2=z",
      "New Line.zz bus1=sourcebus bus2=zz",
      "*/ New Line.zzz bus1=sourcebus bus2=zzz",
      `${LINE} ! length=3`,
      "New Load.l bus1=b kW=5 // kW=6",
      'New "Load.a!b" bus1="b.1" phases=1 kW=1',
    );
    expect(part.findings).toEqual([]);
    const elements = ["grid:g:source", "line:g:a", "load:g:l", "load:g:a!b"];
    expect(part.twins.map(({ id }) => id)).toEqual(["bus:g:sourcebus", "bus:g:b", ...elements]);
    expect(attributes(part, "line:g:a").lengthKm).toBe(2);
    expect(attributes(part, "load:g:l").pMw).toBe(0.005);
  });

  test("goes on with ~, More and M, with or without a blank", async () => {
    const part = await circuit("New Line.a", "~ bus1=sourcebus", "~bus2=b", "More r1=1 x1=2", "M length=3 units=km");
    expect(part.findings).toEqual([]);
    expect(attributes(part, "line:g:a")).toMatchObject({ fromBus: "sourcebus", toBus: "b", xOhmPerKm: 2, lengthKm: 3 });
  });

  test("gives a value without a name to the property after the one before", async () => {
    const part = await circuit(
      "New Linecode.lc nphases=3 r1=.1 .2 .3 .4",
      "New Line.a sourcebus b lc 7 3 units=km",
      "New Load.l 1 b.2 7.2 10 .9",
      "New energymeter.m line.a 2",
    );
    expect(part.findings).toEqual([]);
    const line = attributes(part, "line:g:a");
    expect(line).toMatchObject({ toBus: "b", linecode: "lc", lengthKm: 7, phases: 3 });
    expect(line).toMatchObject({ rOhmPerKm: 0.1, xOhmPerKm: 0.2, r0OhmPerKm: 0.3, x0OhmPerKm: 0.4 });
    expect(line.energyMeters).toMatchObject([{ element: "line.a", terminal: 2 }]);
    expect(attributes(part, "load:g:l")).toMatchObject({
      phases: 1,
      nodes: [2],
      vnKv: 7.2,
      pMw: 0.01,
      powerFactor: 0.9,
    });
  });

  test("keeps the place of a value that is left out between commas", async () => {
    const part = await circuit("New Line.a sourcebus, b,, 4 units=km r1=1 x1=1");
    expect(attributes(part, "line:g:a").lengthKm).toBe(4);
  });

  test("takes the first property, command and option that begins with a shortened word", async () => {
    const part = await circuit(
      "New Transformer.t buses=(sourcebus b) kvs=(12.47 .4) kvas=(100 100) xh=5 ppm=0",
      "calcv",
    );
    expect(part.findings).toEqual([]);
    expect(attributes(part, "transformer:g:t")).toMatchObject({ xhlPercent: 5, ppmAntifloat: 0 });
    expect(attributes(part, "grid:g:source").network).toMatchObject({ commands: { Calcvoltagebases: 1 } });
  });

  test("may be a property of an object, or of the active one", async () => {
    const part = await circuit(LINE, "New Load.l bus1=b kW=5", "Load.l.kW=6 kvar=1", "model=2", "Line.a.length=9");
    expect(attributes(part, "load:g:l")).toMatchObject({ pMw: 0.006, qMvar: 0.001, model: 2 });
    expect(attributes(part, "line:g:a").lengthKm).toBe(9);
  });

  test("names objects in any case, and as class.name or object=class.name", async () => {
    const part = await circuit(LINE, "new OBJECT=load.Shop BUS1=B kw=5", "edit LOAD.SHOP KW=7", "Disable Load.shop");
    expect(part.findings.map(({ code }) => code)).toEqual(["OPENDSS_OUT_OF_SERVICE"]);
    expect(attributes(part, "load:g:Shop")).toMatchObject({ bus: "b", pMw: 0.007, inService: false });
  });
});

describe("arrays, matrices and numbers", () => {
  test("stand in any brackets or quotes, with blanks or commas; rows of a matrix may end at the diagonal", async () => {
    const part = await circuit(
      "New Transformer.t1 buses=[sourcebus b] conns=\"delta wye\" kvs={12.47, .4} kvas='50 50' xhl=4",
      "New Line.a bus1=sourcebus bus2=c phases=2 length=1 units=km rmatrix=[1 | .1 2] xmatrix=(3 .3 | .3 4)",
    );
    expect(part.findings).toEqual([]);
    expect(attributes(part, "transformer:g:t1")).toMatchObject({ vnHvKv: 12.47, vnLvKv: 0.4, snMva: 0.05 });
    const { rMatrixOhmPerKm, xMatrixOhmPerKm, rOhmPerKm } = attributes(part, "line:g:a");
    expect([rMatrixOhmPerKm, xMatrixOhmPerKm]).toEqual([
      [
        [1, 0.1],
        [0.1, 2],
      ],
      [
        [3, 0.3],
        [0.3, 4],
      ],
    ]);
    expect(rOhmPerKm).toBeCloseTo(1.5 - 0.1, 12);
  });

  test("are calculated in reverse Polish notation, degrees for angles, also inside an array", async () => {
    const part = await circuit(
      LINE,
      "New Load.a bus1=b kW=(2 3 * 4 +) kvar=[8 1000 /]",
      "New Load.b bus1=b kW=(30 sin 2 / 3 sqr 2 ^ +) kvar=(9 sqrt 1 swap -)",
      "New Transformer.t buses=[b c] kvs=[(12.47 3 sqrt /) 0.4] kvas=[(5 10 *) 50] phases=1 xhl=2",
      "New Load.c bus1=c.1 phases=1 kW={1 2 3 rollup - inv}",
    );
    expect(part.findings).toEqual([]);
    expect(attributes(part, "load:g:a")).toMatchObject({ pMw: 0.01, qMvar: 0.000008 });
    expect(attributes(part, "load:g:b").pMw).toBeCloseTo((0.25 + 81) / 1000, 12);
    expect(attributes(part, "load:g:b").qMvar).toBeCloseTo(-2 / 1000, 12);
    expect(attributes(part, "transformer:g:t").vnHvKv).toBeCloseTo(12.47 / Math.sqrt(3), 12);
    // 1 2 3 are z y x; rolled up they are y x t, so y - x is 3 - 0.
    expect(attributes(part, "load:g:c").pMw).toBeCloseTo(1 / 3 / 1000, 12);
  });

  test("take variables, whole and inside of inline math and of buses", async () => {
    const part = await circuit(
      "var @size=(2 5 *) @where=b",
      "New Line.a bus1=sourcebus bus2=@where.1.2.3 r1=1 x1=1 length=1 units=km",
      "New Load.l bus1=@where.2 phases=1 kW=@size kvar=(@size 2 /)",
    );
    expect(part.findings).toEqual([]);
    expect(attributes(part, "load:g:l")).toMatchObject({ bus: "b", nodes: [2], pMw: 0.01, qMvar: 0.005 });
  });
});

describe("objects", () => {
  test("that are like another have all of it but its buses", async () => {
    const part = await circuit(
      LINE,
      "New Line.b like=a bus1=b bus2=c length=5",
      "New Load.l bus1=c kW=3 kvar=1 model=5",
      "New Load.m like=l bus1=b.1 phases=1",
    );
    expect(part.findings).toEqual([]);
    expect(attributes(part, "line:g:b")).toMatchObject({ fromBus: "b", toBus: "c", lengthKm: 5, rOhmPerKm: 1 });
    expect(attributes(part, "load:g:m")).toMatchObject({ pMw: 0.003, qMvar: 0.001, model: 5, phases: 1, bus: "b" });
  });

  test("that match a pattern are edited together", async () => {
    const loads = ["s1", "s2", "r1"].map((name) => `New Load.${name} bus1=b kW=1`);
    const part = await circuit(
      LINE,
      ...loads,
      "BatchEdit Load.s.* kW=2",
      "BatchEdit load..* model=4",
      "batchedit load.^1$ kW=9",
    );
    expect(["s1", "s2", "r1"].map((name) => attributes(part, `load:g:${name}`).pMw)).toEqual([0.002, 0.002, 0.001]);
    expect(attributes(part, "load:g:r1").model).toBe(4);
    const broken = await circuit(LINE, ...loads, "BatchEdit Load.(s|r)+1 kW=2");
    expect(codes(broken)).toEqual(["OPENDSS_PATTERN"]);
  });

  test("that are very many of few lines end at a limit", async () => {
    const loads = Array.from({ length: 1000 }, (_, index) => `New Load.l${index} bus1=b kW=1`);
    const edited = await circuit(LINE, ...loads, ...Array<string>(700).fill("BatchEdit Load..* kW=2 kvar=1 pf=1"));
    expect(codes(edited).filter((code) => code === "OPENDSS_LIMIT")).toHaveLength(1);
    expect(attributes(edited, "load:g:l999").pMw).toBe(0.002);
    const codesLikeIt = Array<string>(2100).fill("~ like=b");
    const like = await circuit(`New Linecode.b ${"r1=1 x1=2 ".repeat(500)}`, "New Linecode.a", ...codesLikeIt);
    expect(codes(like).filter((code) => code === "OPENDSS_LIMIT")).toHaveLength(1);
    const variable = [`var @a=a${"a".repeat(100_000)}`, ...Array<string>(30).fill("Edit Load.l0 daily=@a")];
    const replaced = await circuit(LINE, ...loads, ...variable);
    expect(codes(replaced).filter((code) => code === "OPENDSS_LIMIT")).toHaveLength(1);
  });

  test("open and close at their terminals, by command or by a control that says so", async () => {
    const lines = ["a", "b", "c", "d"].map(
      (name) => `New Line.${name} bus1=sourcebus bus2=bus${name} r1=1 x1=1 switch=${name === "d"}`,
    );
    const part = await circuit(
      ...lines,
      "Open Line.a 2",
      "Open Line.b term=1 cond=2",
      "Open Line.c 1",
      "Close Line.c 1",
      "New SwtControl.s switchedobj=line.d switchedterm=1 state=open",
    );
    expect(attributes(part, "line:g:a")).toMatchObject({ inService: false, openTerminals: [2] });
    expect(attributes(part, "line:g:b")).toMatchObject({
      inService: true,
      openConductors: [{ terminal: 1, conductors: [2] }],
    });
    expect(attributes(part, "line:g:c")).toMatchObject({ inService: true });
    expect(attributes(part, "switch:g:d")).toMatchObject({ closed: false, switchControls: [{ name: "s" }] });
  });
});

describe("files", () => {
  const lines = `${LINE}\nredirect deeper/loads\n`;

  test("are found from the folder of the one that names them, whatever their case; .dss may be left out", async () => {
    const part = await loadScript("New Circuit.c\nRedirect Sub\\Lines.DSS\nredirect tail.dss", {
      "sub/lines.dss": lines,
      "sub/deeper/loads.dss": "New Load.l bus1=b kW=1\n",
      "tail.dss": "New Load.m bus1=b kW=1 oops=1",
    });
    expect(count(part, "load")).toBe(2);
    expect(part.findings.map(({ at }) => at)).toEqual(["tail.dss line 1"]);
  });

  test("are looked for in the folder of a compiled one after it", async () => {
    const files = { "sub/all.dss": "New Circuit.c\n", "sub/more.dss": LINE };
    const compiled = await loadScript('compile "sub/all.dss"\nredirect more.dss', files);
    expect([count(compiled, "line"), codes(compiled)]).toEqual([1, []]);
    const redirected = await loadScript("redirect sub/all.dss\nredirect more.dss", files);
    expect(codes(redirected)).toContain("OPENDSS_FILE_MISSING");
  });

  test("that redirect to themselves are read once, and too many in a row are not", async () => {
    const cycle = await loadScript("New Circuit.c\nredirect a.dss", {
      "a.dss": `${LINE}\nredirect b.dss`,
      "b.dss": "redirect a.dss",
    });
    expect(codes(cycle)).toEqual(["OPENDSS_FILE_CYCLE"]);
    expect(count(cycle, "line")).toBe(1);
    const chain = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [`f${index}.dss`, `redirect f${index + 1}.dss`]),
    );
    expect(codes(await loadScript("New Circuit.c\nredirect f0.dss", chain))).toContain("OPENDSS_LIMIT");
  });

  test("that each name the next twice end at a limit", async () => {
    const twice = Array.from({ length: 20 }, (_, index) => [`f${index}.dss`, `redirect f${index + 1}.dss\n`.repeat(2)]);
    const part = await loadScript("New Circuit.c\nredirect f0.dss", { ...Object.fromEntries(twice), "f20.dss": "" });
    expect(codes(part)).toEqual(["OPENDSS_LIMIT"]);
  });

  test("that are named again and again end at a limit, those that a few runs compile do not", async () => {
    const large = `${`! ${" ".repeat(998)}\n`.repeat(256)}${LINE}\n`;
    const master = { "all.dss": `New Circuit.c\nredirect lines.dss\nredirect lines.dss`, "lines.dss": large };
    const often = await loadScript("clear\ncompile all.dss\n".repeat(100), master);
    expect(codes(often).filter((code) => code === "OPENDSS_LIMIT")).toHaveLength(1);
    expect(count(often, "line")).toBe(1);
    const thrice = await loadScript("clear\ncompile all.dss\n".repeat(3), master);
    expect(codes(thrice)).not.toContain("OPENDSS_LIMIT");
    const coordinates = await loadScript(`New Circuit.c\n${LINE}\n${"buscoords xy.csv\n".repeat(100)}`, {
      "xy.csv": "b,1,2\n".repeat(20_000),
    });
    expect(codes(coordinates)).toContain("OPENDSS_LIMIT");
  });

  test("that district.yaml lists beside the first are read after it, unless it redirects to them", async () => {
    const bytesOf = (text: string) => new TextEncoder().encode(text);
    const [lines, loads] = [bytesOf(LINE), bytesOf("New Load.l bus1=b kW=1")];
    const folder = {
      list: async () => ["lines.dss", "loads.dss"],
      read: async (path: string) => ({ file: path, bytes: path === "lines.dss" ? lines : loads }),
    };
    const more = [
      { file: "lines.dss", bytes: lines },
      { file: "loads.dss", bytes: loads },
    ];
    const main = { source: "g", file: "main.dss", bytes: bytesOf("New Circuit.c\nredirect lines.dss") };
    const part = await loadOpenDss({ ...main, more, folder });
    expect(part.findings).toEqual([]);
    expect([count(part, "line"), count(part, "load")]).toEqual([1, 1]);
  });

  test("outside of the folder, or not there, are findings with their line", async () => {
    const part = await loadScript("New Circuit.c\nredirect ../../etc/passwd\nbuscoords C:\\x.csv\nredirect no.dss");
    expect(part.findings.map(({ code, at }) => [code, at])).toEqual(
      [2, 3, 4].map((line) => ["OPENDSS_FILE_MISSING", `line ${line}`]),
    );
  });

  test("give coordinates: of a drawing, or of the earth", async () => {
    const part = await loadScript(
      `New Circuit.c\n${LINE}\nBusCoords xy.csv\nLatLongCoords geo.csv\nSetBusXY bus=c x=1 y=2`,
      {
        "xy.csv": "bus, x, y\nSourceBus, 100, 200\nnowhere 1 2\nb 1",
        "geo.csv": "B, 52.5, 13.4",
      },
    );
    expect(attributes(part, "bus:g:sourcebus").position).toEqual({ x: 100, y: 200 });
    expect(attributes(part, "bus:g:sourcebus")).not.toHaveProperty("location");
    expect(attributes(part, "bus:g:b")).toMatchObject({ location: { latDeg: 52.5, lonDeg: 13.4 } });
    expect(part.findings.map(({ code, at }) => [code, at])).toEqual([
      ["OPENDSS_COORDS", "xy.csv line 4"],
      ["OPENDSS_COORDS", "xy.csv line 3"],
    ]);
  });

  test("give values of shapes: a column, packed numbers, with what is no number told", async () => {
    const packed = new Uint8Array(new Float32Array([1, 2, 6]).buffer);
    const part = await loadScript(
      [
        "New Circuit.c",
        "New Loadshape.a npts=3 interval=1 mult=(file=a.csv, column=2, header=yes)",
        "New Loadshape.b npts=3 minterval=15 sngfile=b.sng",
        "New Loadshape.d npts=2 interval=1 mult=[0.5 (1 4 /)]",
        "New Loadshape.e npts=3 interval=0 csvfile=e.csv",
        `${LINE}\nNew Load.l bus1=b kW=1 daily=a`,
      ].join("\n"),
      { "a.csv": "hour,mult\n0,10\n1,20\n2,x\n", "b.sng": packed, "e.csv": "0,1\n5,3\n" },
    );
    const { loadShapes } = attributes(part, "grid:g:source").network as { loadShapes: Record<string, unknown>[] };
    expect(loadShapes).toMatchObject([
      { name: "a", intervalH: 1, mult: { file: "a.csv", column: 2, points: 2, min: 10, max: 20, mean: 15 } },
      { name: "b", intervalMin: 15, sngfile: { file: "b.sng", points: 3, min: 1, max: 6, mean: 3 } },
      { name: "d", mult: [0.5, 0.25] },
      { name: "e", csvfile: { points: 2, mean: 2 } },
    ]);
    expect(codes(part)).toEqual(["OPENDSS_SHAPE"]);
  });
});

test("options are kept, commands that only calculate or show are counted and say nothing", async () => {
  const part = await circuit(
    LINE,
    "Set mode=daily DefaultDaily=x stepsize=15m",
    "Solve",
    "Solve mode=snap",
    "Show voltages LN",
    "Plot circuit",
    "export y",
    "? Line.a.r1",
  );
  expect(part.findings).toEqual([]);
  const { options, commands } = attributes(part, "grid:g:source").network as Record<string, unknown>;
  expect(options).toEqual({ mode: "daily", defaultdaily: "x", stepsize: "15m", voltagebases: [12.47, 0.4] });
  expect(commands).toEqual({ Solve: 2, Show: 1, Plot: 1, Export: 1, "?": 1 });
});

test("Set names the active object, Select another", async () => {
  const part = await circuit(
    LINE,
    "New Load.l bus1=b kW=1",
    "Set element=line.a",
    "~ length=4",
    "Select Load.l",
    "~ kW=8",
  );
  expect([attributes(part, "line:g:a").lengthKm, attributes(part, "load:g:l").pMw]).toEqual([4, 0.008]);
});
