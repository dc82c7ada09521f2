import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadSimbench, SIMBENCH_FINDINGS } from "../../../models/loaders/simbench.ts";
import { codesOf, complaintsOf, twinIn } from "./pandapower-nets.ts";
import { FEEDER, filesOf, fixtureFiles, folderOf, loadTables, type Texts, zipOf } from "./simbench-grids.ts";

const feeder = (changes: Texts): Texts => ({ ...FEEDER, ...changes });
const without = (...tables: string[]): Texts =>
  Object.fromEntries(Object.entries(FEEDER).filter(([name]) => !tables.includes(name)));
const complaints = async (texts: Texts) => complaintsOf(await loadTables(texts));

describe("simbench: findings", () => {
  it("has nothing to say of a sound grid", async () => {
    expect((await loadTables(FEEDER)).findings).toEqual([]);
  });

  it("says when there is no grid, and which tables are missing", async () => {
    expect(codesOf(await loadTables({}))).toEqual(["SIMBENCH_NOT_SIMBENCH"]);
    expect(await complaints(without("LineType"))).toEqual([
      "SIMBENCH_TABLE_MISSING Line",
      "SIMBENCH_TYPE_UNKNOWN Line line 2, column type",
    ]);
    expect((await complaints(without("Node")))[0]).toBe("SIMBENCH_TABLE_MISSING Node");
    expect(await complaints(without("ExternalNet"))).toEqual(["SIMBENCH_NO_SOURCE "]);
    expect(await complaints(feeder({ Line: "id;nodeA;nodeB;length\nL1;Station;House;0.1" }))).toEqual([
      "SIMBENCH_COLUMN_MISSING Line",
      "SIMBENCH_TYPE_UNKNOWN Line line 2, column type",
    ]);
  });

  it("names line and column of unknown nodes, types, places and profiles, and of what is no number", async () => {
    const part = await loadTables(
      feeder({
        Node: `${FEEDER.Node}\nShed;node;high;0.4`,
        Line: `${FEEDER.Line}\nL2;House;Nowhere;NAYY 4x150;0.1\nL3;House;Shed;Rope;0,2`,
        Load: `${FEEDER.Load}\nH2;NULL;H0;0.01;x`,
        Switch: "id;nodeA;nodeB;cond\nS1;House;;1",
        LoadProfile: "time;H0_pload\n1;0.1\n2;much",
      }),
    );
    expect(complaintsOf(part).toSorted()).toEqual([
      "SIMBENCH_NODE_UNKNOWN Line line 3, column nodeB",
      "SIMBENCH_NODE_UNKNOWN Load line 3, column node",
      "SIMBENCH_NODE_UNKNOWN Switch line 2, column nodeB",
      "SIMBENCH_NUMBER Line line 4, column length",
      "SIMBENCH_NUMBER Load line 3, column qLoad",
      "SIMBENCH_NUMBER LoadProfile line 3, column H0_pload",
      "SIMBENCH_NUMBER Node line 5, column vmSetp",
      "SIMBENCH_PARAMETER Line line 4",
      "SIMBENCH_PROFILE_UNKNOWN Load line 3",
      "SIMBENCH_TYPE_UNKNOWN Line line 4, column type",
    ]);
    const ids = new Set(part.twins.map(({ id }) => id));
    for (const { from, to } of [...part.links, ...part.branches]) expect(ids.has(from) && ids.has(to)).toBe(true);
  });

  it("keeps the first of two rows with one id, and both of two tables", async () => {
    const RES = "id;node;calc_type;pRES\nG1;House;pq;0.1";
    const part = await loadTables(
      feeder({ Load: `${FEEDER.Load}\nH1;House;;9;9`, RES, PowerPlant: RES.replace("pRES", "pPP") }),
    );
    expect(complaintsOf(part)).toEqual(["SIMBENCH_ID_SHARED RES line 2", "SIMBENCH_ID Load line 3"]);
    expect(twinIn(part, "load:s:H1").attributes.pMw).toBe(0.01);
    expect(twinIn(part, "generator:s:G1").attributes.table).toBe("PowerPlant");
    expect(twinIn(part, "generator:s:RES.G1").attributes.table).toBe("RES");
    expect(part.census).toMatchObject({ read: { Load: 1, RES: 1 }, unknown: { Load: 1 } });
  });

  it("questions lengths, impedances, voltages and loops", async () => {
    const line = (length: string, from = "Station", to = "House", type = "NAYY 4x150") =>
      `${from};${to};${type};${length}`;
    expect(
      await complaints(
        feeder({
          Node: `${FEEDER.Node}\nZero;node;;0`,
          Line: `id;nodeA;nodeB;type;length\nL1;${line("0")}\nL2;${line("0.1", "House", "House")}\nL3;${line("0.1", "MS", "House")}\nL4;${line("0.1", "House", "Zero", "Nil")}`,
          LineType: `${FEEDER.LineType}\nNil;0;0;0;1;cable`,
          ExternalNet: `${FEEDER.ExternalNet}\nOdd;MS;free`,
        }),
      ),
    ).toEqual([
      "SIMBENCH_VOLTAGE Node line 5",
      "SIMBENCH_PARAMETER Line line 2",
      "SIMBENCH_LOOP Line line 3",
      "SIMBENCH_VOLTAGE_MISMATCH Line line 4",
      "SIMBENCH_PARAMETER Line line 5",
      "SIMBENCH_CALC_TYPE ExternalNet line 3, column calc_type",
    ]);
  });

  it("finds nodes without branches and nodes behind open switches, and measurements of nothing", async () => {
    expect(
      await complaints(
        feeder({
          Node: `${FEEDER.Node}\nAlone;node;;0.4\nBehind;auxiliary;;0.4`,
          Switch: "id;nodeA;nodeB;type;cond\nS1;House;Behind;LBS;0",
          Measurement:
            "id;element1;element2;variable\nM1;House;L1;p\nM2;L1;House;q\nM3;MS;L1;p\nM4;L1;;p\nM5;House;L9;p\nM6;House;;v",
        }),
      ),
    ).toEqual([
      "SIMBENCH_MEASUREMENT Measurement line 4",
      "SIMBENCH_MEASUREMENT Measurement line 5",
      "SIMBENCH_MEASUREMENT Measurement line 6",
      "SIMBENCH_NODE_ISOLATED Node line 5",
      "SIMBENCH_UNSUPPLIED Node line 6",
    ]);
  });

  it("keeps what can be read of rows that are too short or long, and of cells that are not closed", async () => {
    const part = await loadTables(feeder({ Load: `${FEEDER.Load}\nH2;House\nH3;House;;1;2;3\n"H4;House;;1;2` }));
    expect(complaintsOf(part)).toEqual([
      "SIMBENCH_QUOTES Load line 5",
      "SIMBENCH_ROW_LENGTH Load line 3",
      "SIMBENCH_ROW_LENGTH Load line 4",
    ]);
    expect(part.twins.filter(({ kind }) => kind === "load")).toHaveLength(4);
  });

  it("R1: leaves the values of long profiles out, and says how many", async () => {
    const rows = Array.from({ length: 10_001 }, (_, n) => `${n};${n % 3}`);
    const part = await loadTables(feeder({ RESProfile: `time;PV1\n${rows.join("\n")}` }));
    expect(part.findings.map(({ code, message }) => `${code} ${message}`)).toEqual([
      "SIMBENCH_PROFILE_VALUES 10001 values of 1 profiles were left out: at most 10000 of a table are kept",
    ]);
    expect(twinIn(part, "grid:s:Upstream").attributes.network).toMatchObject({
      profiles: {
        RESProfile: { steps: 10_001, from: "0", to: "10000", profiles: { PV1: { count: 10_001, min: 0, max: 2 } } },
      },
    });
  });

  it("says which file of an archive or a folder cannot be read", async () => {
    const bytes = zipOf(filesOf(FEEDER));
    const cut = await loadTables({}, { file: "grid.zip", bytes: bytes.slice(0, bytes.length - 30) });
    expect(codesOf(cut)).toEqual(["SIMBENCH_FILE_UNREADABLE", "SIMBENCH_NOT_SIMBENCH"]);
    const folder = folderOf(filesOf(FEEDER));
    const broken = {
      ...folder,
      read: async (path: string) => (path === "Load.csv" ? Promise.reject(new Error("no")) : folder.read(path)),
    };
    expect(complaintsOf(await loadTables({}, { folder: broken }))).toEqual(["SIMBENCH_FILE_UNREADABLE Load.csv"]);
    const twice = new Map([...filesOf(FEEDER), ["old/Load.csv", filesOf(FEEDER).get("Load.csv")!]]);
    expect(complaintsOf(await loadTables({}, { file: "g.zip", bytes: zipOf(twice) }))).toEqual([
      "SIMBENCH_TABLE_TWICE old/Load.csv",
    ]);
  });

  const checkIds = (part: Awaited<ReturnType<typeof loadTables>>) => {
    const ids = new Set(part.twins.map(({ id }) => id));
    expect(ids.size).toBe(part.twins.length);
    for (const { from, to } of [...part.links, ...part.branches]) expect(ids.has(from) && ids.has(to)).toBe(true);
    for (const { code } of part.findings) expect(Object.keys(SIMBENCH_FINDINGS)).toContain(code);
  };

  it("never throws, whatever stands in the cells, and every id it names is a twin", async () => {
    const small = [...fixtureFiles()].filter(([name]) => name.endsWith(".csv") && !name.includes("Profile"));
    const word = fc.constantFrom(
      "",
      "NULL",
      "Bus 1a",
      "Bus 2",
      "T1",
      "L1",
      "__proto__",
      "constructor",
      "-1",
      "1e999",
      "vavm",
      '"',
      ";;",
      "0,5",
    );
    const change = fc.record({ table: fc.nat(small.length - 1), line: fc.nat(20), cell: fc.nat(12), word });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
        const texts = new Map(small.map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]));
        for (const { table, line, cell, word: put } of changes) {
          const name = small[table]![0];
          const lines = texts
            .get(name)!
            .split("\n")
            .map((each) => each.split(";"));
          const row = lines[line % lines.length]!;
          row[cell % row.length] = put;
          texts.set(name, lines.map((each) => each.join(";")).join("\n"));
        }
        const files = new Map([...texts].map(([name, text]) => [name, new TextEncoder().encode(text)]));
        checkIds(await loadTables({}, { folder: folderOf(files) }));
      }),
    );
  });

  it("never throws, whatever bytes of an archive are changed or cut", async () => {
    const whole = zipOf(filesOf(FEEDER));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length),
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 6 }),
        async (length, changes) => {
          const bytes = whole.slice();
          for (const [at, byte] of changes) bytes[at] = byte;
          checkIds(await loadSimbench({ source: "s", file: "grid.zip", bytes: bytes.slice(0, length) }));
        },
      ),
    );
  });
});
