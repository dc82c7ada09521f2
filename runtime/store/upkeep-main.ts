// The program of the upkeep process: does errands on the store of another process, until that one closes the channel.
// Fed by    orders of upkeep-process.ts
// M1  a signal that is meant for the whole group of processes does not end it: the store's own process says when

import { constants, setPriority } from "node:os";
import type { RootDatabase } from "lmdb";
import { openEnvironment } from "./environment.ts";
import type { Errand, Job, Work } from "./errands.ts";
import { compactions } from "./history/compaction.ts";
import { historyDbs } from "./history.ts";
import { moving, movingDbs } from "./moving.ts";
import { inSlices } from "./slices.ts";
import type { Order, Report } from "./upkeep-process.ts";
import { causeOf } from "./writing.ts";

// Whoever answers goes first: beside a merge, readings and what the broker does for them would wait half of the time for a processor.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
process.on("SIGINT", () => {}).on("SIGTERM", () => {});

const jobs = new Map<number, Job>();
let store: Opened | undefined;

interface Opened {
  root: RootDatabase;
  workOf: (errand: Errand) => Work;
}

function opened(): Opened {
  if (store) return store;
  const root = openEnvironment(process.argv[2]!);
  const merging = compactions(historyDbs(root));
  const chapters = movingDbs(root);
  store = { root, workOf: (errand) => (errand.do === "merge" ? merging(errand) : moving(chapters, errand)) };
  return store;
}

/** What becomes of an errand; also where nothing can be read of the store. */
async function report(id: number, errand: Errand): Promise<Report> {
  try {
    const { root, workOf } = opened();
    const job = inSlices(root, workOf(errand));
    // Nobody else waits for his turn here.
    job.hurry();
    jobs.set(id, job);
    return { id, isWhole: await job.ended };
  } catch (error) {
    const cause = await causeOf(error as Error);
    return { id, message: cause.message, code: cause.code };
  } finally {
    jobs.delete(id);
  }
}

process.on("message", async (order: Order) => {
  const { id } = order;
  if ("stop" in order) jobs.get(id)?.stop();
  else {
    const said = await report(id, order.errand);
    if (process.connected) process.send!(said);
  }
});

process.on("disconnect", async () => {
  const running = [...jobs.values()];
  for (const job of running) job.stop();
  await Promise.allSettled(running.map(({ ended }) => ended));
  await store?.root.close();
  process.exit();
});
