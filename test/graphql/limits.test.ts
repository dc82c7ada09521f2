import { describe, expect, it } from "vitest";
import { MAX_ANSWER_FIELDS, MAX_DEPTH, MAX_TOKENS } from "../../graphql/limits.ts";
import { client } from "./ask.ts";
import { FixedWorld } from "./world.ts";

describe("limits of a query", () => {
  const nested = (levels: number) =>
    `{ twins { nodes ${"{ links { twin ".repeat(levels)} { id } ${"} }".repeat(levels)} } }`;

  it("lets a query be as deep as the limit, and no deeper", async () => {
    const atLimit = (MAX_DEPTH - 3) / 2;
    expect((await client().ask(nested(Math.floor(atLimit)))).errors).toBeUndefined();
    expect(await client().codeOf(nested(Math.ceil(atLimit) + 1))).toBe("LIMIT_EXCEEDED");
  });

  it("counts the depth through fragments, also through a ring of them", async () => {
    const chain = (levels: number) => {
      const fragments = Array.from(
        { length: levels },
        (_, i) => `fragment f${i} on Twin { links { twin { ...f${i + 1} } } }`,
      );
      return `{ twins { nodes { ...f0 } } } ${fragments.join(" ")} fragment f${levels} on Twin { id }`;
    };
    expect(await client().codeOf(chain(20))).toBe("LIMIT_EXCEEDED");
    const ring = `{ twins { nodes { ...a } } } fragment a on Twin { links { twin { ...b } } } fragment b on Twin { links { twin { ...a } } }`;
    expect(await client().codeOf(ring)).toBe("GRAPHQL_VALIDATION_FAILED");
  });

  it("refuses a text that is too long to be read", async () => {
    const aliases = Array.from({ length: MAX_TOKENS }, (_, i) => `a${i}: status { now }`).join(" ");
    expect(await client().codeOf(`{ ${aliases} }`)).toBe("LIMIT_EXCEEDED");
  });

  it("refuses an answer that would have too many fields, counted as it is made", async () => {
    const world = new FixedWorld();
    for (let element = 0; element < 1000; element++) world.add("bus", "lv", String(element));
    const fields = (count: number) => Array.from({ length: count }, (_, i) => `a${i}: name`).join(" ");
    const { ask, codeOf } = client(world);
    const most = MAX_ANSWER_FIELDS / 1000;
    expect((await ask(`{ twins(first: 900) { nodes { ${fields(most)} } } }`)).errors).toBeUndefined();
    expect(await codeOf(`{ twins(first: 1000) { nodes { ${fields(most + 1)} } } }`)).toBe("LIMIT_EXCEEDED");
  });

  it("refuses an answer that fragments make grow without end, and quickly", async () => {
    const { world, ask } = client();
    const fields = Array.from({ length: 120 }, (_, i) => i);
    const level = (name: string, on: string, field: string, next: string) =>
      `fragment ${name} on ${on} { ${fields.map((i) => `a${i}: ${field} { ${next} }`).join(" ")} }`;
    const query = [
      `{ twin(id: "space:school:r1") { ...A } }`,
      level("A", "Space", "storey", "...B"),
      level("B", "Storey", "building", "...C"),
      level("C", "Building", "district", "...D"),
      level("D", "District", "points", "name"),
    ].join(" ");
    let asked = 0;
    const links = world.links.bind(world);
    world.links = (id, role) => {
      asked++;
      return links(id, role);
    };
    const { errors } = await ask(query);
    expect(errors?.[0]?.extensions.code).toBe("LIMIT_EXCEEDED");
    expect(asked).toBeLessThan(10_000);
  });

  it("refuses a text that repeats a field without end", async () => {
    expect(await client().codeOf(`{ status { ${"now ".repeat(4_900)} } }`)).toBe("LIMIT_EXCEEDED");
  });

  it("refuses introspection that goes round in circles", async () => {
    const query = `{ __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }`;
    expect(await client().codeOf(query)).toBe("GRAPHQL_VALIDATION_FAILED");
  });
});
