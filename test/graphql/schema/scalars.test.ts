import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDateTime } from "../../../models/date-time.ts";
import { client } from "../ask.ts";

describe("DateTime", () => {
  it.each([
    ["2026-01-01T00:00:00Z", Date.UTC(2026, 0, 1)],
    ["2026-01-01T01:00+01:00", Date.UTC(2026, 0, 1)],
    ["2025-12-31T19:30:00-04:30", Date.UTC(2026, 0, 1)],
    ["2024-02-29T12:00:00.5Z", Date.UTC(2024, 1, 29, 12, 0, 0, 500)],
    ["2024-02-29T12:00:00,250Z", Date.UTC(2024, 1, 29, 12, 0, 0, 250)],
    ["2026-01-01T00:00:00.123456789Z", Date.UTC(2026, 0, 1, 0, 0, 0, 123)],
  ])("reads %s", (text, ms) => {
    expect(parseDateTime(text)).toBe(ms);
  });

  it.each([
    "2026-01-01",
    "2026-01-01T00:00:00",
    "2026-02-29T00:00:00Z",
    "2100-02-29T00:00:00Z",
    "2026-04-31T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-00-01T00:00:00Z",
    "2026-01-00T00:00:00Z",
    "2026-01-01T24:00:00Z",
    "2026-01-01T00:60:00Z",
    "2026-01-01T00:00:60Z",
    "2026-01-01T00:00:00+24:00",
    "2026-01-01 00:00:00Z",
    "01/02/2026",
    "1767225600",
    "",
  ])("does not read %j", (text) => {
    expect(parseDateTime(text)).toBeUndefined();
  });

  it("reads back what it wrote, for every moment of ten thousand years", () => {
    fc.assert(
      fc.property(
        fc.date({
          min: new Date("0001-01-01T00:00:00Z"),
          max: new Date("9999-12-31T23:59:59.999Z"),
          noInvalidDate: true,
        }),
        (date) => {
          expect(parseDateTime(date.toISOString())).toBe(date.getTime());
        },
      ),
    );
  });

  it("never throws for a text", () => {
    fc.assert(fc.property(fc.string(), (text) => void parseDateTime(text)));
  });
});

describe("JSON", () => {
  const send = `mutation ($args: JSON) { command(input: { twin: "switch:lv:5", name: "open", args: $args }) { code } }`;
  const literal = (args: string) =>
    `mutation ($p: JSON) { command(input: { twin: "switch:lv:5", name: "open", args: ${args} }) { code } }`;

  it("takes objects in variables and in the text, with variables within", async () => {
    const { ask, world } = client();
    await ask(send, { args: { position: 0.5, list: [1, null, { a: true }] } });
    await ask(literal(`{ position: 0.5, list: [1, null, { a: $p }], text: "x" }`), { p: true });
    expect(world.requests.map((request) => request.args)).toEqual([
      { position: 0.5, list: [1, null, { a: true }] },
      { position: 0.5, list: [1, null, { a: true }], text: "x" },
    ]);
  });

  it("never lets an argument become a prototype", async () => {
    const { ask, world } = client();
    await ask(literal(`{ __proto__: { admin: $p } }`), { p: true });
    expect(Object.getPrototypeOf(world.requests[0]!.args)).toBe(Object.prototype);
    expect(world.requests[0]!.args).not.toHaveProperty("admin");
  });

  it.each(["{ position: open }", "{ position: 1e999 }", "[1]", `"open"`, "5"])("refuses %s", async (args) => {
    expect(await client().codeOf(literal(args).replace("($p: JSON) ", ""))).toBe("INPUT_INVALID");
  });
});
