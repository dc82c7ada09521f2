// `at`: twins and alarms of a past instant, and all that they lead to; traces with what set each change off.

import { describe, expect, it } from "vitest";
import { client } from "../ask.ts";
import { SCHOOL } from "../world.ts";

const HOUR_AGO = "2026-01-01T11:00:00Z";

describe("twins(at)", () => {
  it.each([
    ["nodes { id name kind attributes alarms { code } }", { state: false, points: false }],
    ["totalCount", { state: false, points: false }],
    ["nodes { id state }", { state: true, points: false }],
    ["edges { node { ...Some } }", { state: true, points: true }],
    ['nodes { id point(name: "power") { value } }', { state: true, points: false }],
    ["nodes { ... on Meter { powerW consumption { value } feedIn { value } } }", { state: true, points: true }],
    ["nodes { id } edges { node { revision } }", { state: true, points: false }],
  ])("%s: the world is told what will be looked at of each twin", async (selection, asked) => {
    const { world, ask } = client();
    const some = selection.includes("...Some") ? "fragment Some on Twin { points { name } }" : "";
    const { errors } = await ask(`{ twins(at: "${HOUR_AGO}") { ${selection} } } ${some}`);
    expect(errors).toBeUndefined();
    expect(world.askedOfPages).toEqual([asked]);
  });
});

describe("twin(id, at)", () => {
  it("is the twin as it was, and whatever it leads to is of the same instant", async () => {
    const { data, errors } = await client().ask(
      `{ twin(id: "${SCHOOL}", at: "${HOUR_AGO}") { state revision points { name value at }
         links(role: "fedBy") { twin { id state } }
         ... on Building { fedBy { state } spaces { state } district { state } meters { state device { state } } } } }`,
    );
    expect(errors).toBeUndefined();
    const early = { state: "early" };
    expect(data.twin).toMatchObject({
      ...{ state: "early", revision: 1, fedBy: [early], spaces: [early], district: early },
      links: [{ twin: { id: "bus:lv:18", state: "early" } }],
      meters: [{ state: "early", device: early }],
    });
    expect(data.twin.points[0]).toMatchObject({ value: -1, at: "2026-01-01T11:00:00.000Z" });
  });

  it("has a history up to that instant, its own millisecond included", async () => {
    const { ask, world } = client();
    const history = (from: string, to: string) => `history(point: "power", from: "${from}", to: "${to}") { at }`;
    const { data, errors } = await ask(`{ twin(id: "meter:meters:m-17", at: "${HOUR_AGO}") {
      over: ${history("2026-01-01T10:00:00Z", "2026-01-01T12:00:00Z")}
      before: ${history("2026-01-01T09:00:00Z", "2026-01-01T10:00:00Z")}
      after: ${history("2026-01-01T11:30:00Z", "2026-01-01T12:00:00Z")} } }`);
    expect(errors).toBeUndefined();
    expect(data.twin.after).toEqual([]);
    expect(world.asked.map(({ from, to }) => [from, to])).toEqual([
      [Date.parse("2026-01-01T10:00:00Z"), Date.parse(HOUR_AGO) + 1],
      [Date.parse("2026-01-01T09:00:00Z"), Date.parse("2026-01-01T10:00:00Z")],
    ]);
  });

  it("follows the ends of a branch at the same instant", async () => {
    const { data } = await client().ask(
      `{ twin(id: "line:lv:3", at: "${HOUR_AGO}") { ... on Line { fromBus { state } toBus { state } } } }`,
    );
    expect(data.twin).toEqual({ fromBus: { state: "early" }, toBus: { state: "early" } });
  });

  it("is null before its birth; as a neighbour it is shown as unborn, with nothing to it", async () => {
    const { data, errors } = await client().ask(
      `{ storey: twin(id: "storey:school:s0", at: "${HOUR_AGO}") { id } school: twin(id: "${SCHOOL}", at: "${HOUR_AGO}") {
         links(role: "contains") { twin { id state revision points { name } commands { name } alarms { id } trace { at } } } } }`,
    );
    expect(errors).toBeUndefined();
    expect(data.storey).toBeNull();
    const none = { revision: 0, points: [], commands: [], alarms: [], trace: [] };
    expect(data.school.links[0].twin).toEqual({ id: "storey:school:s0", state: "unborn", ...none });
  });

  it("takes no commands, but its history can be asked for", async () => {
    const { ask, world } = client();
    const { data, errors } = await ask(
      `{ switch: twin(id: "switch:lv:5", at: "${HOUR_AGO}") { commands { name allowed } }
         line: twin(id: "line:lv:3", at: "${HOUR_AGO}") { history(point: "current", from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z") { value } } }`,
    );
    expect(errors).toBeUndefined();
    expect(data.switch.commands).toEqual([{ name: "open", allowed: false }]);
    expect(data.line.history).toHaveLength(world.samples.length);
  });

  it("is refused for an instant that lies ahead, and for what is no instant", async () => {
    const query = `query ($at: DateTime) { twin(id: "${SCHOOL}", at: $at) { state } }`;
    const { ask, codeOf } = client();
    expect(await codeOf(query, { at: "2026-01-01T12:00:01Z" })).toBe("INSTANT_AHEAD");
    expect(await codeOf(query, { at: "yesterday" })).toBe("INPUT_INVALID");
    expect((await ask(query, { at: null })).data.twin.state).toContain("operation.occupied");
  });
});

describe("twins(at) and alarms(at)", () => {
  it("give pages of the past, filtered by the state of then", async () => {
    const { data } = await client().ask(
      `{ early: twins(at: "${HOUR_AGO}", filter: { state: "early", kinds: [BUS] }, first: 2) { totalCount nodes { state } }
         dead: twins(at: "${HOUR_AGO}", filter: { state: "dead" }) { totalCount } now: twins(filter: { state: "dead" }) { totalCount } }`,
    );
    expect(data.early).toEqual({ totalCount: 3, nodes: [{ state: "early" }, { state: "early" }] });
    expect([data.dead.totalCount, data.now.totalCount]).toEqual([0, 1]);
  });

  it("give the alarms that stood, on twins of that instant", async () => {
    const { ask, codeOf } = client();
    const query = `query ($state: AlarmState) { alarms(at: "${HOUR_AGO}", state: $state) { nodes { id state clearedAt twin { state } } } }`;
    const stood = { state: "RAISED", clearedAt: null };
    expect((await ask(query)).data.alarms.nodes).toEqual([
      { id: "a2", ...stood, twin: { state: "early" } },
      { id: "a1", ...stood, twin: { state: "removed" } },
    ]);
    expect(await codeOf(query, { state: "CLEARED" })).toBe("INPUT_INVALID");
  });

  it("are on the twins, too, now and then", async () => {
    const { data } = await client().ask(
      `{ now: twin(id: "bus:lv:19") { alarms { id } } then: twin(id: "bus:lv:19", at: "${HOUR_AGO}") { alarms { id twin { state } } } }`,
    );
    expect(data.now.alarms).toEqual([{ id: "a2" }]);
    expect(data.then.alarms).toEqual([{ id: "a2", twin: { state: "early" } }]);
  });
});

describe("a trace", () => {
  const fields = `of at sequence event cause before after revision condition { name before after }
    readings { twin point at value } command { name args key } deadline { twin name at } signal { partition sequence kind }`;

  it("has the last changes of state with what set them off; the journal has readings, too", async () => {
    const { ask, codeOf } = client();
    const { data, errors } = await ask(
      `{ twin(id: "bus:lv:19") { trace(last: 3) { ${fields} } journal(last: 3) { ${fields} } } }`,
    );
    expect(errors).toBeUndefined();
    const none = { condition: null, readings: [], command: null, deadline: null, signal: null };
    const [low, told, due] = data.twin.trace;
    expect(low).toEqual({
      ...{ of: "STATE", at: "2026-01-01T11:00:00.000Z", sequence: 38, event: "READINGS", cause: "low.raised" },
      ...{
        ...none,
        before: "inBand",
        after: "low",
        revision: 3,
        condition: { name: "low", before: false, after: true },
      },
      readings: [{ twin: "meter:meters:m-9", point: "voltage", at: "2026-01-01T10:59:59.500Z", value: 201.5 }],
    });
    expect(told).toMatchObject({
      ...none,
      event: "SIGNALS",
      signal: { partition: "mv", sequence: 12, kind: "supply" },
    });
    const deadline = { twin: "bus:lv:19", name: "low", at: "2026-01-01T11:30:00.000Z" };
    expect(due).toMatchObject({ ...none, event: "TICK", deadline });
    const command = { name: "open", args: { reason: "repair" }, key: "k-1" };
    expect(data.twin.journal[0]).toMatchObject({ ...none, of: "READING", event: "COMMAND", command });
    expect(await codeOf(`{ twin(id: "bus:lv:19") { trace(last: 1001) { at } } }`)).toBe("LIMIT_EXCEEDED");
  });

  it("is empty when none of it is asked for, and as long as it is asked for", async () => {
    const { data, errors } = await client().ask(
      `{ twin(id: "bus:lv:19") { none: trace(last: 0) { at } nothing: journal(last: 0) { at } one: trace(last: 1) { event } } }`,
    );
    expect(errors).toBeUndefined();
    expect(data.twin).toEqual({ none: [], nothing: [], one: [{ event: "TICK" }] });
    expect(await client().codeOf(`{ twin(id: "bus:lv:19") { trace(last: -1) { at } } }`)).toBe("INPUT_INVALID");
  });

  it("of a past twin ends at its instant", async () => {
    const { data } = await client().ask(
      `{ twin(id: "bus:lv:19", at: "${HOUR_AGO}") { trace { sequence } journal { sequence } } }`,
    );
    expect(data.twin).toEqual({ trace: [{ sequence: 38 }], journal: [{ sequence: 38 }] });
  });
});
