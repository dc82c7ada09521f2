// The publisher over a real nats-server: many messages at once are stored each, in their order, and each once.

import { jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Message, Publisher } from "../../../runtime/log/publisher.ts";
import { withNatsServer } from "../../nats.ts";

const nats = withNatsServer();
let connection: NatsConnection;
let publisher: Publisher;

beforeAll(async () => {
  connection = await connect({ servers: nats.url });
  publisher = new Publisher(connection);
});
afterAll(() => connection.close());

async function streamOf(name: string): Promise<{ stored: () => Promise<[subject: string, text: string][]> }> {
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name, subjects: [`${name}.>`] });
  const stored = async () => {
    const { last_seq } = (await manager.streams.info(name)).state;
    const messages = [];
    for (let seq = 1; seq <= last_seq; seq++) messages.push((await manager.streams.getMessage(name, { seq }))!);
    return messages.map(({ subject, data }): [string, string] => [subject, Buffer.from(data).toString()]);
  };
  return { stored };
}

const saying = (text: string): Pick<Message, "write"> => ({ write: (ink) => ink.put(text) });

const many = (stream: string): Message[] =>
  Array.from({ length: 300 }, (_, i) => ({
    subject: `${stream}.${i % 3}`,
    ...saying(`{"n":${i}}`),
    id: `p-${i}-0`,
  }));

test("many at once are stored in their order; given again, with the same ids, they are not stored again", async () => {
  const { stored } = await streamOf("many");
  const messages = many("many");
  await publisher.publishAll(messages);
  await publisher.publishAll(messages.slice(100));
  expect(await stored()).toEqual(messages.map(({ subject }, i) => [subject, `{"n":${i}}`]));
  await publisher.publishAll([]);
});

test("text of any alphabet, and ids of any alphabet", async () => {
  const { stored } = await streamOf("texts");
  const texts = ["plain", "Straße 5 °C", "温度", "🔥", ""];
  const messages = texts.map((text, i) => ({ subject: "texts.a", ...saying(text), id: `Wärme-${i}` }));
  await publisher.publishAll(messages);
  await publisher.publishAll(messages);
  expect(await stored()).toEqual(texts.map((text) => ["texts.a", text]));
});

test("one that no stream takes fails all of them together, after the others were stored", async () => {
  const { stored } = await streamOf("some");
  const messages = [...many("some"), { subject: "nowhere", ...saying("lost"), id: "x" }, ...many("some").slice(0, 1)];
  await expect(publisher.publishAll(messages)).rejects.toThrow("no stream takes the message");
  expect(await stored()).toHaveLength(300);
});

test("what the stream refuses is refused with its reason, and what it takes has its place", async () => {
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: "full", subjects: ["full"], max_msgs: 2, discard: "new" as never });
  expect(await publisher.publish("full", Buffer.from("1"))).toBe(1);
  expect(await publisher.publish("full", Buffer.from("2"), "two")).toBe(2);
  expect(await publisher.publish("full", Buffer.from("2"), "two")).toBe(2);
  await expect(publisher.publish("full", Buffer.from("3"))).rejects.toMatchObject({ code: "LOG_FULL" });
  const more = { subject: "full", ...saying("4"), id: "four" };
  await expect(publisher.publishAll([more])).rejects.toMatchObject({ code: "LOG_FULL" });
});

test("what was acknowledged while the program did not listen is not late (B3)", async () => {
  await streamOf("busy");
  const published = publisher.publish("busy.a", Buffer.from("1"));
  const together = publisher.publishAll(many("busy"));
  await new Promise(setImmediate);
  for (const until = performance.now() + 6_500; performance.now() < until; );
  expect(await published).toBe(1);
  await together;
});

test("what nobody acknowledges is late (B3)", async () => {
  connection.subscribe("silent", { callback: () => {} });
  await expect(publisher.publish("silent", Buffer.from("1"))).rejects.toThrow("did not acknowledge within 5 s");
});

test("while the server is away nothing is taken (B2)", async () => {
  publisher.isAway = true;
  await expect(publisher.publishAll(many("many"))).rejects.toMatchObject({ code: "LOG_UNAVAILABLE" });
  publisher.isAway = false;
});
