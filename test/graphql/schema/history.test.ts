import { describe, expect, it } from "vitest";
import { MAX_SAMPLES } from "../../../graphql/limits.ts";
import { client } from "../ask.ts";
import { METER, NOON } from "../world.ts";

const query = (args: string) => `{ twin(id: "${METER}") { history(${args}) { at value count } } }`;
const day = `point: "energyImport", from: "2026-01-01T00:00:00+01:00", to: "2026-01-02T00:00:00+01:00"`;

describe("history", () => {
  it("asks for raw samples when there is neither window nor aggregate", async () => {
    const { ask, world } = client();
    const { data } = await ask(query(day));
    const from = Date.UTC(2025, 11, 31, 23);
    expect(world.asked).toEqual([{ twin: METER, point: "energyImport", from, to: from + 86_400_000 }]);
    expect(data.twin.history).toEqual([
      { at: new Date(NOON - 7_200_000).toISOString(), value: 1200, count: 4 },
      { at: new Date(NOON - 3_600_000).toISOString(), value: 1202.5, count: 4 },
    ]);
  });

  it("says of a sample whether the twin estimated it", async () => {
    const { ask, world } = client();
    world.samples[1]!.isEstimated = true;
    const { data } = await ask(query(day).replace("count", "quality"));
    expect(data.twin.history.map(({ quality }: { quality: string }) => quality)).toEqual(["GOOD", "ESTIMATED"]);
  });

  it("gathers windows as the mean unless told otherwise", async () => {
    const { ask, world } = client();
    await ask(query(`${day}, window: "PT1H"`));
    await ask(query(`${day}, window: "PT15M", aggregate: MAX`));
    expect(world.asked.map(({ windowMs, aggregate }) => [windowMs, aggregate])).toEqual([
      [3_600_000, "MEAN"],
      [900_000, "MAX"],
    ]);
  });

  it("hands on an aggregate without a window, for the whole span", async () => {
    const { ask, world } = client();
    await ask(query(`${day}, aggregate: SUM, window: null`));
    expect(world.asked[0]).toMatchObject({ aggregate: "SUM" });
    expect(world.asked[0]).not.toHaveProperty("windowMs");
  });

  it.each([
    [
      "a point that the twin does not have",
      `point: "x", from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z"`,
      "POINT_UNKNOWN",
    ],
    [
      "a span that ends before it starts",
      `point: "power", from: "2026-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z"`,
      "INPUT_INVALID",
    ],
    ["an empty span", `point: "power", from: "2026-01-02T00:00:00Z", to: "2026-01-02T00:00:00Z"`, "INPUT_INVALID"],
    [
      "a time without a zone",
      `point: "power", from: "2026-01-01T00:00:00", to: "2026-01-02T00:00:00Z"`,
      "INPUT_INVALID",
    ],
    ["a window that is no duration", `${day}, window: "1h"`, "INPUT_INVALID"],
    ["a window of a month, whose length varies", `${day}, window: "P1M"`, "INPUT_INVALID"],
    ["an aggregate that is none", `${day}, aggregate: MEDIAN`, "INPUT_INVALID"],
    ["more windows than the limit", `${day}, window: "PT0.5S"`, "LIMIT_EXCEEDED"],
  ])("refuses %s", async (_, args, code) => {
    expect(await client().codeOf(query(args))).toBe(code);
  });

  it("refuses a wrong time in a variable as it does in the text", async () => {
    const variables = { from: "yesterday" };
    const text = `query ($from: DateTime!) { twin(id: "${METER}") { history(point: "power", from: $from, to: "2026-01-02T00:00:00Z") { at } } }`;
    const { errors } = await client().ask(text, variables);
    expect(errors).toHaveLength(1);
    expect(errors![0]!.message).toContain('"$from"');
    expect(errors![0]!.extensions).toEqual({
      code: "INPUT_INVALID",
      hint: "Write it as 2026-01-01T00:00:00Z, or with an offset: 2026-01-01T01:00:00+01:00.",
    });
  });

  it("refuses more samples than the limit, and says what to do", async () => {
    const { ask, world } = client();
    world.samples.length = 0;
    for (let index = 0; index <= MAX_SAMPLES; index++) world.samples.push({ at: index, value: 1, count: 1 });
    const { errors } = await ask(query(day));
    expect(errors![0]!.extensions.code).toBe("LIMIT_EXCEEDED");
    expect(errors![0]!.extensions.hint).toContain("window");
  });
});
