import type { NatsConnection } from "@nats-io/transport-node";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { decodeSenml } from "../../models/telemetry/senml.ts";
import { NO_FAULTS } from "../../sim/faults.ts";
import { startSimulator } from "../../sim/publish.ts";
import { districtOf } from "./district-of-meters.ts";

const START = Date.UTC(2026, 2, 1, 11, 7, 3);
const meters = (count: number, intervalMs: number) =>
  districtOf(
    Array.from({ length: count }, (_, index) => ({
      id: `m-${index}`,
      carrier: "water",
      points: "volume:m3",
      intervalMs,
    })),
  );
const log = () => ({ info: vi.fn(), warn: vi.fn() });

/** A connection that remembers what it was given, and flushes when it is let. */
function fakeNats() {
  const nats = {
    published: [] as { subject: string; timeMs: number; atMs: number }[],
    flushes: 0,
    mostUnflushed: 0,
    fails: 0,
    isGone: false,
    unflushed: 0,
    publish(subject: string, bytes: Uint8Array) {
      if (nats.isGone) throw new Error("connection closed");
      const timeMs = decodeSenml(bytes, 0).records[0]!.timeMs;
      nats.published.push({ subject, timeMs, atMs: Date.now() });
      nats.mostUnflushed = Math.max(nats.mostUnflushed, ++nats.unflushed);
    },
    async flush() {
      if (nats.fails-- > 0) throw new Error("disconnected");
      nats.flushes++;
      nats.unflushed = 0;
    },
    isClosed: () => nats.isGone,
  };
  return nats;
}
const asConnection = (nats: ReturnType<typeof fakeNats>) => nats as unknown as NatsConnection;

describe("the simulator", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: START });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("P1: all devices publish at once, then each once in every interval until it is stopped", async () => {
    const nats = fakeNats();
    const options = {
      district: meters(20, 60_000),
      nats: asConnection(nats),
      seed: 1,
      speed: 1,
      nowMs: () => Date.now(),
      log: log(),
    };
    const simulator = await startSimulator(options);
    await vi.advanceTimersByTimeAsync(0);
    expect(simulator.devices).toBe(20);
    expect(new Set(nats.published.map(({ subject }) => subject)).size).toBe(20);
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    // The first interval was published at the start; each of the next ten by the end of ten minutes, or a little after.
    expect(nats.published.length).toBeGreaterThanOrEqual(20 * 10);
    const seen = new Set(nats.published.map(({ subject, timeMs }) => `${subject} ${timeMs}`));
    expect(seen.size).toBe(nats.published.length);
    for (const { timeMs, atMs } of nats.published) expect(atMs - timeMs).toBeLessThan(60_000 + 1_000);
    const sent = nats.published.length;
    await simulator.stop();
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(nats.published).toHaveLength(sent);
    expect(simulator.counters.sent).toBe(sent);
  });

  test("it follows a clock that runs faster", async () => {
    const nats = fakeNats();
    const nowMs = () => START + (Date.now() - START) * 600;
    const simulator = await startSimulator({
      district: meters(3, 900_000),
      nats: asConnection(nats),
      seed: 1,
      speed: 600,
      nowMs,
      log: log(),
    });
    await vi.advanceTimersByTimeAsync(60_000);
    await simulator.stop();
    // 10 hours of the world in a minute: 40 intervals of three devices, and the first.
    expect(nats.published.length).toBeGreaterThanOrEqual(3 * 39);
    expect(nats.published.length).toBeLessThanOrEqual(3 * 41);
  });

  test("P2: after a stall it catches up in batches, and loses nothing", async () => {
    const nats = fakeNats();
    let stalledMs = 0;
    const nowMs = () => Date.now() + stalledMs;
    const simulator = await startSimulator({
      district: meters(100, 60_000),
      nats: asConnection(nats),
      seed: 1,
      speed: 1,
      nowMs,
      log: log(),
    });
    await vi.advanceTimersByTimeAsync(1_000);
    stalledMs = 3_600_000;
    await vi.advanceTimersByTimeAsync(60_000);
    await simulator.stop();
    expect(nats.mostUnflushed).toBe(500);
    const times = nats.published.filter(({ subject }) => subject.endsWith("dev-m-7")).map(({ timeMs }) => timeMs);
    for (const [at, timeMs] of times.entries()) expect(timeMs).toBe(times[0]! + at * 60_000);
    expect(times.length).toBeGreaterThan(60);
    expect(simulator.counters.skipped).toBe(0);
  });

  test("P2: what is too far behind is skipped, counted and said", async () => {
    const nats = fakeNats();
    let stalledMs = 0;
    const said = log();
    const nowMs = () => Date.now() + stalledMs;
    const simulator = await startSimulator({
      district: meters(2, 1_000),
      nats: asConnection(nats),
      seed: 1,
      speed: 1,
      nowMs,
      log: said,
    });
    await vi.advanceTimersByTimeAsync(2_000);
    // 2 packs a second: 150,000 s are 300,000 packs, of which the last 200,000 are sent.
    stalledMs = 150_000_000;
    const sent = simulator.counters.sent;
    await vi.advanceTimersByTimeAsync(2_000);
    await simulator.stop();
    expect(Math.abs(simulator.counters.skipped - 100_000)).toBeLessThan(10);
    expect(Math.abs(simulator.counters.sent - sent - 200_000)).toBeLessThan(20);
    expect(said.warn).toHaveBeenCalledOnce();
  });

  test("it waits while the connection mends itself, and ends when it is gone for good", async () => {
    const nats = fakeNats();
    const said = log();
    const options = {
      district: meters(5, 1_000),
      nats: asConnection(nats),
      seed: 1,
      speed: 1,
      nowMs: () => Date.now(),
      log: said,
    };
    const simulator = await startSimulator(options);
    await vi.advanceTimersByTimeAsync(5_000);
    nats.fails = 3;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(simulator.counters.sent).toBeGreaterThanOrEqual(5 * 14);
    expect(said.warn).toHaveBeenCalledTimes(3);
    nats.isGone = true;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(said.warn).toHaveBeenCalledTimes(4);
    await simulator.stop();
  });

  test("faults are counted", async () => {
    const nats = fakeNats();
    const faults = { ...NO_FAULTS, duplicateShare: 0.5, lateShare: 0.5, lateByMs: 5_000 };
    const options = {
      district: meters(5, 1_000),
      nats: asConnection(nats),
      seed: 1,
      speed: 1,
      nowMs: () => Date.now(),
      log: log(),
      faults,
    };
    const simulator = await startSimulator(options);
    await vi.advanceTimersByTimeAsync(20_000);
    await simulator.stop();
    expect(simulator.counters.duplicated).toBeGreaterThan(20);
    expect(simulator.counters.late).toBeGreaterThan(20);
    expect(simulator.counters.sentBytes).toBeGreaterThan(simulator.counters.sent * 30);
  });
});
