// Devices for a test: an ordinary NATS client that publishes SenML packs, as somebody would who knows nothing but the contract.

import { connect } from "@nats-io/transport-node";
import { afterAll } from "vitest";

export interface Devices {
  /** Publishes a pack, or any text, as one device. */
  send(device: string, pack: unknown): Promise<void>;
}

/** Connects; the connection is closed at the end of the test file. */
export async function devices(natsUrl: string, district = "e2e"): Promise<Devices> {
  const connection = await connect({ servers: natsUrl });
  afterAll(() => connection.close());
  return {
    async send(device, pack) {
      connection.publish(
        `quartier.${district}.telemetry.${device}`,
        typeof pack === "string" ? pack : JSON.stringify(pack),
      );
      await connection.flush();
    },
  };
}
