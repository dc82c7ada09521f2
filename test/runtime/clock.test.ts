// The clock of a world: it follows the wall clock, or runs faster, and never goes back.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startClock } from "../../runtime/clock.ts";

const START_MS = 1_767_225_600_000;
const HOUR_MS = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers({ now: START_MS, toFake: ["Date", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

test("at speed 1 it is the wall clock, in whole milliseconds, also when that is set forward", () => {
  const clock = startClock(1, 0);
  expect(clock.now()).toBe(START_MS);
  vi.advanceTimersByTime(1_500);
  expect(clock.now()).toBe(START_MS + 1_500);
  vi.setSystemTime(START_MS + HOUR_MS);
  expect(clock.now()).toBe(START_MS + HOUR_MS);
});

test("it stands still when the wall clock is set back, until that has caught up (C1)", () => {
  const clock = startClock(1, 0);
  vi.advanceTimersByTime(HOUR_MS);
  expect(clock.now()).toBe(START_MS + HOUR_MS);
  vi.setSystemTime(START_MS);
  expect(clock.now()).toBe(START_MS + HOUR_MS);
  vi.setSystemTime(START_MS + HOUR_MS + 5);
  expect(clock.now()).toBe(START_MS + HOUR_MS + 5);
});

test("at speed 60 a second is a minute, whatever happens to the wall clock", () => {
  const clock = startClock(60, 0);
  expect(clock.now()).toBe(START_MS);
  vi.advanceTimersByTime(1_000);
  expect(clock.now()).toBe(START_MS + 60_000);
  vi.setSystemTime(START_MS - HOUR_MS);
  vi.advanceTimersByTime(1_000);
  expect(clock.now()).toBe(START_MS + 120_000);
});

test("a world that ran ahead goes on from where it was, at its speed (C1)", () => {
  const ahead = START_MS + 24 * HOUR_MS;
  for (const speed of [1, 10]) {
    const before = performance.now();
    const clock = startClock(speed, ahead);
    expect(clock.now()).toBe(ahead);
    vi.advanceTimersByTime(2_000);
    expect(performance.now() - before).toBeCloseTo(2_000);
    expect(clock.now()).toBe(ahead + 2_000 * speed);
    expect(clock.speed).toBe(speed);
  }
});

test("it never goes back, however often it is asked and set", () => {
  const clock = startClock(1, START_MS + 10);
  let last = clock.now();
  for (const set of [0, 5_000, -90_000, 20, 70_000, 1]) {
    vi.setSystemTime(START_MS + set);
    vi.advanceTimersByTime(3);
    const now = clock.now();
    expect(now).toBeGreaterThanOrEqual(last);
    expect(Number.isInteger(now)).toBe(true);
    last = now;
  }
});

test("once it is listened to, it stands still when nobody does, and says for how long (C2)", () => {
  for (const speed of [1, 60]) {
    const start = Date.now();
    const clock = startClock(speed, start);
    vi.advanceTimersByTime(HOUR_MS);
    expect(clock.unheard()).toBeUndefined();
    const heard = clock.now();
    clock.listenedUntil(heard);
    vi.advanceTimersByTime(3_000);
    expect(clock.now()).toBe(heard + 3_000 * speed);
    expect(clock.unheard()).toBeUndefined();
    vi.advanceTimersByTime(7_000);
    const since = heard + 3_000 * speed;
    const at = heard + 10_000 * speed;
    expect(clock.now()).toBe(since);
    expect(clock.unheard()).toEqual({ since: heard, at });
    clock.listenedUntil(at);
    expect(clock.now()).toBe(at);
    expect(clock.unheard()).toBeUndefined();
  }
});

test("a wall clock that is set forward is time in which nobody listened (C2)", () => {
  const clock = startClock(1, 0);
  clock.listenedUntil(clock.now());
  vi.setSystemTime(START_MS + HOUR_MS);
  expect(clock.now()).toBe(START_MS + 3_000);
  expect(clock.unheard()).toEqual({ since: START_MS, at: START_MS + HOUR_MS });
});
