import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AnyStateNode } from "xstate";
import { z } from "zod";
import { KINDS, type Kind } from "../../models/district.ts";
import { isUnit } from "../../models/telemetry/units.ts";
import { CATALOGUE } from "../../twins/catalogue.ts";
import { Bench } from "./harness.ts";

/** Signals that the runtime and neighbours send, beside commands, conditions and timers. */
const SIGNALS = [
  "born",
  "supply.lost",
  "supply.restored",
  "building.unsupplied",
  "building.supplied",
  "space.comfortLost",
  "space.comfortBack",
];

/** Alarms that stand beside the state: of a quantity in whatever state, or after a timer within one. */
const BESIDE_THE_STATE = new Set([
  "TRANSFORMER_HOT",
  "GENERATOR_OVER_LIMIT",
  "SWITCH_NOT_CONFIRMED",
  "PUMP_NOT_CONFIRMED",
  "VALVE_STUCK",
  "DEVICE_FLOODING",
]);

const METER_POINTS = [
  { name: "energyImport", unit: "kWh" },
  { name: "energyExport", unit: "kWh" },
  { name: "power", unit: "W" },
];
const benchOf = (kind: Kind) =>
  new Bench(
    kind,
    {
      carrier: kind === "meter" ? "electricity" : "water",
      intervalMs: 60_000,
      snMva: 0.4,
      maxIKa: 0.1,
      vnKv: 0.4,
      minLevelM: 1,
      maxLevelM: 5,
    },
    kind === "meter" ? METER_POINTS : undefined,
  );

const statesOf = (node: AnyStateNode): AnyStateNode[] => [node, ...Object.values(node.states).flatMap(statesOf)];

describe.each(KINDS.map((kind) => [kind] as const))("%s", (kind) => {
  const definition = CATALOGUE[kind];
  const events = definition.machine.events as string[];

  test("is defined under its own name, with units that are known", () => {
    expect(definition.kind).toBe(kind);
    for (const [name, { unit }] of Object.entries(benchOf(kind).specs))
      expect([name, isUnit(unit)]).toEqual([name, true]);
  });

  test("its statechart takes its commands and conditions, the signals of others, and nothing else", () => {
    const conditions = Object.keys(definition.conditions);
    const commands = Object.keys(definition.commands);
    for (const event of events.filter((event) => !event.endsWith(".elapsed"))) {
      const condition = event.replace(/\.(raised|cleared)$/, "");
      expect([event, commands.includes(event) || conditions.includes(condition) || SIGNALS.includes(event)]).toEqual([
        event,
        true,
      ]);
    }
    for (const command of commands) expect(events).toContain(command);
  });

  test("T3 it keeps nothing that a snapshot of state and points would lose", () => {
    for (const node of statesOf(definition.machine.root)) {
      expect([node.key, node.type === "history", node.invoke.length, node.after.length]).toEqual([
        node.key,
        false,
        0,
        0,
      ]);
    }
  });

  test("its commands say what they do, and their arguments have a JSON schema", () => {
    for (const { description, args } of Object.values(definition.commands)) {
      expect(description).toMatch(/^[A-Z].{10,}/);
      if (args) expect(z.toJSONSchema(args)).toMatchObject({ type: "object", additionalProperties: false });
    }
  });

  test("no sequence of events, readings, commands and restarts makes it throw; restarts change nothing; alarms go with states", () => {
    const alarmsIn = new Map<string, string>();
    const measured = Object.entries(benchOf(kind).specs).flatMap(([name, { from }]) =>
      from === "measured" ? [name] : [],
    );
    const value = fc.oneof(fc.constantFrom(-1, 0, 0.5, 1, 1.2, 5, 20, 50, 90, 100, 400, 1e5, 1e9), fc.double());
    const step = fc.oneof(
      fc.record({
        do: fc.constant("read" as const),
        point: fc.constantFrom(...(measured.length > 0 ? measured : [""])),
        value,
      }),
      fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 30 * 60_000 }) }),
      fc.record({
        do: fc.constant("send" as const),
        type: fc.constantFrom(...events.filter((event) => !(event in definition.commands)), ...SIGNALS, "unknown"),
        carrier: fc.constantFrom("electricity", "water", "gas", "heat", "steam", undefined),
      }),
      fc.record({
        do: fc.constant("command" as const),
        name: fc.constantFrom(...Object.keys(definition.commands), "unknown"),
        args: fc.constantFrom<Record<string, unknown>>(
          ...[{}, { reason: "x" }, { degC: 21 }, { powerW: 500 }, { ratio: 1 }, { value: 2 }, { position: 1 }],
          ...[{ newReading: 5 }, { newReading: 1, finalReading: 1e6 }, { newReading: 0, point: "energyExport" }],
        ),
      }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const [steady, restarted] = [benchOf(kind), benchOf(kind)];
        for (const each of steps) {
          restarted.restart();
          for (const twin of [steady, restarted]) {
            if (each.do === "read" && each.point !== "") twin.read(each.point, each.value);
            if (each.do === "wait") twin.wait(each.ms);
            if (each.do === "send") twin.send(each.type, { carrier: each.carrier });
            if (each.do === "command") twin.command(each.name, each.args);
            for (const command of Object.keys(definition.commands)) twin.takes(command);
          }
          expect(restarted.state).toBe(steady.state);
          const alarms = [...steady.alarms].filter((code) => !BESIDE_THE_STATE.has(code)).join();
          expect([steady.state, alarms]).toEqual([steady.state, alarmsIn.get(steady.state) ?? alarms]);
          alarmsIn.set(steady.state, alarms);
        }
        expect(restarted.effects).toEqual(steady.effects);
      }),
      { numRuns: 60, seed: 7 },
    );
  });
});

test("there is a definition for every kind and for no other", () => {
  expect(Object.keys(CATALOGUE).sort()).toEqual([...KINDS].sort());
});
