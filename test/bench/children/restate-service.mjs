// The meter as a virtual object of Restate: with a row as in row.mjs, and with @restatedev/xstate and the statechart itself.

import { createServer } from "node:http2";
import * as restate from "@restatedev/restate-sdk";
import { xstate } from "@restatedev/xstate";
import { meter as definition } from "../../../dist/twins/meter.js";
import { applyReading, newRow, view } from "../row.mjs";
import { serve } from "./serve.mjs";

// The SDK asks for Node 22; this is all that it lacks in Node 20.
Promise.withResolvers ??= function withResolvers() {
  /** @type {any} */
  const settle = {};
  const promise = new Promise((resolve, reject) => Object.assign(settle, { resolve, reject }));
  return { promise, ...settle };
};

const meter = restate.object({
  name: "meter",
  handlers: {
    /** @param {restate.ObjectContext} ctx @param {{ point: number, value: number, at: number }} reading */
    reading: async (ctx, { point, value, at }) => {
      const row = (await ctx.get("row")) ?? newRow();
      applyReading(/** @type {import("../row.mjs").Row} */ (row), point, value, at);
      ctx.set("row", row);
      return /** @type {import("../row.mjs").Row} */ (row).revision;
    },
    /** @param {restate.ObjectContext} ctx */
    row: async (ctx) => ctx.get("row"),
  },
});

/** Events come as JSON, so the view that the rules of the statechart ask is put in here. */
const machine = Object.create(definition.machine);
machine.transition = (/** @type {any} */ snapshot, /** @type {any} */ event, /** @type {any} */ scope) =>
  definition.machine.transition(snapshot, { ...event, view }, scope);

serve({
  /** @param {number} port */
  listen(port) {
    const quiet = () => {};
    const handler = restate.createEndpointHandler({
      services: [meter, xstate("meterMachine", machine)],
      logger: quiet,
    });
    return new Promise((resolve, reject) => {
      const server = createServer(handler);
      server.once("error", reject);
      server.listen(port, "127.0.0.1", () => resolve(undefined));
    });
  },
});
