// Writes RESULTS.md: method, figures, ratios, and what was not measured.

import { BATCH } from "./quartier.mjs";
import { total } from "./runs.mjs";
import { number, targetLine, targetsOf } from "./targets.mjs";

/** @typedef {import("./runs.mjs").Measured} Measured */
/** @typedef {import("./scenarios.mjs").Results} Results */

/** What each line is, and what is left of an acknowledged reading after a kill -9 and after a power cut. */
const LINES = {
  log: [
    "**Quartier**, from the log, 1 in 50 changes",
    "in a file-backed log before it is applied; state rebuilt from checkpoint + log",
  ],
  "log-half": ["**Quartier**, from the log, 1 in 2 changes", "the same"],
  device: ["**Quartier**, from the device on, 1 in 50", "the same; publishes acknowledged by JetStream"],
  "xstate-log": ["raw XState that keeps its readings, 1 in 50 changes", "none: memory only"],
  "xstate-log-half": ["raw XState that keeps its readings, 1 in 2 changes", "none: memory only"],
  "xstate-device": ["raw XState that keeps its readings, in turns with the way from the device", "none: memory only"],
  "xstate-told": ["raw XState told of changes alone, 1 in 50 changes", "none: memory only, and no reading is kept"],
  "xstate-told-half": ["raw XState told of changes alone, 1 in 2 changes", "the same"],
  "postgres-batch": ["PostgreSQL, 500 readings a transaction", "each commit flushed (fsync)"],
  "postgres-single": ["PostgreSQL, one row a statement, pipelined", "each commit flushed (fsync)"],
  restate: ["Restate, virtual object", "each step flushed (fsync of RocksDB's log)"],
  "restate-xstate": ["Restate, virtual object by @restatedev/xstate", "the same"],
  jetstream: ["ceiling: JetStream consume alone", "read only"],
  objects: ["ceiling: JetStream, and plain objects with the last values", "none: memory only, and nothing but values"],
  "device-plain": ["ceiling: from the device on, broker and a plain consumer alone", "in a file-backed log"],
  lmdb: ["ceiling: LMDB put alone", "each transaction flushed"],
};

const megabytes = (/** @type {number} */ bytes) => number(bytes / 1e6);
const byRole = (/** @type {Record<string, any>} */ values, /** @type {(value: any) => string} */ text) =>
  Object.entries(values)
    .map(([role, value]) => `${role} ${text(value)}`)
    .join(", ");

const ofRuns = (/** @type {import("./runs.mjs").Spread} */ { median, least, most }) =>
  `${median.toFixed(1)} (${least.toFixed(1)} to ${most.toFixed(1)})`;

/** @param {Measured} measured */
function line(measured) {
  const { name, perSecond, cpuUs, memory, readings } = measured;
  const [what, durability] = LINES[/** @type {keyof typeof LINES} */ (name)];
  const { median, least, most } = perSecond;
  const cells = [what, `**${number(median)}**`, `${number(least)} to ${number(most)}`, number(readings)];
  cells.push(`${number(total(cpuUs))} (${byRole(cpuUs, (value) => number(value.median))})`);
  cells.push(byRole(memory, megabytes), durability);
  return `| ${cells.join(" | ")} |`;
}

/** @param {{ results: Results, skipped: string[], options: { meters: number, readings: number, runs: number, seconds: number },
 *   machine: ReturnType<typeof import("./machine.mjs").machine> }} report */
export function resultsText({ results, skipped, options, machine }) {
  const { measured, latency, memory, findings, versions } = results;
  const { meters, runs, seconds } = options;
  const lines = Object.keys(LINES).flatMap((name) => (measured[name] ? [line(measured[name])] : []));
  const others = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const latencies = Object.values(latency).map(
    ({ path, sent, missing, notThere, perSecond, p50, p99, most }) =>
      `| from the ${path} | ${number(perSecond)} | ${number(sent)} | ${ofRuns(p50)} | ${ofRuns(p99)} | ${most.toFixed(1)} | ${missing} | ${notThere} |`,
  );
  return `# Results of the bench

Written by \`npm run bench\`; do not edit. ${machine.date}, commit ${machine.commit}, ${seconds} s.

${machine.cores} cores of ${machine.cpu}, ${machine.memoryGb} GB, ${machine.system}, files on ${machine.filesystem}; Node ${machine.node}, xstate ${machine.xstate}, lmdb ${machine.lmdb}${others.map((other) => `, ${other}`).join("")}.
Everything ran on this one machine, over the loopback interface, clients included.

## How it is judged

| what | measured | must be | aim | |
|---|---|---|---|---|
${targetsOf(results).map(targetLine).join("\n")}

Ratios to raw XState are the median of those of neighbouring runs, as the two take turns; others are between the medians below. All are of one run of the
program on one machine. Figures of different machines say nothing about each other.

## Readings per second

${number(meters)} meters; the median of ${runs} ${runs === 1 ? "run" : "runs"} after one that warms up, and the least and the most of them.

| contestant | readings/s | spread | readings a run | CPU, µs a reading | memory, MB | durability |
|---|---|---|---|---|---|---|
${lines.join("\n")}

${skipped.length > 0 ? `Skipped: ${skipped.join("; ")}.\n` : "Nothing was skipped.\n"}
## Latency at a third of the peak

${latencies.length > 0 ? latencyText(latencies, runs) : "Not measured."}

${Object.values(findings)
  .map(({ title, text }) => `## ${title}\n\n${text}\n\n`)
  .join("")}## Memory of a twin

${memory ? memoryText(memory) : "Not measured."}

## Method

- **A reading** is one value of one point of one meter at one time. Each meter has a register (\`energyImport\`, kWh) and a power (\`power\`, W), and is on
  line before the clock starts. Meters come in random order, from a seed; the times of a meter rise by 15 minutes.
- **A change**: an implausible power (above the 2 MW of a connection) raises the condition \`suspect\` of the meter, and its next power clears it. Both
  reach its statechart, \`online.normal\` to \`online.suspect\` and back, with an alarm and a timer. Nothing else changes a condition; in the lines
  "1 in 50" exactly every 50th reading does, in "1 in 2" every second one.
- **Done, not sent**: Quartier's clock stops when its status says that all readings were applied: from then on GraphQL gives them. Each of them was in a
  file-backed log before it was applied; what LMDB does not hold yet is replayed from there after a crash. Then GraphQL is asked: applied as many as were sent, none twice, late, corrected or dead, and of 200 meters the last values and the
  state. XState's actors and PostgreSQL's rows are compared with the readings, too, and a sample of Restate's objects.
- **Quartier, from the log**: ${BATCH} readings a message (\`readings\` events of runtime/log/events.ts), in the log of the partition before the clock
  starts; meanwhile the runtime's consumer is paused. The clock runs from its release on. nats-server, the runtime with its GraphQL server (as
  \`quartier up\` puts it together, devices being twins, too), and the publisher are processes of their own.
- **Quartier, from the device on**: one reading a message, as SenML, each acknowledged by JetStream, 1,000 under way; through gateway and log. The
  publisher runs on the same cores; it speaks NATS' protocol itself (children/devices.mjs), as does the source of the flood, since the client library would
  take as much of them as half of the runtime.
- **Raw XState that keeps its readings**, the one in the ratios: an actor for each meter with the meter's own statechart, each reading one \`send\`. The
  actor keeps it (\`assign\` into its context) and its guards decide whether it is plausible; states, alarms and timers are those of \`twins/meter.ts\`.
  It counts because a twin that forgets its value is none.
- **In turns**: how fast a machine is swings within minutes, so Quartier and the XState it is compared with have one run each, then each the next. While
  one has its turn the processes of the other stand still (SIGSTOP), with all that they have put off. Quartier's history is merged into blocks when
  there are 32 samples of each point, by a process that is counted: in one or two of the runs from the log.
- **Raw XState told of changes alone**, for comparison: a reading that changes a condition is the event that our runtime would send; any other is an event
  that the statechart does not know, XState's cheapest. No value is kept, no rule is asked.
- **PostgreSQL** ${versions.postgres ?? ""} as it comes, over a Unix socket: one row a meter, the statechart in the client and asked only at a change, no history. Batched: one
  \`update ... from unnest\` for 500 readings, three under way. Single: one prepared \`update\` a reading, each its own transaction, 8 connections,
  100 statements ahead on each.
- **Restate** as it comes: a virtual object a meter that keeps the same row, 128 calls under way over HTTP, each answered when it is done. With
  \`@restatedev/xstate\` the statechart is the object, and each reading a \`send\`.
- **Ceilings**: the messages of the same log, consumed with the runtime's settings and thrown away, or read by the runtime's reader and kept
  in an object for each meter, found by its id in a Map (no order, rules, state, history, or disk); the same packs of the same publisher, consumed
  from the devices' stream one by one and thrown away; samples put into LMDB, 50,000 a transaction.
- **CPU** is user and system time of each process and its descendants, from /proc, between the same two moments as the time; the bench's own process
  is left out. **Memory** is what is no file's (PSS of anonymous and shared memory) at the end of a run: LMDB's and JetStream's pages are not in it.
- **Restart, flood, past and soak** are no comparisons: what is judged there is told in their own parts above. The flood is of the program as
  \`quartier up\` starts it, each time a fresh one: crashes; what JetStream acknowledged and GraphQL does not show or count; resident memory at its peak
  and before; p99 of other devices' readings, up to a GraphQL subscription, during it and before. The past is asked by GraphQL query, one question after
  the other, each for another instant of a store with a month of history: p95 from the question to the parsed answer, of one twin and of all.
- **Durability**: Quartier's class is "in a file-backed log before it is applied; state rebuilt from checkpoint + log". After a kill -9 at any moment all
  contestants but XState have all that they acknowledged. After a power cut PostgreSQL and Restate
  have all; JetStream may lack its last second (\`sync_interval: 1s\`), and Quartier then says so and does not start.

## What is not measured

More than one machine; a network between the processes; districts with networks and buildings, whose twins follow their meters (sums, supply);
queries and subscriptions in number while readings flow, also those about the past; months of history, where LMDB no longer fits into memory, and
the first touch of a cold disk; floods of more than some seconds, or of packs with many readings; PostgreSQL with tuned settings, with COPY, or
with the history that Quartier keeps; Restate on more than one node; magnetic disks.
`;
}

/** @param {string[]} lines @param {number} runs */
function latencyText(lines, runs) {
  return `From just before the publish to the moment at which a GraphQL subscription (server-sent events) has told the value; every 25th time GraphQL was
also asked by a query, which had to give it. (Queries see a value a little before subscribers hear of it, so this is their upper bound.) Median of ${runs} ${runs === 1 ? "stretch" : "stretches"} of some seconds, and the least and the most of them; a probe that never came is infinitely late.

| path | other readings/s | probes | p50, ms | p99, ms | most, ms | never came | query was behind |
|---|---|---|---|---|---|---|---|
${lines.join("\n")}`;
}

/** @param {import("./memory.mjs").Memory} memory */
function memoryText({ meters, withDevices }) {
  const kilobytes = (/** @type {number} */ bytes) => (bytes / 1000).toFixed(2);
  const row = (/** @type {string} */ what, /** @type {typeof meters} */ each) =>
    `| ${what} | ${number(each.twins)} | **${kilobytes(each.liveBytes)}** | ${kilobytes(each.processBytes)} | ${(each.startMs / 1000).toFixed(1)} |`;
  return `Heap and buffers after garbage was collected, with all points and indices, less those of a district of one meter; and what the whole process takes
of the system, the same way. Each meter is on line and has a value in each point. One run of each.

| district | twins | KB a twin, alive | KB a twin, process | start, s |
|---|---|---|---|---|
${row("meters alone", meters)}
${row("meters, each with its device", withDevices)}`;
}
