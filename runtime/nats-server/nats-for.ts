// The one way to a NATS server: the one that a URL names, else one of our own, found or fetched, started and looked after.
// Fed by    NATS_URL and the data folder. Gives the options to connect with.
// Z1  with a URL nothing is fetched, started or stopped; without one nothing is left running after stop()

import type { NodeConnectionOptions } from "@nats-io/transport-node";
import { findNatsServer } from "./find.ts";
import { joinNats } from "./join.ts";
import type { LineLog } from "./log-tail.ts";
import { NatsError } from "./nats-error.ts";
import { type NatsServerChange, startNatsServer } from "./start.ts";

export interface Nats {
  /** For eyes and log lines: without credentials. */
  url: string;
  /** Of our own server. A given one may speak MQTT too, but does not tell where. */
  mqttUrl?: string;
  /** For `connect()`: servers, credentials, TLS. */
  connection: NodeConnectionOptions;
  version: string;
  /** Of our own server: ends it by force, and starts it again with the same data. */
  startAnew?(): void;
  /** Stops our own server; does nothing to one that was given. May be called again. */
  stop(): Promise<void>;
}

export interface NatsSettings {
  /** NATS_URL, when it is set. */
  url?: string | undefined;
  /** Folder for the data of our own server, and for nothing else. */
  dataDir: string;
  /** Of our own server. */
  syncInterval?: string | undefined;
  log: LineLog;
  /** One sentence per step of what takes seconds. */
  progress?: (sentence: string) => void;
  onChange?: (change: NatsServerChange) => void;
}

/** @throws NatsError, any of its codes */
export async function natsFor({ url, dataDir, syncInterval, log, progress, onChange }: NatsSettings): Promise<Nats> {
  if (url !== undefined && url.trim() !== "") {
    const { connection, shown, version } = await joinNats(url.trim());
    return { url: shown, connection, version, stop: async () => {} };
  }
  if (process.platform === "win32") {
    const message = "Quartier starts no nats-server of its own on Windows.";
    throw new NatsError(
      "NATS_SERVER_START_FAILED",
      message,
      "Start one with `nats-server -js` and set NATS_URL=nats://127.0.0.1:4222.",
    );
  }
  const binary = await findNatsServer(progress);
  const told = onChange === undefined ? {} : { onChange };
  const server = await startNatsServer({ binary, dataDir, syncInterval, log, ...told });
  return { ...server, connection: { servers: server.url } };
}
