// The parts of several sources as one district: devices that feed meters of more than one.

import { expect, test } from "vitest";
import { newTwin } from "../../models/district.ts";
import { DistrictJoin } from "../../models/join.ts";

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
