// The text of an alarm: what JSON makes of it, in each of its forms.

import fc from "fast-check";
import { expect, test } from "vitest";
import { Alarms, alarmOf, writeAlarm } from "../../../runtime/live/alarms.ts";
import { Ink } from "../../../runtime/live/ink.ts";
import type { AlarmView } from "../../../runtime/views.ts";
import { START_MS } from "./harness.ts";

const textOfAlarm = (alarm: AlarmView) => String(writeAlarm(new Ink(), alarm).since(0));

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.constantFrom("power", '"', "\\", "\u007f", "\ud800"),
);

test("is that of JSON.stringify, whatever its twin, code and message are, and read again it is the same", () => {
  fc.assert(
    fc.property(
      text,
      text,
      text,
      fc.array(fc.constantFrom("mark", "acknowledge", "again")),
      (twin, code, message, what) => {
        const alarms = new Alarms([]);
        const raise = () => alarms.raise(twin, code, "WARNING", message, START_MS, 7)!;
        const forms = [raise()];
        for (const [i, each] of what.entries()) {
          const last = forms.at(-1)!;
          if (each === "mark") forms.push(alarms.mark(twin, code, !last.flapping)!);
          else if (each === "acknowledge") forms.push(alarms.acknowledge(last.id, START_MS + i) ?? last);
          else forms.push(alarms.clear(twin, code, START_MS + i)!, raise());
        }
        for (const alarm of forms) {
          const plain = { ...alarm };
          expect(textOfAlarm(alarm)).toBe(JSON.stringify(plain));
          expect(textOfAlarm(plain)).toBe(JSON.stringify(plain));
          expect(textOfAlarm(alarmOf(textOfAlarm(alarm)))).toBe(textOfAlarm(alarm));
        }
      },
    ),
  );
});

test("numbers are written as JSON has them", () => {
  const numbers = fc.oneof(
    fc.nat(),
    fc.maxSafeNat(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(0, -0, 9, 10, 9_999_999, 10_000_000, 10_000_001, 1e15, 2 ** 53, 1.5),
  );
  fc.assert(
    fc.property(fc.array(numbers), (all) => {
      const ink = new Ink();
      for (const number of all) ink.number(number).endLine();
      expect(String(ink.since(0))).toBe(all.map((number) => `${String(number)}\n`).join(""));
    }),
  );
});
