import { describe, expect, it } from "vitest";
import { KIND_TYPES } from "../../graphql/kinds.ts";
import { convert } from "../../models/telemetry/units.ts";
import { CATALOGUE } from "../../twins/catalogue.ts";
import { client } from "./ask.ts";
import { METER, SCHOOL } from "./world.ts";

async function twin(id: string, type: string, fields: string) {
  const { data, errors } = await client().ask(`query ($id: ID!) { twin(id: $id) { ... on ${type} { ${fields} } } }`, {
    id,
  });
  expect(errors).toBeUndefined();
  return data.twin;
}

describe("the kinds of buildings", () => {
  it("a building has its storeys, spaces, meters, supply and consumption", async () => {
    const building = await twin(
      SCHOOL,
      "Building",
      `storeys { id } spaces { id } meters { id } fedBy { id } district { id } supply comfort operation
       consumption { carrier point value unit at quality } footprintAreaM2 netFloorAreaM2 temperatureDegC
       location { latDeg lonDeg elevationM }`,
    );
    expect(building).toEqual({
      storeys: [{ id: "storey:school:s0" }],
      spaces: [{ id: "space:school:r1" }],
      meters: [{ id: METER }],
      fedBy: [{ id: "bus:lv:18" }],
      district: { id: "district:altstadt:altstadt" },
      supply: "supplied",
      comfort: "unknown.notMeasured",
      operation: "occupied",
      consumption: [
        {
          carrier: "ELECTRICITY",
          point: "electricityConsumption",
          value: 1204.25,
          unit: "kWh",
          at: "2026-01-01T11:59:00.000Z",
          quality: "GOOD",
        },
      ],
      footprintAreaM2: 170,
      netFloorAreaM2: 320.5,
      temperatureDegC: 20,
      location: { latDeg: 52.5, lonDeg: 13.4, elevationM: 34 },
    });
  });

  it("an attribute of another type, or none, is null (F1)", async () => {
    expect(await twin(SCHOOL, "Building", "heightM grossFloorAreaM2 co2Ppm")).toEqual({
      heightM: null,
      grossFloorAreaM2: null,
      co2Ppm: null,
    });
  });

  it("a space knows its storey and building", async () => {
    expect(
      await twin("space:school:r1", "Space", "storey { elevationM building { name } } building { id } comfort"),
    ).toEqual({
      storey: { elevationM: -0.4, building: { name: "School" } },
      building: { id: SCHOOL },
      comfort: null,
    });
  });
});

describe("the kinds of metering", () => {
  it("a meter has its carrier, device, registers and what it measures", async () => {
    const meter = await twin(
      METER,
      "Meter",
      "carrier measures { id kind } device { id meters { id } } intervalSeconds registers { name unit } consumption { value } powerW feedIn { value }",
    );
    expect(meter).toEqual({
      carrier: "ELECTRICITY",
      measures: { id: SCHOOL, kind: "BUILDING" },
      device: { id: "device:meters:dev-17", meters: [{ id: METER }] },
      intervalSeconds: 900,
      registers: [
        { name: "energyImport", unit: "kWh" },
        { name: "power", unit: "kW" },
      ],
      consumption: { value: 1204.25 },
      powerW: 310,
      feedIn: null,
    });
  });
});

describe("the electric kinds", () => {
  it("a bus has what stands at it, and whether it is energized", async () => {
    const fields = `vnKv voltagePu energized lines { id } transformers { id } switches { id } loads { id modelPMw powerW } buildings { id } grids { id }`;
    expect(await twin("bus:lv:18", "Bus", fields)).toEqual({
      vnKv: 0.4,
      voltagePu: 0.98,
      energized: true,
      lines: [{ id: "line:lv:3" }],
      transformers: [{ id: "transformer:lv:0" }],
      switches: [],
      loads: [{ id: "load:lv:1", modelPMw: 0.02, powerW: 19_500 }],
      buildings: [{ id: SCHOOL }],
      grids: [],
    });
    expect(await twin("bus:lv:19", "Bus", "energized voltagePu")).toEqual({ energized: false, voltagePu: null });
  });

  it("a line has its ends in the direction of the file, and its loading", async () => {
    const fields = "fromBus { id } toBus { id } lengthKm maxIKa currentA loadingPercent inService switches { id }";
    expect(await twin("line:lv:3", "Line", fields)).toEqual({
      fromBus: { id: "bus:lv:18" },
      toBus: { id: "bus:lv:19" },
      lengthKm: 0.12,
      maxIKa: 0.27,
      currentA: 81,
      loadingPercent: 30,
      inService: true,
      switches: [{ id: "switch:lv:5" }],
    });
  });

  it("a transformer's sides are told by their voltages, not by the order of the file", async () => {
    expect(
      await twin("transformer:lv:0", "Transformer", "buses { id } hvBus { id } lvBus { id } snMva modelTapPos"),
    ).toEqual({
      buses: [{ id: "bus:lv:18" }, { id: "bus:lv:17" }],
      hvBus: { id: "bus:lv:17" },
      lvBus: { id: "bus:lv:18" },
      snMva: 0.63,
      modelTapPos: -1,
    });
  });

  it("a switch tells its confirmed position and what it connects; a quarantined one does not know its position", async () => {
    const { ask, world } = client();
    const query = `{ twin(id: "switch:lv:5") { ... on Switch { closed buses { id } elements { id } } } }`;
    const elements = [{ id: "bus:lv:19" }, { id: "line:lv:3" }];
    expect((await ask(query)).data.twin).toEqual({ closed: false, buses: [{ id: "bus:lv:19" }], elements });
    world.change("switch:lv:5", "closed.opening");
    expect((await ask(query)).data.twin.closed).toBe(true);
    world.change("switch:lv:5", "quarantined");
    expect((await ask(query)).data.twin.closed).toBeNull();
  });
});

describe("the kinds of pipe networks", () => {
  it("a pipe has its ends, and its measures in one unit whatever the file's", async () => {
    const fields = "carrier fromNode { id kind } toNode { id kind } lengthM diameterMm flowM3PerHour";
    expect(await twin("pipe:water:P1", "Pipe", fields)).toEqual({
      carrier: "WATER",
      fromNode: { id: "tank:water:T1", kind: "TANK" },
      toNode: { id: "junction:water:J1", kind: "JUNCTION" },
      lengthM: 150,
      diameterMm: 100,
      flowM3PerHour: 3.6,
    });
  });

  it("a junction has its height and its pipes", async () => {
    expect(await twin("junction:water:J1", "Junction", "elevationM pipes { id } pressureBar")).toEqual({
      elevationM: 12,
      pipes: [{ id: "pipe:water:P1" }],
      pressureBar: null,
    });
  });
});

describe("the fields that read points", () => {
  // A meter's points are what meters.csv names, so they cannot be held against a definition.
  const kinds = KIND_TYPES.filter(({ kind }) => kind !== "meter");
  const fields = kinds.flatMap(({ kind, fields }) =>
    Object.entries(fields).flatMap(([name, { reads }]) => (reads ? [{ kind, name, ...reads }] : [])),
  );

  it.each(fields)(
    "$kind.$name reads points that the twin has, in units that can be converted",
    ({ kind, points, unit }) => {
      for (const point of points) {
        const spec = CATALOGUE[kind].points[point];
        expect(spec, point).toBeDefined();
        expect(convert(1, spec!.unit, unit), `${point} in ${unit}`).toBeDefined();
      }
    },
  );
});
