// The watch: ticks while we listen, and says so when we did not.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startClock } from "../../runtime/clock.ts";
import { QuartierError } from "../../runtime/errors.ts";
import type { LogEvent } from "../../runtime/log/events.ts";
import { Watch } from "../../runtime/watch.ts";

const START_MS = 1_767_225_600_000;
const MINUTE_MS = 60_000;

let watch: Watch;
beforeEach(() => {
  vi.useFakeTimers({ now: START_MS });
});
afterEach(() => {
  watch.stop();
  vi.useRealTimers();
});

/** Two partitions; `a` has a deadline after ten seconds that stays due. */
function watched() {
  const events: { partition: string; event: LogEvent }[] = [];
  const nats = { unsettled: 0 as number | undefined, isAway: false, hangs: false, takes: true };
  const partitions = [
    { name: "a", nextDueMs: START_MS + 10_000 },
    { name: "b", nextDueMs: Number.POSITIVE_INFINITY },
  ];
  const warn = vi.fn();
  const silent = vi.fn();
  watch = new Watch({
    ...{ clock: startClock(1, 0), partitions, log: { warn }, silent },
    unsettled: async () => {
      if (nats.hangs) throw new QuartierError("LOG_SILENT", "no answer");
      if (nats.isAway) throw new Error("no answer");
      return nats.unsettled;
    },
    append: async (partition, event) => {
      if (nats.isAway || !nats.takes) throw new Error("no answer");
      events.push({ partition, event });
    },
  });
  return {
    events,
    nats,
    warn,
    silent,
    types: () => events.map(({ event, partition }) => `${event.type} ${partition}`),
  };
}

test("it ticks where a deadline is due, and nowhere else", async () => {
  const { types } = watched();
  await vi.advanceTimersByTimeAsync(9_900);
  expect(types()).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  expect(types()).toEqual(["tick a"]);
});

test("it does not tick before the gateway has read what lay waiting, and whoever does not know it is waited for, too (T1)", async () => {
  const { nats, types } = watched();
  nats.unsettled = 5;
  await vi.advanceTimersByTimeAsync(11_000);
  nats.unsettled = undefined;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(types()).toEqual([]);
  nats.unsettled = 0;
  await vi.advanceTimersByTimeAsync(250);
  expect(types()).toEqual(["tick a"]);
});

test("a gateway that never catches up does not hold the clock for ever", async () => {
  const { nats, types } = watched();
  nats.unsettled = 5;
  await vi.advanceTimersByTimeAsync(31_000);
  expect(types()).toContain("tick a");
});

test("a program that stood still tells every partition since when, before any tick, and ticks when the gateway has caught up (T2)", async () => {
  const { events, nats, types } = watched();
  await vi.advanceTimersByTimeAsync(1_000);
  vi.setSystemTime(START_MS + MINUTE_MS);
  nats.unsettled = 5;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(types()).toEqual(["resumed a", "resumed b"]);
  expect(events[0]?.event).toEqual({
    type: "resumed",
    since: START_MS + 1_000,
    at: expect.closeTo(START_MS + MINUTE_MS, -3),
  });
  nats.unsettled = 0;
  await vi.advanceTimersByTimeAsync(250);
  expect(types()).toEqual(["resumed a", "resumed b", "tick a"]);
});

test("as long as NATS is away nothing ticks; what it missed is told when it is back, as often as it takes (T2)", async () => {
  const { nats, types, warn } = watched();
  await vi.advanceTimersByTimeAsync(1_000);
  nats.isAway = true;
  await vi.advanceTimersByTimeAsync(MINUTE_MS);
  expect(types()).toEqual([]);
  expect(warn).not.toHaveBeenCalled();
  nats.isAway = false;
  nats.takes = false;
  await vi.advanceTimersByTimeAsync(1_000);
  nats.takes = true;
  await vi.advanceTimersByTimeAsync(500);
  expect(types()).toEqual(["resumed a", "resumed b", "tick a"]);
});

test("a JetStream that hangs is told of at the second time, and again as long as it does; one that answers in between, or is away, is not (T3)", async () => {
  const { nats, silent } = watched();
  const turn = (state: Partial<typeof nats>) => {
    Object.assign(nats, { hangs: false, isAway: false }, state);
    return vi.advanceTimersByTimeAsync(250);
  };
  await turn({ hangs: true });
  await turn({});
  await turn({ hangs: true });
  await turn({ isAway: true });
  await turn({ hangs: true });
  expect(silent).not.toHaveBeenCalled();
  await turn({ hangs: true });
  expect(silent).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: "LOG_SILENT" }));
  await turn({ hangs: true });
  await turn({ hangs: true });
  expect(silent).toHaveBeenCalledTimes(2);
});
