// Who may speak to the server: names under which it is called, and pages from which a browser calls it.
// G1  on a loopback address it answers to loopback names only, so that no web page can reach it by rebinding its own name
// G2  a browser's request from another origin is refused unless that origin was allowed; then it gets CORS headers
// G3  a POST says a content type that no HTML form can, so a page cannot make a browser send a mutation or an import

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

/** What a guard looks at; `url` stands in for a missing host header. */
export type Guarded = Pick<Request, "method" | "url"> & { headers: Headers };

/** The rules, for the requests to GraphQL and for those beside it. */
export class Guard {
  readonly #isLocal: boolean;
  readonly #origins: readonly string[];

  constructor({ host, origins }: GuardOptions) {
    this.#isLocal = LOOPBACK_ADDRESSES.has(host);
    this.#origins = origins;
  }

  /** The answer to a request that goes no further. `types`: content types that a POST may have. */
  stops(request: Guarded, types: readonly string[]): Response | undefined {
    if (this.#isLocal && !LOOPBACK_NAMES.has(withoutPort(calledAs(request)))) {
      return refusal("HOST_REFUSED", `this server is not called ${withoutPort(calledAs(request))}`);
    }
    const origin = request.headers.get("origin");
    if (origin !== null && !this.#isAllowed(origin, request)) {
      return refusal("ORIGIN_REFUSED", `pages of ${origin} may not call this server`);
    }
    if (request.method === "OPTIONS") return new Response(null, { status: 204 });
    const type = mediaTypeOf(request.headers);
    if (request.method === "POST" && (type === undefined || !types.includes(type))) {
      return refusal("UNSUPPORTED_MEDIA_TYPE", `a POST of ${type ?? "no content-type"} is not taken`);
    }
    return undefined;
  }

  /** What every answer says. */
  mark(request: Guarded, headers: Headers): void {
    const origin = request.headers.get("origin");
    headers.set("x-content-type-options", "nosniff");
    if (origin === null) return;
    headers.append("vary", "Origin");
    if (!this.#isAllowed(origin, request)) return;
    headers.set("access-control-allow-origin", origin);
    if (request.method !== "OPTIONS") return;
    headers.set("access-control-allow-methods", "GET, POST");
    headers.set("access-control-allow-headers", "content-type");
    headers.set("access-control-max-age", PREFLIGHT_MAX_AGE_S);
  }

  #isAllowed(origin: string, request: Guarded): boolean {
    return this.#origins.includes(origin) || hostOf(origin) === calledAs(request);
  }
}

export function useGuard(guard: Guard): Plugin {
  return {
    onRequest({ request, endResponse }) {
      const stop = guard.stops(request, ["application/json"]);
      if (stop) return endResponse(stop);
    },
    onResponse({ request, response }) {
      guard.mark(request, response.headers);
    },
  };
}

export function mediaTypeOf(headers: Headers): string | undefined {
  return headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
}

/** Host and port, as the client wrote them. */
function calledAs(request: Guarded): string {
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
