import { beforeAll, describe, expect, test } from "vitest";
import { diagnose } from "../../../models/diagnosis/diagnose.ts";
import { DIAGNOSIS_FINDINGS } from "../../../models/diagnosis/findings.ts";
import { type LoadedDistrict, newTwin } from "../../../models/district.ts";
import type { SourceType } from "../../../models/manifest.ts";
import { example, fixture } from "./districts.ts";
import { PLANTS } from "./plants.ts";

const TYPES: [string, SourceType, string][] = [
  ["city", "cityjson", "city/delft.city.json"],
  ["duplex", "ifc", "bim/duplex.ifc"],
  ["samplehouse", "ifc", "bim/samplehouse.ifc"],
  ["mv", "pandapower", "sim/mv.json"],
  ["lv", "pandapower", "sim/lv.json"],
  ["water", "epanet", "sim/water.inp"],
];
const SOURCES = [...TYPES.map(([id, type, file]) => ({ id, type, file })), { id: "meters", file: "meters.csv" }];

let altstadt: LoadedDistrict;
beforeAll(async () => {
  altstadt = (await example()).district;
});

/** A copy whose twins can be changed: of all else only lists are. */
function copy({ twins, links, branches, devices, ...rest }: LoadedDistrict): LoadedDistrict {
  const copied = new Map([...twins.values()].map((twin) => [twin.id, { ...twin, attributes: { ...twin.attributes } }]));
  return { ...rest, twins: copied, links: [...links], branches: [...branches], devices: new Map(devices) };
}

const told = (district: LoadedDistrict) => diagnose(district, SOURCES, []).map(({ code, at }) => `${code} ${at}`);

test("of the example district nothing is told but where cables of its real feeder end", () => {
  const usual = told(altstadt);
  expect(usual.every((line) => line.startsWith("NETWORK_DEAD_END bus:lv:"))).toBe(true);
  expect(usual).toHaveLength(45);
});

describe("each fault is told, with its place", () => {
  test.each(PLANTS)("$fault: $code", ({ code, at, plant }) => {
    const district = copy(altstadt);
    plant(district);
    const found = diagnose(district, SOURCES, []).filter((finding) => finding.code === code && finding.at.includes(at));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject(DIAGNOSIS_FINDINGS[code as keyof typeof DIAGNOSIS_FINDINGS]);
    const { source, file } = found[0]!;
    expect([source, file]).toEqual([found[0]!.at.split(":")[1], SOURCES.find(({ id }) => id === source)?.file ?? ""]);
  });

  test("every code has a plant, or a test of its own below", () => {
    const planted = new Set(PLANTS.map(({ code }) => code));
    expect(Object.keys(DIAGNOSIS_FINDINGS).filter((code) => !planted.has(code))).toEqual(["BUILDING_SAME_PLACE"]);
  });

  test("all faults together: every one is told, and not the first", () => {
    const district = copy(altstadt);
    for (const { plant } of PLANTS) plant(district);
    const all = diagnose(district, SOURCES, []);
    for (const { code, at } of PLANTS) {
      expect([code, at, all.some((finding) => finding.code === code && finding.at.includes(at))]).toEqual([
        code,
        at,
        true,
      ]);
    }
  });

  test("a fault is told in its place, and not in many others", () => {
    const usual = new Set(told(altstadt));
    for (const { fault, plant } of PLANTS) {
      const district = copy(altstadt);
      plant(district);
      const more = told(district).filter((line) => !usual.has(line));
      expect([fault, more.length <= 3, more]).toEqual([fault, true, more]);
    }
  });
});

test("Y1, Y2: what a dead node of another network feeds is dead, and what has another live node is not", () => {
  const district = copy(altstadt);
  for (const id of ["switch:mv:7"]) district.twins.get(id)!.attributes.closed = false;
  const [found] = diagnose(district, SOURCES, []).filter(
    ({ code, source }) => code === "NETWORK_UNREACHABLE" && source === "lv",
  );
  expect(found!.message).toMatch(/^no source reaches \d+ buildings?, \d+ loads and \d+ meters at 907 buses$/);
  const mv = diagnose(district, SOURCES, []).filter(
    ({ code, source }) => code === "NETWORK_UNREACHABLE" && source === "mv",
  );
  expect(mv).toHaveLength(1);
  expect(mv[0]!.message).toContain("it is cut off by switch:mv:7");
});

test("Y3: a pump that its file starts by a control is no cut", async () => {
  const { findings } = await fixture("epanet", "epanet/Net3.inp");
  expect(findings.filter(({ code }) => code.startsWith("NETWORK_"))).toEqual([]);
});

test("V1, V2: of OpenDSS feeders with one phase and centre taps, every voltage fits", async () => {
  for (const file of [
    "13Bus/IEEE13Nodeckt.dss",
    "34Bus/ieee34Mod1.dss",
    "4Bus-YYD/YYD-Master.DSS",
    "LVTestCaseNorthAmerican/SecPar.dss",
  ]) {
    const { findings } = await fixture("opendss", `opendss/${file}`);
    expect([file, findings.filter(({ code }) => /^NETWORK_.*VOLTAGE/.test(code))]).toEqual([file, []]);
  }
});

test("Z3: a building of another file in the same place is only told to be there", () => {
  const district = copy(altstadt);
  const one = [...district.twins.values()].find(({ kind, attributes }) => kind === "building" && attributes.location)!;
  const again = newTwin("building", "city2", "other", { location: one.attributes.location! });
  district.twins.set(again.id, again);
  expect(told(district)).toContain(`BUILDING_SAME_PLACE ${again.id}`);
});

test("Z2: the same file twice is told as that, and not element by element", async () => {
  const { findings } = await fixture("epanet", "epanet/Net1.inp", "epanet/Net1.inp");
  expect(findings.map(({ code }) => code).filter((code) => /TWICE/.test(code))).toEqual(["DISTRICT_FILE_TWICE"]);
});

describe("what a loader tells with its line is not told again", () => {
  const zero =
    (name: string, value = 0) =>
    (district: LoadedDistrict, id: string) => {
      district.twins.get(id)!.attributes[name] = value;
    };
  test.each([
    ["line:lv:3", zero("lengthKm")],
    ["bus:mv:5", zero("vnKv", -1)],
    ["transformer:lv:0", zero("snMva")],
    ["pipe:water:p1", zero("diameterMm")],
  ])("%s", (id, plant) => {
    const district = copy(altstadt);
    plant(district, id);
    expect(told(district).filter((line) => line.startsWith("NETWORK_AMOUNT"))).toEqual([]);
    expect(diagnose(district, [], []).filter(({ at, code }) => at === id && code === "NETWORK_AMOUNT")).toHaveLength(1);
  });
});

test("G2: 100,000 elements are looked at in seconds, on the slowest machine", async () => {
  const { district } = await fixture("pandapower", "pandapower/mv_oberrhein.json");
  const many = repeated(district, Math.ceil(100_000 / district.twins.size));
  expect(many.twins.size).toBeGreaterThan(100_000);
  const { user } = process.cpuUsage();
  diagnose(many, [], []);
  expect((process.cpuUsage().user - user) / 1e6).toBeLessThan(6);
});

/** The same source many times, under other names. */
function repeated({ twins, links, branches, ...rest }: LoadedDistrict, times: number): LoadedDistrict {
  const many: LoadedDistrict = { ...rest, twins: new Map(), links: [], branches: [] };
  for (let i = 0; i < times; i++) {
    const of = (id: string) => id.replace(":s:", `:s${i}:`);
    for (const twin of twins.values()) {
      const again = { ...twin, id: of(twin.id), source: `s${i}` };
      if (again.id !== twin.id) many.twins.set(again.id, again);
    }
    for (const { from, role, to } of links)
      if (from.includes(":s:")) many.links.push({ from: of(from), role, to: of(to) });
    for (const { twin, from, to, switches } of branches)
      many.branches.push({ twin: of(twin), from: of(from), to: of(to), switches: switches.map(of) });
  }
  return many;
}
