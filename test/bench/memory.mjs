// Memory: what a live twin takes, with its points and every index over it, after garbage was collected.
// M1  what a district of one meter takes is taken off: the program itself is no twin

import { memoryOf } from "./processes.mjs";
import { startQuartier } from "./quartier.mjs";

/** @param {{ meters: number, dir?: string, say: (text: string) => void }} options */
export async function measureMemory({ meters, dir, say }) {
  const held = async (/** @type {number} */ count, /** @type {boolean} */ withDevices) => {
    const quartier = await startQuartier({ meters: count, share: 0, withDevices, dir, execArgv: ["--expose-gc"] });
    const live = await quartier.world.call("memory");
    const { runtime } = memoryOf({ runtime: quartier.world.pid });
    const { twins, ms } = quartier.started;
    await quartier.stopWorld();
    await quartier.stop();
    say(`memory: ${twins} twins, ${Math.round(live / 1e6)} MB live, ${Math.round(runtime / 1e6)} MB of the process`);
    return { live, process: runtime, twins, startMs: ms };
  };
  const least = await held(1, false);
  const each = (/** @type {Awaited<ReturnType<typeof held>>} */ world) => ({
    ...{ twins: world.twins, startMs: world.startMs },
    liveBytes: (world.live - least.live) / (world.twins - least.twins),
    processBytes: (world.process - least.process) / (world.twins - least.twins),
  });
  return { meters: each(await held(meters, false)), withDevices: each(await held(meters, true)) };
}

/** @typedef {Awaited<ReturnType<typeof measureMemory>>} Memory */
