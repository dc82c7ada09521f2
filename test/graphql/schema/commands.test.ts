import { describe, expect, it } from "vitest";
import { ERRORS, QuartierError } from "../../../runtime/errors.ts";
import { client } from "../ask.ts";

const command = (input: string) => `mutation { command(input: ${input}) { outcome code reason twin { id state } } }`;

describe("the mutation command", () => {
  it("hands the request to the world, and gives its outcome with the twin", async () => {
    const { ask, world } = client();
    const { data } = await ask(command(`{ twin: "switch:lv:5", name: "open", args: { by: "me" }, key: "k1" }`));
    expect(world.requests).toEqual([{ twin: "switch:lv:5", name: "open", args: { by: "me" }, key: "k1" }]);
    const twin = { id: "switch:lv:5", state: "open.confirmed" };
    expect(data.command).toEqual({ outcome: "ACCEPTED", code: "OK", reason: null, twin });
  });

  it("gives a refusal as an answer, not as an error (C1)", async () => {
    const { data, errors } = await client().ask(command(`{ twin: "switch:lv:5", name: "jump" }`));
    expect(errors).toBeUndefined();
    expect(data.command).toMatchObject({
      outcome: "REFUSED",
      code: "COMMAND_UNKNOWN",
      reason: "a switch has no command jump",
    });
  });

  it.each([
    ["a twin that is not there", `{ twin: "switch:lv:99", name: "open" }`, "TWIN_UNKNOWN"],
    ["a name without a letter", `{ twin: "switch:lv:5", name: "" }`, "INPUT_INVALID"],
    ["an empty key", `{ twin: "switch:lv:5", name: "open", key: "" }`, "INPUT_INVALID"],
    ["a key without end", `{ twin: "switch:lv:5", name: "open", key: "${"k".repeat(257)}" }`, "INPUT_INVALID"],
    ["no name", `{ twin: "switch:lv:5" }`, "INPUT_INVALID"],
  ])("refuses %s", async (_, input, code) => {
    expect(await client().codeOf(command(input))).toBe(code);
  });

  it("tells an error of the runtime with its own code and hint", async () => {
    const { ask, world } = client();
    world.command = async () => {
      throw new QuartierError("LOG_UNAVAILABLE", "NATS at nats://127.0.0.1:4222 does not answer");
    };
    const { data, errors } = await ask(command(`{ twin: "switch:lv:5", name: "open" }`));
    expect(data).toBeNull();
    expect(errors).toEqual([
      {
        message: "NATS at nats://127.0.0.1:4222 does not answer",
        locations: [{ line: 1, column: 12 }],
        path: ["command"],
        extensions: { code: "LOG_UNAVAILABLE", hint: ERRORS.LOG_UNAVAILABLE.hint },
      },
    ]);
  });
});
