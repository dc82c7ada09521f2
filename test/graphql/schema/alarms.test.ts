import { describe, expect, it } from "vitest";
import { client } from "../ask.ts";

describe("alarms", () => {
  const query = `query ($state: AlarmState, $twin: ID, $after: String) { alarms(state: $state, twin: $twin, first: 1, after: $after) {
    totalCount nodes { id code severity message state raisedAt acknowledgedAt clearedAt twin { id kind name state revision points { name } } }
    edges { cursor } pageInfo { hasNextPage endCursor } } }`;

  it("come youngest first, page by page", async () => {
    const { ask } = client();
    const first = (await ask(query)).data.alarms;
    expect(first.totalCount).toBe(2);
    expect(first.nodes[0]).toMatchObject({
      id: "a2",
      code: "BUS_DEAD",
      severity: "WARNING",
      message: "no source reaches the bus",
      state: "RAISED",
      raisedAt: "2026-01-01T12:00:00.000Z",
      acknowledgedAt: null,
      clearedAt: null,
      twin: { id: "bus:lv:19", kind: "BUS", state: "dead" },
    });
    const second = (await ask(query, { after: first.pageInfo.endCursor })).data.alarms;
    expect(second.nodes[0].id).toBe("a1");
    expect(second.pageInfo.hasNextPage).toBe(false);
  });

  it("can be asked for by state and by twin", async () => {
    const { ask, codeOf } = client();
    expect((await ask(query, { state: "CLEARED" })).data.alarms.nodes[0].id).toBe("a1");
    expect((await ask(query, { twin: "bus:lv:19" })).data.alarms.totalCount).toBe(1);
    expect((await ask(query, { twin: "bus:lv:17" })).data.alarms.totalCount).toBe(0);
    expect(await codeOf(query, { state: "LOUD" })).toBe("INPUT_INVALID");
  });

  it("of a twin that has left the model are still shown, the twin as removed (T2)", async () => {
    const { data, errors } = await client().ask(
      `{ alarms(state: CLEARED) { nodes { id twin { id kind name state revision points { name } commands { name } links { role }
         journal { at } history(point: "current", from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z") { at } } } } }`,
    );
    expect(errors).toBeUndefined();
    const none = { points: [], commands: [], links: [], journal: [], history: [] };
    const twin = { id: "line:lv:gone", kind: "LINE", name: null, state: "removed", revision: 0, ...none };
    expect(data.alarms.nodes).toEqual([{ id: "a1", twin }]);
  });

  it("say whether they flap, and their twin does too; those of an earlier program do not", async () => {
    const { ask, world } = client();
    const [standing, old] = world.allAlarms;
    Object.assign(standing!, { flapping: true });
    Object.assign(world.views.get("bus:lv:19")!, { flapping: ["BUS_DEAD"] });
    Object.assign(old!, { flapping: undefined });
    const { data, errors } = await ask("{ alarms { nodes { id flapping twin { flapping } } } }");
    expect(errors).toBeUndefined();
    expect(data.alarms.nodes).toEqual([
      { id: "a2", flapping: true, twin: { flapping: ["BUS_DEAD"] } },
      { id: "a1", flapping: false, twin: { flapping: [] } },
    ]);
  });

  it("can be acknowledged; one that is not there cannot", async () => {
    const { ask, codeOf } = client();
    const { data } = await ask(`mutation { acknowledgeAlarm(id: "a2") { id state acknowledgedAt } }`);
    expect(data.acknowledgeAlarm).toEqual({
      id: "a2",
      state: "ACKNOWLEDGED",
      acknowledgedAt: "2026-01-01T12:00:00.000Z",
    });
    expect(await codeOf(`mutation { acknowledgeAlarm(id: "a9") { id } }`)).toBe("ALARM_UNKNOWN");
  });
});

describe("dead letters", () => {
  it("come with their reason and payload", async () => {
    const { data } = await client().ask(
      `{ deadLetters { totalCount nodes { id at subject code reason payload } edges { node { id } } pageInfo { hasNextPage } } }`,
    );
    expect(data.deadLetters.totalCount).toBe(1);
    expect(data.deadLetters.nodes[0]).toEqual({
      id: "d1",
      at: "2026-01-01T12:00:00.000Z",
      subject: "quartier.altstadt.telemetry.dev-99",
      code: "DEVICE_UNKNOWN",
      reason: "no meter has the device dev-99",
      payload: '[{"n":"power","u":"W","v":310}]',
    });
  });

  it("can be replayed; one that is not there any more cannot", async () => {
    const { ask, codeOf, world } = client();
    const mutation = `mutation { replayDeadLetter(id: "d1") { id subject nextId } }`;
    const subject = "quartier.altstadt.telemetry.dev-99";
    expect((await ask(mutation)).data.replayDeadLetter).toEqual({ id: "d1", subject, nextId: "d1-again" });
    expect(world.letters).toEqual([]);
    expect(await codeOf(mutation)).toBe("DEAD_LETTER_UNKNOWN");
  });

  it("can be dropped, once", async () => {
    const { ask, world } = client();
    const mutation = `mutation { dropDeadLetter(id: "d1") }`;
    expect((await ask(mutation)).data).toEqual({ dropDeadLetter: true });
    expect(world.letters).toEqual([]);
    expect((await ask(mutation)).data).toEqual({ dropDeadLetter: false });
  });
});

describe("status", () => {
  it("counts beyond what an Int can hold, and sums the lag", async () => {
    const { data } = await client().ask(
      `{ status { startedAt now natsUrl natsVersion natsAnswers lag waiting readings { applied deadLettered coalesced } partitions { name twins position lag } } }`,
    );
    expect(data.status).toEqual({
      startedAt: "2026-01-01T11:00:00.000Z",
      now: "2026-01-01T12:00:00.000Z",
      natsUrl: "nats://127.0.0.1:4222",
      natsVersion: "2.12.1",
      natsAnswers: true,
      waiting: 2,
      lag: 7,
      readings: { applied: 5_000_000_000, deadLettered: 1, coalesced: 6 },
      partitions: [
        { name: "lv", twins: 4, position: 12, lag: 3 },
        { name: "school", twins: 5, position: 9, lag: 4 },
      ],
    });
  });
});
