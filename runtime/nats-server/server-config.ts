// The configuration that our own nats-server runs with, and the files of its data folder.
// Fed by    data folder and ports. Gives the text of nats-server.conf.
// S1  loopback only, NATS and MQTT alike, and no monitoring port: nobody outside this machine reaches the server. There is no password: whoever
//     may run programs on this machine may use it. A machine shared with strangers wants NATS_URL and a server with accounts
// S2  all that the server keeps is below its data folder, readable by its owner only
// S3  MQTT 3.1.1 is a second door to the same subjects: the topic `quartier/D/telemetry/X` is the subject `quartier.D.telemetry.X`,
//     and what comes in there goes the same way, at QoS 0 and 1. (`.` in a level of a topic becomes `//`, which no device has.)
// S4  PUBACK at QoS 1 says that the server took the message and handed it on. It does *not* say that the telemetry stream stored
//     it: the server acknowledges also what the stream refuses, as when it is full, and nothing says that the stream has
//     written it before a kill. A device that must know publishes over NATS and waits for the stream's own acknowledgement
// S5  a set value on `quartier.D.command.X` reaches the MQTT clients that are subscribed at that moment, at QoS 0 whatever they
//     asked for, as it was published over NATS. One that was away, persistent session or not, does not get it later

import { createHash } from "node:crypto";
import { join } from "node:path";

/**
 * How long JetStream may keep an acknowledged message in the operating system's memory before it is forced to disk, unless told
 * otherwise. The promise: kill -9 of the server or of the whole program loses nothing; a power cut or a crash of the machine loses at
 * most what was acknowledged within this interval; with `always`, nothing. (The server's own default is 2 minutes.) ARCHITECTURE.md has
 * the measurements it was chosen on. Not used: streams with `persist_mode: async`, which are as fast with `always`, and of which
 * kill -9 took up to 170 messages that had been acknowledged.
 */
export const SYNC_INTERVAL = "1s";

/** Largest message in bytes. The server's default is 1 MiB; batches of readings and model changes may be larger; it warns above 8. */
const MAX_PAYLOAD_BYTES = 8 * 1024 * 1024;

/** The server turns its log over at this size and keeps so many old ones. */
const LOG_LIMIT_BYTES = 8 * 1024 * 1024;
const OLD_LOGS_KEPT = 2;

/** The server's doors on the loopback interface. */
export interface Ports {
  nats: number;
  mqtt: number;
}

export interface DataFiles {
  config: string;
  pid: string;
  log: string;
  /** The ports last used, so that clients find the server again after a restart of the program. */
  port: string;
  mqttPort: string;
  claim: string;
}

export function dataFiles(dataDir: string): DataFiles {
  return {
    config: join(dataDir, "nats-server.conf"),
    pid: join(dataDir, "nats-server.pid"),
    log: join(dataDir, "nats-server.log"),
    port: join(dataDir, "nats-server.port"),
    mqttPort: join(dataDir, "nats-server.mqtt-port"),
    claim: join(dataDir, "nats-server.claim"),
  };
}

/** One data folder, one name: tells our server from another one that took the port. */
export function serverName(dataDir: string): string {
  return `quartier-${createHash("sha256").update(dataDir).digest("hex").slice(0, 12)}`;
}

/** Text of nats-server.conf. Paths are written as JSON strings, whose escapes the format shares. */
export function configText(dataDir: string, ports: Ports, syncInterval: string): string {
  const files = dataFiles(dataDir);
  return `# Written by quartier at every start; changes here are lost.
server_name: ${serverName(dataDir)}
listen: "127.0.0.1:${ports.nats}"
max_payload: ${MAX_PAYLOAD_BYTES}
pid_file: ${JSON.stringify(files.pid)}
log_file: ${JSON.stringify(files.log)}
log_size_limit: ${LOG_LIMIT_BYTES}
logfile_max_num: ${OLD_LOGS_KEPT + 1}
jetstream {
  store_dir: ${JSON.stringify(dataDir)}
  sync_interval: ${JSON.stringify(syncInterval)}
}
mqtt {
  listen: "127.0.0.1:${ports.mqtt}"
}
`;
}
