// Events of the log: what was written can be read again; whatever else lies there is refused with a sentence.

import fc from "fast-check";
import { expect, test } from "vitest";
import {
  decodeEvent,
  encodeEvent,
  type ImportedRow,
  type LogEvent,
  type ReadEvent,
  type Signal,
} from "../../../runtime/log/events.ts";
import { asWritten, districtOf, START_MS, TestWorld } from "../live/harness.ts";

const time = fc.integer({ min: -8.64e15, max: 8.64e15 });
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value));
const text = fc.string({ unit: "binary" });
const args = fc.dictionary(text, fc.jsonValue({ maxDepth: 2 })).map((value) => JSON.parse(JSON.stringify(value)));

const signal: fc.Arbitrary<Signal> = fc.oneof(
  fc.record({ kind: fc.constant("tell" as const), to: text, event: text, args }),
  fc.record({ kind: fc.constant("supply" as const), to: text, node: text, alive: fc.boolean() }),
  fc.record({ kind: fc.constant("sum" as const), to: text, point: text, value: number }),
  fc.record({
    ...{ kind: fc.constant("copy" as const), to: text, point: text },
    timeMs: time,
    value: number,
    suspect: fc.boolean(),
  }),
);
const importedRow: fc.Arbitrary<ImportedRow> = fc.oneof(
  fc.tuple(text, time, number),
  fc.tuple(text, time, number, fc.constantFrom("ESTIMATED" as const, "SUSPECT" as const)),
);
const flow = fc.tuple(text, text, fc.constantFrom("sum" as const, "copy" as const), text, text);
const event: fc.Arbitrary<LogEvent> = fc.oneof(
  fc.record({
    ...{ type: fc.constant("readings" as const), at: time },
    entries: fc.array(fc.tuple(text, fc.array(fc.tuple(text, time, number), { maxLength: 4 })), { maxLength: 4 }),
  }),
  fc.record({
    ...{ type: fc.constant("imported" as const), at: time, id: text, moves: fc.boolean() },
    entries: fc.array(fc.tuple(text, fc.array(importedRow, { maxLength: 4 })), { maxLength: 4 }),
  }),
  fc.record({ type: fc.constant("command" as const), at: time, id: text, twin: text, name: text, args }),
  fc.record({ type: fc.constant("acknowledge" as const), at: time, id: text, alarm: text }),
  fc.record({ type: fc.constant("tick" as const), at: time }),
  fc.record({ type: fc.constant("resumed" as const), at: time, since: time }, { requiredKeys: ["type", "at"] }),
  fc.record({
    ...{ type: fc.constant("signals" as const), at: time, from: text },
    entries: fc.array(fc.tuple(fc.maxSafeNat(), fc.nat(), signal), { maxLength: 4 }),
  }),
  fc.record(
    {
      ...{ type: fc.constant("model" as const), at: time, model: text, turn: fc.nat(9), part: fc.nat(9) },
      ...{ retired: fc.array(text), changed: fc.array(text), withdrawn: fc.array(flow), joined: fc.array(flow) },
    },
    { requiredKeys: ["type", "at", "model", "turn", "part"] },
  ),
  fc.record({
    ...{ type: fc.constant("flooding" as const), at: time, twin: text },
    ...{ on: fc.boolean(), coalesced: fc.maxSafeNat() },
  }),
);

test("what was written can be read again (E2)", () => {
  fc.assert(
    fc.property(event, (written) => {
      expect(asWritten(decodeEvent(encodeEvent(written)) as ReadEvent)).toEqual(written);
    }),
    { numRuns: 300 },
  );
});

test("arbitrary bytes and arbitrary JSON are an event or a sentence, and never a throw (E2)", () => {
  const encoder = new TextEncoder();
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.json().map((json) => encoder.encode(json)),
    fc
      .record({
        type: fc.constantFrom("readings", "imported", "command", "tick", "signals", "flooding", "model", "toString", 7),
        at: fc.jsonValue(),
      })
      .map((value) => encoder.encode(JSON.stringify(value))),
  );
  fc.assert(
    fc.property(bytes, (message) => {
      const read = decodeEvent(message);
      if (typeof read === "string") expect(read.length).toBeGreaterThan(10);
      else expect(decodeEvent(encodeEvent(asWritten(read)))).toEqual(read);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ["{", "the message is no JSON"],
  ["[]", "the message is no event"],
  ["null", "the message is no event"],
  ['{"type":"dance","at":1}', 'the log has no events of type "dance"'],
  ['{"type":"__proto__","at":1}', "the log has no events of type"],
  ['{"type":"tick"}', "the event has no time"],
  ['{"type":"tick","at":"now"}', "the event has no time"],
  ['{"type":"tick","at":1.5}', "the event has no time"],
  ['{"type":"tick","at":8640000000000001}', "the event has no time"],
  ['{"type":"readings","at":1,"entries":[["m",[["p",1,null]]]]}', "the readings event lacks a field"],
  ['{"type":"readings","at":1,"entries":[["m",[["p",0.5,1]]]]}', "the readings event lacks a field"],
  ['{"type":"readings","at":1,"entries":[["m",[["p",1e300,1]]]]}', "the readings event lacks a field"],
  ['{"type":"imported","at":1,"id":"i","entries":[]}', "the imported event lacks a field"],
  [
    '{"type":"imported","at":1,"id":"i","moves":false,"entries":[["m",[["p",1,2,"GOOD"]]]]}',
    "the imported event lacks a field",
  ],
  [
    '{"type":"imported","at":1,"id":"i","moves":false,"entries":[["m",[["p",1,2,"SUSPECT",3]]]]}',
    "the imported event lacks a field",
  ],
  ['{"type":"command","at":1,"id":"k","twin":"t","name":"open"}', "the command event lacks a field"],
  ['{"type":"signals","at":1,"from":"lv","entries":[[1,0,{"kind":"sum","to":"t"}]]}', "the signals event lacks"],
  ['{"type":"signals","at":1,"from":"lv","entries":[[1,0,{"kind":"tell","to":"t"}]]}', "the signals event lacks"],
  ['{"type":"signals","at":1,"from":"lv","entries":[[1,0,{"kind":"shout","to":"t"}]]}', "the signals event lacks"],
  [
    '{"type":"signals","at":1,"from":"lv","entries":[[1,{"kind":"supply","to":"t","node":"n","alive":true}]]}',
    "the signals event lacks",
  ],
  ['{"type":"signals","at":1,"from":"lv"}', "the signals event lacks"],
])("%s is refused: %s", (message, sentence) => {
  expect(decodeEvent(new TextEncoder().encode(message))).toContain(sentence);
});

test("whatever can be read can be applied: no event, however odd, stops a partition", () => {
  const ids = ["building:b:one", "bus:lv:1", "load:lv:1", "grid:lv:1", "nobody:at:all"];
  const id = fc.oneof(fc.constantFrom(...ids), text);
  const odd = event.chain((made) =>
    fc
      .tuple(id, id, fc.constantFrom("power", "temperature", "electricityPower", "#supplied", "x"))
      .map(([one, two, point]): LogEvent => {
        if (made.type === "command") return { ...made, twin: one };
        if (made.type === "readings")
          return {
            ...made,
            entries: made.entries.map(([, rows]) => [one, rows.map(([, at, value]) => [point, at, value])]),
          };
        if (made.type === "imported")
          return {
            ...made,
            entries: made.entries.map(([, rows]) => [one, rows.map(([, ...row]): ImportedRow => [point, ...row])]),
          };
        if (made.type !== "signals") return made;
        const oddly = (each: Signal): Signal => {
          if (each.kind === "supply") return { ...each, to: one, node: two };
          return each.kind === "tell" ? { ...each, to: one } : { ...each, to: one, point };
        };
        return { ...made, entries: made.entries.map(([sequence, index, each]) => [sequence, index, oddly(each)]) };
      }),
  );
  const district = districtOf({ "building:b:one": {}, "bus:lv:1": {}, "load:lv:1": {}, "grid:lv:1": {} }, [
    ["grid:lv:1", "feeds", "bus:lv:1"],
    ["bus:lv:1", "feeds", "load:lv:1"],
    ["bus:lv:1", "feeds", "building:b:one"],
  ]);
  fc.assert(
    fc.property(fc.array(odd, { maxLength: 6 }), (events) => {
      const world = new TestWorld(district);
      world.apply(world.cell("bus:lv:1"), { type: "tick", at: START_MS });
      for (const each of events) world.apply(world.cell("bus:lv:1"), each);
      world.commit();
      const { now } = world.partitions.get(world.cell("bus:lv:1"))!;
      expect(Number.isFinite(now)).toBe(true);
    }),
    { numRuns: 150 },
  );
});
