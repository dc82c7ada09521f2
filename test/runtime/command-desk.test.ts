// The command desk: a command goes into the log once, and whoever asked waits for what was committed.

import { afterEach, describe, expect, test, vi } from "vitest";
import { CommandDesk } from "../../runtime/command-desk.ts";
import type { LogEvent } from "../../runtime/log/events.ts";
import type { Streams } from "../../runtime/log/streams.ts";
import type { CommandOutcome } from "../../runtime/views.ts";

const accepted = (twin = "switch:lv:1"): CommandOutcome => ({
  outcome: "ACCEPTED",
  code: "OK",
  reason: undefined,
  twin,
});
const open = { type: "command", twin: "switch:lv:1", name: "open", args: {} } as const;

/** A desk before a log in memory, which may be told to fail. */
function deskWith(known = new Map<string, CommandOutcome>()) {
  const log: { partition: string; event: LogEvent; id: string | undefined }[] = [];
  const state = { failure: undefined as Error | undefined };
  const append = async (partition: string, event: LogEvent, id?: string) => {
    await Promise.resolve();
    if (state.failure) throw state.failure;
    log.push({ partition, event, id });
    return log.length;
  };
  const desk = new CommandDesk(
    { append } as unknown as Streams,
    (id) => known.get(id),
    () => 42,
  );
  const decide = (outcome: CommandOutcome) => {
    const last = log.at(-1)!.event as { id: string };
    desk.decided(new Map([[last.id, outcome]]));
  };
  return { desk, log, state, decide };
}

/** Lets what was promised so far happen. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

afterEach(() => {
  vi.useRealTimers();
});

test("a command goes into its partition's log with the world's time, and its outcome comes back when it was committed", async () => {
  const { desk, log, decide } = deskWith();
  let outcome: CommandOutcome | undefined;
  const issued = desk.issue("lv", open).then((value) => {
    outcome = value;
  });
  await settled();
  expect(log.map(({ partition, event }) => [partition, event])).toEqual([
    ["lv", { ...open, at: 42, id: expect.any(String) }],
  ]);
  desk.decided(new Map([["another", accepted()]]));
  await settled();
  expect(outcome).toBeUndefined();
  decide(accepted());
  await issued;
  expect(outcome).toEqual(accepted());
});

describe("one key, one outcome (K1)", () => {
  test("asked again while it waits, it waits with the first, and the log has it once", async () => {
    const { desk, log, decide } = deskWith();
    const both = Promise.all([desk.issue("lv", open, "k"), desk.issue("lv", open, "k")]);
    await settled();
    expect(log).toHaveLength(1);
    decide(accepted());
    expect(await both).toEqual([accepted(), accepted()]);
  });

  test("asked again after it was committed, it is answered without doing anything", async () => {
    const { desk, log } = deskWith(new Map([["k", accepted()]]));
    expect(await desk.issue("lv", open, "k")).toEqual(accepted());
    expect(log).toEqual([]);
  });

  test("the same key gives the message the same id, whatever characters it has, so that the log takes it once", async () => {
    const { desk, log, state } = deskWith();
    const key = "a\r\nNats-Msg-Id: b, ä";
    for (let turn = 0; turn < 2; turn++) {
      void desk.issue("lv", open, key).catch(() => {});
      await settled();
      desk.close();
      await settled();
    }
    expect(log).toHaveLength(2);
    expect(log[0]!.id).toBe(log[1]!.id);
    expect(log[0]!.id).toMatch(/^[\w-]+$/);
    state.failure = undefined;
  });

  test.each([
    ["", 0],
    ["x".repeat(201), 201],
  ])("a key has 1 to 200 characters: %# is refused", async (key) => {
    await expect(deskWith().desk.issue("lv", open, key)).rejects.toMatchObject({ code: "INPUT_INVALID" });
  });
});

describe("when it cannot be decided", () => {
  test("because the log does not take it, all who asked with that key hear so, and may ask again", async () => {
    const { desk, log, state, decide } = deskWith();
    state.failure = new Error("no servers");
    const both = [desk.issue("lv", open, "k"), desk.issue("lv", open, "k")];
    for (const asked of both) await expect(asked).rejects.toMatchObject({ code: "LOG_UNAVAILABLE" });
    state.failure = undefined;
    const again = desk.issue("lv", open, "k");
    await settled();
    expect(log).toHaveLength(1);
    decide(accepted());
    expect(await again).toEqual(accepted());
  });

  test("in time, the answer is a timeout, after which the same key learns the outcome", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const known = new Map<string, CommandOutcome>();
    const { desk } = deskWith(known);
    const asked = desk.issue("lv", open, "k");
    const timedOut = expect(asked).rejects.toMatchObject({ code: "COMMAND_TIMEOUT" });
    await vi.advanceTimersByTimeAsync(30_000);
    await timedOut;
    known.set("k", accepted());
    expect(await desk.issue("lv", open, "k")).toEqual(accepted());
  });

  test("because the program stops, whoever waits hears so", async () => {
    const { desk } = deskWith();
    const asked = desk.issue("lv", open);
    await settled();
    desk.close();
    await expect(asked).rejects.toMatchObject({ code: "STOPPING" });
  });
});

test("at most a thousand wait at a time; the next one is refused, and a place is free when one was decided (K2)", async () => {
  const { desk, decide, log } = deskWith();
  const asked = Array.from({ length: 1_000 }, (_, n) => desk.issue("lv", open, `k-${n}`));
  await settled();
  await expect(desk.issue("lv", open)).rejects.toMatchObject({ code: "OVERLOADED" });
  decide(accepted());
  expect(await asked.at(-1)).toEqual(accepted());
  const next = desk.issue("lv", open);
  await settled();
  expect(log).toHaveLength(1_001);
  desk.close();
  await expect(next).rejects.toMatchObject({ code: "STOPPING" });
  await Promise.allSettled(asked);
});
