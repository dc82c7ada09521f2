// Reads the INFO line that a NATS server greets every client with: who it is, which version, whether it has JetStream.
// See the client protocol of NATS, message INFO. Used to see that our own server is ready; speaks no further.
// R1  never throws and never hangs: no server, no NATS server and a silent one all give undefined

import { connect } from "node:net";

export interface Banner {
  serverName: string;
  version: string;
  jetstream: boolean;
}

const BANNER_LIMIT_MS = 1_000;
const BANNER_LIMIT_BYTES = 64 * 1024;

export function readBanner(port: number): Promise<Banner | undefined> {
  return new Promise((resolve) => {
    let received = "";
    const socket = connect({ host: "127.0.0.1", port });
    const finish = (banner?: Banner): void => {
      socket.destroy();
      resolve(banner);
    };
    socket.setTimeout(BANNER_LIMIT_MS, () => finish());
    socket.on("error", () => finish());
    socket.on("close", () => finish());
    socket.on("data", (chunk) => {
      received += chunk.toString("utf8");
      const end = received.indexOf("\r\n");
      if (end >= 0) finish(parseBanner(received.slice(0, end)));
      else if (received.length > BANNER_LIMIT_BYTES) finish();
    });
  });
}

function parseBanner(line: string): Banner | undefined {
  if (!line.startsWith("INFO ")) return undefined;
  try {
    const info = JSON.parse(line.slice("INFO ".length)) as Record<string, unknown>;
    return { serverName: String(info.server_name), version: String(info.version), jetstream: info.jetstream === true };
  } catch {
    return undefined;
  }
}
