// The awake twins: found by id and by the id in a message, also when hashes are the same, whoever came and went.

import fc from "fast-check";
import { expect, test } from "vitest";
import { Awake } from "../../../runtime/live/awake.ts";
import type { LiveTwin } from "../../../runtime/live/live-twin.ts";
import { encodeEvent } from "../../../runtime/log/events.ts";
import { readReadings } from "../../../runtime/log/read-readings.ts";
import { hashesOf } from "../../../runtime/log/readings.ts";

const twinOf = (id: string) => ({ id }) as LiveTwin;

/** Two ids that have both hashes in common: of eighteen pairs of blocks that leave the first hash alike, those chosen for which the second agrees. */
const TWINS = [
  "z6w4od7gxpg54ljip51048pzhjvb0abr7qbhspidh35bcr9sj3ddbo88d5u2bxldoxe2i8yysjrth9gkzvspqqv1tg2p4193mvv5wdvdjimbe3ra40ay5hce58yp2lhb4tuqnmmy63lamhb7",
  "lj9kg7ldxpg54lji6n8vajcmhjvb0abr7g6ytbi3h35bcr9sj3ddbo88dkvg3iluobc60kyvsjrth9gkzvspqqv1tg2p4193empz2l2djimbe3ra4vbt5gcr58yp2lhb4tuqnmmyhvl4lmmu",
] as const;

test("there are ids that have both hashes in common", () => {
  expect(hashesOf(TWINS[0])).toEqual(hashesOf(TWINS[1]));
});

test("as in a map, whoever came and went (A1)", () => {
  const ids = [...TWINS, "é", "", ...Array.from({ length: 150 }, (_, i) => `meter:meters:m-${i}`)];
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...ids), fc.boolean()), { maxLength: 400 }), (steps) => {
      const [awake, oracle] = [new Awake(), new Map<string, LiveTwin>()];
      for (const [id, comes] of steps) {
        const known = oracle.get(id);
        if (comes && !known) {
          const twin = twinOf(id);
          awake.add(twin);
          oracle.set(id, twin);
        } else if (!comes) {
          awake.delete(known ?? twinOf(id));
          oracle.delete(id);
        }
      }
      expect(awake.size).toBe(oracle.size);
      expect(new Set(awake)).toEqual(new Set(oracle.values()));
      const entries = ids.map((id): [string, []] => [id, []]);
      const readings = readReadings(encodeEvent({ type: "readings", at: 0, entries }))!;
      for (const [entry, id] of ids.entries()) {
        expect(awake.get(id)).toBe(oracle.get(id));
        const found = awake.find(readings, entry);
        const isHere = oracle.has(id);
        if (isHere || !TWINS.some((other) => other === id)) expect(found === undefined).toBe(!isHere);
        expect(found && readings.isFor(entry, found.id) ? found : awake.get(id)).toBe(oracle.get(id));
      }
    }),
    { numRuns: 200 },
  );
});
