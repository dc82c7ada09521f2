// The program of the upkeep process: does errands on the store of another process, until that one closes the channel.
// Fed by    orders of upkeep-process.ts
// M1  a signal that is meant for the whole group of processes does not end it: the store's own process says when

import { constants, setPriority } from "node:os";
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

const root = openEnvironment(process.argv[2]!);
const merging = compactions(historyDbs(root));
const chapters = movingDbs(root);
const jobs = new Map<number, Job>();

const workOf = (errand: Errand): Work => (errand.do === "merge" ? merging(errand) : moving(chapters, errand));

async function report(id: number, job: Job): Promise<Report> {
  try {
    return { id, isWhole: await job.ended };
  } catch (error) {
    const cause = await causeOf(error as Error);
    return { id, message: cause.message, code: cause.code };
  }
}

process.on("message", async (order: Order) => {
  const { id } = order;
  if ("stop" in order) jobs.get(id)?.stop();
  else {
    const job = inSlices(root, workOf(order.errand));
    // Nobody else waits for his turn here.
    job.hurry();
    jobs.set(id, job);
    const said = await report(id, job);
    jobs.delete(id);
    if (process.connected) process.send!(said);
  }
});

process.on("disconnect", async () => {
  const running = [...jobs.values()];
  for (const job of running) job.stop();
  await Promise.allSettled(running.map(({ ended }) => ended));
  await root.close();
  process.exit();
});
