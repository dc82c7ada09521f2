// The log and the data folder disagree: what the program does with a log that a power cut threw back, and with an old data folder.

import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, nanos } from "@nats-io/transport-node";
import { expect, test } from "vitest";
import { findNatsServer } from "../../runtime/nats-server/find.ts";
import { startNatsServer } from "../../runtime/nats-server/start.ts";
import { silentLog } from "../nats.ts";
import { devices } from "./devices.ts";
import { district, metered } from "./districts.ts";
import { type Program, temporaryFolder, until, up } from "./program.ts";
import { alarmsOf, command, historyOf, pointValue, statusOf } from "./twins.ts";

const BASE_S = 1_767_225_600;
const METER = "meter:meters:e-0";
const power = (n: number) => [{ n: "power", u: "W", v: n, t: BASE_S + n }];

/** A server whose files can be kept and put back, and a data folder beside it. */
async function ground() {
  const binary = await findNatsServer();
  const natsDir = temporaryFolder("nats");
  const dataDir = temporaryFolder();
  const copies = temporaryFolder("copies");
  const start = () => startNatsServer({ binary, dataDir: natsDir, log: silentLog });
  let server = await start();
  const folders = { log: join(natsDir, "jetstream"), store: join(dataDir, "store") };
  return {
    run: (words: string[] = []): Promise<Program> => up(district(metered(2)), { nats: server.url, dataDir, words }),
    url: () => server.url,
    keep: async (what: keyof typeof folders) => {
      await server.stop();
      cpSync(folders[what], join(copies, what), { recursive: true });
      server = await start();
    },
    putBack: async (what: keyof typeof folders) => {
      await server.stop();
      rmSync(folders[what], { recursive: true });
      cpSync(join(copies, what), folders[what], { recursive: true });
      server = await start();
    },
    remove: async (what: keyof typeof folders) => rmSync(folders[what], { recursive: true }),
    end: () => server.stop(),
  };
}

/** Sends readings of dev-0 and waits until the last of them is on disk. */
async function feed(program: Program, from: number, to: number): Promise<void> {
  const fleet = await devices(program.natsUrl);
  for (let n = from; n <= to; n++) await fleet.send("dev-0", power(n));
  await until(async () => (await pointValue(program, METER, "power")) === to, `the reading ${to}`);
  await statusOf(program);
}

const values = async (program: Program) =>
  (await historyOf(program, METER, "power", new Date(0), new Date())).map(({ value }) => value);
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

test("a power cut took the end of the log: the program completes it, and no reading is lost or doubled", async () => {
  const { run, keep, putBack, end } = await ground();
  try {
    let program = await run();
    await feed(program, 1, 10);
    await program.stop();
    await keep("log");
    program = await run();
    await feed(program, 11, 30);
    await program.stop();
    await putBack("log");
    program = await run();
    await feed(program, 31, 40);
    expect(await values(program)).toEqual(numbers(1, 40));
    const { code, stderr } = await program.stop();
    expect(code).toBe(0);
    expect(stderr).toMatch(/the log of \S+ ends at \d+, and was read up to \d+: .* was completed/);
    program = await run();
    expect((await program.stop()).stderr).not.toMatch(/completed/);
  } finally {
    await end();
  }
}, 120_000);

test("a log that lost its end and was written on is LOG_BEHIND_CHECKPOINT; --accept-loss goes on without what differs", async () => {
  const { run, url, keep, putBack, end } = await ground();
  try {
    let program = await run();
    await feed(program, 1, 10);
    const logs = (await statusOf(program)).partitions.map(({ name }) => name);
    await program.stop();
    await keep("log");
    program = await run();
    await feed(program, 11, 30);
    await program.stop();
    await putBack("log");
    const connection = await connect({ servers: url() });
    for (const log of logs) {
      for (let n = 0; n < 100; n++) {
        await jetstream(connection).publish(
          `quartier.e2e.log.${log}`,
          JSON.stringify({ type: "tick", at: Date.now() }),
        );
      }
    }
    await connection.close();
    await expect(run()).rejects.toThrow(
      /ended with 1 .*\nLOG_BEHIND_CHECKPOINT: .* has another message at \d+ .*--accept-loss/s,
    );
    program = await run(["--accept-loss"]);
    await feed(program, 31, 40);
    expect(await values(program)).toEqual(numbers(1, 40));
    expect((await program.stop()).stderr).toMatch(
      /sequence numbers were used again; accepted: it is read on after \d+/,
    );
    program = await run();
    expect((await program.stop()).code).toBe(0);
  } finally {
    await end();
  }
}, 120_000);

test("a data folder that is older than the log's first message is LOG_GAP; --accept-loss goes on with what the log still has", async () => {
  const { run, url, keep, putBack, end } = await ground();
  try {
    let program = await run();
    await feed(program, 1, 10);
    await program.stop();
    await keep("store");
    program = await run();
    await feed(program, 11, 20);
    const before = await statusOf(program);
    await feed(program, 21, 30);
    await program.stop();
    const connection = await connect({ servers: url() });
    const jsm = await jetstreamManager(connection);
    for (const { name, position } of before.partitions) {
      await jsm.streams.purge(`quartier_e2e_log_${name}`, { seq: position + 1 });
    }
    await connection.close();
    await putBack("store");
    await expect(run()).rejects.toThrow(/ended with 1 .*LOG_GAP: .* messages between are gone\. .*--accept-loss/s);
    program = await run(["--accept-loss"]);
    await feed(program, 31, 40);
    expect(await values(program)).toEqual([...numbers(1, 10), ...numbers(21, 40)]);
    expect((await program.stop()).code).toBe(0);
  } finally {
    await end();
  }
}, 120_000);

test("a store that was put back, or made anew, lets nothing leave that the stream of events has already", async () => {
  const { run, url, keep, putBack, remove, end } = await ground();
  const subjects = async () => {
    const connection = await connect({ servers: url() });
    const consumer = await jetstream(connection).consumers.get("quartier_e2e_events");
    const { num_pending: count } = await consumer.info();
    const left: string[] = [];
    while (left.length < count) left.push((await consumer.next())!.subject.replace(/^quartier\.e2e\./, ""));
    await connection.close();
    return left;
  };
  const leave = async (program: Program, name: string, expected: number) => {
    await command(program, { twin: METER, name, ...(name === "reportFault" && { args: { reason: "broken" } }) });
    await until(async () => (await subjects()).length === expected, `${expected} alarms`);
  };
  try {
    let program = await run();
    const connection = await connect({ servers: url() });
    // The same id is not stored twice within that time, whoever sends it.
    await (await jetstreamManager(connection)).streams.update("quartier_e2e_events", { duplicate_window: nanos(100) });
    await connection.close();
    await leave(program, "reportFault", 1);
    await program.stop();
    await keep("store");
    program = await run();
    await leave(program, "clearFault", 2);
    await leave(program, "reportFault", 3);
    await program.stop();
    const left = ["alarm.raised", "alarm.cleared", "alarm.raised"];
    for (const back of [putBack, remove]) {
      await back("store");
      program = await run();
      expect((await alarmsOf(program, "RAISED")).map(({ code }) => code)).toEqual(["METER_FAULTY"]);
      await statusOf(program);
      await program.stop();
      expect(await subjects()).toEqual(left);
    }
    program = await run();
    await leave(program, "clearFault", 4);
    expect(await subjects()).toEqual([...left, "alarm.cleared"]);
    await program.stop();
  } finally {
    await end();
  }
}, 120_000);
