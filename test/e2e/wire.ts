// A wire between the program and a server that a test can cut, silence, or refuse.
// Gives     `cut`: connections break, new ones are taken. `silence`: nothing passes, and nobody hears of it. `refuse`: new ones break at once.
//           `hang`: new ones are taken, and nothing comes

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface Wire {
  url: string;
  cut(): void;
  /** Nothing passes on the connections there are. */
  silence(): void;
  /** Breaks new connections as they come, until told otherwise. */
  refuse(isRefusing: boolean): void;
  /** Nobody says anything on new connections any more. */
  hang(): void;
  /** How many connections were begun. */
  readonly attempts: number;
  close(): void;
}

export async function wire(to: string): Promise<Wire> {
  const { hostname, port } = new URL(to);
  const sockets = new Set<Socket>();
  let isRefusing = false;
  let isHanging = false;
  let attempts = 0;
  const server = createServer((client) => {
    attempts++;
    client.on("error", () => {});
    if (isRefusing) {
      client.destroy();
      return;
    }
    if (isHanging) {
      sockets.add(client);
      return;
    }
    const upstream = connect(Number(port), hostname);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on("error", () => {});
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `nats://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    silence: () => {
      for (const socket of sockets) socket.unpipe();
    },
    refuse: (on) => {
      isRefusing = on;
    },
    hang: () => {
      isHanging = true;
    },
    get attempts() {
      return attempts;
    },
    close: () => {
      server.close();
      cut();
    },
  };
}
