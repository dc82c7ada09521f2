import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../../models/district.ts";
import { PANDAPIPES_FINDINGS } from "../../../models/loaders/pandapipes.ts";
import { LOOP, loadPipes, pipesFixture, pipesJson, STRAND } from "./pandapipes-nets.ts";
import { codesOf, complaintsOf, type Tables, twinIn } from "./pandapower-nets.ts";

/** The strand with some rows of a table replaced. */
const strand = (changes: Tables): Tables => ({ ...STRAND, ...changes });

describe("pandapipes: findings", () => {
  it("has nothing to say of sound nets", async () => {
    for (const net of [STRAND, LOOP]) expect((await loadPipes(pipesJson(net))).findings).toEqual([]);
  });

  it("keeps what stands before the place where a file was cut off", async () => {
    const whole = new TextDecoder().decode(pipesFixture("1-LV-rural1--0-sw.json"));
    const part = await loadPipes(whole.slice(0, whole.indexOf("Junction 7")));
    expect(part.twins.flatMap(({ kind, name }) => (kind === "junction" && name ? [name] : []))).toEqual(
      [1, 2, 3, 4, 5, 6].map((n) => `Junction ${n}`),
    );
    expect(codesOf(part)).toEqual(expect.arrayContaining(["PANDAPIPES_NOT_JSON", "PANDAPIPES_TABLE_UNREADABLE"]));
  });

  it("reports every reference that leads nowhere, and makes no link or branch of it", async () => {
    const ends = ["from_junction", "to_junction"];
    const valve = ["junction", "element", "et", "diameter_m"];
    const part = await loadPipes(
      pipesJson(
        strand({
          pipe: { columns: [...ends, "length_km", "diameter_m"], data: [[0, 1, 1, 0.1], [1, 17, 1, 0.1], [null, 1, 1, 0.1]] }, // biome-ignore format: a table
          valve: { columns: valve, data: [[0, 9, "ju", 1], [8, 0, "pi", 1], [0, 7, "pi", 1], [0, 1, "x", 1], [0, 1, "pi", 1], [1, 1, "ju", 1]] }, // biome-ignore format: a table
          sink: { columns: ["mdot_kg_per_s"], data: [[1]] },
          ext_grid: { columns: ["junction", "p_bar"], data: [[0, 5], [4, 5]] }, // biome-ignore format: a table
        }),
      ),
    );
    expect(complaintsOf(part).toSorted()).toEqual([
      "PANDAPIPES_DANGLING ext_grid 1",
      "PANDAPIPES_DANGLING pipe 1",
      "PANDAPIPES_DANGLING pipe 2",
      "PANDAPIPES_DANGLING sink 0",
      "PANDAPIPES_DANGLING valve 0",
      "PANDAPIPES_DANGLING valve 1",
      "PANDAPIPES_DANGLING valve 2",
      "PANDAPIPES_LOOP valve 5",
      "PANDAPIPES_VALVE_MISPLACED valve 4",
      "PANDAPIPES_VALVE_TYPE valve 3",
    ]);
    const ids = new Set(part.twins.map(({ id }) => id));
    for (const { from, to } of [...part.links, ...part.branches]) expect(ids.has(from) && ids.has(to)).toBe(true);
  });

  it("questions lengths, diameters, pressures and consumers that cannot be", async () => {
    const ends = ["from_junction", "to_junction"];
    const part = await loadPipes(
      pipesJson({
        ...LOOP,
        junction: { columns: ["pn_bar"], index: [0, 1, 2, 3, 3], data: [[-5], ["x_bar"], [4], [4], [9]] },
        pipe: { columns: [...ends, "length_km", "diameter_m"], data: [[0, 1, 0, 0.1], [2, 3, 1, null]] }, // biome-ignore format: a table
        heat_consumer: {
          columns: [...ends, "qext_w", "deltat_k", "treturn_k"],
          data: [[1, 2, 1, 30, null], [1, 2, null, 30, 320], [1, 2, 1, null, null]], // biome-ignore format: a table
        },
      }),
    );
    expect(complaintsOf(part)).toEqual([
      "PANDAPIPES_VALUE junction 1",
      "PANDAPIPES_DUPLICATE_INDEX junction 3",
      "PANDAPIPES_PARAMETER pipe 0",
      "PANDAPIPES_PARAMETER pipe 1",
      "PANDAPIPES_PARAMETER junction 0",
      "PANDAPIPES_HEAT_CONSUMER heat_consumer 1",
      "PANDAPIPES_HEAT_CONSUMER heat_consumer 2",
    ]);
    expect(part.census).toMatchObject({ read: { junction: 4 }, unknown: { junction: 1 } });
  });

  it("counts what it leaves out, and finds what no source reaches", async () => {
    const controller = { columns: ["object"], data: [[{ _module: "pandapipes.control", _class: "ConstControl" }]] };
    const own = { columns: ["a"], data: [[1], [2]] }; // biome-ignore format: a table
    const part = await loadPipes(
      pipesJson(strand({ controller: controller as Tables[string], my_own: own, junction: { columns: ["pn_bar"], data: [[5], [5], [5]] } })), // biome-ignore format: one call
    );
    expect(part.findings.map(({ severity, code, at }) => `${severity} ${code} ${at}`)).toEqual([
      "info PANDAPIPES_PYTHON_ONLY controller",
      "warning PANDAPIPES_TABLE_UNKNOWN my_own",
      "warning PANDAPIPES_UNSUPPLIED junction 2",
    ]);
    expect(part.census?.unknown).toEqual({ controller: 1, my_own: 2 });
    expect(complaintsOf(await loadPipes(pipesJson({ sink: STRAND.sink! })))).toEqual([
      "PANDAPIPES_DANGLING sink 0",
      "PANDAPIPES_NO_JUNCTION ",
    ]);
    const out = { columns: [...STRAND.pipe!.columns, "in_service"], data: [[...STRAND.pipe!.data[0]!, false]] };
    expect(codesOf(await loadPipes(pipesJson(strand({ pipe: out }))))).toEqual([
      ...["PANDAPIPES_OUT_OF_SERVICE", "PANDAPIPES_UNSUPPLIED"],
    ]);
  });

  it("reads a fluid however deep it lies, and never what lies too deep", async () => {
    let deep: Json = { value: 1 };
    for (let n = 0; n < 30; n++)
      deep = { _module: "m", _class: "C", _object: JSON.stringify({ inner: deep }).slice(0, 5000) };
    const part = await loadPipes(pipesJson(STRAND, { fluid: deep }));
    expect(codesOf(part)).toEqual(["PANDAPIPES_FLUID_MISSING"]);
    expect(twinIn(part, "reservoir:s:0").attributes.network).toHaveProperty("fluid");
  });

  const small = new TextEncoder().encode(pipesJson(LOOP));
  const cell = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom(0, 1, 2, 3, "constructor", "__proto__", "ju", "pi", "pt", null, -1, 0.5, true),
  );

  it("never throws, whatever bytes are changed or cut", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(small.length),
        fc.array(fc.tuple(fc.nat(small.length - 1), fc.nat(255)), { maxLength: 4 }),
        async (length, changes) => {
          const bytes = small.slice();
          for (const [at, byte] of changes) bytes[at] = byte;
          const part = await loadPipes(bytes.slice(0, length));
          for (const { code } of part.findings) expect(Object.keys(PANDAPIPES_FINDINGS)).toContain(code);
        },
      ),
    );
  });

  it("never throws, whatever stands in the cells of its tables, and every id it names is a twin", async () => {
    const columns = [
      ...["junction", "element", "et", "from_junction", "to_junction", "return_junction", "flow_junction", "name"],
      ...[
        "p_bar",
        "type",
        "std_type",
        "geo",
        "opened",
        "constructor",
        "inner_diameter_mm",
        "controlled_p_bar",
        "coords",
      ],
    ];
    const table = fc.record({
      columns: fc.subarray(columns, { minLength: 1 }),
      index: fc.array(cell, { maxLength: 4 }),
      data: fc.array(fc.array(cell, { maxLength: columns.length }), { maxLength: 4 }),
    });
    const names = [
      ...["junction", "pipe", "valve", "sink", "source", "ext_grid", "circ_pump_mass", "press_control", "pump"],
      ...["heat_consumer", "mass_storage", "res_pipe", "junction_geodata", "pipe_geodata", "heat_generator"],
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.constantFrom(...names), table),
        cell,
        cell,
        async (tables, fluid, std_types) => {
          const part = await loadPipes(
            pipesJson({ ...LOOP, ...(tables as Tables) }, { fluid, std_types } as { fluid: Json }),
          );
          const ids = new Set(part.twins.map(({ id }) => id));
          expect(ids.size).toBe(part.twins.length);
          for (const { from, to } of [...part.links, ...part.branches]) expect(ids.has(from) && ids.has(to)).toBe(true);
          for (const { twin, switches } of part.branches)
            expect([twin, ...switches].every((id) => ids.has(id))).toBe(true);
        },
      ),
    );
  });
});
