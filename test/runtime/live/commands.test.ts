// Commands: who takes which, when, with what arguments, and what a key that comes twice does.

import { expect, test } from "vitest";
import type { TwinModel } from "../../../models/district.ts";
import { commandsOf } from "../../../runtime/live/commands.ts";
import type { AcknowledgeEvent, CommandEvent } from "../../../runtime/log/events.ts";
import { districtOf, frozen, meterOf, START_MS, TestWorld } from "./harness.ts";

const SWITCH = "switch:lv:1";
const TRANSFORMER = "transformer:lv:1";

const district = districtOf(
  {
    [SWITCH]: {},
    [TRANSFORMER]: { attributes: { tapMin: -2, tapMax: 2, snMva: 0.4 } },
    "bus:lv:1": {},
    "bus:lv:2": {},
    "bus:lv:3": {},
    "grid:lv:1": {},
    "meter:meters:m-1": meterOf(SWITCH, { position: "/" }, { device: "dev-1" }),
    "device:meters:dev-1": {},
  },
  [
    ["grid:lv:1", "feeds", "bus:lv:1"],
    ["meter:meters:m-1", "measures", SWITCH],
    ["device:meters:dev-1", "feeds", "meter:meters:m-1"],
  ],
  [
    [SWITCH, "bus:lv:1", "bus:lv:2"],
    [TRANSFORMER, "bus:lv:2", "bus:lv:3"],
  ],
);

function born(): TestWorld {
  const world = new TestWorld(district);
  world.resume();
  return world;
}

test("a command that the statechart takes is accepted, and done in the same event", () => {
  const world = born();
  expect(world.command(SWITCH, "open")).toMatchObject({ outcome: "ACCEPTED", code: "OK", twin: SWITCH });
  expect(world.state(SWITCH)).toBe("open.confirmed");
});

test("a command that the state does not take is refused, and the reason says what it takes instead (C1, C2)", () => {
  const world = born();
  const before = frozen(world);
  const { outcome, code, reason } = world.command(SWITCH, "close");
  expect([outcome, code]).toEqual(["REFUSED", "COMMAND_NOT_ALLOWED"]);
  expect(reason).toBe("the switch is closed.confirmed and does not take close; it takes: open");
  expect(frozen(world)).toEqual(before);
});

test.each([
  ["selfDestruct", {}, "COMMAND_UNKNOWN", "a switch has no command selfDestruct; its commands are: open, close"],
  ["constructor", {}, "COMMAND_UNKNOWN", "a switch has no command constructor; its commands are: open, close"],
  ["supply.lost", {}, "COMMAND_UNKNOWN", "a switch has no command supply.lost; its commands are: open, close"],
  ["born", {}, "COMMAND_UNKNOWN", "a switch has no command born; its commands are: open, close"],
  ["release", {}, "COMMAND_UNKNOWN", "a switch has no command release; its commands are: open, close"],
  ["open", { force: true }, "COMMAND_ARGUMENTS", "the arguments of open do not fit"],
])("a switch refuses %s %j with %s", (name, args, code, reason) => {
  const world = born();
  const before = frozen(world);
  const refused = world.command(SWITCH, name, args);
  expect(refused).toMatchObject({ outcome: "REFUSED", code });
  expect(refused.reason).toContain(reason);
  expect(frozen(world)).toEqual(before);
});

test.each([
  [{}, "COMMAND_ARGUMENTS", "position"],
  [{ position: "two" }, "COMMAND_ARGUMENTS", "position"],
  [{ position: 1.5 }, "COMMAND_ARGUMENTS", "position"],
  [{ position: 1, extra: 1 }, "COMMAND_ARGUMENTS", "extra"],
  [{ position: 3 }, "TRANSFORMER_TAP_RANGE", "from -2 to 2"],
])("arguments are checked by the schema, then by the twin's own rule: setTap %j gives %s", (args, code, part) => {
  const refused = born().command(TRANSFORMER, "setTap", args);
  expect(refused).toMatchObject({ outcome: "REFUSED", code });
  expect(refused.reason).toContain(part);
});

test("a command for a twin that is not there is refused", () => {
  const world = born();
  expect(world.command("switch:lv:99", "open")).toMatchObject({ outcome: "REFUSED", code: "TWIN_UNKNOWN" });
});

test("a key that comes twice is done once, within a batch and after the commit, and keeps its first outcome", () => {
  const world = born();
  const cell = world.cell(SWITCH);
  const open: CommandEvent = { type: "command", at: START_MS, id: "k-1", twin: SWITCH, name: "open", args: {} };
  world.apply(cell, open);
  world.apply(cell, open);
  world.apply(cell, { ...open, id: "k-2", name: "close" });
  world.apply(cell, open);
  world.deliver();
  world.apply(cell, open);
  world.apply(cell, { ...open, name: "close" });
  world.deliver();
  expect(world.state(SWITCH)).toBe("closed.confirmed");
  expect(world.journalOf(SWITCH)).toEqual([
    "open: closed.confirmed -> open.confirmed",
    "close: open.confirmed -> closed.confirmed",
  ]);
  expect(world.committed.outcomes.get("k-1")).toMatchObject({ outcome: "ACCEPTED", code: "OK" });
});

test("a set value leaves for the device that drives the point, once for each command", () => {
  const world = born();
  const drives = world.command(SWITCH, "open").outbox.flatMap(({ out }) => (out.kind === "drive" ? [out] : []));
  expect(drives).toEqual([{ kind: "drive", device: "dev-1", point: "position", unit: "/", value: 0 }]);
});

test("the commands of a twin are told with their schemas, and whether they are allowed just now", () => {
  const world = born();
  const names = (id: string) => commandsOf(world.twin(id), START_MS).map(({ name, allowed }) => [name, allowed]);
  expect(names(SWITCH)).toEqual([
    ["open", true],
    ["close", false],
  ]);
  const setTap = commandsOf(world.twin(TRANSFORMER), START_MS).find(({ name }) => name === "setTap");
  expect(setTap?.schema).toMatchObject({ type: "object", required: ["position"], additionalProperties: false });
});

test("an alarm is acknowledged once, while it stands; a repeated key keeps its outcome", () => {
  const world = born();
  world.command(TRANSFORMER, "reportFault", { reason: "smoke" });
  const [alarm] = world.alarms("RAISED").filter(({ twin }) => twin === TRANSFORMER);
  const cell = world.cell(TRANSFORMER);
  const acknowledge: AcknowledgeEvent = { type: "acknowledge", at: START_MS + 1, id: "a-1", alarm: alarm!.id };
  world.apply(cell, acknowledge);
  world.apply(cell, { ...acknowledge, id: "a-2" });
  world.deliver();
  world.apply(cell, acknowledge);
  world.deliver();
  expect(world.committed.alarms.get(alarm!.id)).toMatchObject({ state: "ACKNOWLEDGED", acknowledgedAt: START_MS + 1 });
  expect(world.committed.outcomes.get("a-1")).toMatchObject({ outcome: "ACCEPTED", twin: TRANSFORMER });
  expect(world.committed.outcomes.get("a-2")).toMatchObject({ outcome: "REFUSED", code: "ALARM_UNKNOWN" });
});

test("a key that another partition answered is new here: each log decides alone", () => {
  const joined = structuredClone(district);
  const far: TwinModel = { id: "load:mv:1", kind: "load", source: "mv", element: "1", attributes: {} };
  joined.twins.set(far.id, far);
  const world = new TestWorld(joined);
  world.resume();
  expect(world.cell(far.id)).not.toBe(world.cell(SWITCH));
  expect(world.command(SWITCH, "open", {}, "one-key")).toMatchObject({ outcome: "ACCEPTED", twin: SWITCH });
  expect(world.command(far.id, "shed", {}, "one-key")).toMatchObject({ outcome: "ACCEPTED", twin: far.id });
  expect(world.state(far.id)).toBe("shed");
});
