// The runtime as `quartier up` puts it together: RunningWorld, LMDB and GraphQL in one process, NATS in another.

import { join } from "node:path";
import { connect } from "@nats-io/transport-node";
import { pino } from "pino";
import { startGraphQL } from "../../../dist/graphql/server.js";
import { directoryOf } from "../../../dist/runtime/partitions.js";
import { spareMainThread } from "../../../dist/runtime/scheduling.js";
import { ModelFiles } from "../../../dist/runtime/versions/model-files.js";
import { RunningWorld } from "../../../dist/runtime/world.js";
import { CATALOGUE } from "../../../dist/twins/catalogue.js";
import { benchDistrict } from "../district.mjs";
import { nowMs } from "../processes.mjs";
import { serve } from "./serve.mjs";

const LOOK_EVERY_MS = 20;
/** More than there are of anything. */
const ALL = 1_000_000_000;
const log = pino({ level: "warn", base: null }, pino.destination(2));
const halt = (/** @type {Error} */ error) => {
  log.fatal(error);
  process.exit(1);
};

/** @type {RunningWorld} */
let world;
/** @type {() => Promise<void>} */
let close;

serve({
  /**
   * `program`: the folder of the program, whose processes it starts.
   * @param {{ program: string, meters: number, withDevices: boolean, points?: string, natsUrl: string, dataDir: string }} options
   */
  async start({ program, meters, withDevices, points, natsUrl, dataDir }) {
    const startedAt = nowMs();
    spareMainThread();
    const district = await benchDistrict(meters, withDevices, points);
    const connection = await connect({ servers: natsUrl, name: "quartier", maxReconnectAttempts: -1 });
    world = await RunningWorld.open({
      ...{ directory: directoryOf(district, CATALOGUE), catalogue: CATALOGUE, dataDir, speed: 1, log, halt },
      ...{ upkeepProgram: new URL("store/upkeep-main.js", program), models: new ModelFiles(join(dataDir, "models")) },
      loadingProgram: new URL("versions/loading-main.js", program),
    });
    await world.join({ connection, nats: { url: natsUrl, version: "" } });
    const server = await startGraphQL({ world, port: 0, log });
    close = async () => {
      await server.close();
      await world.stop();
      await connection.close();
    };
    const { partitions } = await world.status();
    const largest = partitions.reduce((best, each) => (each.twins > best.twins ? each : best));
    return { url: server.url, partition: largest.name, twins: district.twins.size, ms: nowMs() - startedAt };
  },
  /**
   * When so many readings were applied, on the clock of processes.mjs. To ask for the whole status would ask the broker, fifty times a
   * second, which is work that nobody measures.
   * @param {number} applied
   */
  async untilApplied(applied) {
    for (;;) {
      if (world.readings.applied >= applied) return nowMs();
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  },
  /** How long the world alone, without GraphQL, takes for a past instant: of one twin, or of all. @param {{ atMs: number, id?: string }} options */
  async past({ atMs, id }) {
    const page = /** @type {any} */ ({ first: ALL });
    const beganAt = nowMs();
    const moment = await world.past(atMs);
    const found = id === undefined ? (await moment.twins({}, page)).items : moment.twin(id);
    if (!found) throw new Error("it was not there");
    if (id === undefined) await moment.alarms(/** @type {any} */ ({}), page);
    else moment.standing(id);
    return nowMs() - beganAt;
  },
  /** What is alive after garbage was collected, in bytes. */
  async memory() {
    for (let i = 0; i < 3; i++) {
      globalThis.gc?.();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  },
  stop: () => close(),
});
