// Presence: what is appended while the server is away, and what is said when it is back.

import { expect, test } from "vitest";
import { Presence } from "../../../runtime/log/presence.ts";

const NOW = 1_767_225_600_000;

test("before the world is alive nothing is refused, and nothing is said of an absence", () => {
  const presence = new Presence();
  presence.gone();
  presence.returned();
  expect(presence.isAway).toBe(false);
  presence.demand();
});

test("while the server is away an append is refused at once; the absence ends when every log was told since when (A1, A2)", async () => {
  const presence = new Presence();
  const said: number[] = [];
  let told: () => void = () => {};
  const all = new Promise<void>((resolve) => {
    told = resolve;
  });
  presence.begin({ now: () => NOW, speed: 60 }, async (since) => {
    said.push(since);
    if (said.length === 1) throw new Error("not ready yet");
    told();
  });
  presence.gone();
  expect(() => presence.demand()).toThrow(expect.objectContaining({ code: "LOG_UNAVAILABLE" }));
  presence.gone();
  presence.returned();
  presence.returned();
  expect(presence.isAway).toBe(true);
  await all;
  await new Promise(setImmediate);
  expect(presence.isAway).toBe(false);
  presence.demand();
  // Told again until it was taken, of the same moment: no earlier than the last append that the server took.
  expect(said).toEqual([said[0], said[0]]);
  expect(said[0]).toBeGreaterThan(NOW - 60 * 30_000 - 1);
  expect(said[0]).toBeLessThanOrEqual(NOW);
});
