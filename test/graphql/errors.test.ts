import { describe, expect, it } from "vitest";
import { DOOR_ERRORS } from "../../graphql/errors.ts";
import { ERRORS, QuartierError } from "../../runtime/errors.ts";
import { client } from "./ask.ts";

describe("errors", () => {
  it.each([
    ["a text that is no query", "{ twins(", "GRAPHQL_PARSE_FAILED"],
    ["an empty text", " ", "GRAPHQL_PARSE_FAILED"],
    ["a field that there is not", "{ buildings { id } }", "GRAPHQL_VALIDATION_FAILED"],
    ["a required argument that is missing", "{ twin { id } }", "GRAPHQL_VALIDATION_FAILED"],
    ["an id that is a boolean", "{ twin(id: true) { id } }", "INPUT_INVALID"],
    ["a variable that is not given", "query ($id: ID!) { twin(id: $id) { id } }", "INPUT_INVALID"],
  ])("tell %s with code and hint (G1)", async (_, query, code) => {
    expect(await client().codeOf(query)).toBe(code);
  });

  it("tell an operation that is not in the text", async () => {
    const { post } = client();
    const response = await post(JSON.stringify({ query: "query A { status { now } }", operationName: "B" }));
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: "OPERATION_RESOLUTION_FAILURE" } }] });
  });

  it("that nobody foresaw are INTERNAL, without their message, and logged with it (G2)", async () => {
    const { ask, world, logged } = client();
    world.failure = new Error("the password is 1234");
    const { errors } = await ask(`{ twin(id: "bus:lv:17") { id } }`);
    expect(errors?.map(({ message, path, extensions }) => ({ message, path, extensions }))).toEqual([
      {
        message: "The program failed on this.",
        path: ["twin"],
        extensions: { code: "INTERNAL", hint: DOOR_ERRORS.INTERNAL.hint },
      },
    ]);
    expect(JSON.stringify(errors)).not.toContain("1234");
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatchObject({ path: "twin", err: { message: "the password is 1234" } });
  });

  it("never carry a stack trace or the text of an inner error (G1)", async () => {
    const { post, world } = client();
    for (const failure of [
      new Error("inner"),
      new TypeError("inner"),
      new QuartierError("OVERLOADED", "too much at once"),
    ]) {
      world.failure = failure;
      const text = await (await post(JSON.stringify({ query: `{ twin(id: "bus:lv:17") { id } }` }))).text();
      expect(text).not.toMatch(/stack|inner|\.ts|node_modules/);
    }
  });

  it("of the runtime are not logged as faults of the program", async () => {
    const { ask, logged } = client();
    await ask(`mutation { acknowledgeAlarm(id: "a9") { id } }`);
    await ask("{ nope }");
    expect(logged).toEqual([]);
  });

  it("are catalogued once, each with a hint that is a sentence", () => {
    for (const [code, { hint }] of Object.entries({ ...DOOR_ERRORS, ...ERRORS }))
      expect(hint, code).toMatch(/^[A-Z].*\.$/);
    expect(Object.keys(DOOR_ERRORS).filter((code) => code in ERRORS)).toEqual([]);
  });
});
