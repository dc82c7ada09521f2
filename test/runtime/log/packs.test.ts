// The stream of what devices publish, over a real nats-server: what is not settled comes again, what is settled goes, nothing is lost on the way.

import { DiscardPolicy, type JsMsg, jetstreamManager, RetentionPolicy } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrivalOf } from "../../../runtime/log/arrival.ts";
import type { Inbox } from "../../../runtime/log/inbox.ts";
import { Streams } from "../../../runtime/log/streams.ts";
import { withNatsServer } from "../../nats.ts";

const nats = withNatsServer();
let connection: NatsConnection;
beforeAll(async () => {
  connection = await connect({ servers: nats.url });
});
afterAll(() => connection.close());

async function publish(district: string, texts: readonly string[]): Promise<void> {
  const jetstream = (await jetstreamManager(connection)).jetstream();
  for (const text of texts) await jetstream.publish(`quartier.${district}.telemetry.d-1`, text);
}

async function take(inbox: Inbox, count: number): Promise<JsMsg[]> {
  const taken: JsMsg[] = [];
  while (taken.length < count) {
    const some = await inbox.take(count - taken.length, 10_000);
    if (some.length === 0) break;
    taken.push(...some);
  }
  return taken;
}

const textsOf = (messages: readonly JsMsg[]) => messages.map((message) => message.string());
const stateOf = async (district: string) =>
  (await (await jetstreamManager(connection)).streams.info(`quartier_${district}_packs`)).state;

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((then) => setTimeout(then, 50));
}

test("a pack that is held keeps those after it, too, and all that is not settled comes again at the next start (J1)", async () => {
  const streams = await Streams.open(connection, "held");
  let inbox = await streams.telemetry();
  await publish("held", ["1", "2", "3", "4", "5"]);
  let packs = await take(inbox, 5);
  expect(textsOf(packs)).toEqual(["1", "2", "3", "4", "5"]);
  inbox.settle([packs[0]!, packs[2]!, packs[3]!]);
  await until(async () => (await inbox.unsettled()) === 4);
  await inbox.close();

  inbox = await streams.telemetry();
  packs = await take(inbox, 4);
  expect(textsOf(packs)).toEqual(["2", "3", "4", "5"]);
  inbox.settle(packs.slice(1));
  inbox.settle(packs.slice(0, 1));
  await until(async () => (await inbox.unsettled()) === 0);
  await inbox.close();

  inbox = await streams.telemetry();
  await publish("held", ["6"]);
  expect(textsOf(await take(inbox, 1))).toEqual(["6"]);
  await inbox.close();
});

test("what is settled is taken out of the stream, what is not stays", async () => {
  const streams = await Streams.open(connection, "swept");
  const inbox = await streams.telemetry();
  await publish(
    "swept",
    Array.from({ length: 20 }, (_, i) => String(i)),
  );
  const packs = await take(inbox, 20);
  inbox.settle(packs.slice(0, 12));
  await until(async () => (await stateOf("swept")).messages === 8);
  inbox.settle(packs.slice(12));
  await until(async () => (await stateOf("swept")).messages === 0);
  await inbox.close();
});

test("messages of an earlier consumer settle nothing of the next one: they come again", async () => {
  const streams = await Streams.open(connection, "again");
  const inbox = await streams.telemetry();
  await publish("again", ["1", "2"]);
  const before = await take(inbox, 2);
  inbox.reopen();
  const after = await take(inbox, 2);
  expect(textsOf(after)).toEqual(["1", "2"]);
  inbox.settle(before);
  expect(await inbox.unsettled()).toBe(2);
  inbox.settle(after);
  await until(async () => (await inbox.unsettled()) === 0);
  await inbox.close();
});

test("packs in the stream that an earlier version made are moved, with the time at which they came", async () => {
  const manager = await jetstreamManager(connection);
  await manager.streams.add({
    ...{ name: "quartier_earlier_telemetry", subjects: ["quartier.earlier.telemetry.*"] },
    ...{ retention: RetentionPolicy.Workqueue, discard: DiscardPolicy.New, max_bytes: 1024 ** 2 },
  });
  await publish("earlier", ["1", "2", "3"]);
  await manager.streams.deleteMessage("quartier_earlier_telemetry", 2);
  const arrivedMs = Date.parse(
    (await manager.streams.getMessage("quartier_earlier_telemetry", { seq: 3 }))!.time.toISOString(),
  );
  const streams = await Streams.open(connection, "earlier");
  const inbox = await streams.telemetry();
  const packs = await take(inbox, 2);
  expect(textsOf(packs)).toEqual(["1", "3"]);
  expect(packs.map(({ subject }) => subject)).toEqual(Array(2).fill("quartier.earlier.telemetry.d-1"));
  expect(arrivalOf(packs[1]!)).toBe(arrivedMs);
  await expect(manager.streams.info("quartier_earlier_telemetry")).rejects.toThrow();
  await inbox.close();
});
