// Alarm lines: what is found in the text of an alarm is what reading all of it gives, whatever stands in its message or its names.

import fc from "fast-check";
import { expect, test } from "vitest";
import { writeAlarm } from "../../../runtime/live/alarms.ts";
import { Ink } from "../../../runtime/live/ink.ts";
import { lineOf } from "../../../runtime/store/alarm-lines.ts";
import type { AlarmView } from "../../../runtime/views.ts";

const text = fc.oneof(
  fc.constantFrom("meter:meters:m-1", "METER_SILENT", 'said "raisedAt":1,', "back\\slash", "Wärme 温度", "a,b"),
  fc.string(),
);
const time = fc.nat(2 ** 52);
const alarm: fc.Arbitrary<AlarmView> = fc.record({
  ...{
    id: text,
    twin: text,
    code: text,
    severity: fc.constantFrom("INFO" as const, "CRITICAL" as const),
    message: text,
  },
  ...{ state: fc.constantFrom("RAISED" as const, "CLEARED" as const), raisedAt: time },
  acknowledgedAt: fc.option(time, { nil: undefined }),
  clearedAt: fc.option(time, { nil: undefined }),
  flapping: fc.boolean(),
});

test("a line says what the alarm says (L1)", () => {
  fc.assert(
    fc.property(alarm, (given) => {
      const { id, twin, code, raisedAt, clearedAt } = given;
      const line = writeAlarm(new Ink(), given).since(0).toString();
      expect(lineOf(line)).toEqual({ id, twin, code, raisedAt, clearedAt, text: line });
    }),
    { numRuns: 1_000 },
  );
});
