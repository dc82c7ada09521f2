// Tests of what the OpenDSS loader says of broken scripts, and that nothing in one makes it throw.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OPENDSS_FINDINGS } from "../../../models/loaders/opendss.ts";
import { attributes, circuit, codes, count, fixtureText, loadScript } from "./opendss-scripts.ts";

const LINE = "New Line.a bus1=sourcebus bus2=b r1=1 x1=1 length=2 units=km";

/** Lines of a script behind LINE, and the findings that they bring, each with the line of the script that it names. */
const BROKEN: [code: string, lines: string[], at: string[]][] = [
  ["OPENDSS_SECOND_CIRCUIT", ["New Circuit.other"], ["line 3"]],
  ["OPENDSS_CLEARED", ["Clear", "New Circuit.c", LINE], ["line 3"]],
  ["OPENDSS_FILE_MISSING", ["Redirect no.dss"], ["line 3"]],
  ["OPENDSS_QUOTE", ["New Load.l bus1=b kW=1 zipv=[1 2 3"], ["line 3"]],
  ["OPENDSS_QUOTE", ['New Transformer.t buses=[sourcebus "c] kvs=[1 1] kvas=[1 1]'], ["line 3"]],
  ["OPENDSS_COMMENT_OPEN", ["/* no end"], ["line 3"]],
  ["OPENDSS_COMMAND_UNKNOWN", ["Frobnicate Line.a", "New Load.l bus1=b kW=1"], ["line 3"]],
  ["OPENDSS_COMMAND_NOT_CARRIED_OUT", ["AllocateLoads"], ["line 3"]],
  ["OPENDSS_CLASS_UNKNOWN", ["New Flux.x bus1=b"], ["line 3"]],
  ["OPENDSS_OBJECT_NAME", ["New Line"], ["line 3"]],
  ["OPENDSS_OBJECT_UNKNOWN", ["Edit Line.zz length=1"], ["line 3"]],
  ["OPENDSS_PROPERTY_UNKNOWN", ["New Load.l bus1=b kW=1 colour=red"], ["line 3"]],
  ["OPENDSS_OPTION_UNKNOWN", ["Set colour=red"], ["line 3"]],
  ["OPENDSS_DUPLICATE", ["New LINE.A bus2=c"], ["line 3"]],
  ["OPENDSS_NUMBER", ["New Load.l bus1=b kW=1 kvar=abc"], ["line 3"]],
  ["OPENDSS_NUMBER", ["New Load.l bus1=b kW=1 kvar=(1 2 frob)"], ["line 3"]],
  ["OPENDSS_NUMBER", ["New Load.l bus1=b kW=1 zipv=[1 x 3 y]"], ["line 3", "line 3"]],
  ["OPENDSS_PATTERN", ["BatchEdit Line.(a+)+ length=3"], ["line 3"]],
  ["OPENDSS_UNDEFINED", ["New Line.c bus1=b bus2=c linecode=zz r1=1 x1=1"], ["line 3"]],
  ["OPENDSS_UNDEFINED", ["New Load.l bus1=b kW=1 daily=zz yearly=yy growth=xx"], ["line 3", "line 3", "line 3"]],
  ["OPENDSS_UNDEFINED", ["New Transformer.t xfmrcode=zz buses=[b c]"], ["line 3"]],
  ["OPENDSS_UNDEFINED", ["New Load.l bus1=b kW=1 like=zz"], ["line 3"]],
  ["OPENDSS_UNDEFINED", ["New RegControl.r transformer=zz"], ["line 3"]],
  ["OPENDSS_UNDEFINED", ["New EnergyMeter.m element=line.zz"], ["line 3"]],
  ["OPENDSS_BUS_MISSING", ["New Load.l kW=1"], ["line 3"]],
  ["OPENDSS_BUS_MISSING", ["New Transformer.t buses=[sourcebus]"], ["line 3"]],
  ["OPENDSS_NODE", ["New Load.l bus1=b.1.x kW=1"], ["line 3"]],
  ["OPENDSS_SAME_BUS", ["New Line.c bus1=b.1 bus2=B.2 r1=1 x1=1"], ["line 3"]],
  ["OPENDSS_UNITS", ["New Line.c bus1=b bus2=c r1=1 x1=1 units=furlong"], ["line 3"]],
  ["OPENDSS_LINE_IMPEDANCE", ["New Line.c bus1=b bus2=c length=1"], ["line 3"]],
  ["OPENDSS_POWER", ["New Load.l bus1=b"], ["line 3"]],
  ["OPENDSS_COORDS", ["SetBusXY bus=b x=1"], ["line 3"]],
  ["OPENDSS_BUS_UNCONNECTED", ["New Load.l bus1=elsewhere kW=1"], ["line 3"]],
  ["OPENDSS_UNSUPPLIED", ["New Line.c bus1=far bus2=away r1=1 x1=1"], ["line 3"]],
  ["OPENDSS_UNSUPPLIED", ["Open Line.a 1"], ["line 2"]],
  [
    "OPENDSS_NODE_UNSUPPLIED",
    ["New Line.c bus1=b.1 bus2=c.1 phases=1 r1=1 x1=1", "New Load.l bus1=c.2 phases=1 kW=1"],
    ["line 4"],
  ],
  ["OPENDSS_OUT_OF_SERVICE", ["New Load.l bus1=b kW=1 enabled=no"], ["Load"]],
];

describe("a broken script is told of, with its line, and the rest is read", () => {
  for (const [code, lines, at] of BROKEN) {
    test(`${code}: ${lines[0]}`, async () => {
      const part = await loadScript(["New Circuit.c", LINE, ...lines].join("\n"));
      const own = part.findings.filter((finding) => finding.code === code);
      expect(own.map((finding) => finding.at)).toEqual(at);
      expect(attributes(part, "line:g:a")).toMatchObject({ fromBus: "sourcebus" });
      expect(own[0]!.hint).toBe(OPENDSS_FINDINGS[code as keyof typeof OPENDSS_FINDINGS].hint);
    });
  }

  test("a variable that is not set", async () => {
    const part = await circuit(LINE, "New Load.l bus1=b kW=@size");
    expect(codes(part)).toEqual(["OPENDSS_VARIABLE", "OPENDSS_NUMBER", "OPENDSS_POWER"]);
  });

  test("an object of an unknown class once, not again for each line that goes on with it", async () => {
    expect(codes(await circuit(LINE, "New Flux.x", "~ a=1", "~ b=2"))).toEqual(["OPENDSS_CLASS_UNKNOWN"]);
    expect(codes(await circuit("Clear", "~ a=1")).at(-1)).toBe("OPENDSS_NO_CIRCUIT");
  });

  test("a script without circuit", async () => {
    const part = await loadScript(LINE);
    expect(codes(part)).toContain("OPENDSS_NO_CIRCUIT");
    expect(count(part, "line")).toBe(1);
  });

  test("a file that is no script at all has one finding", async () => {
    for (const text of [
      "",
      "{}",
      "I am a letter\na b c\n",
      "ISO-10303-21;\nHEADER;",
      "mpc.bus = [\n1 2 3;\n];",
      "<xml/>",
      "\u0000\u0001\u0002",
    ])
      expect(codes(await loadScript(text)), text).toEqual(["OPENDSS_NOT_SCRIPT"]);
  });

  test("a file in an older encoding is read, and said to be so", async () => {
    const bytes = Uint8Array.from(`New Circuit.c\n${LINE}\nNew Load.M\u00fchle bus1=b kW=1`, (letter) =>
      letter.charCodeAt(0),
    );
    const part = await loadScript(bytes);
    expect(codes(part)).toEqual(["OPENDSS_ENCODING"]);
    expect(attributes(part, "load:g:M\u00fchle").pMw).toBe(0.001);
  });

  test("very long arrays are summed up", async () => {
    const part = await circuit(LINE, `New Loadshape.s npts=20000 interval=1 mult=[${"1 3 ".repeat(10_000)}]`);
    expect(codes(part)).toEqual(["OPENDSS_SHAPE_LONG"]);
    const { loadShapes } = attributes(part, "grid:g:source").network as { loadShapes: Record<string, unknown>[] };
    expect(loadShapes[0]).toMatchObject({ mult: { points: 20_000, min: 1, max: 3, mean: 2 } });
  });
});

test("the census counts what is not understood by class, property, command and option", async () => {
  const part = await circuit(LINE, "New Flux.x", "New Flux.y", "Line.a.colour=1", "Frobnicate", "Set colour=red");
  expect(part.census?.unknown).toEqual({
    ...{ "class Flux": 2, "property Line.colour": 1, "command Frobnicate": 1, "option colour": 1 },
  });
  const garbage = Array.from({ length: 1000 }, (_, index) => `zz${index}`);
  const { unknown } = (await circuit(...garbage)).census!;
  expect(Object.keys(unknown).length).toBeLessThan(250);
  expect(Object.values(unknown).reduce((sum, one) => sum + one)).toBe(1000);
});

/** Numbers that JSON has no way to write. */
function notFinite(value: unknown, path = ""): string[] {
  if (typeof value === "number") return Number.isFinite(value) ? [] : [`${path} is ${value}`];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => notFinite(each, `${path}/${key}`));
}

describe("whatever a script holds", () => {
  const check = async (script: string, files: Record<string, string> = {}) => {
    const part = await loadScript(script, files);
    const ids = part.twins.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const known = new Set(ids);
    for (const { from, to } of part.links) expect([known.has(from), known.has(to)]).toEqual([true, true]);
    for (const { twin, from, to, switches } of part.branches) {
      expect([twin, from, to, ...switches].every((id) => known.has(id))).toBe(true);
      expect(from).not.toBe(to);
    }
    expect(notFinite(part.twins.map(({ attributes: of }) => of))).toEqual([]);
    const again = await loadScript(script, files);
    expect(again).toEqual(part);
  };

  test("of mutated feeders, nothing throws, ids stay unique and links lead to twins", async () => {
    const [text, codes13] = await Promise.all([
      fixtureText("13Bus/IEEE13Nodeckt.dss"),
      fixtureText("IEEELineCodes.DSS"),
    ]);
    // Comments would swallow most mutations.
    const lines = text!.split(/\r?\n/).filter((line) => !/^\s*(!|\/\/|$)/.test(line));
    const snippet = fc.constantFrom(
      "[",
      "]",
      "(",
      ")",
      '"',
      "'",
      "=",
      ",",
      "|",
      ".",
      "..",
      "@x",
      "~",
      "!",
      "/*",
      "*/",
      "Clear",
      "\t",
      "\u0000",
      "1e999",
      "-",
      "like=Sub",
      "wdg=99",
      "windings=1e9",
      "phases=1e9",
      "enabled=no",
      "bus=.1",
      "units=xx",
      "__proto__",
      "constructor.",
    );
    const mutation = fc.record({
      line: fc.nat(lines.length - 1),
      at: fc.nat(120),
      cut: fc.nat(8),
      text: fc.oneof(snippet, fc.string({ maxLength: 6 })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 12 }), async (mutations) => {
        const mutated = [...lines];
        for (const { line, at, cut, text: inserted } of mutations) {
          const old = mutated[line]!;
          mutated[line] = old.slice(0, at) + inserted + old.slice(at + cut);
        }
        await check(mutated.join("\n"), { "IEEELineCodes.DSS": codes13! });
      }),
      { numRuns: 60 },
    );
  });

  test("of commands put together at random, the same", async () => {
    const name = fc.constantFrom("a", "A", "b", "a.b", "source", "__proto__", "");
    const bus = fc.constantFrom("sourcebus", "b", "B.1.2", "c.1.0", "c..", ".1", "x.y", "");
    const of = fc.constantFrom(
      "Line",
      "Load",
      "Generator",
      "PVSystem",
      "Storage",
      "Transformer",
      "AutoTrans",
      "Capacitor",
      "Reactor",
      "Vsource",
      "Fault",
      "UPFC",
      "GICTransformer",
      "GICLine",
      "GICsource",
      "Isource",
      "VSConverter",
      "RegControl",
      "SwtControl",
      "Monitor",
      "LineCode",
      "XfmrCode",
      "LoadShape",
      "LineGeometry",
    );
    const value = fc.constantFrom(
      "1",
      "-1",
      "0",
      "yes",
      "[1 2 3]",
      "(1 0 /)",
      "[a b]",
      "[[1] | 2 3]",
      "(file=none.csv)",
      "1e308",
      "NaN",
      "line.a",
      "a",
    );
    const parameter = fc
      .tuple(
        fc.constantFrom(
          "",
          "bus1=",
          "buses=",
          "bus2=",
          "wdg=",
          "kv=",
          "kVs=",
          "kw=",
          "kvar=",
          "kva=",
          "pf=",
          "rmatrix=",
          "r1=",
          "linecode=",
          "geometry=",
          "xfmrcode=",
          "like=",
          "switch=",
          "units=",
          "numsteps=",
          "states=",
          "taps=",
          "numtaps=",
          "transformer=",
          "winding=",
          "switchedobj=",
          "state=",
          "mult=",
          "npts=",
          "cond=",
          "wire=",
          "windings=",
          "phases=",
          "enabled=",
        ),
        fc.oneof(value, bus),
      )
      .map((both) => both.join(""));
    const command = fc
      .tuple(
        fc.constantFrom("New", "New", "New", "Edit", "Disable", "Open", "Close", "BatchEdit", "Select", "~"),
        of,
        name,
        fc.array(parameter, { maxLength: 6 }),
      )
      .map(([verb, one, named, parameters]) =>
        verb === "~" ? `~ ${parameters.join(" ")}` : `${verb} ${one}.${named} ${parameters.join(" ")}`,
      );
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 25 }), async (commands) => {
        await check(["New Circuit.c", ...commands].join("\n"));
      }),
      { numRuns: 150 },
    );
  });
});
