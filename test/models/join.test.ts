// The parts of several sources as one district: devices that feed meters of more than one, and numbers that are none.

import { expect, test } from "vitest";
import { newTwin } from "../../models/district.ts";
import { DistrictJoin } from "../../models/join.ts";
import { loadOpenDss } from "../../models/loaders/opendss.ts";

function partOf(source: string, element: string, points: string[], device: string) {
  const meter = newTwin("meter", source, element, {});
  meter.points = points.map((name) => ({ name, unit: "kWh" }));
  return { twins: [meter], links: [], branches: [], findings: [], devices: new Map([[device, [meter.id]]]) };
}
const joined = (...parts: ReturnType<typeof partOf>[]) => {
  const join = new DistrictJoin();
  for (const part of parts) join.add(part, { id: "s", file: "f" });
  return { devices: [...join.devices], codes: join.findings.map(({ code, at }) => `${code} ${at}`) };
};

test("a device feeds meters of several sources, each by points of its own", () => {
  const { devices, codes } = joined(
    partOf("a", "1", ["energy"], "d"),
    partOf("b", "1", ["power"], "d"),
    partOf("b", "2", ["x"], "e"),
  );
  expect(devices).toEqual([
    ["d", ["meter:a:1", "meter:b:1"]],
    ["e", ["meter:b:2"]],
  ]);
  expect(codes).toEqual([]);
});

test("a point of a device feeds one meter: the first", () => {
  const { devices, codes } = joined(partOf("a", "1", ["energy"], "d"), partOf("b", "1", ["energy"], "d"));
  expect(devices).toEqual([["d", ["meter:a:1"]]]);
  expect(codes).toEqual(["TWIN_DEVICE_TWICE meter:b:1"]);
});

test("a meter that was dropped is bound to nothing", () => {
  const part = { ...partOf("a", "1", ["energy"], "d"), twins: [] };
  expect(joined(part).devices).toEqual([["d", []]]);
});

test("J2: amounts that grow beyond all numbers on the way are left out, and told", async () => {
  const join = new DistrictJoin();
  const script = "New Circuit.c\nNew Load.l bus1=sourcebus kW=1e200 pf=1e-200";
  join.add(await loadOpenDss({ source: "g", file: "g.dss", bytes: new TextEncoder().encode(script) }), {
    id: "g",
    file: "g.dss",
  });
  const { attributes } = join.twins.get("load:g:l")!;
  expect(attributes.pMw).toBe(1e197);
  expect(attributes).not.toHaveProperty("qMvar");
  expect(join.findings.filter(({ code }) => code === "TWIN_NOT_FINITE")).toMatchObject([
    { at: "load:g:l", message: "qMvar is beyond any number" },
  ]);
});

test("J2: within lists and objects, too: the others of a list keep their places", () => {
  const join = new DistrictJoin();
  const attributes = { a: 1, b: [1, Number.NaN, [Number.POSITIVE_INFINITY]], c: { d: Number.NEGATIVE_INFINITY, e: 2 } };
  join.add({ ...partOf("a", "1", [], "d"), twins: [newTwin("bus", "a", "1", attributes)] }, { id: "a", file: "f" });
  expect(join.twins.get("bus:a:1")!.attributes).toEqual({ a: 1, b: [1, null, [null]], c: { e: 2 } });
  expect(join.findings[0]!.message).toBe("b.1, b.2.0, c.d is beyond any number");
});
