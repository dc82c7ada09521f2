// Tests of the exports of a whole district, GeoJSON and JSON, and of what an export is refused for.

import { describe, expect, test } from "vitest";
import { Directory } from "../../../models/directory.ts";
import { type Branch, type District, type Json, type Link, newTwin, type TwinModel } from "../../../models/district.ts";
import { encodeDirectory } from "../../../models/encode-directory.ts";
import { loadEpanet } from "../../../models/loaders/epanet.ts";
import type { DistrictPart } from "../../../models/loaders/loader.ts";
import { example, fixture, load } from "../loaders/pandapower-nets.ts";
import { differencesOf, districtOf, exported } from "./parts.ts";

interface Feature {
  type: "Feature";
  id: string;
  geometry: { type: string; coordinates: Json[] } | null;
  properties: Record<string, Json>;
}
const featuresOf = (text: string): Map<string, Feature> =>
  new Map((JSON.parse(text) as { features: Feature[] }).features.map((feature) => [feature.id, feature]));
const directoryOf = (district: District): Directory => {
  const cellOf = new Map([...district.twins.keys()].map((id) => [id, "c"]));
  return Directory.of(encodeDirectory(district, { digest: () => "k", cellOf, shapeOf: () => "" }));
};

describe("JSON", () => {
  test("holds the whole district, out of a directory as from its loader", async () => {
    const part = await load(example("mv.json"));
    const meter: TwinModel = { ...newTwin("meter", "meters", "m 1", {}), points: [{ name: "power", unit: "W" }] };
    part.twins.push(meter);
    part.links.push({ from: meter.id, role: "measures", to: "bus:s:3" });
    const district = { ...districtOf(part), devices: new Map([["dev 1", [meter.id]]]) };
    for (const one of [district, directoryOf(district)]) {
      const said = JSON.parse(exported(one, { format: "json" })) as DistrictPart & Record<string, Json>;
      expect(Object.keys(said)).toEqual(["format", "version", "district", "twins", "links", "branches", "devices"]);
      expect(said).toMatchObject({ format: "quartier-district", version: 1 });
      expect(said.district).toEqual({ id: "d", name: "D", timezone: "Europe/Berlin" });
      expect(said.devices).toEqual({ "dev 1": [meter.id] });
      expect(differencesOf(part, said)).toEqual([]);
    }
  });

  test("of a part has its twins, what they are linked with, and what was removed", async () => {
    const part = await load(example("mv.json"));
    const wanted = { has: (id: string) => id === "line:s:3", removed: ["line:s:99"] };
    const said = JSON.parse(exported(districtOf(part), { format: "json", part: wanted })) as DistrictPart & {
      removed: Json;
    };
    expect(said.twins.map(({ id }) => id)).toEqual(["line:s:3"]);
    expect(said.links).toEqual(part.links.filter(({ from, to }) => from === "line:s:3" || to === "line:s:3"));
    expect(said.branches).toEqual(part.branches.filter(({ twin }) => twin === "line:s:3"));
    expect(said.removed).toEqual(["line:s:99"]);
  });
});

describe("GeoJSON", () => {
  test("has a feature for every twin of MV Oberrhein, where it is: buses as points, lines along their course", async () => {
    const part = await load(fixture("mv_oberrhein.json"));
    const text = exported(districtOf(part), { format: "geojson" });
    expect(JSON.parse(text)).toMatchObject({ type: "FeatureCollection", district: { id: "d" } });
    const features = featuresOf(text);
    expect([...features.keys()]).toEqual(part.twins.map(({ id }) => id));
    for (const { id, kind, name, attributes } of part.twins) {
      const { type, geometry, properties } = features.get(id)!;
      expect(type).toBe("Feature");
      expect(properties).toEqual({ ...attributes, id, kind, name: name ?? null });
      if (kind === "bus") {
        const { lonDeg, latDeg } = attributes.location as { lonDeg: number; latDeg: number };
        expect(geometry).toEqual({ type: "Point", coordinates: [lonDeg, latDeg] });
      }
      if (kind === "line") expect(geometry!.type).toBe("LineString");
      if (kind === "load") expect(geometry).toBeNull();
    }
    const line = part.twins.find(({ attributes }) => Array.isArray(attributes.coords) && attributes.coords.length > 2)!;
    expect(features.get(line.id)!.geometry!.coordinates).toEqual(line.attributes.coords);
  });

  test("takes no drawing for a map", async () => {
    const part = await load(example("mv.json"));
    expect(
      [...featuresOf(exported(districtOf(part), { format: "geojson" })).values()].map(({ geometry }) => geometry),
    ).toEqual(part.twins.map(() => null));
  });

  test("a transformer with three windings is several lines, and an attribute called `name` gives way", () => {
    const at = (id: string, lonDeg: number) => newTwin("bus", "s", id, { location: { lonDeg, latDeg: 50 } });
    const buses = [at("a", 7), at("b", 8), at("c", 9)];
    const three = newTwin("transformer", "s", "t", { name: "other", kind: 3 }, "T");
    const branches: Branch[] = ["b", "c"].map((to) => ({
      twin: three.id,
      from: "bus:s:a",
      to: `bus:s:${to}`,
      switches: [],
    }));
    const links: Link[] = [];
    const part: DistrictPart = { twins: [...buses, three], links, branches, findings: [] };
    const feature = featuresOf(exported(districtOf(part), { format: "geojson" })).get(three.id)!;
    expect(feature.geometry).toEqual({ type: "MultiLineString", coordinates: [[[7, 50], [8, 50]], [[7, 50], [9, 50]]] }); // biome-ignore format: coordinates
    expect(feature.properties).toEqual({ id: three.id, kind: "transformer", name: "T" });
  });
});

describe("an export is refused", () => {
  const water = loadEpanet({
    source: "water",
    file: "w.inp",
    bytes: new TextEncoder().encode("[JUNCTIONS]\n J 1\n[RESERVOIRS]\n R 2\n[PIPES]\n P R J 1 2 3\n[END]\n"),
  }) as DistrictPart;
  const net = async (): Promise<District> => {
    const grid = await load(example("mv.json"));
    return districtOf({ ...grid, twins: [...grid.twins, ...water.twins] });
  };

  test("for a format that is not there, a source that is not there, or one that came in another format", async () => {
    const district = await net();
    const why = (format: string, source?: string) => () => exported(district, { format, source });
    expect(why("constructor")).toThrow(
      'format is one of geojson, json, epanet, pandapower, matpower, not "constructor"',
    );
    expect(why("epanet", "s")).toThrow('there is no source "s" that came as epanet');
    expect(why("pandapower", "water")).toThrow('there is no source "water" that came as pandapower');
    expect(why("matpower")).toThrow("the district has no source that came as matpower");
    expect(why("geojson", "s")).toThrow("geojson is of the whole district, and takes no source");
    expect(why("epanet")()).toContain("[RESERVOIRS]");
  });

  test("when several sources came in its format and none is named", async () => {
    const one = await load(example("mv.json"));
    const renamed = one.twins.map(({ kind, element, attributes }) => newTwin(kind, "s2", element, attributes));
    const district = districtOf({ ...one, twins: [...one.twins, ...renamed] });
    expect(() => exported(district, { format: "pandapower" })).toThrow(
      "several sources came as pandapower, name one: s, s2",
    );
    expect(exported(district, { format: "pandapower", source: "s2" })).toContain("pandapowerNet");
  });
});
