// A world that is open, and not joined yet: it answers from its store, and takes nothing.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, expect, test } from "vitest";
import { Directory } from "../../models/directory.ts";
import { directoryParts } from "../../runtime/partitions.ts";
import { Store } from "../../runtime/store/store.ts";
import { ModelFiles } from "../../runtime/versions/model-files.ts";
import { RunningWorld } from "../../runtime/world.ts";
import { CATALOGUE } from "../../twins/catalogue.ts";
import { districtOf, meterOf, START_MS, saveAll, worldOver } from "./live/harness.ts";

const METER = "meter:meters:m-1";
const folder = mkdtempSync(join(tmpdir(), "quartier-world-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("answers what the last checkpoints have, and refuses what is for a log (W1)", async () => {
  const district = districtOf({ [METER]: meterOf("", { power: "W" }) }, []);
  const store = new Store(folder, district.id);
  const before = await worldOver(store, district);
  before.resume();
  before.apply("meters", { type: "readings", at: START_MS, entries: [[METER, [["power", START_MS, 3_000_000]]]] });
  before.apply("meters", { type: "readings", at: START_MS, entries: [[METER, [["power", START_MS + 1, 42]]]] });
  const { position } = before.partitions.get("meters")!;
  await saveAll(before, store);
  await store.close();

  const world = await RunningWorld.open({
    ...{
      directory: Directory.of(directoryParts(district, CATALOGUE)),
      catalogue: CATALOGUE,
      dataDir: folder,
      speed: 1,
    },
    ...{ models: new ModelFiles(join(folder, "models")), loadingProgram: new URL("file:///none") },
    ...{ log: pino({ level: "silent" }), halt: (error) => expect.unreachable(String(error)) },
  });
  try {
    expect(world.twin(METER)).toMatchObject({ state: before.state(METER), points: [{ name: "power", value: 42 }] });
    const { items, totalCount } = world.twins({ kinds: ["meter"], state: "online" }, { first: 10 });
    expect([items.map(({ id }) => id), totalCount]).toEqual([[METER], 1]);
    expect(world.alarms({}, { first: 10 }).totalCount).toBe(before.alarms().length);
    const history = {
      twin: METER,
      point: "power",
      from: START_MS,
      to: START_MS + 10,
    };
    expect((await world.history(history)).map(({ value }) => value)).toEqual([3_000_000, 42]);
    const status = await world.status();
    expect(status.nats).toBeUndefined();
    expect(status.partitions).toEqual([{ name: "meters", twins: 1, position, lag: undefined }]);
    await expect(world.command({ twin: METER, name: "decommission" })).rejects.toMatchObject({
      code: "LOG_UNAVAILABLE",
    });
    expect(world.twin(METER)!.state).toBe(before.state(METER));
  } finally {
    await world.stop();
  }
});
