// The server: the HTTP door on a socket.
// Gives     GraphQL over HTTP (spec of 2025), subscriptions as server-sent events, GraphiQL, /history, /export, /models, /health
// V1  `startGraphQL` resolves when the first query would be answered, and throws a coded DoorError when it cannot listen
// V2  `close` ends subscriptions at once, lets running requests end within CLOSE_LIMIT_MS, and then closes their sockets
// V3  there are never more than MAX_CONNECTIONS, which is more than MAX_SUBSCRIPTIONS: who subscribes leaves room for who asks

import "./production.ts";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Logger } from "pino";
import type { World } from "../runtime/views.ts";
import { DoorError } from "./errors.ts";
import { createDoor, type PreparedDoor, prepareDoor } from "./http/door.ts";
import { Guard } from "./http/guard.ts";
import { HISTORY_PATH, historyDoor } from "./http/history.ts";
import { EXPORT_PATH, modelExportDoor } from "./http/model-export.ts";
import { MODELS_PATH, modelsDoor } from "./http/models.ts";
import { GRAPHQL_PATH } from "./http/routes.ts";
import { isAt } from "./http/side-door.ts";
import { CLOSE_LIMIT_MS, CLOSE_SWEEP_MS, MAX_CONNECTIONS } from "./limits.ts";
import type { OpenSubscriptions } from "./open-subscriptions.ts";

export interface GraphQLOptions {
  world: World;
  /** Address to listen on; other machines reach it only when it is not a loopback address. */
  host?: string;
  /** 0 for any that is free. */
  port: number;
  log: Logger;
  /** Origins of web pages that may call the server, besides its own. */
  origins?: readonly string[];
  /** Made now unless it was before. */
  prepared?: PreparedDoor;
}

export interface GraphQLServer {
  url: string;
  port: number;
  close(): Promise<void>;
}

export async function startGraphQL(options: GraphQLOptions): Promise<GraphQLServer> {
  const { world, host = "127.0.0.1", port, log, origins = [], prepared = prepareDoor() } = options;
  const guard = new Guard({ host, origins });
  const door = createDoor({ world, log: log.child({ part: "graphql" }), prepared, guard });
  const history = historyDoor({ world, log: log.child({ part: "history" }), guard });
  const modelExport = modelExportDoor({ world, log: log.child({ part: "export" }), guard });
  const models = modelsDoor({ world, log: log.child({ part: "models" }), guard });
  // Without Node's limit for a whole request: an import takes as long as its file. That for the headers stays.
  const server = createServer({ requestTimeout: 0 }, (request, response) => {
    if (isAt(request, HISTORY_PATH)) void history(request, response);
    else if (isAt(request, EXPORT_PATH)) void modelExport(request, response);
    else if (isAt(request, MODELS_PATH)) void models(request, response);
    else void door(request, response);
  });
  server.maxConnections = MAX_CONNECTIONS;
  await listening(server, host, port);
  const bound = (server.address() as AddressInfo).port;
  const name = host.includes(":") ? `[${host}]` : host;
  let closing: Promise<void> | undefined;
  return {
    url: `http://${name}:${bound}${GRAPHQL_PATH}`,
    port: bound,
    close: () => {
      closing ??= closed(server, prepared.open);
      return closing;
    },
  };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(whyNot(error, host, port)));
    server.listen({ host, port }, () => resolve());
  });
}

function whyNot(error: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (error.code) {
    case "EADDRINUSE":
      return new DoorError("PORT_IN_USE", `port ${port} of ${host} is in use by another program`);
    case "EACCES":
      return new DoorError("PORT_REFUSED", `this user may not listen on port ${port}`);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new DoorError("HOST_UNAVAILABLE", `${host} is no address of this machine`);
    default:
      return error;
  }
}

function closed(server: Server, open: OpenSubscriptions): Promise<void> {
  return new Promise((resolve) => {
    const limit = setTimeout(() => server.closeAllConnections(), CLOSE_LIMIT_MS);
    // Connections that clients keep for their next request fall idle one by one, as answers end.
    const sweep = setInterval(() => server.closeIdleConnections(), CLOSE_SWEEP_MS);
    server.close(() => {
      clearTimeout(limit);
      clearInterval(sweep);
      resolve();
    });
    open.end();
  });
}
