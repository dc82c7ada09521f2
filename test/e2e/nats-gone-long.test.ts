// NATS is gone for long. What an hour brings that a minute does not, brought about sooner: a connection that says nothing and is not
// closed, more attempts than a client makes of itself, and devices that were heard by the server all the while.

import { jetstream } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { expect, test } from "vitest";
import { testNats } from "../nats.ts";
import { district, FEEDER_SWITCH, metered } from "./districts.ts";
import { until, up } from "./program.ts";
import { alarmsOf, command, historyOf, pointValue, stateOf, statusOf } from "./twins.ts";
import { wire } from "./wire.ts";

const BASE_S = 1_767_225_600;
const METER = "meter:meters:e-0";
/** A NATS client gives up after ten of its own accord. */
const ATTEMPTS = 12;
const SILENT_LIMIT_MS = 60_000;

test("the connection falls silent, then is refused for longer than a client's own patience: refused commands, answered queries, and then on", async () => {
  const given = await testNats();
  const cable = await wire(given.url);
  const connection = await connect({ servers: given.url });
  const power = (n: number) => [{ n: "power", u: "W", v: n, t: BASE_S + n }];
  let sent = 0;
  const send = () =>
    jetstream(connection).publish("quartier.e2e.telemetry.dev-0", JSON.stringify(power(++sent)), { timeout: 10_000 });
  try {
    const program = await up(district(metered(1, "PT10S")), { nats: cable.url });
    await send();
    await until(async () => (await pointValue(program, METER, "power")) === 1, "the first reading");
    const before = cable.attempts;
    cable.refuse(true);
    cable.silence();
    // Nobody has noticed yet.
    expect(await statusOf(program)).toMatchObject({ natsAnswers: false, lag: null });
    for (let i = 0; i < 50; i++) await send();
    const open = `mutation { command(input: { twin: "${FEEDER_SWITCH}", name: "open", key: "k" }) { outcome } }`;
    const refused = async () => expect((await program.ask(open)).errors?.[0]?.extensions.code).toBe("LOG_UNAVAILABLE");
    await refused();
    await until(() => cable.attempts > before, "the silence is noticed", SILENT_LIMIT_MS);
    await refused();
    expect(await pointValue(program, METER, "power")).toBe(1);
    await until(() => cable.attempts > before + ATTEMPTS, "attempts", SILENT_LIMIT_MS);
    await refused();
    for (let i = 0; i < 50; i++) await send();
    cable.refuse(false);
    await until(async () => (await pointValue(program, METER, "power")) === sent, "what waited", SILENT_LIMIT_MS);
    const samples = await historyOf(program, METER, "power", new Date(0), new Date());
    expect(samples.map(({ value }) => value)).toEqual(Array.from({ length: sent }, (_, i) => i + 1));
    expect((await statusOf(program)).readings.deadLettered).toBe(0);
    expect(await command(program, { twin: FEEDER_SWITCH, name: "open", key: "k" })).toMatchObject({
      outcome: "ACCEPTED",
    });
    expect(await stateOf(program, FEEDER_SWITCH)).toMatch(/^open/);
    // The device went on sending: nobody calls it silent because we were away, not even for a moment.
    expect((await alarmsOf(program)).map(({ code }) => code)).not.toContain("METER_SILENT");
    const hangingFrom = cable.attempts;
    cable.hang();
    cable.silence();
    await until(() => cable.attempts > hangingFrom, "the silence is noticed", SILENT_LIMIT_MS);
    expect((await program.stop()).code).toBe(0);
  } finally {
    cable.close();
    await connection.close();
    await given.stop();
  }
}, 240_000);
