// Rare records: drafted while events come, and saved as they were last.

import { expect, test } from "vitest";
import { FLAGS, RARE } from "../../../runtime/live/page.ts";
import { NO_RARE, rareOf, rareText } from "../../../runtime/live/rare.ts";
import { districtOf, meterOf, TestWorld } from "./harness.ts";

const IDS = ["meter:meters:m-1", "meter:meters:m-2"] as const;
const district = districtOf(Object.fromEntries(IDS.map((id) => [id, meterOf("", { power: "W" })])), []);

test("what changed again after its draft is saved as it was last, and what did not is saved once", () => {
  const world = new TestWorld(district);
  world.resume();
  const partition = world.partitions.get(world.cell(IDS[0]))!;
  partition.takeCheckpoint();
  const [first, second] = IDS.map((id) => world.twin(id));
  const { saves } = partition.changes;
  const change = (twin = first!) => {
    twin.contributions ??= new Map();
    twin.contributions.set("power|other", twin.contributions.size + 1);
    partition.changes.saveRare(twin);
  };
  const isRare = (twin = first!) => (twin.cells[twin.base + FLAGS]! & RARE) !== 0;

  change();
  change(second);
  // What may change again before the checkpoint waits; in the last part of the way to it some is drafted each time.
  partition.draft(0.5);
  expect(saves.rareDrafts).toEqual([]);
  expect(isRare()).toBe(false);
  partition.draft(0.9);
  expect([isRare(), isRare(second)]).toEqual([true, false]);
  partition.draft(1);
  expect([isRare(), isRare(second)]).toEqual([true, true]);
  expect(saves.rareDrafts).toEqual([first, second].map((twin) => [twin!.slot, rareText(rareOf(twin!))]));
  // The same is not drafted again; what changes afterwards is, as is what is gone.
  partition.draft(1);
  expect(saves.rareDrafts).toHaveLength(2);
  first!.contributions!.set("energy|other", 7);
  partition.changes.saveRare(first!);
  second!.contributions!.clear();
  partition.changes.saveRare(second!);
  const saved = new Map(partition.takeCheckpoint().rares);
  expect(saved.get(first!.slot)).toBe('{"contributions":[["power|other",1],["energy|other",7]]}');
  expect(saved.get(second!.slot)).toBe(NO_RARE);
  expect([isRare(), isRare(second)]).toEqual([true, false]);
  expect(partition.takeCheckpoint().rares).toEqual([]);
});
