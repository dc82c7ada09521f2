import { describe, expect, it } from "vitest";
import { MAX_SUBSCRIPTIONS } from "../../../graphql/limits.ts";
import { OpenSubscriptions } from "../../../graphql/open-subscriptions.ts";
import { QuartierError } from "../../../runtime/errors.ts";
import { client, ENDPOINT } from "../ask.ts";
import { alarm, METER, Stream } from "../world.ts";

/** The events of a subscription, as a client reads them from the stream. */
async function* events(response: Response) {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const block = text.slice(0, end);
      text = text.slice(end + 2);
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (block.startsWith("event: complete")) return;
      if (data) yield JSON.parse(data);
    }
  }
}

function subscribed(query: string, given = client()) {
  const abort = new AbortController();
  const headers = { accept: "text/event-stream", "content-type": "application/json" };
  const request = { method: "POST", body: JSON.stringify({ query }), headers, signal: abort.signal };
  return { ...given, abort, response: given.door.fetch(ENDPOINT, request) };
}

describe("the subscription twinChanged", () => {
  it("tells each change of the twins that are asked for, as it happens", async () => {
    const { world, response } = subscribed(
      `subscription { twinChanged(filter: { kinds: [METER] }) { id state revision } }`,
    );
    const stream = events(await response);
    const first = stream.next();
    world.change("bus:lv:17", "dead");
    world.change(METER, "online.suspect");
    expect((await first).value).toEqual({ data: { twinChanged: { id: METER, state: "online.suspect", revision: 8 } } });
    world.change(METER, "silent");
    expect((await stream.next()).value).toEqual({ data: { twinChanged: { id: METER, state: "silent", revision: 9 } } });
    await stream.return(undefined);
  });

  it("leaves nothing behind when the client goes (S2)", async () => {
    const { world, response, open } = subscribed(`subscription { twinChanged { id } }`);
    const stream = events(await response);
    const first = stream.next();
    world.change(METER, "silent");
    await first;
    expect([open.count, world.twinStreams.size]).toEqual([1, 1]);
    await stream.return(undefined);
    expect([open.count, world.twinStreams.size]).toEqual([0, 0]);
  });

  it("ends with a complete event when the server closes, also while it waits (S3)", async () => {
    const { response, open, world } = subscribed(`subscription { twinChanged { id } }`);
    const stream = events(await response);
    const first = stream.next();
    open.end();
    expect(await first).toEqual({ done: true, value: undefined });
    expect([open.count, world.twinStreams.size]).toEqual([0, 0]);
  });

  it("refuses a filter that is none, without opening anything", async () => {
    const { response, open, world } = subscribed(`subscription { twinChanged(filter: { kinds: [HOUSE] }) { id } }`);
    const { value } = await events(await response).next();
    expect(value.errors[0].extensions.code).toBe("INPUT_INVALID");
    expect([open.count, world.twinStreams.size]).toEqual([0, 0]);
  });

  it("tells a failure of a field within an event, coded, and goes on", async () => {
    const { world, response, logged } = subscribed(
      `subscription { twinChanged { id history(point: "x", from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z") { at } } }`,
    );
    const stream = events(await response);
    for (let turn = 0; turn < 2; turn++) {
      const next = stream.next();
      world.change(METER, "silent");
      expect((await next).value.errors[0].extensions.code).toBe("POINT_UNKNOWN");
    }
    expect(logged).toEqual([]);
    await stream.return(undefined);
  });

  it("tells why, when the world ends it by an error", async () => {
    const given = client();
    given.world.changes = () => {
      const stream = new Stream(given.world.twinStreams, () => true);
      stream.next = () => Promise.reject(new QuartierError("STOPPING", "the program is stopping"));
      return stream;
    };
    const { response, open } = subscribed(`subscription { twinChanged { id } }`, given);
    const { value } = await events(await response).next();
    expect(value.errors[0]).toMatchObject({ message: "the program is stopping", extensions: { code: "STOPPING" } });
    expect(open.count).toBe(0);
  });

  it("that its source lets go ends with the reason, coded (E3)", async () => {
    const given = client();
    given.world.changes = () =>
      (async function* () {
        yield given.world.views.get(METER)!;
        throw new QuartierError("OVERLOADED", "the subscription was too slow");
      })();
    const { response, open } = subscribed(`subscription { twinChanged { id } }`, given);
    const all: unknown[] = [];
    for await (const event of events(await response)) all.push(event);
    expect(all).toMatchObject([
      { data: { twinChanged: { id: METER } } },
      { errors: [{ message: "the subscription was too slow", extensions: { code: "OVERLOADED" } }] },
    ]);
    expect(open.count).toBe(0);
  });

  it("gives each event a budget of its own", async () => {
    const points = Array.from({ length: 400 }, (_, i) => `p${i}: points { name unit }`).join(" ");
    const { world, response } = subscribed(`subscription { twinChanged { ${points} } }`);
    const stream = events(await response);
    // Each event has 3 x 400 x 2 fields and more: a budget for all of them together would end after about 200.
    for (let turn = 0; turn < 250; turn++) {
      const next = stream.next();
      world.change(METER, `turn${turn}`);
      expect((await next).value.errors).toBeUndefined();
    }
    await stream.return(undefined);
  });
});

describe("the subscription alarmChanged", () => {
  it("tells the alarms of all twins, or of one", async () => {
    const { world, response } = subscribed(`subscription { alarmChanged(twin: "bus:lv:19") { id code twin { id } } }`);
    const stream = events(await response);
    const first = stream.next();
    await new Promise(setImmediate);
    for (const each of [
      alarm("a3", "bus:lv:17", "BUS_DEAD", "RAISED"),
      alarm("a4", "bus:lv:19", "BUS_DEAD", "CLEARED"),
    ]) {
      for (const open of world.alarmStreams) open.push(each);
    }
    expect((await first).value).toEqual({
      data: { alarmChanged: { id: "a4", code: "BUS_DEAD", twin: { id: "bus:lv:19" } } },
    });
    await stream.return(undefined);
    expect(world.alarmStreams.size).toBe(0);
  });
});

describe("open subscriptions", () => {
  it("are never more than the limit (S1), and make room when they end", async () => {
    const open = new OpenSubscriptions();
    const streams = new Set<Stream<number>>();
    const follow = () =>
      open.follow(
        () => new Stream(streams, () => true),
        () => undefined,
      );
    const all = Array.from({ length: MAX_SUBSCRIPTIONS }, follow);
    expect(follow).toThrow(/1000 subscriptions are open/);
    expect(streams.size).toBe(MAX_SUBSCRIPTIONS);
    await all[0]!.return?.();
    expect(follow).not.toThrow();
    open.end();
    expect([open.count, streams.size]).toEqual([0, 0]);
  });

  it("answer the client that is one too many with LIMIT_EXCEEDED", async () => {
    const given = client();
    for (let index = 0; index < MAX_SUBSCRIPTIONS; index++) {
      given.open.follow(
        () => new Stream<number>(new Set(), () => true),
        () => undefined,
      );
    }
    const { response } = subscribed(`subscription { twinChanged { id } }`, given);
    const { value } = await events(await response).next();
    expect(value.errors[0].extensions.code).toBe("LIMIT_EXCEEDED");
  });
});
