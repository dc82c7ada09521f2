// The journal: entries of a twin come back in their order, wherever they lie, and after any number of starts.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { open } from "lmdb";
import { afterAll, expect, test } from "vitest";
import { type JournalEntry, Notes } from "../../../runtime/live/notes.ts";
import { Chapters } from "../../../runtime/store/chapters.ts";
import { Journal } from "../../../runtime/store/journal.ts";
import { movingHere } from "../../../runtime/store/moving.ts";
import { START_MS } from "../live/harness.ts";

const folder = mkdtempSync(join(tmpdir(), "quartier-journal-"));
let environments = 0;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TWINS = ["a", "a0", "b"];
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.array(fc.tuple(fc.constantFrom(...TWINS), fc.boolean(), fc.nat({ max: 2 })), { maxLength: 60 }),
  },
  { weight: 1, arbitrary: fc.constantFrom("compact" as const, "start" as const, "again" as const) },
);

test("as in a plain list: the last ones up to a time, and the first after it, also while they are moved, and put twice (P1, P2, S1)", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
      const path = join(folder, `${environments++}.lmdb`);
      let root = open({ path, maxDbs: 16 });
      let chapters = new Chapters(root, movingHere(root));
      let journal = new Journal(root, chapters);
      const put = (entries: JournalEntry[]) =>
        root.transaction(() => chapters.put({ notes: Notes.of(entries), alarms: [], rares: [] }));
      const oracle: JournalEntry[] = [];
      let [at, sequence, latest] = [START_MS, 0, [] as JournalEntry[]];
      const sameStates = () => {
        for (const twin of TWINS) {
          const all = oracle.filter((entry) => entry.twin === twin && entry.of === "state");
          for (const untilMs of [START_MS - 1, START_MS + 3, at - 2, at]) {
            const last = all.findLast((entry) => entry.at <= untilMs);
            const found = journal.transition(twin, untilMs);
            expect([found?.after, found?.revision]).toEqual([last?.after, last?.revision]);
          }
        }
      };
      for (const what of steps) {
        sameStates();
        if (what === "compact") {
          const moved = chapters.compact();
          await new Promise(setImmediate);
          sameStates();
          await moved;
        } else if (what === "again") await put(latest);
        else if (what === "start") {
          await chapters.close();
          await root.close();
          root = open({ path, maxDbs: 16 });
          chapters = new Chapters(root, movingHere(root));
          journal = new Journal(root, chapters);
        } else {
          sequence++;
          latest = what.map(([twin, isState, later], index): JournalEntry => {
            at += later;
            sequence += later;
            const of = isState ? "state" : "reading";
            return {
              twin,
              at,
              sequence,
              index,
              of,
              cause: "c",
              before: "x",
              after: "y",
              revision: 1,
              why: { event: "tick" },
            };
          });
          oracle.push(...latest);
          await put(latest);
        }
      }
      sameStates();
      for (const twin of TWINS) {
        for (const of of ["state", "reading"] as const) {
          const all = oracle.filter((entry) => entry.twin === twin && entry.of === of);
          expect(journal.last(twin, of, 1_000)).toEqual(all);
          for (const untilMs of [START_MS - 1, START_MS + 3, at - 2, at]) {
            const until = all.filter((entry) => entry.at <= untilMs);
            expect(journal.last(twin, of, 2, untilMs)).toEqual(until.slice(-2));
            expect(journal.after(twin, of, untilMs)).toEqual(all.find((entry) => entry.at > untilMs));
          }
        }
      }
      await chapters.close();
      await root.close();
    }),
    { numRuns: 60 },
  );
}, 60_000);
