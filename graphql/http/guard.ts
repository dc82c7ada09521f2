// Who may speak to the server: names under which it is called, and pages from which a browser calls it.
// G1  on a loopback address it answers to loopback names only, so that no web page can reach it by rebinding its own name
// G2  a browser's request from another origin is refused unless that origin was allowed; then it gets CORS headers
// G3  a POST says application/json, which no HTML form can, so a page cannot make a browser send a mutation

import type { Plugin } from "graphql-yoga";
import { refusal } from "./refusal.ts";

const LOOPBACK_NAMES = new Set(["localhost", "127.0.0.1", "[::1]"]);
const LOOPBACK_ADDRESSES = new Set(["localhost", "127.0.0.1", "::1"]);
const PREFLIGHT_MAX_AGE_S = "600";

export interface GuardOptions {
  /** Address that the server listens on. */
  host: string;
  /** Origins of pages that may call it, besides its own: `https://dashboard.example`. */
  origins: readonly string[];
}

export function useGuard({ host, origins }: GuardOptions): Plugin {
  const isLocal = LOOPBACK_ADDRESSES.has(host);
  const isAllowed = (origin: string, request: Request) =>
    origins.includes(origin) || hostOf(origin) === calledAs(request);
  return {
    onRequest({ request, endResponse }) {
      if (isLocal && !LOOPBACK_NAMES.has(withoutPort(calledAs(request)))) {
        return endResponse(refusal("HOST_REFUSED", `this server is not called ${withoutPort(calledAs(request))}`));
      }
      const origin = request.headers.get("origin");
      if (origin !== null && !isAllowed(origin, request)) {
        return endResponse(refusal("ORIGIN_REFUSED", `pages of ${origin} may not call this server`));
      }
      if (request.method === "OPTIONS") return endResponse(new Response(null, { status: 204 }));
      const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
      if (request.method === "POST" && type !== "application/json") {
        return endResponse(refusal("UNSUPPORTED_MEDIA_TYPE", `a POST of ${type ?? "no content-type"} is not taken`));
      }
    },
    onResponse({ request, response }) {
      const origin = request.headers.get("origin");
      response.headers.set("x-content-type-options", "nosniff");
      if (origin === null) return;
      response.headers.append("vary", "Origin");
      if (!isAllowed(origin, request)) return;
      response.headers.set("access-control-allow-origin", origin);
      if (request.method !== "OPTIONS") return;
      response.headers.set("access-control-allow-methods", "GET, POST");
      response.headers.set("access-control-allow-headers", "content-type");
      response.headers.set("access-control-max-age", PREFLIGHT_MAX_AGE_S);
    },
  };
}

/** Host and port, as the client wrote them. */
function calledAs(request: Request): string {
  return request.headers.get("host") ?? new URL(request.url).host;
}

function withoutPort(host: string): string {
  return host.replace(/:\d*$/, "").toLowerCase();
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined; // `null`, the origin of sandboxed pages
  }
}
