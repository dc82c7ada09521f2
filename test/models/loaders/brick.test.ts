// Brick graphs: what twins real ones give, how points become points of meters, and what is found in broken ones.

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Attributes } from "../../../models/district.ts";
import { loadBrick } from "../../../models/loaders/brick.ts";
import { carrierOf, roleOf } from "../../../models/loaders/brick/classes.ts";
import { isUnit } from "../../../models/telemetry/units.ts";

const PREFIXES = `@prefix b: <urn:b/> .
@prefix brick: <https://brickschema.org/schema/Brick#> . @prefix rec: <https://w3id.org/rec#> .
@prefix ref: <https://brickschema.org/schema/Brick/ref#> . @prefix unit: <http://qudt.org/vocab/unit/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
`;
const fixture = (file: string) => readFileSync(new URL(`../../fixtures/brick/${file}`, import.meta.url));
const bytesOf = (text: string) => new TextEncoder().encode(text);

async function loadBytes(bytes: Uint8Array, more: { file: string; bytes: Uint8Array }[] = []) {
  const part = await loadBrick({ source: "s", file: "a.ttl", bytes, more });
  const twin = (element: string) => part.twins.find((each) => each.element === element)!;
  const links = part.links.map(({ from, role, to }) => `${from} ${role} ${to}`);
  const kinds: Record<string, number> = {};
  for (const { kind } of part.twins) kinds[kind] = (kinds[kind] ?? 0) + 1;
  return { ...part, twin, links, kinds, codes: part.findings.map(({ code, at }) => `${code} ${at}`.trim()) };
}
const load = (text: string) => loadBytes(bytesOf(PREFIXES + text));

describe("real graphs", () => {
  test("the meters of a building, with their points, devices and submeters", async () => {
    const { twin, links, kinds, devices, codes } = await loadBytes(fixture("building_meter.ttl"));
    expect(kinds).toEqual({ storey: 3, meter: 4, building: 1, device: 6 });
    expect(codes).toEqual(["BRICK_INTERVAL"]);
    const main = twin("http://example.com#main-meter");
    expect(main.points).toEqual([
      { name: "energyImport", unit: "kWh" },
      { name: "building_peak_demand", unit: "kW" },
      { name: "power", unit: "kW" },
    ]);
    expect(main.attributes).toMatchObject({
      ...{ carrier: "electricity", measures: "building:s:http://example.com#mybldg", intervalMs: 900_000 },
    });
    expect(links).toContain(`${main.id} measures building:s:http://example.com#mybldg`);
    expect(links).toContain("building:s:http://example.com#mybldg contains storey:s:http://example.com#floor2");
    const sub = twin("http://example.com#submeter-floor1");
    expect(sub.attributes).toMatchObject({
      ...{ subMeterOf: main.id, measures: "storey:s:http://example.com#floor1" },
      device: "647654d4-56ee-11ec-bf02-3dcb0419df3b",
    });
    expect(devices!.get("647654d4-56ee-11ec-bf02-3dcb0419df3b")).toEqual([sub.id]);
    expect(devices!.get("fd64fbc8-0742-4e1e-8f88-e2cd8a3d78af")).toEqual([main.id]);
    expect(links).toContain(`device:s:647654d4-56ee-11ec-bf02-3dcb0419df3b feeds ${sub.id}`);
  });

  test("Soda Hall: rooms in storeys, zones beside them, boxes that feed zones", async () => {
    const { kinds, census, links, twin } = await loadBytes(fixture("soda_brick.ttl"));
    const text = fixture("soda_brick.ttl").toString();
    const entities = (name: string) => text.match(new RegExp(`^soda_hall:\\S+ a brick:${name} [;.]`, "gm"))!.length;
    for (const name of ["Room", "HVAC_Zone", "VAV", "AHU", "Floor"]) expect(census!.read[name]).toBe(entities(name));
    expect(kinds).toEqual({ device: 258, space: 486, building: 1, storey: 7 });
    const hall = "https://brickschema.org/schema/1.0.2/building_example#";
    expect(links).toContain(`storey:s:${hall}floor_3 contains space:s:${hall}room_C300`);
    expect(links).toContain(`device:s:${hall}ahu_A1 feeds device:s:${hall}vav_C180`);
    const zone = (twin(`${hall}room_C300`).attributes.alsoPartOf as string[])[0]!;
    expect(links.some((link) => link.startsWith(`device:s:${hall}vav_C300 feeds ${zone}`))).toBe(true);
    // No sensor of this graph has a unit: its points are told, and none is read.
    expect(kinds.meter).toBeUndefined();
    expect(twin(`${hall}vav_C300`).attributes.brickPoints).toEqual(
      expect.arrayContaining([expect.objectContaining({ brickClass: "Supply_Air_Flow_Sensor" })]),
    );
  });

  test("places of RealEstateCore", async () => {
    const { kinds, links } = await loadBytes(fixture("building.ttl"));
    expect(kinds).toEqual({ building: 1, storey: 1, space: 6, device: 3 });
    expect(links.map((link) => link.replaceAll("http://example.com#", ""))).toEqual(
      expect.arrayContaining([
        "building:s:Building1 contains storey:s:Floor1",
        "storey:s:Floor1 contains space:s:Floor1Zone1",
        "space:s:Floor1Zone1 contains space:s:Room1",
        "device:s:MainAHU feeds device:s:RVAV1",
        "device:s:RVAV1 feeds space:s:Floor1Zone1",
      ]),
    );
  });

  test("what a graph says besides is kept, with its units", async () => {
    const { twin } = await loadBytes(fixture("solar_array.ttl"));
    expect(twin("http://example.com#panel11").attributes).toMatchObject({
      ...{ brickClass: "PV_Panel", coordinates: { latitude: 37.8719, longitude: -122.2585 } },
      ...{ ratedPowerOutput: { hasUnit: "W", value: 250 }, panelArea: { hasUnit: "M2", value: 5 } },
    });
    expect(twin("http://example.com#pv_meter").points).toEqual([
      { name: "power", unit: "kW" },
      { name: "energyExport", unit: "kWh" },
      { name: "pv_daily_peak_power", unit: "kW" },
    ]);
    const kitchen = (await loadBytes(fixture("air_quality_sensor_example.ttl"))).twin("http://example.com#room_1");
    expect(kitchen.attributes).toMatchObject({ brickClass: "Office_Kitchen", area: { hasUnit: "M2", value: 40 } });
  });

  test("a class that the file declares is what it is below", async () => {
    const { twin } = await loadBytes(fixture("apartment.ttl"));
    expect(twin("http://example.com/apartment#my_apartment").kind).toBe("space");
    const { twin: other } = await load(
      "b:Mine rdfs:subClassOf b:Ours . b:Ours rdfs:subClassOf brick:Fan . b:f a b:Mine .",
    );
    expect(other("urn:b/f")).toMatchObject({ kind: "device", attributes: { brickClass: "Fan" } });
  });
});

describe("points", () => {
  const room = "b:r a brick:Room ; rdfs:label 'Hall'@en .\n";
  const series = (id: string) =>
    `ref:hasExternalReference [ a ref:TimeseriesReference ; ref:hasTimeseriesId "${id}" ; ref:storedAt "db" ]`;

  test("B2 a sensor of a room with a unit and a time series is a meter that measures the room", async () => {
    const { twin, links, devices, census } = await load(
      `${room} b:t a brick:Zone_Air_Temperature_Sensor ; brick:isPointOf b:r ; brick:hasUnit unit:DEG_C ; ${series("ts-1")} .
      b:h a brick:Humidity_Sensor ; brick:isPointOf b:r ; brick:hasUnit unit:PERCENT ; ${series("ts-2")} .`,
    );
    expect(twin("urn:b/r").name).toBe("Hall");
    expect(twin("urn:b/t")).toMatchObject({
      ...{ id: "meter:s:urn:b/t", points: [{ name: "temperature", unit: "Cel" }] },
      attributes: { brickClass: "Zone_Air_Temperature_Sensor", measures: "space:s:urn:b/r", device: "ts-1" },
    });
    expect(twin("urn:b/h").points).toEqual([{ name: "humidity", unit: "%RH" }]);
    expect(links).toEqual([
      "meter:s:urn:b/t measures space:s:urn:b/r",
      "meter:s:urn:b/h measures space:s:urn:b/r",
      "device:s:ts-1 feeds meter:s:urn:b/t",
      "device:s:ts-2 feeds meter:s:urn:b/h",
    ]);
    expect([...devices!]).toEqual([
      ["ts-1", ["meter:s:urn:b/t"]],
      ["ts-2", ["meter:s:urn:b/h"]],
    ]);
    expect(twin("ts-1").attributes).toMatchObject({ device: "ts-1", storedAt: "db" });
    expect(census!.read).toEqual({ Room: 1, Zone_Air_Temperature_Sensor: 1, Humidity_Sensor: 1 });
  });

  test("setpoints, commands and sensors without a unit or a series are told in what has them", async () => {
    const { twins, twin, codes } = await load(
      `${room} b:p a brick:Zone_Air_Temperature_Setpoint ; brick:isPointOf b:r ; brick:hasUnit unit:DEG_C ; ${series("ts-1")} .
      b:n a brick:CO2_Sensor ; brick:isPointOf b:r ; ${series("ts-2")} .
      b:u a brick:Air_Flow_Sensor ; brick:isPointOf b:r ; brick:hasUnit unit:FT3-PER-MIN ; ${series("ts-3")} .`,
    );
    expect(twins).toHaveLength(1);
    expect((twin("urn:b/r").attributes.brickPoints as Attributes[]).map(({ id }) => id)).toEqual([
      "urn:b/p",
      "urn:b/n",
      "urn:b/u",
    ]);
    expect(codes).toEqual(["BRICK_UNIT line 8"]);
  });

  test("M1, M2: what a device may be called, and that it feeds one meter by each point", async () => {
    const sensor = (name: string, id: string) =>
      `b:${name} a brick:CO2_Sensor ; brick:isPointOf b:r ; brick:hasUnit unit:PPM ; ${series(id)} .\n`;
    const { devices, codes } = await load(room + sensor("a", "x") + sensor("b", "x") + sensor("c", "x.y"));
    expect([...devices!]).toEqual([["x", ["meter:s:urn:b/a"]]]);
    expect(codes).toEqual(["BRICK_DEVICE_TWICE line 7", "BRICK_DEVICE_NAME line 8", "BRICK_INTERVAL"]);
  });

  test("a meter has each name once, and an interval where its points have one", async () => {
    const power = (name: string) =>
      `b:${name} a brick:Power_Sensor ; brick:isPointOf b:m ; brick:hasUnit unit:W ; brick:aggregate [ brick:aggregationInterval "PT1M" ] .\n`;
    const text = `b:m a brick:Thermal_Power_Meter ; brick:meters b:r .\n${room}${power("p")}`;
    const plain =
      "b:q a brick:Power_Sensor ; brick:isPointOf b:m ; brick:hasUnit unit:W .\nb:o a brick:Power_Sensor ; brick:isPointOf b:m ; brick:hasUnit unit:KiloW .";
    const { twin, codes } = await load(text + plain);
    expect(twin("urn:b/m")).toMatchObject({
      points: [
        { name: "p", unit: "W" },
        { name: "power", unit: "W" },
      ],
      attributes: { carrier: "heat", intervalMs: 60_000 },
    });
    expect(codes).toEqual(["BRICK_POINT_NAME line 9"]);
  });

  test("classes say what is metered", () => {
    const carriers = ["Building_Electrical_Meter", "Gas_Meter", "Water_Meter", "Thermal_Power_Meter", "Meter"];
    expect(carriers.map((name) => carrierOf(name, false))).toEqual(["electricity", "gas", "water", "heat", undefined]);
    expect([carrierOf("Hot_Water_Meter", true), carrierOf("Hot_Water_Meter", false)]).toEqual(["heat", "water"]);
  });

  test("every unit that is known is one of telemetry", async () => {
    const { unitOf } = await import("../../../models/loaders/brick/units.ts");
    for (const name of ["KiloW-HR", "V-A_Reactive", "DEG_F", "GAL_US-PER-MIN", "LUX", "PSI", "NUM"]) {
      expect(isUnit(unitOf(name, "Sensor")!)).toBe(true);
    }
    expect(unitOf("FT3-PER-MIN", "Sensor")).toBeUndefined();
  });
});

test("C1 classes of other versions are known by their last word", () => {
  expect(
    [
      "PreHeat_Coil_Leaving_Air_Temperature_Sensor",
      "My_Exhaust_Fan",
      "Sleeping_Room",
      "Steam_Meter",
      "Low_Alarm",
      "Mist",
    ].map((name) => roleOf(name)),
  ).toEqual(["sensor", "equipment", "space", "meter", "point", undefined]);
  expect([roleOf("Fire_Alarm"), roleOf("ConferenceRoom"), roleOf("Hot_Box"), roleOf("constructor")]).toEqual([
    ...["equipment", "space", "space", undefined],
  ]);
});

describe("places", () => {
  test("P1 what is nearest contains, and the others are told", async () => {
    const { twin, links, findings } = await load(
      `b:z a brick:HVAC_Zone ; brick:hasPart b:r . b:f a brick:Floor ; brick:hasPart b:r . b:g a brick:Building ; brick:hasPart b:f, b:r .
      b:r a brick:Room . b:a a brick:AHU ; brick:hasPart b:d ; brick:hasLocation b:g . b:d a brick:Damper ; brick:hasLocation b:r .`,
    );
    expect(links).toEqual([
      "building:s:urn:b/g contains storey:s:urn:b/f",
      "storey:s:urn:b/f contains space:s:urn:b/r",
      "building:s:urn:b/g contains device:s:urn:b/a",
      "space:s:urn:b/r contains device:s:urn:b/d",
    ]);
    expect(twin("urn:b/r").attributes.alsoPartOf).toEqual(["space:s:urn:b/z", "building:s:urn:b/g"]);
    expect(twin("urn:b/d").attributes.alsoPartOf).toEqual(["device:s:urn:b/a"]);
    expect(findings).toEqual([]);
  });

  test("P2 a circle is cut, and told of", async () => {
    const { links, codes } = await load(
      "b:r a brick:Room ; brick:hasPart b:q . b:q a brick:Room ; brick:hasPart b:r .",
    );
    expect(links).toEqual(["space:s:urn:b/q contains space:s:urn:b/r"]);
    expect(codes).toEqual(["BRICK_CYCLE line 5"]);
  });
});

describe("a broken graph", () => {
  test.each([
    ["no graph", "<html>", ["BRICK_TURTLE line 5", "BRICK_EMPTY"]],
    ["a fault", "b:a a brick:Fan ; x:y 1 .\nb:c a brick:Fan .", ["BRICK_TURTLE line 5"]],
    ["a class that is unknown", "b:a a brick:Fan . b:c a brick:Mist .", ["BRICK_CLASS_UNKNOWN line 5"]],
    ["a point of nothing", "b:a a brick:Fan . b:c a brick:Speed_Setpoint .", ["BRICK_POINT_LOST line 5"]],
    ["a meter of nothing", "b:m a brick:Gas_Meter .", ["BRICK_METER_MEASURES line 5", "BRICK_INTERVAL"]],
  ])("%s", async (_what, text, codes) => {
    expect(new Set((await load(text)).codes)).toEqual(new Set(codes));
  });

  test("further files belong to the same graph, and their faults name them", async () => {
    const more = [{ file: "more.ttl", bytes: bytesOf(`${PREFIXES}b:r brick:hasPart b:f .\n? .`) }];
    const first = bytesOf(`${PREFIXES}b:r a brick:Room . b:f a brick:Fan .`);
    const { links, codes } = await loadBytes(first, more);
    expect(links).toEqual(["space:s:urn:b/r contains device:s:urn:b/f"]);
    expect(codes).toEqual(["BRICK_TURTLE more.ttl line 6"]);
  });

  test("L1 whatever happens to a graph, nothing is thrown, ids are unique and links lead to twins", async () => {
    const text = fixture("building_meter.ttl").toString() + fixture("solar_array.ttl").toString();
    const words = text.split(/(?<=\s)/);
    const place = fc.nat(words.length);
    await fc.assert(
      fc.asyncProperty(place, fc.nat(20), place, fc.string(), async (from, length, to, other) => {
        const changed = words.toSpliced(from, length).toSpliced(to, 0, ...words.slice(from, from + length), other);
        const { twins, links, devices } = await loadBrick({
          source: "s",
          file: "a.ttl",
          bytes: bytesOf(changed.join("")),
        });
        const ids = new Set(twins.map(({ id }) => id));
        expect(ids.size).toBe(twins.length);
        for (const link of links) expect([ids.has(link.from), ids.has(link.to)]).toEqual([true, true]);
        for (const [, meters] of devices!) for (const meter of meters) expect(ids.has(meter)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});
