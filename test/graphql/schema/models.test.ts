// Versions of the model, plans and their application, as a client asks for them.

import { expect, it } from "vitest";
import { QuartierError } from "../../../runtime/errors.ts";
import { client } from "../ask.ts";
import { SCHOOL } from "../world.ts";

it("versions say when they were loaded and applied, and what was found in them", async () => {
  const { ask } = client();
  const { data } = await ask("{ models { id loadedAt appliedAt isCurrent twins findings { errors warnings infos } } }");
  expect(data.models).toEqual([
    {
      ...{ id: "b0", loadedAt: "2026-01-01T12:00:00.000Z", appliedAt: null, isCurrent: false, twins: 9 },
      findings: { errors: 0, warnings: 2, infos: 1 },
    },
  ]);
});

const PLAN = `query ($what: [PlannedChange!], $first: Int, $after: String) { modelPlan(version: "b0") {
  from to untouched counts { added returned retired changed relinked moved }
  twins(what: $what, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
    nodes { id what attributes { name before after } added { role twin } removed { role twin } state } } } }`;

it("a plan tells each touched twin, page by page, and by what is done to it", async () => {
  const { ask } = client();
  const { data } = await ask(PLAN, { first: 1 });
  expect(data.modelPlan).toMatchObject({ from: "a0", to: "b0", untouched: 7 });
  expect(data.modelPlan.counts).toEqual({ added: 0, returned: 0, retired: 0, changed: 1, relinked: 1, moved: 0 });
  const { totalCount, nodes, pageInfo } = data.modelPlan.twins;
  expect([totalCount, pageInfo.hasNextPage]).toEqual([2, true]);
  expect(nodes).toEqual([
    {
      ...{ id: "bus:lv:19", what: "RELINKED", attributes: [], removed: [], state: ["keeps its state and points"] },
      added: [{ role: "feeds", twin: SCHOOL }],
    },
  ]);
  const changed = [{ name: "lengthM", before: 1, after: null }];
  const next = await ask(PLAN, { first: 1, after: pageInfo.endCursor });
  expect(next.data.modelPlan.twins.nodes).toMatchObject([{ id: "pipe:water:1", what: "CHANGED", attributes: changed }]);
  const some = await ask(PLAN, { what: ["CHANGED"] });
  expect(some.data.modelPlan.twins.totalCount).toBe(1);
});

it("a version is applied from the one that was planned, or from whichever the district stands on", async () => {
  const { ask, world } = client();
  const { data } = await ask('mutation { applyModel(version: "b0", from: "a0") { from to counts { changed } } }');
  expect(data.applyModel).toEqual({ from: "a0", to: "b0", counts: { changed: 1 } });
  await ask('mutation { applyModel(version: "b0") { to } }');
  expect(world.applied).toEqual([{ version: "b0", from: "a0" }, { version: "b0" }]);
});

it("a refusal has its code and hint", async () => {
  const { codeOf, world } = client();
  world.failure = new QuartierError("MODEL_UNKNOWN", "there is no version b0 of the model");
  expect(await codeOf('{ modelPlan(version: "b0") { to } }')).toBe("MODEL_UNKNOWN");
});
