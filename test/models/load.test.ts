import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { type LoadedDistrict, newTwin, twinId } from "../../models/district.ts";
import { districtReport, LOADERS, type LoadStep, loadDistrict } from "../../models/load.ts";
import type { DistrictPart, Loader, SourceFile } from "../../models/loaders/loader.ts";
import { type DistrictFolder, MAX_SOURCE_BYTES } from "../../models/source-folder.ts";

const NOTHING: DistrictPart = { twins: [], links: [], branches: [], findings: [] };
const kept = { ...LOADERS };
afterEach(() => void Object.assign(LOADERS, kept));

/** Loads a district of one source of the type ifc, with this loader in the place of the real one. */
async function load(loader: Loader, files: Record<string, string | Uint8Array> = { "a.ifc": "x" }, more = "") {
  LOADERS.ifc = loader;
  const steps: LoadStep[] = [];
  const text = `district: altstadt\nname: Alt\ntimezone: UTC\nsources: [{ id: a, type: ifc, file: a.ifc }]\n${more}`;
  const { district, findings } = await loadDistrict(text, readFrom(files), (step) => steps.push(step));
  return { district: district!, findings, steps };
}

function readFrom(files: Record<string, string | Uint8Array>): DistrictFolder {
  const read = async (path: string) => {
    const file = files[path];
    if (file === undefined) throw new Error(`ENOENT: no such file ${path}`);
    return typeof file === "string" ? new TextEncoder().encode(file) : file;
  };
  const list = async (path: string) => {
    if (path in files) return undefined;
    const within = Object.keys(files).filter((file) => path === "" || file.startsWith(`${path}/`));
    const names = within.map((file) => file.slice(path === "" ? 0 : path.length + 1).replace(/\/.*/, "/"));
    return path === "" || names.length > 0 ? [...new Set(names)].sort() : undefined;
  };
  return { read, list };
}

function linksOf(district: LoadedDistrict): string[] {
  return district.links.map((link) => `${link.from} ${link.role} ${link.to}`);
}

const HOUSE = newTwin("building", "a", "house", {});
const ANNEX = newTwin("building", "a", "annex", {});

test("the district's twin contains the buildings that are no part of another", async () => {
  const { district, findings, steps } = await load(() => ({
    ...NOTHING,
    twins: [HOUSE, ANNEX],
    links: [{ from: HOUSE.id, role: "contains", to: ANNEX.id }],
  }));
  expect(findings).toEqual([]);
  expect(steps).toEqual([{ source: "a", file: "a.ifc", done: 0, of: 1 }]);
  expect(district).toMatchObject({ id: "altstadt", name: "Alt", timezone: "UTC" });
  expect(district.twins.get("district:altstadt:altstadt")).toMatchObject({
    kind: "district",
    name: "Alt",
    attributes: { name: "Alt", timezone: "UTC" },
  });
  expect(linksOf(district)).toEqual([
    "building:a:house contains building:a:annex",
    "district:altstadt:altstadt contains building:a:house",
  ]);
});

test("meters and links of the manifest are part of the district", async () => {
  const more = `meters: meters.csv\nlinks: [{ from: "building:a:annex", to: "building:a:house" }]\n`;
  const meters = `id,carrier,measures,device,points,interval\nm,heat,building:a:house,d,power:W,PT1H\n`;
  const files = { "a.ifc": "x", "meters.csv": meters };
  const { district, findings } = await load(() => ({ ...NOTHING, twins: [HOUSE, ANNEX] }), files, more);
  expect(findings).toEqual([]);
  expect(district.devices).toEqual(new Map([["d", ["meter:meters:m"]]]));
  expect(linksOf(district)).toContain("meter:meters:m measures building:a:house");
  expect(linksOf(district)).toContain("building:a:annex feeds building:a:house");
});

test("O1 a loader that throws is a finding, and the rest of the district is loaded", async () => {
  const { district, findings } = await load(() => Promise.reject(new Error("no such luck")));
  expect(findings).toMatchObject([{ severity: "error", code: "LOADER_FAILED", source: "a", file: "a.ifc" }]);
  expect(findings[0]!.message).toContain("no such luck");
  expect([...district.twins.keys()]).toEqual(["district:altstadt:altstadt"]);
});

test("a file that cannot be read is a finding", async () => {
  const { findings } = await load(() => NOTHING, {}, "meters: meters.csv");
  expect(findings).toMatchObject([
    { severity: "error", code: "DISTRICT_FILE_UNREADABLE", source: "a", file: "a.ifc" },
    { severity: "error", code: "DISTRICT_FILE_UNREADABLE", source: "meters", file: "meters.csv" },
  ]);
});

test("a file above the limit is a finding, and is not loaded", async () => {
  const large = Object.defineProperty(new Uint8Array(1), "length", { value: MAX_SOURCE_BYTES + 1 });
  const { district, findings } = await load(() => ({ ...NOTHING, twins: [HOUSE] }), { "a.ifc": large });
  expect(findings).toMatchObject([{ severity: "error", code: "DISTRICT_FILE_TOO_LARGE", source: "a" }]);
  expect(district.twins.size).toBe(1);
});

test("a city model with a meter and a link is one district", async () => {
  const text = `district: delft\nname: Delft\ntimezone: Europe/Amsterdam\nsources:\n  - { id: city, type: cityjson, file: delft.json }
meters: meters.csv\nlinks:\n  - { from: "building:city:b1105d28c-00ba-11e6-b420-2bdcc4ab5d7f", to: "building:city:b1105d28c" }\n`;
  const meters = `id,carrier,measures,device,points,interval\nm,gas,building:city:b1105d28c-00ba-11e6-b420-2bdcc4ab5d7f,d,volume:m3,PT1H\n`;
  const delft = readFileSync(new URL("../../models/examples/altstadt/city/delft.city.json", import.meta.url));
  const report = districtReport(await loadDistrict(text, readFrom({ "delft.json": delft, "meters.csv": meters })));
  expect(report).toMatchObject({
    district: "delft",
    twins: { district: 1, building: 160, meter: 1, device: 1 },
    links: 162, // the district contains 160 buildings; the device feeds the meter, which measures a building
  });
  const errors = report.findings.filter((finding) => finding.severity === "error");
  expect(errors).toMatchObject([{ code: "LINK_UNKNOWN_TWIN", at: "line 8", file: "district.yaml" }]);
});

test("a meter table that is no UTF-8 is a finding with its line", async () => {
  const latin1 = new Uint8Array([...new TextEncoder().encode("id,carrier\nm"), 0xe4, 0x0a]);
  const { findings } = await load(() => NOTHING, { "a.ifc": "x", "meters.csv": latin1 }, "meters: meters.csv");
  expect(findings[0]).toMatchObject({ severity: "error", code: "METERS_NOT_UTF8", at: "line 2" });
});

test("O2 a twin id that is there twice is kept once, and what names an unknown twin is dropped", async () => {
  const ids = ["bus:a:1", "bus:a:2", "line:a:1"] as const;
  const twins = ids.map((id) => newTwin(id.startsWith("bus") ? "bus" : "line", "a", id.slice(-1), {}));
  const lost = twinId("switch", "a", 9);
  const { district, findings } = await load(() => ({
    twins: [...twins, twins[0]!],
    links: [
      { from: "bus:a:1", role: "feeds", to: "bus:a:2" },
      { from: "bus:a:1", role: "feeds", to: "bus:a:3" },
    ],
    branches: [
      { twin: "line:a:1", from: "bus:a:1", to: "bus:a:2", switches: [lost] },
      { twin: "line:a:1", from: "bus:a:1", to: "bus:a:3", switches: [] },
    ],
    findings: [],
  }));
  expect(linksOf(district)).toEqual(["bus:a:1 feeds bus:a:2"]);
  expect(district.branches).toEqual([{ twin: "line:a:1", from: "bus:a:1", to: "bus:a:2", switches: [] }]);
  expect(findings.map((finding) => finding.code)).toEqual([
    "TWIN_ID_TWICE",
    "TWIN_LINK_DANGLING",
    "TWIN_BRANCH_DANGLING",
    "TWIN_BRANCH_DANGLING",
  ]);
});

test("a type of the contract without a loader is a finding that says so", async () => {
  delete LOADERS.gbxml;
  const text = "district: a\ntimezone: UTC\nsources: [{ id: a, type: gbxml, file: a.xml }]\n";
  const { district, findings } = await loadDistrict(text, readFrom({}));
  expect(district).toBeDefined();
  expect(findings).toMatchObject([{ severity: "error", code: "DISTRICT_TYPE_NOT_YET", source: "a", file: "a.xml" }]);
  expect(findings[0]!.message).toContain("cannot be loaded yet");
});

test("the report has the keys of the contract, and only the kinds that are there", async () => {
  const { district, findings } = await load(() => Promise.reject(new Error("x")));
  const report = districtReport({ district, findings, censuses: [] });
  expect(Object.keys(report)).toEqual(["district", "twins", "links", "findings", "sources"]);
  expect(report).toMatchObject({ district: "altstadt", twins: { district: 1 }, links: 0 });
  expect(Object.keys(report.findings[0]!)).toEqual(["severity", "code", "source", "file", "at", "message", "hint"]);
  expect(districtReport({ findings: [], censuses: [] })).toEqual({
    ...{ district: null, twins: {}, links: 0, sources: [], findings: [] },
  });
});

test("a packed file is a finding, and no loader is asked to make sense of it", async () => {
  let asked = false;
  const loader: Loader = () => {
    asked = true;
    return NOTHING;
  };
  const { findings } = await load(loader, { "a.ifc": new Uint8Array([0x1f, 0x8b, 8, 0]) });
  expect(findings.map(({ code, source, file }) => [code, source, file])).toEqual([
    ["DISTRICT_FILE_PACKED", "a", "a.ifc"],
  ]);
  expect(asked).toBe(false);
});

test("a source of several files gets them in their order, and reads what lies beside them, and nothing outside", async () => {
  const seen: string[] = [];
  LOADERS.ifc = async ({ file, more, folder }: SourceFile) => {
    seen.push(file, ...more!.map((each) => each.file), ...(await folder!.list()));
    seen.push((await folder!.read("Sub\\c.txt")).file);
    for (const path of ["../../x", "/etc/passwd", "none"]) {
      await folder!.read(path).catch((error: Error) => seen.push(error.message));
    }
    return NOTHING;
  };
  const text = "district: a\ntimezone: UTC\nsources: [{ id: a, type: ifc, file: [bim/a.ifc, bim/b.ifc] }]\n";
  const files = { "bim/a.ifc": "x", "bim/b.ifc": "y", "bim/sub/C.txt": "z" };
  expect((await loadDistrict(text, readFrom(files))).findings).toEqual([]);
  expect(seen).toEqual([
    ...["bim/a.ifc", "bim/b.ifc", "a.ifc", "b.ifc", "bim/sub/C.txt"],
    ...["../../x leaves the folder of district.yaml", "/etc/passwd is an absolute path", "there is no bim/none"],
  ]);
});

test("a folder in the place of a file is read where the format has many files, and else a finding", async () => {
  LOADERS.simbench = async ({ bytes, folder }) => {
    expect([bytes.length, await folder!.list()]).toEqual([0, ["Line.csv", "Node.csv"]]);
    return { ...NOTHING, census: { read: { Node: 1 }, kept: {}, unknown: {} } };
  };
  LOADERS.ifc = () => NOTHING;
  const sources = "[{ id: s, type: simbench, file: grid }, { id: b, type: ifc, file: grid }]";
  const text = `district: a\ntimezone: UTC\nsources: ${sources}\n`;
  const loaded = await loadDistrict(text, readFrom({ "grid/Node.csv": "x", "grid/Line.csv": "y" }));
  expect(loaded.findings).toMatchObject([{ code: "DISTRICT_FILE_IS_FOLDER", source: "b" }]);
  expect(districtReport(loaded).sources).toEqual([
    { source: "s", file: "grid", read: { Node: 1 }, kept: {}, unknown: {} },
  ]);
});

test("the same file again is another building of the same design, a file of the same building is not", async () => {
  const federation = { ids: "x", identityOf: () => "house", recount: () => ({}) };
  LOADERS.ifc = ({ source }) => ({ ...NOTHING, twins: [newTwin("building", source, "house", {})], federation });
  const sources = "[{ id: a, type: ifc, file: a }, { id: b, type: ifc, file: b }, { id: c, type: ifc, file: c }]";
  const text = `district: a\ntimezone: UTC\nsources: ${sources}\n`;
  const { district, findings } = await loadDistrict(text, readFrom({ a: "one", b: "one", c: "other" }));
  expect([...district!.twins.keys()]).toEqual(["building:a:house", "building:b:house", "district:a:a"]);
  expect(findings.map(({ code, source }) => [code, source])).toEqual([
    ["DISTRICT_FILE_TWICE", "b"],
    ["IFC_FEDERATED", "c"],
  ]);
});
