// Plants: faults that are put into a real district, each with the finding that must tell of it.
// Fed by    the example district: two electric networks, one of water, 162 buildings from three files, 528 meters
// T1  a plant changes only what its fault is made of, so that all plants can stand in one district together

import type { LoadedDistrict, TwinId, TwinModel } from "../../../models/district.ts";
import { newTwin } from "../../../models/district.ts";

export interface Plant {
  fault: string;
  code: string;
  /** Where it is told. */
  at: TwinId;
  plant(district: LoadedDistrict): void;
}

const set = (id: TwinId, attributes: Record<string, number | string | boolean>) => (district: LoadedDistrict) =>
  void Object.assign(twinOf(district, id).attributes, attributes);

function twinOf(district: LoadedDistrict, id: TwinId): TwinModel {
  const twin = district.twins.get(id);
  if (!twin) throw new Error(`the district has no ${id}`);
  return twin;
}

function add(district: LoadedDistrict, ...twins: TwinModel[]): void {
  for (const twin of twins) district.twins.set(twin.id, twin);
}

function branch(district: LoadedDistrict, twin: TwinModel, from: TwinId, to: TwinId): void {
  add(district, twin);
  district.branches.push({ twin: twin.id, from, to, switches: [] });
}

function meter(
  district: LoadedDistrict,
  id: string,
  measures: TwinId,
  points: TwinModel["points"],
  carrier = "electricity",
  intervalMs = 900_000,
): void {
  const twin = newTwin("meter", "meters", id, { carrier, measures, device: `dev-${id}`, intervalMs });
  if (points) twin.points = points;
  add(district, twin, newTwin("device", "meters", `dev-${id}`, { device: `dev-${id}`, intervalMs }));
  district.links.push({ from: twin.id, role: "measures", to: measures });
  district.devices.set(`dev-${id}`, [twin.id]);
}

const KWH = [{ name: "energyImport", unit: "kWh" }];

export const PLANTS: Plant[] = [
  {
    fault: "a cable of two pieces that ends at nothing",
    code: "NETWORK_DEAD_END",
    at: "bus:lv:stub2",
    plant: (district) => {
      add(district, ...["stub1", "stub2"].map((id) => newTwin("bus", "lv", id, { vnKv: 0.4 })));
      branch(district, newTwin("line", "lv", "s1", { lengthKm: 0.01 }), "bus:lv:70", "bus:lv:stub1");
      branch(district, newTwin("line", "lv", "s2", { lengthKm: 0.01 }), "bus:lv:stub1", "bus:lv:stub2");
    },
  },
  {
    fault: "a switch behind which nothing is",
    code: "NETWORK_SWITCH_LEADS_NOWHERE",
    at: "switch:lv:loose",
    plant: (district) => {
      add(district, newTwin("bus", "lv", "behind", { vnKv: 0.4 }));
      branch(district, newTwin("switch", "lv", "loose", { closed: false }), "bus:lv:73", "bus:lv:behind");
    },
  },
  {
    fault: "loads and buildings behind an open switch",
    code: "NETWORK_UNREACHABLE",
    at: "bus:lv:island",
    plant: (district) => {
      add(district, newTwin("bus", "lv", "island", { vnKv: 0.4 }), newTwin("load", "lv", "island", { pMw: 0.01 }));
      district.links.push({ from: "bus:lv:island", role: "feeds", to: "load:lv:island" });
      branch(district, newTwin("switch", "lv", "opened", { closed: false }), "bus:lv:74", "bus:lv:island");
    },
  },
  {
    fault: "a length in metres",
    code: "NETWORK_AMOUNT_ODD",
    at: "line:lv:3",
    plant: set("line:lv:3", { lengthKm: 35 }),
  },
  { fault: "a voltage in volts", code: "NETWORK_AMOUNT", at: "bus:mv:5", plant: set("bus:mv:5", { vnKv: 20_000 }) },
  {
    fault: "a line that may carry nothing",
    code: "NETWORK_AMOUNT",
    at: "line:mv:1",
    plant: set("line:mv:1", { maxIKa: 0 }),
  },
  {
    fault: "a set point of 110 in place of 1.1",
    code: "NETWORK_AMOUNT",
    at: "grid:mv:0",
    plant: set("grid:mv:0", { vmPu: 110 }),
  },
  {
    fault: "a tap that is not there",
    code: "NETWORK_AMOUNT",
    at: "transformer:mv:0",
    plant: set("transformer:mv:0", { tapPos: 30, tapMin: -9, tapMax: 9 }),
  },
  {
    fault: "limits the wrong way round",
    code: "NETWORK_LIMITS",
    at: "bus:mv:6",
    plant: set("bus:mv:6", { minVmPu: 1.1, maxVmPu: 0.9 }),
  },
  {
    fault: "a transformer of another level",
    code: "NETWORK_TRANSFORMER_VOLTAGE",
    at: "transformer:lv:0",
    plant: set("transformer:lv:0", { vnHvKv: 110 }),
  },
  {
    fault: "a load that is made for another voltage",
    code: "NETWORK_VOLTAGE_MISMATCH",
    at: "load:mv:0",
    plant: set("load:mv:0", { vnKv: 0.4 }),
  },
  {
    fault: "a diameter in inches of a millimetre",
    code: "NETWORK_AMOUNT_ODD",
    at: "pipe:water:p1",
    plant: set("pipe:water:p1", { diameterMm: 4 }),
  },
  {
    fault: "a roughness of Darcy-Weisbach",
    code: "NETWORK_AMOUNT_ODD",
    at: "pipe:water:p2",
    plant: set("pipe:water:p2", { roughness: 0.1 }),
  },
  {
    fault: "an elevation in millimetres",
    code: "NETWORK_AMOUNT_ODD",
    at: "junction:water:n2",
    plant: set("junction:water:n2", { elevationM: 54_000 }),
  },
  {
    fault: "the water network again, as another source",
    code: "NETWORK_TWICE",
    at: "",
    plant: (district) => {
      const again = (id: TwinId) => id.replace(":water:", ":water2:");
      for (const twin of [...district.twins.values()].filter(({ source }) => source === "water"))
        add(district, newTwin(twin.kind, "water2", twin.element, structuredClone(twin.attributes)));
      const { branches } = district;
      for (const { twin, from, to } of branches.filter((each) => each.twin.includes(":water:")))
        branches.push({ twin: again(twin), from: again(from), to: again(to), switches: [] });
    },
  },
  {
    fault: "a building of the city model again, in another file",
    code: "BUILDING_TWICE",
    at: "building:city2:again",
    plant: (district) => {
      const one = [...district.twins.values()].find(
        ({ kind, attributes }) => kind === "building" && attributes.location && attributes.footprintAreaM2,
      )!;
      const { location, footprintAreaM2, heightM } = one.attributes;
      add(
        district,
        newTwin("building", "city2", "again", {
          location: location!,
          footprintAreaM2: footprintAreaM2!,
          heightM: heightM!,
        }),
      );
    },
  },
  {
    fault: "a building that two electric networks feed",
    code: "FEED_TWICE",
    at: "building:duplex:1xS3BCk291UvhgP2a6eflK",
    plant: (district) =>
      void district.links.push({ from: "bus:mv:7", role: "feeds", to: "building:duplex:1xS3BCk291UvhgP2a6eflK" }),
  },
  {
    fault: "an id in another case",
    code: "TWIN_ID_ALIKE",
    at: "junction:water:N7",
    plant: (district) => {
      add(district, newTwin("junction", "water", "N7", { elevationM: 10, baseDemandLps: 1 }));
      branch(
        district,
        newTwin("pipe", "water", "toN7", { lengthM: 10, diameterMm: 100 }),
        "junction:water:n7",
        "junction:water:N7",
      );
    },
  },
  {
    fault: "a meter without points",
    code: "METER_NEVER_FED",
    at: "meter:meters:x-1",
    plant: (district) => meter(district, "x-1", "building:duplex:1xS3BCk291UvhgP2a6eflK", []),
  },
  {
    fault: "meters that measure each other",
    code: "METER_CIRCLE",
    at: "meter:meters:x-2",
    plant: (district) => {
      meter(district, "x-3", "meter:meters:x-2", KWH);
      meter(district, "x-2", "meter:meters:x-3", KWH);
    },
  },
  {
    fault: "a second meter of the same",
    code: "METER_TWICE",
    at: "meter:meters:x-4",
    plant: (district) => meter(district, "x-4", "building:samplehouse:1o0c33arXF9AEePDXPKIta", KWH),
  },
  {
    fault: "a water meter on a bus",
    code: "METER_CARRIER_ODD",
    at: "meter:meters:x-5",
    plant: (district) => meter(district, "x-5", "bus:lv:70", [{ name: "volume", unit: "m3" }], "water"),
  },
  {
    fault: "power in kWh",
    code: "METER_UNIT_ODD",
    at: "meter:meters:x-6",
    plant: (district) => meter(district, "x-6", "bus:lv:73", [{ name: "power", unit: "kWh" }]),
  },
  {
    fault: "water in kWh",
    code: "METER_POINT_ODD",
    at: "meter:meters:x-7",
    plant: (district) => meter(district, "x-7", "junction:water:n9", [{ name: "delivered", unit: "kWh" }], "water"),
  },
  {
    fault: "a reading in ten years",
    code: "METER_INTERVAL_ODD",
    at: "meter:meters:x-8",
    plant: (district) => meter(district, "x-8", "bus:lv:74", KWH, "electricity", 3.2e11),
  },
  {
    fault: "a flow meter of the building model that nobody bound",
    code: "DEVICE_UNBOUND",
    at: "device:duplex:flowmeter",
    plant: (district) => add(district, newTwin("device", "duplex", "flowmeter", { ifcClass: "IfcFlowMeter" })),
  },
  {
    fault: "a device that feeds nothing",
    code: "DEVICE_UNBOUND",
    at: "device:meters:dev-lost",
    plant: (district) => {
      add(district, newTwin("device", "meters", "dev-lost", { device: "dev-lost", intervalMs: 60_000 }));
      district.devices.set("dev-lost", []);
    },
  },
];
