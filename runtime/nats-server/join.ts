// Joins the NATS server that NATS_URL names: reached, new enough and with JetStream, or an error that says which of these it is not.
// J1  the server is only asked, never changed; the connection for asking is closed again

import {
  AuthorizationError,
  connect,
  type NatsConnection,
  NoRespondersError,
  UserAuthenticationExpiredError,
} from "@nats-io/transport-node";
import { type NatsAddress, natsAddress } from "./connection-options.ts";
import { NatsError } from "./nats-error.ts";
import { isNewEnough, OLDEST_VERSION } from "./version.ts";

const CONNECT_LIMIT_MS = 5_000;
const JETSTREAM_LIMIT_MS = 5_000;

export interface JoinedServer extends NatsAddress {
  version: string;
}

/** @throws NatsError NATS_URL_INVALID, NATS_UNREACHABLE, NATS_UNAUTHORIZED, NATS_TOO_OLD, NATS_NO_JETSTREAM */
export async function joinNats(url: string): Promise<JoinedServer> {
  const address = natsAddress(url);
  const connection = await connectTo(address);
  try {
    const version = connection.info?.version ?? "";
    if (!isNewEnough(version)) {
      const message = `The NATS server at ${address.shown} is ${version}, and ${OLDEST_VERSION} or newer is needed.`;
      throw new NatsError("NATS_TOO_OLD", message, "Update that server, or unset NATS_URL to have one started here.");
    }
    await needJetStream(connection, address.shown);
    return { ...address, version };
  } finally {
    await connection.close();
  }
}

async function connectTo({ connection, shown }: NatsAddress): Promise<NatsConnection> {
  try {
    return await connect({ ...connection, timeout: CONNECT_LIMIT_MS, reconnect: false });
  } catch (error) {
    if (error instanceof AuthorizationError || error instanceof UserAuthenticationExpiredError) {
      const hint = "Put user and password, or a token, into NATS_URL: nats://user:password@host:4222.";
      throw new NatsError("NATS_UNAUTHORIZED", `The NATS server at ${shown} refused the credentials.`, hint);
    }
    const message = `No NATS server answered at ${shown} (${(error as Error).message}).`;
    throw new NatsError(
      "NATS_UNREACHABLE",
      message,
      "See that it runs there, or unset NATS_URL to have one started here.",
      { cause: error },
    );
  }
}

/** JetStream can be off for the whole server or for the account that the credentials belong to. */
async function needJetStream(connection: NatsConnection, shown: string): Promise<void> {
  let reason = "";
  try {
    const answer = await connection.request("$JS.API.INFO", "", { timeout: JETSTREAM_LIMIT_MS });
    reason = (answer.json() as { error?: { description?: string } }).error?.description ?? "";
  } catch (error) {
    reason = error instanceof NoRespondersError ? "nobody answers for it" : (error as Error).message;
  }
  if (reason === "") return;
  const message = `The NATS server at ${shown} has no JetStream for this account (${reason}).`;
  const hint = "Start it with `nats-server -js`, or turn JetStream on for the account in its configuration.";
  throw new NatsError("NATS_NO_JETSTREAM", message, hint);
}
