// Chooses a loopback port of our own nats-server: the one last used with its data folder when it is free, else any free one.
// O1  a port is only a likely one: between choosing and listening another program may take it, and then another is chosen

import { readFileSync } from "node:fs";
import { createServer } from "node:net";

/** @throws what the operating system says when no port at all can be had */
export async function likelyPort(portFile: string): Promise<number> {
  const last = lastPort(portFile);
  if (last !== undefined && (await listenBriefly(last).catch(() => undefined)) === last) return last;
  return listenBriefly(0);
}

function lastPort(portFile: string): number | undefined {
  try {
    const port = Number(readFileSync(portFile, "utf8"));
    return Number.isInteger(port) && port >= 1024 && port <= 65535 ? port : undefined;
  } catch {
    return undefined; // the first start with this folder
  }
}

function listenBriefly(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : port));
    });
  });
}
