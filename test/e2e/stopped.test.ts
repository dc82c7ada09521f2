// The program, or its nats-server, stopped for a while (SIGSTOP) and let go on, again and again under load: all is caught up, nothing is
// there twice or in another order, and nobody is called silent because we did not listen.
// The moments are drawn from a seed that is printed; QUARTIER_TEST_SEED repeats a run, QUARTIER_TEST_STOPS makes it longer.

import { connect } from "@nats-io/transport-node";
import { expect, test } from "vitest";
import { devices } from "./devices.ts";
import { district, metered } from "./districts.ts";
import { DEVICES, expectAllOnce, Publisher, random, seed } from "./load.ts";
import { natsServerPid, type Program, until, up } from "./program.ts";
import { alarmsOf, statusOf } from "./twins.ts";

const STOPS = Number(process.env.QUARTIER_TEST_STOPS ?? 4);
/** Every so many stops a long one, the first of all among them. */
const LONG_EVERY = 4;
const SHORT_MS = { least: 50, most: 1_500 };
/** Meters that are to report every two seconds are silent after six; a publish to JetStream waits for five. */
const INTERVAL = "PT2S";
const LONG_MS = { least: 7_500, most: 9_000 };
const BETWEEN_MS = { least: 200, most: 1_000 };
/** For each stop, with all that is looked at in the end, on a busy machine. */
const LIMIT_MS = 20_000;
const CAUGHT_UP_LIMIT_MS = 60_000;

/** A device that sends once and never again: its meter is to be silent, and no other. */
const QUIET = DEVICES;
const QUIET_TWINS = [`device:meters:dev-${QUIET}`, `meter:meters:e-${QUIET}`];

/** Whatever happens meanwhile, it goes on. */
async function stopFor(pid: number, ms: number): Promise<void> {
  process.kill(pid, "SIGSTOP");
  try {
    await new Promise((resolve) => setTimeout(resolve, ms));
  } finally {
    process.kill(pid, "SIGCONT");
  }
}

/** Twins with an alarm, standing or over, that nothing was heard of them. */
const silent = async (program: Program) =>
  (await alarmsOf(program))
    .filter(({ code }) => code.endsWith("_SILENT"))
    .map(({ twin }) => twin.id)
    .sort();

test.each([
  ["the program", ({ pid }: Program) => pid],
  ["its nats-server", ({ dataDir }: Program) => natsServerPid(dataDir)!],
])(
  `%s stopped ${STOPS} times under load (seed ${seed}): all is caught up, and only who is silent is called so`,
  {
    timeout: 60_000 + STOPS * LIMIT_MS,
  },
  async (who, pidOf) => {
    console.info(`SIGSTOP of ${who}: QUARTIER_TEST_SEED=${seed}`);
    const draw = random(seed);
    const between = ({ least, most }: { least: number; most: number }) => least + draw() * (most - least);
    const program = await up(district(metered(DEVICES + 1, INTERVAL)));
    const connection = await connect({ servers: program.natsUrl });
    try {
      const publisher = new Publisher(connection);
      await until(() => publisher.packs >= DEVICES, "a first pack of every device");
      const fleet = await devices(program.natsUrl);
      await fleet.send(`dev-${QUIET}`, [{ n: "power", u: "W", v: 0 }]);
      for (let stop = 0; stop < STOPS; stop++) {
        await new Promise((resolve) => setTimeout(resolve, between(BETWEEN_MS)));
        await stopFor(pidOf(program), between(stop % LONG_EVERY === 0 ? LONG_MS : SHORT_MS));
      }
      const packs = publisher.packs;
      await until(
        async () => (await statusOf(program)).readings.applied >= 2 * packs,
        "what came until the last stop is applied",
        CAUGHT_UP_LIMIT_MS,
      );
      await until(async () => (await silent(program)).length >= QUIET_TWINS.length, "who sends nothing is silent");
      expect(await silent(program)).toEqual(QUIET_TWINS);
      await publisher.stop();
      await expectAllOnce(program, publisher);
      const { readings, lag } = await statusOf(program);
      expect({ ...readings, lag }).toMatchObject({ applied: 2 * publisher.packs + 1, late: 0, corrected: 0, lag: 0 });
      expect((await program.stop()).code).toBe(0);
    } finally {
      await connection.close();
    }
  },
);
