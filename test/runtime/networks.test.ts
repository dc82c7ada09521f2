// The networks of a running district: they follow its switches, wake nobody, and take turns.

import { expect, test } from "vitest";
import { LiveNetworks } from "../../runtime/networks.ts";
import { district } from "./live/happenings.ts";
import { START_MS, TestWorld } from "./live/harness.ts";
import { directoryOf } from "../../runtime/partitions.ts";
import { CATALOGUE } from "../../twins/catalogue.ts";

const ALL = { first: 100 };

function running() {
  const world = new TestWorld(district);
  world.resume();
  const directory = directoryOf(district, CATALOGUE);
  const networks = new LiveNetworks(
    directory,
    directory.cells.map((cell) => world.partitions.get(cell)!),
  );
  return { world, networks, desk: networks.desk };
}

test("answers follow what is switched, from one network into the next (N1)", async () => {
  const { world, desk } = running();
  expect(await desk.suppliedBy("load:lv:2")).toEqual(["grid:lv:1", "grid:mv:1"]);
  expect((await desk.path("bus:lv:2", "bus:mv:1"))?.twins).toEqual([
    ...["bus:lv:2", "line:lv:1", "bus:lv:1", "grid:lv:1", "bus:mv:2", "switch:mv:1", "bus:mv:1"],
  ]);
  world.command("switch:mv:1", "open");
  expect(await desk.suppliedBy("load:lv:2")).toEqual([]);
  expect(await desk.path("bus:lv:2", "bus:mv:1")).toBeUndefined();
  expect(await desk.suppliedBy("building:c:two")).toEqual(["grid:mv:1"]);
  world.command("switch:mv:1", "close");
  expect(await desk.suppliedBy("load:lv:2")).toEqual(["grid:lv:1", "grid:mv:1"]);
});

test("a change that comes while positions are looked at for the first time is not lost (N1)", async () => {
  const { world, networks, desk } = running();
  await networks.graph();
  const before = desk.suppliedBy("load:lv:2");
  await Promise.resolve();
  world.command("switch:mv:1", "open");
  await before;
  expect(await desk.suppliedBy("load:lv:2")).toEqual([]);
});

test("who asks at the same time waits for the same work (N2), and nothing is worked out again while nothing moves", async () => {
  const { world, networks } = running();
  const [one, other] = await Promise.all([networks.present(), networks.present()]);
  expect(other).toBe(one);
  world.read("meter:meters:m-1", [["power", START_MS + 5, 310]], START_MS + 10);
  expect(await networks.present()).toBe(one);
});

test("no twin is woken by a question", async () => {
  const { world } = running();
  const last = new TestWorld(district, { from: world });
  const awake = () => [...last.partitions.values()].reduce((sum, { twins }) => sum + twins.awakeCount, 0);
  const directory = directoryOf(district, CATALOGUE);
  const { desk } = new LiveNetworks(
    directory,
    directory.cells.map((cell) => last.partitions.get(cell)!),
  );
  const before = awake();
  expect(before).toBeLessThan(district.twins.size / 2);
  expect((await desk.trace("upstream", "meter:meters:m-1", undefined, ALL)).items.length).toBeGreaterThan(5);
  expect(awake()).toBe(before);
});

test("a twin that is not there is refused; what hangs on no network has empty answers (K1)", async () => {
  const { desk } = running();
  await expect(desk.suppliedBy("bus:no:1")).rejects.toMatchObject({ code: "TWIN_UNKNOWN" });
  await expect(desk.path("bus:lv:1", "bus:no:1")).rejects.toMatchObject({ code: "TWIN_UNKNOWN" });
  expect(await desk.suppliedBy("district:test:test")).toEqual([]);
  expect(await desk.networkOf("district:test:test")).toBeUndefined();
  expect((await desk.networks({}, ALL)).items.map(({ id }) => id)).toEqual(["bus:lv:1", "bus:mv:1"]);
});
