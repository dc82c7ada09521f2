// The feed: many listeners, each at its own pace, and none that misses the end.

import { describe, expect, test } from "vitest";
import { Feed, MAX_WAITING_KEYS } from "../../runtime/feed.ts";

describe("a listener", () => {
  test("gets what changed while it waits, and what changed before it asked", async () => {
    const feed = new Feed<string>();
    const listener = feed.listen((key) => key.toUpperCase());
    const first = listener.next();
    feed.tell(["a"]);
    expect(await first).toEqual({ value: "A", done: false });
    feed.tell(["b", "c"]);
    expect((await listener.next()).value).toBe("B");
    expect((await listener.next()).value).toBe("C");
  });

  test("that is slow gets each key once, in its last form: it misses steps, never the end (F1)", async () => {
    const feed = new Feed<number>();
    const live = new Map<string, number>();
    const listener = feed.listen((key) => live.get(key));
    for (let step = 1; step <= 1_000; step++) {
      live.set("a", step);
      live.set("b", -step);
      feed.tell(["a", "b"]);
    }
    expect((await listener.next()).value).toBe(1_000);
    expect((await listener.next()).value).toBe(-1_000);
    const waits = listener.next();
    live.set("b", 7);
    feed.tell(["b"]);
    expect((await waits).value).toBe(7);
  });

  test("does not see what its own reading leaves out", async () => {
    const feed = new Feed<string>();
    const listener = feed.listen((key) => (key === "mine" ? key : undefined));
    feed.tell(["other"]);
    const next = listener.next();
    feed.tell(["other", "mine"]);
    expect((await next).value).toBe("mine");
  });

  test("is not kept waiting with what it does not want", async () => {
    const feed = new Feed<string>();
    const listener = feed.listen(
      (key) => key,
      (key) => key === "mine",
    );
    for (let i = 0; i < 3; i++) feed.tell(Array.from({ length: MAX_WAITING_KEYS / 2 }, (_, n) => `${i}-${n}`));
    feed.tell(["mine"]);
    expect((await listener.next()).value).toBe("mine");
  });

  test("that is the slowest is let go when too much waits in all, and is told so; the others go on (F3)", async () => {
    const feed = new Feed<string>();
    const [slow, brisk] = [feed.listen((key) => key), feed.listen((key) => key)];
    const half = Array.from({ length: MAX_WAITING_KEYS / 2 }, (_, n) => `${n}`);
    feed.tell(half);
    for (const key of half.slice(0, 10)) expect((await brisk.next()).value).toBe(key);
    expect(feed.listeners).toBe(2);
    feed.tell(["a", ...half.slice(0, 10), "b"]);
    expect(feed.listeners).toBe(1);
    await expect(slow.next()).rejects.toMatchObject({ code: "OVERLOADED" });
    expect(await slow.next()).toEqual({ value: undefined, done: true });
    expect((await brisk.next()).value).toBe("10");
  });

  test("that asks several times at once is answered as often", async () => {
    const feed = new Feed<string>();
    const listener = feed.listen((key) => key);
    const asked = [listener.next(), listener.next(), listener.next()];
    feed.tell(["a", "b"]);
    feed.tell(["c"]);
    expect((await Promise.all(asked)).map(({ value }) => value).sort()).toEqual(["a", "b", "c"]);
    const waiting = [listener.next(), listener.next()];
    await listener.return?.();
    expect(await Promise.all(waiting)).toEqual([
      { value: undefined, done: true },
      { value: undefined, done: true },
    ]);
  });

  test("that left is forgotten at once, and its iteration ends (F2)", async () => {
    const feed = new Feed<string>();
    const listener = feed.listen((key) => key);
    expect(feed.listeners).toBe(1);
    const waiting = listener.next();
    await listener.return?.();
    expect(feed.listeners).toBe(0);
    expect(await waiting).toEqual({ value: undefined, done: true });
    feed.tell(["a"]);
    expect(await listener.next()).toEqual({ value: undefined, done: true });
  });
});

test("many listeners get the same, whoever else is slow or leaves", async () => {
  const feed = new Feed<string>();
  const listeners = Array.from({ length: 100 }, () => feed.listen((key) => key));
  const first = Promise.all(listeners.map((listener) => listener.next()));
  feed.tell(["a"]);
  expect(new Set((await first).map(({ value }) => value))).toEqual(new Set(["a"]));
  for (const listener of listeners.slice(50)) await listener.return?.();
  expect(feed.listeners).toBe(50);
  feed.tell(["b"]);
  for (const listener of listeners.slice(0, 50)) expect((await listener.next()).value).toBe("b");
});

test("closing ends all of them", async () => {
  const feed = new Feed<string>();
  const collected = [1, 2].map(async () => {
    const all: string[] = [];
    for await (const value of feed.listen((key) => key)) all.push(value);
    return all;
  });
  feed.tell(["a"]);
  await new Promise((resolve) => setImmediate(resolve));
  feed.close();
  expect(await Promise.all(collected)).toEqual([["a"], ["a"]]);
  expect(feed.listeners).toBe(0);
});
