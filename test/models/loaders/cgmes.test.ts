// The CIM loader: CIM100 as CIMHub writes it, against what OpenDSS's files say of the same feeder, and the profiles of CGMES.

import { describe, expect, test } from "vitest";
import { attributes, codes, count, filesOf, fixture, load, loadFolder, twin } from "./cgmes-model.ts";
import { zipOf } from "./zip-archive.ts";

describe("IEEE 13-node feeder, CIM100 of CIMHub", async () => {
  const part = await load(fixture("ieee13.xml"));

  test("has the twins that the file has objects of, and every object is counted once", () => {
    const counts = (["bus", "line", "transformer", "switch", "load", "grid", "generator", "storage"] as const).map(
      (kind) => [kind, count(part, kind)],
    );
    expect(Object.fromEntries(counts)).toEqual({
      ...{ bus: 22, line: 11, transformer: 4, switch: 5, load: 16, grid: 1, generator: 2, storage: 3 },
    });
    const file = fixture("ieee13.xml").toString();
    const inFile = new Map<string, number>();
    for (const [, name] of file.matchAll(/^<cim:(\w+) rdf:about/gm)) inFile.set(name!, (inFile.get(name!) ?? 0) + 1);
    const { read, kept, unknown } = part.census!;
    for (const [name, number] of inFile)
      expect([name, (read[name] ?? 0) + (kept[name] ?? 0) + (unknown[name] ?? 0)]).toEqual([name, number]);
    // Load models that no load of the feeder has.
    expect(unknown).toEqual({ LoadResponseCharacteristic: 4 });
    expect(codes(part)).toEqual(["CGMES_UNATTACHED"]);
  });

  test("ids are the mRIDs", () => {
    expect(twin(part, "line", "650632").id).toBe("line:s:A04CDFB1-E951-4FC4-8882-0323CD70AE3C");
  });

  test("loads are those of OpenDSS's IEEE13Nodeckt.dss, in kW and kvar", () => {
    const OPENDSS: Record<string, [kw: number, kvar: number]> = {
      ...{ "671": [1155, 660], "634a": [160, 110], "634b": [120, 90], "634c": [120, 90], "645": [170, 125] },
      ...{ "646": [230, 132], "692": [170, 151], "675a": [485, 190], "675b": [68, 60], "675c": [290, 212] },
      ...{ "611": [170, 80], "652": [128, 86], "670a": [17, 10], "670b": [66, 38], "670c": [117, 68] },
    };
    for (const [name, [kw, kvar]] of Object.entries(OPENDSS)) {
      const { pMw, qMvar } = attributes(part, "load", name);
      expect([name, 1e3 * Number(pMw), 1e3 * Number(qMvar)]).toEqual([
        name,
        expect.closeTo(kw, 6),
        expect.closeTo(kvar, 6),
      ]);
    }
    // OpenDSS's load model 2 is constant impedance, 5 constant current.
    expect(attributes(part, "load", "646").constZPPercent).toBe(100);
    expect(attributes(part, "load", "692").constIPPercent).toBe(100);
    expect(attributes(part, "load", "645").phases).toBe("B");
  });

  test("lines have OpenDSS's lengths, and its matrices in ohm per mile", () => {
    const FEET: Record<string, number> = {
      ...{ "650632": 2000, "671680": 1000, "632633": 500, "645646": 300, "692675": 500, "684652": 800 },
    };
    for (const [name, feet] of Object.entries(FEET))
      expect([name, attributes(part, "line", name).lengthKm]).toEqual([name, expect.closeTo(feet * 0.0003048, 6)]);
    const { phaseImpedance, rOhmPerKm, x0OhmPerKm, stdType, phases } = attributes(part, "line", "650632");
    const perMile = 1 / 1.609344;
    const matrix = phaseImpedance as { rOhmPerKm: number[][]; xOhmPerKm: number[][] };
    expect(matrix.rOhmPerKm[0]![0]).toBeCloseTo(0.3465 * perMile, 6);
    expect(matrix.rOhmPerKm[2]![1]).toBeCloseTo(matrix.rOhmPerKm[1]![2]!, 9);
    const mean = (a: number, b: number, c: number) => (a + b + c) / 3;
    expect(rOhmPerKm).toBeCloseTo((mean(0.3465, 0.3375, 0.3414) - mean(0.156, 0.158, 0.1535)) * perMile, 4);
    expect(x0OhmPerKm).toBeCloseTo((mean(1.0179, 1.0478, 1.0348) + 2 * mean(0.5017, 0.4236, 0.3849)) * perMile, 3);
    expect([stdType, phases]).toEqual(["mtx601", "ABC"]);
    expect(attributes(part, "line", "684611").phases).toBe("C");
    expect(attributes(part, "line", "632645")).toMatchObject({ maxIKa: 0.23, vnKv: 4.16 });
  });

  test("the regulators are one transformer of three tanks, at the published taps", () => {
    const bank = attributes(part, "transformer", "Reg");
    expect(bank).toMatchObject({
      vnHvKv: 4.16,
      vnLvKv: 4.16,
      snMva: expect.closeTo(3 * 1.666, 6),
      tapStepPercent: 0.625,
    });
    expect((bank.tapChangers as { tapPos: number }[]).map(({ tapPos }) => tapPos)).toEqual([10, 8, 11]);
    const { id } = twin(part, "transformer", "Reg");
    expect(part.branches.filter((branch) => branch.twin === id)).toHaveLength(1);
  });

  test("XFM1 has the impedance that OpenDSS gives it: XHL = 2 %, 1.1 % of resistance", () => {
    const { vkPercent, vkrPercent, snMva, vnHvKv, vnLvKv } = attributes(part, "transformer", "xfm1");
    expect([snMva, vnHvKv, vnLvKv]).toEqual([0.5, 4.16, 0.48]);
    expect(vkrPercent).toBeCloseTo(1.1, 4);
    expect(Math.sqrt(Number(vkPercent) ** 2 - Number(vkrPercent) ** 2)).toBeCloseTo(2, 3);
  });

  test("capacitors are shunts of their bus, and take in negative reactive power", () => {
    const [cap1] = attributes(part, "bus", "675").shunts as { qMvar: number }[];
    const [cap2] = attributes(part, "bus", "611").shunts as { qMvar: number }[];
    expect([cap1!.qMvar, cap2!.qMvar]).toEqual([expect.closeTo(-0.6, 6), expect.closeTo(-0.1, 6)]);
  });

  test("inverters count what they generate, batteries what they take in", () => {
    expect(attributes(part, "generator", "school")).toMatchObject({ pMw: 0.24, type: "PV", snMva: 0.3 });
    expect(attributes(part, "storage", "school")).toMatchObject({ pMw: -0.1, maxEMwh: 0.2, socPercent: 50 });
    const house = attributes(part, "storage", "house");
    expect(house).toMatchObject({ pMw: 0.005, phases: "s1s2" });
    expect((house.phaseDetails as { pMw: number }[]).map(({ pMw }) => pMw)).toEqual([0.0025, 0.0025]);
  });

  test("buses have their voltage, its band and OpenDSS's coordinates; all of them are supplied", () => {
    expect(attributes(part, "bus", "sourcebus").vnKv).toBe(115);
    expect(attributes(part, "bus", "634").vnKv).toBe(0.48);
    expect(attributes(part, "bus", "675")).toMatchObject({
      ...{ vnKv: 4.16, minVmPu: 0.95, maxVmPu: 1.05, position: { x: 400, y: 100 } },
    });
    expect(attributes(part, "grid", "source")).toMatchObject({ vmPu: 1, vaDegree: expect.closeTo(30, 5) });
  });
});

describe("CGMES 2.4.15, seven profiles of a bus-branch model (synthetic)", async () => {
  const files = filesOf("cgmes-2.4.15");
  const part = await loadFolder(files);

  test("topological nodes are buses; what profiles say of one object is one twin", () => {
    expect(part.twins.filter(({ kind }) => kind === "bus").map(({ name }) => name)).toEqual([
      ...["X-node", "Mill 110", "Mill 20", "Village 20"],
    ]);
    expect(codes(part)).toEqual(["CGMES_CLASS_UNKNOWN"]);
    expect(part.census!.unknown).toEqual({ VsConverter: 1 });
    expect(attributes(part, "bus", "Mill 110")).toMatchObject({
      ...{
        vnKv: 110,
        minVmPu: 0.9,
        result: { vmKv: 112.2, vmPu: 1.02, vaDegree: 0 },
        busbarSections: [{ name: "BB 110" }],
      },
    });
  });

  test("powers of machines are generation, of loads and motors what they take in", () => {
    expect(attributes(part, "generator", "Wind park")).toMatchObject({
      ...{ pMw: 8, qMvar: 1, maxPMw: 12, type: "WP", result: { pMw: 8, qMvar: 1 } },
    });
    expect(attributes(part, "load", "Village")).toMatchObject({ pMw: 6, qMvar: 2, constIPPercent: 30 });
    expect(attributes(part, "load", "Pump")).toMatchObject({ pMw: 0.5, inService: false });
    expect(attributes(part, "generator", "X-node injection")).toMatchObject({ pMw: -15 });
    expect(attributes(part, "grid", "Upper grid")).toMatchObject({ pMw: -2.1 });
  });

  test("a transformer has pandapower's numbers, and the tap position of the state", () => {
    // 110^2 / 40 = 302.5 ohm; 36.3 ohm are 12 %, 1.21 ohm 0.4 %; 1.6e-6 S at 110 kV are 19.36 kW
    expect(attributes(part, "transformer", "T1")).toMatchObject({
      ...{ snMva: 40, vnHvKv: 110, vnLvKv: 21, vkPercent: expect.closeTo(Math.hypot(12, 0.4), 6), vkrPercent: 0.4 },
      ...{ pfeKw: 19.36, vectorGroup: "Yyn0", shiftDegree: 0, tapPos: 7, tapSide: "hv", tapStepPercent: 1.25 },
    });
  });

  test("a line has values per kilometre, its lowest permanent limit, its course and its measurements", () => {
    expect(attributes(part, "line", "Feeder 1")).toMatchObject({
      ...{
        lengthKm: 5,
        rOhmPerKm: 0.2,
        xOhmPerKm: 0.12,
        bUsPerKm: 80,
        maxIKa: 0.28,
        location: { latDeg: 50, lonDeg: 8 },
      },
      ...{ coords: [expect.anything(), expect.anything(), [8.1, 50.03]], measurements: [{ name: "P of feeder 1" }] },
    });
    expect(attributes(part, "bus", "Village 20").location).toEqual({ latDeg: 50.03, lonDeg: 8.1 });
    expect(attributes(part, "bus", "Mill 20").shunts).toMatchObject([{ qMvar: -1, step: 3, maxStep: 4, vnKv: 20 }]);
  });

  test("a folder, several files, an archive and an archive within one say the same", async () => {
    const [[first, bytes], ...rest] = Object.entries(files) as [[string, Buffer], ...[string, Buffer][]];
    const several = await load(bytes, { file: first, more: rest.map(([file, more]) => ({ file, bytes: more })) });
    const zipped = await load(zipOf(files));
    const twice = await load(zipOf({ "inner.zip": zipOf(files, true), "notes.txt": "x" }));
    for (const other of [several, zipped, twice]) {
      expect(other.twins).toEqual(part.twins);
      expect(other.links).toEqual(part.links);
      expect(other.branches).toEqual(part.branches);
    }
    expect(codes(twice)).toContain("CGMES_FILE_IGNORED");
  });

  test("whatever the order of the files, the network is the same", async () => {
    const reversed = await loadFolder(Object.fromEntries(Object.entries(files).reverse()));
    const sorted = (ids: string[]) => [...ids].sort();
    const linksOf = ({ links }: typeof part) => sorted(links.map(({ from, role, to }) => `${from} ${role} ${to}`));
    expect(linksOf(reversed)).toEqual(linksOf(part));
    expect(sorted(reversed.twins.map(({ id }) => id))).toEqual(sorted(part.twins.map(({ id }) => id)));
    expect(attributes(reversed, "generator", "Wind park").pMw).toBe(8);
  });

  test("without the boundary, what is missing is said once for each object, and the rest is read", async () => {
    const { "EQBD.xml": _, "TPBD.xml": __, ...rest } = files;
    const alone = await loadFolder(rest);
    const dangling = alone.findings.filter(({ code }) => code === "CGMES_DANGLING").map(({ message }) => message);
    expect(dangling).toHaveLength(3);
    expect(dangling.join()).toMatch(/bv110.*tie.*bdtn/s);
    expect(codes(alone)).toContain("CGMES_DEPENDENCY");
    expect(codes(alone)).toContain("CGMES_UNCONNECTED");
    expect(count(alone, "line")).toBe(2);
  });
});

describe("CGMES 3.0, node-breaker (synthetic)", async () => {
  const part = await loadFolder(filesOf("cgmes-3.0"));

  test("connectivity nodes are buses, and switches stand between them", () => {
    expect(count(part, "bus")).toBe(4);
    expect(attributes(part, "switch", "Breaker")).toMatchObject({
      closed: false,
      ratedCurrentKa: 0.63,
      bay: { name: "Bay 1" },
    });
    expect(attributes(part, "switch", "Disconnector").closed).toBe(true);
    expect(part.branches.map(({ twin: id }) => id.split(":")[0])).toEqual(["switch", "switch", "line"]);
    expect(attributes(part, "bus", "N1")).toMatchObject({ topologicalNode: { name: "T1" }, result: { vmPu: 1.02 } });
  });

  test("an open breaker leaves nodes without supply, and that is said", () => {
    const dark = part.findings.find(({ code }) => code === "CGMES_UNSUPPLIED");
    expect(dark?.message).toMatch(/^no source reaches 3 nodes/);
    expect(part.findings).toHaveLength(1);
  });

  test("what is behind an inverter decides its kind", () => {
    expect(attributes(part, "generator", "Inverter")).toMatchObject({ pMw: 0.6, type: "PV", maxPMw: 0.9 });
    expect(attributes(part, "storage", "Battery")).toMatchObject({ pMw: 0.5, maxEMwh: 4, socPercent: 25 });
    expect(attributes(part, "load", "Harbour")).toMatchObject({ pMw: 1.2, inService: false });
  });
});
