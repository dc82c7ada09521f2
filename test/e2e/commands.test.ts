// A command, from GraphQL through the log to the twins and back: outcome, what follows in the networks, alarms.

import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { CITY, district, FEEDER_SWITCH, TWO_NETWORKS } from "./districts.ts";
import { type Program, subscribe, until, up } from "./program.ts";
import { type Alarm, alarmsOf, command, stateOf, twinOf } from "./twins.ts";

/** Behind the switch: the end of the feeder, and with it the low-voltage network. */
const DEAD_BUSES = ["bus:mv:12", "bus:mv:13", "bus:mv:14", "bus:lv:0", "bus:lv:34", "bus:lv:906"];
const DEAD_BUILDINGS = [CITY[0]!, CITY[1]!];
const LIVE = ["bus:mv:0", "bus:mv:3", "bus:mv:11"];

interface Traced {
  at: string;
  event: string;
  before: string;
  after: string;
}

let program: Program;

beforeAll(async () => {
  program = await up(district(TWO_NETWORKS));
}, 600_000);

const tell = (name: string, more: { key?: string; args?: unknown; twin?: string } = {}) =>
  command(program, { twin: FEEDER_SWITCH, name, ...more });
const isUnsupplied = async (building: string) => (await stateOf(program, building)).includes("supply.unsupplied");
const unsupplied = async (id: string) => (await stateOf(program, id)) === "dead" || (await isUnsupplied(id));

const allBack = () =>
  until(
    async () => !(await Promise.all([...DEAD_BUSES, ...DEAD_BUILDINGS].map(unsupplied))).includes(true),
    "everything is supplied again",
  );

afterEach(async () => {
  await tell("close");
  await allBack();
  // The tests together open the switch so often that the alarms behind it flap in the end: those stand until they are calm.
  await until(
    async () => (await alarmsOf(program)).every(({ state, flapping }) => state === "CLEARED" || flapping),
    "no alarm stands but those that flap",
  );
});

describe("the command open on a closed switch", () => {
  test("is accepted, and what lies behind it is dead: buses, the network below, the buildings; and close mends it", async () => {
    expect(await tell("open")).toMatchObject({
      outcome: "ACCEPTED",
      code: "OK",
      reason: null,
      twin: { id: FEEDER_SWITCH },
    });
    expect(await stateOf(program, FEEDER_SWITCH)).toMatch(/^open/);
    for (const bus of DEAD_BUSES) await until(async () => (await stateOf(program, bus)) === "dead", `${bus} is dead`);
    for (const building of DEAD_BUILDINGS) await until(() => isUnsupplied(building), `${building} is unsupplied`);
    for (const bus of LIVE) expect(await stateOf(program, bus)).toBe("inBand");
    expect(await isUnsupplied(CITY[2]!)).toBe(false);
    expect(await stateOf(program, "grid:lv:0")).toBe("dead");
    await until(async () => (await stateOf(program, "district:e2e:e2e")) === "disturbed", "the district is disturbed");
    const whole = await twinOf(program, "district:e2e:e2e");
    await until(
      async () =>
        (await twinOf(program, "district:e2e:e2e")).points.some(
          (p) => p.name === "unsuppliedBuildings" && p.value === 2,
        ),
      "the district counts two unsupplied buildings",
    );
    expect(whole.kind).toBe("DISTRICT");

    expect(await tell("close")).toMatchObject({ outcome: "ACCEPTED" });
    expect(await stateOf(program, FEEDER_SWITCH)).toMatch(/^closed/);
    await allBack();
    expect(await stateOf(program, "bus:lv:906")).toBe("inBand");
    await until(async () => (await stateOf(program, "district:e2e:e2e")) === "normal", "the district is in order");
  });

  test("raises alarms that are told, listed, acknowledged, and cleared again", async () => {
    const changes = await subscribe<{ alarmChanged: Alarm }>(
      program,
      "alarmChanged { id code state severity flapping twin { id } }",
    );
    const building = CITY[0]!;
    const told = (state: string) =>
      until(() => {
        const found = changes.events.find(
          ({ alarmChanged: alarm }) => alarm.twin.id === building && alarm.state === state,
        );
        return found?.alarmChanged;
      }, `the alarm of ${building} is told as ${state}`);
    await tell("open");
    const raised = await told("RAISED");
    expect(raised).toMatchObject({ code: "BUILDING_UNSUPPLIED", severity: "CRITICAL" });
    const standing = await alarmsOf(program, "RAISED");
    expect(standing).toContainEqual(raised);
    const deadBuses = standing.filter(({ code }) => code === "BUS_DEAD").map(({ twin }) => twin.id);
    expect(deadBuses).toEqual(expect.arrayContaining(["bus:mv:12", "bus:mv:13", "bus:mv:14", "bus:lv:34"]));
    const acknowledge = `mutation ($id: ID!) { acknowledgeAlarm(id: $id) { id state acknowledgedAt } }`;
    expect(await program.graphql(acknowledge, { id: raised.id })).toMatchObject({
      acknowledgeAlarm: { id: raised.id, state: "ACKNOWLEDGED", acknowledgedAt: expect.any(String) },
    });
    await told("ACKNOWLEDGED");
    expect(await alarmsOf(program, "RAISED")).not.toContainEqual(expect.objectContaining({ id: raised.id }));
    await tell("close");
    expect((await told("CLEARED")).id).toBe(raised.id);
    expect(await alarmsOf(program, "CLEARED")).toContainEqual({ ...raised, state: "CLEARED" });
    changes.close();
  });

  test("can be asked for afterwards: what was dead, since when and why, and which alarms stood", async () => {
    await tell("open", { args: {}, key: "the-past" });
    const [bus, below] = ["bus:mv:12", "bus:lv:34"];
    for (const dead of [bus, below])
      await until(async () => (await stateOf(program, dead)) === "dead", `${dead} is dead`);
    const trace = `{ trace(last: 1) { at event before after command { name key } signal { partition } } }`;
    const { here, there } = await program.graphql<Record<"here" | "there", { trace: Traced[] }>>(
      `{ here: twin(id: "${bus}") ${trace} there: twin(id: "${below}") ${trace} }`,
    );
    const command = { name: "open", key: "the-past" };
    expect(here.trace[0]).toMatchObject({ event: "COMMAND", before: "inBand", after: "dead", command, signal: null });
    expect(there.trace[0]).toMatchObject({
      event: "SIGNALS",
      command: null,
      signal: { partition: expect.any(String) },
    });
    await tell("close");
    await allBack();
    const died = here.trace[0]!.at;
    const before = new Date(Date.parse(died) - 1).toISOString();
    const then = `state alarms { code state } links(role: "connectedBy") { twin { state } }`;
    const { was, had } = await program.graphql<Record<"was" | "had", { state: string; alarms: unknown[] }>>(
      `{ was: twin(id: "${bus}", at: "${died}") { ${then} } had: twin(id: "${bus}", at: "${before}") { ${then} } }`,
    );
    expect(was).toMatchObject({ state: "dead", alarms: [{ code: "BUS_DEAD", state: "RAISED" }] });
    expect(had).toMatchObject({ state: "inBand", alarms: [] });
    const counts = await program.graphql<Record<"then" | "now", { totalCount: number }>>(
      `{ then: twins(at: "${there.trace[0]!.at}", filter: { state: "dead", kinds: [BUS] }) { totalCount }
         now: twins(filter: { state: "dead", kinds: [BUS] }) { totalCount } }`,
    );
    expect(counts.then.totalCount).toBeGreaterThan(3);
    expect(counts.now.totalCount).toBe(0);
  });

  test("is refused with a code and a reason when the switch is open already", async () => {
    await tell("open");
    const { revision } = await twinOf(program, FEEDER_SWITCH);
    expect(await tell("open")).toMatchObject({
      ...{ outcome: "REFUSED", code: "COMMAND_NOT_ALLOWED", reason: expect.stringMatching(/open.*close/) },
    });
    expect((await twinOf(program, FEEDER_SWITCH)).revision).toBe(revision);
  });

  test("with the same key gives the same outcome, and is done once", async () => {
    const first = await tell("open", { key: "key-1" });
    expect(first.outcome).toBe("ACCEPTED");
    await tell("close");
    const { revision } = await twinOf(program, FEEDER_SWITCH);
    const again = await Promise.all([1, 2, 3].map(() => tell("open", { key: "key-1" })));
    for (const outcome of again) expect(outcome).toMatchObject({ outcome: "ACCEPTED", code: "OK" });
    expect(await twinOf(program, FEEDER_SWITCH)).toMatchObject({ state: "closed.confirmed", revision });
  });

  test("sent many times at once with one key, it is done once and each answer is the same", async () => {
    const { revision } = await twinOf(program, FEEDER_SWITCH);
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => tell("open", { key: "key-2" })));
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(["ACCEPTED"]));
    expect((await twinOf(program, FEEDER_SWITCH)).revision).toBe(revision + 1);
  });

  test.each(["with blanks and ümläuts", "line\nbreak", "x".repeat(200)])(
    "takes any text as its key: %j",
    async (key) => {
      const first = await tell("open", { key });
      expect(first).toMatchObject({ outcome: "ACCEPTED" });
      expect(await tell("open", { key })).toEqual(first);
    },
  );
});

test("arguments that do not fit are refused as such", async () => {
  for (const args of [{ temperature: "warm" }, { celsius: 20 }, {}]) {
    expect(await command(program, { twin: CITY[0]!, name: "setTemperature", args })).toMatchObject({
      ...{ outcome: "REFUSED", code: "COMMAND_ARGUMENTS", reason: expect.stringContaining("setTemperature") },
    });
  }
  expect(await tell("open", { args: { slowly: true } })).toMatchObject({
    outcome: "REFUSED",
    code: "COMMAND_ARGUMENTS",
  });
});

test("a command that the kind does not have is refused with those it has", async () => {
  expect(await tell("explode")).toMatchObject({
    ...{ outcome: "REFUSED", code: "COMMAND_UNKNOWN", reason: expect.stringMatching(/open, close/) },
  });
});

test("a command to an unknown twin is a coded error", async () => {
  const { errors } = await program.ask(
    'mutation { command(input: { twin: "switch:mv:99", name: "open" }) { outcome } }',
  );
  expect(errors?.[0]).toMatchObject({
    message: expect.stringContaining("switch:mv:99"),
    extensions: { code: "TWIN_UNKNOWN", hint: expect.any(String) },
  });
});

test("an unknown alarm cannot be acknowledged, and the error says so", async () => {
  const { errors } = await program.ask('mutation { acknowledgeAlarm(id: "bus:mv:0/BUS_DEAD/1") { id } }');
  expect(errors?.[0]?.extensions.code).toBe("ALARM_UNKNOWN");
});
