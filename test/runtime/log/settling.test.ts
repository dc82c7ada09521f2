// Settling what devices sent, over a real nats-server: what is settled is gone, what is not comes again, whatever is purged beside it.

import {
  type ConsumeOptions,
  type Consumer,
  type JetStreamManager,
  type JsMsg,
  jetstream,
  jetstreamManager,
} from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { QuartierError } from "../../../runtime/errors.ts";
import type { Stamped } from "../../../runtime/log/address.ts";
import { Inbox, MAX_UNSETTLED } from "../../../runtime/log/inbox.ts";
import { AnyOrder, InOrder } from "../../../runtime/log/settling.ts";
import { Streams } from "../../../runtime/log/streams.ts";
import { withNatsServer } from "../../nats.ts";

const server = withNatsServer();

let connection: NatsConnection;
let jsm: JetStreamManager;
let streams: Streams;
let inbox: Inbox<Stamped>;
let name: string;
let district = 0;
let sent = 0;

beforeAll(async () => {
  connection = await connect({ servers: server.url });
  jsm = await jetstreamManager(connection);
});

afterAll(() => connection.close());

beforeEach(async () => {
  sent = 0;
  streams = await Streams.open(connection, `d${++district}`);
  name = `quartier_d${district}_telemetry`;
  inbox = await streams.telemetry();
});

afterEach(() => inbox.close());

/** Each with a number of its own. */
async function send(count: number): Promise<void> {
  const js = jetstream(connection);
  for (let left = count; left > 0; left -= 500) {
    const some = Array.from({ length: Math.min(left, 500) }, () => `${++sent}`);
    await Promise.all(some.map((text) => js.publish(`${streams.telemetrySubject}.a`, text)));
  }
}

async function take(count: number, from = inbox): Promise<Stamped[]> {
  const all: Stamped[] = [];
  while (all.length < count) {
    const some = await from.take(count - all.length, 5_000);
    if (some.length === 0) break;
    all.push(...some);
  }
  return all;
}

const textsOf = (messages: readonly Stamped[]) => messages.map(({ message }) => message.string());
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `${from + i}`);
const left = async () => (await jsm.streams.info(name)).state.messages;

/** What the stream still has, in time. */
const becomes = (messages: number) => expect.poll(left, { timeout: 5_000 }).toBe(messages);

test("what is settled is gone, many or one at a time, in whatever order", async () => {
  await send(3_000);
  const packs = await take(3_000);
  for (let from = 0; from < 3_000; from += 100) inbox.settle(packs.slice(from, from + 100).reverse());
  await becomes(0);
  expect(await inbox.unsettled()).toBe(0);
  for (let i = 0; i < 3; i++) {
    await send(1);
    inbox.settle(await take(1));
    await becomes(0);
  }
  expect(await inbox.unsettled()).toBe(0);
});

test("what is not settled stays, with what was settled after it until it is, and comes again", async () => {
  await send(200);
  const packs = await take(200);
  inbox.settle(packs.slice(0, 99));
  inbox.settle(packs.slice(100));
  await becomes(101);
  inbox.settle([packs[99]!]);
  await becomes(0);

  await send(200);
  const more = await take(200);
  inbox.settle(more.slice(0, 99));
  inbox.settle(more.slice(100));
  await becomes(101);
  await inbox.close();
  inbox = await streams.telemetry();
  const [first, ...others] = await take(101);
  expect(first?.message.string()).toBe("300");
  inbox.settle([first!, ...others]);
  await becomes(0);
});

test("an inbox that has as many as it may goes on when some are settled, be the first of all the last of them (S1)", async () => {
  await send(MAX_UNSETTLED + 2_000);
  const packs = await take(MAX_UNSETTLED);
  expect(await inbox.take(1, 300)).toEqual([]);
  inbox.settle(packs.slice(1));
  expect(await inbox.take(1, 300)).toEqual([]);
  inbox.settle(packs.slice(0, 1));
  const others = await take(2_000);
  expect(textsOf(others)).toEqual(numbers(MAX_UNSETTLED + 1, MAX_UNSETTLED + 2_000));
  inbox.settle(others);
  await becomes(0);
}, 30_000);

test("what a stream gives after it lost all that it had, with the same numbers, is not taken for settled (S2)", async () => {
  const many = MAX_UNSETTLED + 40;
  await send(many);
  const packs = await take(MAX_UNSETTLED);
  inbox.settle(packs.slice(0, 49));
  await becomes(many - 49);
  packs.push(...(await take(40)));
  inbox.settle(packs.slice(50));
  const { config } = await jsm.streams.info(name);
  await jsm.streams.delete(name);
  await jsm.streams.add(config);
  await send(many + 10);
  inbox.reopen();
  const fresh = await take(MAX_UNSETTLED);
  // Of what was before: it is somebody else's number now.
  inbox.settle([packs[49]!]);
  inbox.settle(fresh);
  expect(textsOf(await take(50))).toEqual(numbers(many + MAX_UNSETTLED + 1, many + many + 10));
  await becomes(50);
}, 30_000);

test("when JetStream does not answer at once after a reconnection, it is asked again; an error that halts is final", async () => {
  await send(3);
  const { config } = await jsm.streams.info(name);
  let opened = 0;
  const codes: ("LOG_SILENT" | "LOG_GAP")[] = ["LOG_SILENT", "LOG_SILENT"];
  const gateway = await jetstream(connection).consumers.get(config.name, "gateway");
  const made = await Inbox.open({
    consumer: async () => {
      const code = opened++ === 0 ? undefined : codes.shift();
      if (code) throw new QuartierError(code, "not now");
      return gateway;
    },
    ...{ info: () => gateway.info(), settling: new InOrder(() => {}), after: undefined },
  });
  made.reopen();
  await expect.poll(() => opened, { timeout: 10_000 }).toBe(4);
  codes.push("LOG_GAP");
  made.reopen();
  const ends = async () => {
    for (;;) await made.take(1, 50);
  };
  await expect(ends()).rejects.toMatchObject({ code: "LOG_GAP" });
  await made.close();
}, 30_000);

test("what is settled last, when the inbox is closed already, is gone, too", async () => {
  await send(10);
  const packs = await take(10);
  inbox.settle(packs.slice(0, 5));
  await inbox.close();
  expect(await left()).toBe(5);
  inbox.settle(packs.slice(5));
  await becomes(0);
});

/** A consumer that one of its messages never leaves. */
function without(sequence: number, consumer: Consumer): Consumer {
  const consume = (options: ConsumeOptions) => {
    const callback = (message: JsMsg) => {
      if (message.seq !== sequence) options.callback!(message);
    };
    return consumer.consume({ ...options, callback });
  };
  return { consume } as Consumer;
}

test("a message that was lost on the way is asked for again, and not purged with those after it (J6)", async () => {
  await inbox.close();
  await send(100);
  const purged: number[] = [];
  let consumers = 0;
  const settling = new AnyOrder({
    acknowledge: (message) => message.ackAck(),
    purge: async (before) => {
      purged.push(before);
      await jsm.streams.purge(name, { seq: before });
    },
  });
  inbox = await Inbox.open({
    ...{ settling, after: undefined, info: () => jsm.consumers.info(name, "gateway") },
    consumer: async () => {
      await jsm.consumers.delete(name, "gateway");
      await jsm.consumers.add(name, { durable_name: "gateway", ack_policy: "all" });
      const consumer = await jetstream(connection).consumers.get(name, "gateway");
      return consumers++ === 0 ? without(50, consumer) : consumer;
    },
  });
  const packs = await take(49);
  expect(textsOf(packs)).toEqual(numbers(1, 49));
  inbox.settle(packs);
  const again = await take(100);
  expect(textsOf(again)).toEqual(numbers(1, 100));
  expect(purged.filter((before) => before > 50)).toEqual([]);
  expect(await left()).toBe(100);
  inbox.settle(again);
  await becomes(0);
});

test("the stream of an earlier version is replaced when it is empty, and kept with what it holds otherwise", async () => {
  await inbox.close();
  const { config } = await jsm.streams.info(name);
  for (const packs of [1, 0]) {
    await jsm.streams.delete(name);
    await jsm.streams.add({ ...config, retention: "workqueue" });
    await send(packs);
    if (packs === 0) inbox = await streams.telemetry();
    else await expect(streams.telemetry()).rejects.toMatchObject({ code: "LOG_TOO_OLD" });
    expect(await left()).toBe(packs);
  }
  await send(1);
  expect(textsOf(await take(1))).toEqual(["2"]);
});
