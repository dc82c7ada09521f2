// Directory: the same district, as its loaders made it and as the directory has it.

import { resolve } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { cellsOf } from "../../models/cells.ts";
import { Directory, type DirectoryParts } from "../../models/directory.ts";
import { KINDS, LINK_ROLES, type LoadedDistrict, type Role, type TwinId } from "../../models/district.ts";
import { encodeDirectory } from "../../models/encode-directory.ts";
import { readDistrict } from "../../runtime/read-district.ts";

const EXAMPLE = resolve(import.meta.dirname, "../../models/examples/altstadt");

let district: LoadedDistrict;
let cellOf: ReadonlyMap<TwinId, string>;
let parts: DirectoryParts;
let directory: Directory;
beforeAll(async () => {
  ({ district } = (await readDistrict(EXAMPLE, () => {})) as { district: LoadedDistrict });
  cellOf = cellsOf(district);
  parts = encodeDirectory(district, { digest: () => "a key", cellOf, shapeOf: ({ name }) => name?.slice(0, 1) ?? "" });
  directory = Directory.of(parts);
});

test("every twin of the example comes back as its loader made it, by its id and by its number (D1)", () => {
  expect(directory).toMatchObject({
    key: parts.key,
    id: district.id,
    name: district.name,
    timezone: district.timezone,
  });
  const ids = [...district.twins.keys()].sort();
  expect([...directory.twins.keys()]).toEqual(ids);
  expect(directory.twins.size).toBe(directory.size);
  for (const [i, model] of [...directory.twins.values()].entries()) {
    const loaded = district.twins.get(ids[i]!)!;
    // JSON knows no zero below zero.
    expect(model).toEqual(JSON.parse(JSON.stringify(loaded)));
    expect(directory.twins.get(ids[i]!)).toEqual(model);
    expect(directory.indexOf(ids[i]!)).toBe(i);
    expect([directory.kindAt(i), directory.sourceAt(i)]).toEqual([loaded.kind, loaded.source]);
    expect(directory.cellOf(ids[i]!)).toBe(cellOf.get(ids[i]!));
  }
  expect([directory.twins.get("bus:no:1"), directory.cellOf("bus:no:1"), directory.kindOf("bus:no:1")]).toEqual(
    Array(3).fill(undefined),
  );
  expect(directory.twins.has("bus:no:1")).toBe(false);
});

test("twins of one class have the same kind, points and shape, and twins of two do not (D2)", () => {
  const names = directory.classes.map(({ kind, points, shape }) => JSON.stringify([kind, points, shape]));
  expect(new Set(names).size).toBe(names.length);
  for (let i = 0; i < directory.size; i++) {
    const { kind, points, name } = directory.modelAt(i);
    expect(names[directory.classAt(i)]).toBe(JSON.stringify([kind, points, name?.slice(0, 1) ?? ""]));
    expect(directory.classes[directory.classAt(i)]!.first).toBeLessThanOrEqual(i);
  }
});

test("links stand at both of their ends, in the order of the district (D3), branches and devices as they were", () => {
  const wanted = new Map<TwinId, [Role, TwinId][]>();
  const put = (at: TwinId, role: Role, other: TwinId) => wanted.set(at, [...(wanted.get(at) ?? []), [role, other]]);
  for (const { from, role, to } of district.links) {
    put(from, role, to);
    put(to, LINK_ROLES[role], from);
  }
  for (let i = 0; i < directory.size; i++) {
    const found: [Role, TwinId][] = [];
    directory.eachLink(i, (role, other) => found.push([role, directory.idAt(other)]));
    expect(found).toEqual(wanted.get(directory.idAt(i)) ?? []);
  }
  expect([...directory.links].map((link) => JSON.stringify(link)).sort()).toEqual(
    district.links.map(({ from, role, to }) => JSON.stringify({ from, role, to })).sort(),
  );
  expect(directory.branches).toEqual(district.branches);
  const inCells = directory.cells.flatMap((_, cell) => directory.branchesIn(cell));
  expect(inCells).toHaveLength(district.branches.length);
  expect(Object.fromEntries([...directory.devices.keys()].map((name) => [name, directory.devices.get(name)]))).toEqual(
    Object.fromEntries(district.devices),
  );
  expect(directory.devices.get("no device")).toBeUndefined();
});

test("twins of a kind follow each other (D4)", () => {
  for (const kind of KINDS) {
    const [from, to] = directory.ofKind(kind);
    const numbers = Array.from({ length: directory.size }, (_, i) => i).filter((i) => directory.kindAt(i) === kind);
    expect(Array.from({ length: to - from }, (_, i) => from + i)).toEqual(numbers);
  }
});

test("a district that names a twin which it does not have, or gives one another id, is not put into a directory", () => {
  const options = { cellOf, shapeOf: () => "", digest: () => "" };
  const [first] = district.twins.values();
  const broken = { ...district, links: [{ from: first!.id, role: "feeds", to: "bus:no:1" } as const] };
  expect(() => encodeDirectory(broken, options)).toThrow("bus:no:1");
  const renamed = { ...district, twins: new Map([["bus:no:1", first!]]) };
  expect(() => encodeDirectory(renamed, options)).toThrow("bus:no:1");
});

test("what is no directory is not opened", () => {
  expect(Directory.open(parts.bytes.slice(0, -20), () => "")).toBeUndefined();
});
