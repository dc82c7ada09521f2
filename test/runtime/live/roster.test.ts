// The roster: a twin that was put to sleep and woken again is the same twin; to look at one changes nothing.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CATALOGUE } from "../../../twins/catalogue.ts";
import { statechart } from "../../../twins/effects.ts";
import { district, happening, play } from "./happenings.ts";
import { districtOf, frozen, meterOf, START_MS, TestWorld, textOf } from "./harness.ts";

const METERS = Array.from({ length: 20 }, (_, i) => `meter:meters:m-${String(i).padStart(2, "0")}`);
const [METER] = METERS as [string];
const meters = districtOf(Object.fromEntries(METERS.map((id) => [id, meterOf("", { power: "W" })])), []);

/** Meters that were read and are saved. */
function read(): TestWorld {
  const world = new TestWorld(meters);
  world.resume();
  for (const [i, id] of METERS.entries()) world.read(id, [["power", START_MS, i]]);
  return world;
}
const rosterOf = (world: TestWorld) => world.partitions.get("meters")!.twins;

describe("put to sleep at any moment after a checkpoint (R1, R2)", () => {
  test("and looked at by anybody, all goes as if every twin had been awake all the time", () => {
    const ids = [...district.twins.keys()];
    fc.assert(
      fc.property(
        fc.array(happening, { maxLength: 25 }),
        fc.infiniteStream(fc.nat(6)),
        fc.infiniteStream(fc.constantFrom(...ids)),
        (happenings, room, looked) => {
          const awake = play(happenings);
          const rested = play(happenings, (world) => {
            for (const partition of world.partitions.values()) {
              const most = room.next().value;
              partition.rest(most);
              // All is saved, so whoever is too many sleeps.
              expect(partition.twins.awakeCount).toBeLessThanOrEqual(most);
            }
            const id = looked.next().value;
            const { twins } = world.partitions.get(world.cell(id))!;
            expect(twins.peek(id)!.state).toBe(twins.get(id)!.state);
          });
          expect(frozen(rested)).toEqual(frozen(awake));
          expect(rested.samples()).toEqual(awake.samples());
          expect(textOf(rested.committed.journal)).toEqual(textOf(awake.committed.journal));
          expect(textOf(rested.committed.outbox)).toEqual(textOf(awake.committed.outbox));
          for (const [name, partition] of rested.partitions) {
            expect(textOf(partition.record())).toBe(textOf(awake.partitions.get(name)!.record()));
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("who sleeps", () => {
  test("is who was not asked for lately, and nobody while there is room", () => {
    const world = read();
    const partition = world.partitions.get("meters")!;
    partition.rest(METERS.length);
    expect(rosterOf(world).awakeCount).toBe(METERS.length);
    partition.rest(METERS.length - 1);
    const used = METERS.filter((id) => rosterOf(world).awakeOne(id)).slice(-3);
    for (const id of used) rosterOf(world).get(id);
    partition.rest(4);
    expect(rosterOf(world).awakeCount).toBeLessThanOrEqual(4);
    for (const id of used) expect(rosterOf(world).awakeOne(id), id).toBeDefined();
  });

  test("is nobody who changed since the last checkpoint", () => {
    const world = read();
    const partition = world.partitions.get("meters")!;
    const entries: [string, [string, number, number][]][] = [[METER, [["power", START_MS + 1, 77]]]];
    world.apply("meters", { type: "readings", at: START_MS + 1, entries });
    partition.rest(0);
    expect([...rosterOf(world).awake()].map(({ id }) => id)).toEqual([METER]);
    world.commit();
    partition.rest(0);
    expect(rosterOf(world).awakeCount).toBe(0);
    expect(world.twin(METER).value("power")).toBe(77);
  });
});

describe("a look at a twin that sleeps", () => {
  test("tells its state, and does not wake it (R2)", () => {
    const world = read();
    world.command(METER, "decommission");
    const states = METERS.map((id) => world.state(id));
    expect(new Set(states).size).toBe(2);
    world.partitions.get("meters")!.rest(0);
    expect(METERS.map((id) => rosterOf(world).peek(id)!.state)).toEqual(states);
    expect(rosterOf(world).awakeCount).toBe(0);
  });

  test("tells that it is out of service", () => {
    const fails = () => {
      throw new Error("the drive is not there");
    };
    const machine = statechart.createMachine({ on: { open: { actions: fails } } });
    const catalogue = { ...CATALOGUE, switch: { ...CATALOGUE.switch, machine } };
    const world = new TestWorld(districtOf({ "switch:lv:1": {}, "switch:lv:2": {} }, []), { catalogue });
    world.resume();
    world.command("switch:lv:1", "open");
    const { twins } = world.partitions.get("lv")!;
    world.partitions.get("lv")!.rest(0);
    expect(twins.awakeCount).toBe(0);
    expect(twins.peek("switch:lv:1")!.state).toBe("quarantined");
    expect(twins.peek("switch:lv:2")!.state).not.toBe("quarantined");
    expect(twins.get("switch:lv:1")!.quarantined).toContain("the drive is not there");
  });

  test("finds nobody who is not here", () => {
    const { twins } = read().partitions.get("meters")!;
    for (const id of ["meter:meters:nobody", "bus:lv:1"]) {
      expect([twins.peek(id), twins.get(id), twins.has(id), twins.awakeOne(id)]).toEqual([
        ...[undefined, undefined],
        ...[false, undefined],
      ]);
    }
    expect(twins.at(10_000)).toBeUndefined();
  });
});
