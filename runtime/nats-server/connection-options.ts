// Turns NATS_URL into what the NATS client needs. The client itself takes no credentials from a URL, and would not say so.
// X1  what is meant for log lines (`shown`) carries no credentials

import type { NodeConnectionOptions } from "@nats-io/transport-node";
import { NatsError, withoutCredentials } from "./nats-error.ts";

export interface NatsAddress {
  connection: NodeConnectionOptions;
  /** The URL for eyes and log lines. */
  shown: string;
}

/**
 * @param url `nats://host:port`, `tls://host:port`, `nats://user:password@host`, `nats://token@host`, or only `host:port`;
 *   several servers of one cluster parted by commas, with the same credentials
 * @throws NatsError NATS_URL_INVALID
 */
export function natsAddress(url: string): NatsAddress {
  const parts = url.split(",").map((part) => part.trim());
  const servers = parts.map((part) => parseServer(part, url));
  const first = servers.find(({ username }) => username !== "") ?? servers[0];
  const connection: NodeConnectionOptions = {
    servers: servers.map(({ hostname, port }) => `${hostname}:${port || "4222"}`),
  };
  if (servers.some(({ protocol }) => protocol === "tls:")) connection.tls = {};
  if (first !== undefined && first.username !== "") {
    const name = decodeURIComponent(first.username);
    if (first.password === "") connection.token = name;
    else Object.assign(connection, { user: name, pass: decodeURIComponent(first.password) });
  }
  return { connection, shown: withoutCredentials(url) };
}

function parseServer(part: string, url: string): URL {
  const hint = "Write it like nats://127.0.0.1:4222, or nats://user:password@host:4222; special characters as %XX.";
  const invalid = new NatsError("NATS_URL_INVALID", `NATS_URL ${withoutCredentials(url)} cannot be read.`, hint);
  const text = part.includes("://") ? part : `nats://${part}`;
  if (!URL.canParse(text)) throw invalid;
  const server = new URL(text);
  try {
    decodeURIComponent(server.username + server.password);
  } catch {
    throw invalid;
  }
  if (!["nats:", "tls:"].includes(server.protocol) || server.hostname === "") throw invalid;
  return server;
}
