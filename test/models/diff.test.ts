// Two models of one district: what differs, twin by twin.

import fc from "fast-check";
import { expect, test } from "vitest";
import { cellsOf } from "../../models/cells.ts";
import { attributeChanges, type Difference, differences, linkChanges, pointChanges } from "../../models/diff.ts";
import { Directory } from "../../models/directory.ts";
import type { LoadedDistrict } from "../../models/district.ts";
import { encodeDirectory } from "../../models/encode-directory.ts";
import { districtOf, meterOf } from "../runtime/live/harness.ts";

const directoryOf = (district: LoadedDistrict, cellOf = cellsOf(district)): Directory =>
  Directory.of(encodeDirectory(district, { cellOf, shapeOf: () => "", digest: () => "key" }));

const found = (before: LoadedDistrict, after: LoadedDistrict): Difference[] =>
  [...differences(directoryOf(before), directoryOf(after))].filter((each) => each !== undefined);

const PIPE = "pipe:water:p1";

function water(lengthM: number, more: { to?: string; switches?: string[]; attributes?: object } = {}): LoadedDistrict {
  const { to = "junction:water:b", switches = [], attributes = {} } = more;
  return districtOf(
    {
      "junction:water:a": {},
      "junction:water:b": {},
      "junction:water:c": {},
      "valve:water:v": {},
      [PIPE]: { attributes: { lengthM, ...attributes } },
    },
    [],
    [
      [PIPE, "junction:water:a", to, ...switches],
      ["valve:water:v", "junction:water:b", "junction:water:c"],
    ],
  );
}

test("one pipe with another length is one changed twin, and nothing else", () => {
  const [before, after] = [water(100), water(120)];
  expect(found(before, after)).toEqual([
    { id: PIPE, before: 3, after: 3, isChanged: true, isRelinked: false, isMoved: false },
  ]);
  expect(attributeChanges(before.twins.get(PIPE)!, after.twins.get(PIPE)!)).toEqual([
    { name: "lengthM", before: 100, after: 120 },
  ]);
  expect(found(before, before)).toEqual([]);
});

test("the order of attributes and of links is no difference (F2)", () => {
  const [before, after] = [water(1, { attributes: { a: 1, b: 2 } }), water(1, { attributes: { b: 2, a: 1 } })];
  after.links.reverse();
  expect(found(before, after)).toEqual([]);
});

test("a pipe that leads elsewhere, or has a switch at its end, is re-linked with those that it left and reached", () => {
  const relinked = found(water(1), water(1, { to: "junction:water:c" }));
  expect(relinked.map(({ id, isChanged, isRelinked }) => [id, isChanged, isRelinked])).toEqual([
    ["junction:water:b", false, true],
    ["junction:water:c", false, true],
    [PIPE, false, true],
  ]);
  const [before, after] = [directoryOf(water(1)), directoryOf(water(1, { to: "junction:water:c" }))];
  const pipe = relinked.find(({ id }) => id === PIPE)!;
  expect(linkChanges(before, after, pipe)).toEqual({
    added: [{ role: "connects", twin: "junction:water:c" }],
    removed: [{ role: "connects", twin: "junction:water:b" }],
  });
  const switched = found(water(1), water(1, { switches: ["valve:water:v"] }));
  expect(switched.map(({ id }) => id)).toEqual([PIPE]);
});

test("twins that come, go, and move to another cell", () => {
  const meters = (...ids: string[]) =>
    districtOf(Object.fromEntries(ids.map((id) => [`meter:meters:${id}`, meterOf("", { power: "W" })])), []);
  const changed = found(meters("a", "b"), meters("b", "c"));
  expect(changed.map(({ id, before, after }) => [id, before, after])).toEqual([
    ["meter:meters:a", 0, -1],
    ["meter:meters:c", -1, 1],
  ]);
  const district = meters("a", "b");
  const cells = new Map([...district.twins.keys()].map((id) => [id, "one"]));
  const others = new Map(cells).set("meter:meters:b", "two");
  const moved = [...differences(directoryOf(district, cells), directoryOf(district, others))];
  expect(moved.map((each) => each && [each.id, each.isMoved])).toEqual([undefined, ["meter:meters:b", true]]);
});

test("points of a meter that come, go, or change their unit", () => {
  const [before, after] = [meterOf("", { power: "W", energy: "kWh" }), meterOf("", { power: "kW", volume: "m3" })];
  const model = { id: "", kind: "meter", source: "", element: "", attributes: {} } as const;
  expect(pointChanges({ ...model, ...before }, { ...model, ...after })).toEqual({
    added: [
      { name: "power", unit: "kW" },
      { name: "volume", unit: "m3" },
    ],
    removed: [
      { name: "power", unit: "W" },
      { name: "energy", unit: "kWh" },
    ],
  });
});

test("for any two models: nothing that differs is missed, and nothing else is told", () => {
  const twins = fc.dictionary(
    fc.constantFrom(..."abcdefgh").map((name) => `junction:n:${name}`),
    fc.record({ attributes: fc.record({ elevationM: fc.integer({ min: 0, max: 2 }) }) }),
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(twins, twins, (before, after) => {
      const expected = [...new Set([...Object.keys(before), ...Object.keys(after)])]
        .sort()
        .filter((id) => before[id]?.attributes.elevationM !== after[id]?.attributes.elevationM);
      const [one, other] = [districtOf(before, []), districtOf(after, [])];
      // All in one cell: that twins without links may go to others is not the point here.
      const cellOf = new Map([...one.twins.keys(), ...other.twins.keys()].map((id) => [id, "n"]));
      const all = [...differences(directoryOf(one, cellOf), directoryOf(other, cellOf))];
      expect(all.flatMap((each) => each?.id ?? [])).toEqual(expected);
    }),
  );
});
