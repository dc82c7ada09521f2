// The paths of the server: `/graphql`, `/health`, and `/`, which leads to GraphiQL. Everything else is NOT_FOUND.
// R1  /health says ok when the world answers within HEALTH_LIMIT_MS, and NATS answers it; it is 503 otherwise

import { type Plugin, shouldRenderGraphiQL } from "graphql-yoga";
import type { World } from "../../runtime/views.ts";
import { HEALTH_LIMIT_MS } from "../limits.ts";
import { GRAPHIQL } from "./graphiql.ts";
import { refusal } from "./refusal.ts";

export const GRAPHQL_PATH = "/graphql";

export function useRoutes(world: World): Plugin {
  return {
    async onRequest({ request, url, endResponse }) {
      const path = url.pathname.replace(/(?<=.)\/$/, "");
      if (path === GRAPHQL_PATH) {
        if (shouldRenderGraphiQL(request)) {
          // Many megabytes of page, which only browsers want.
          const { renderGraphiQL } = await import("@graphql-yoga/render-graphiql");
          const headers = { "content-type": "text/html; charset=utf-8", "x-frame-options": "DENY" };
          endResponse(new Response(renderGraphiQL(GRAPHIQL), { headers }));
        }
      } else if (path === "/health") endResponse(await health(world));
      else if (path === "/") endResponse(new Response(null, { status: 302, headers: { location: GRAPHQL_PATH } }));
      else endResponse(refusal("NOT_FOUND", `there is nothing at ${path}`));
    },
  };
}

async function health(world: World): Promise<Response> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), HEALTH_LIMIT_MS);
  });
  const answered = world.status().then(
    ({ nats }) => nats?.answers !== false,
    () => false,
  );
  const isWell = await Promise.race([answered, late]);
  clearTimeout(timer);
  const headers = { "cache-control": "no-store" };
  if (isWell) return Response.json({ status: "ok" }, { headers });
  return Response.json({ status: "unavailable" }, { status: 503, headers });
}
