// What `quartier doctor` says of NATS: what is there, what is missing, and the command that mends it.
// I1  looks only: nothing is fetched or started (an empty cache folder may be made)

import { aptEntries } from "./apt-fetch.ts";
import { lookForNatsServer } from "./find.ts";
import { installHint } from "./install-hint.ts";
import { joinNats } from "./join.ts";
import { NatsError } from "./nats-error.ts";
import { OLDEST_VERSION } from "./version.ts";

export interface Check {
  name: string;
  ok: boolean;
  /** What was found, one sentence. */
  found: string;
  /** What mends it, one sentence; empty when there is nothing to mend. */
  hint: string;
}

/** @param url NATS_URL, when it is set: then that server is what matters, and none is needed here */
export async function inspectNats(url: string | undefined): Promise<Check[]> {
  return [url !== undefined && url.trim() !== "" ? await givenServer(url.trim()) : await ownServer()];
}

async function givenServer(url: string): Promise<Check> {
  const name = "NATS_URL";
  try {
    const { shown, version } = await joinNats(url);
    return { name, ok: true, found: `nats-server ${version} with JetStream at ${shown}.`, hint: "" };
  } catch (error) {
    if (error instanceof NatsError) return { name, ok: false, found: error.message, hint: error.hint };
    throw error;
  }
}

async function ownServer(): Promise<Check> {
  const name = "nats-server";
  const { binary, tooOld } = await lookForNatsServer();
  if (binary !== undefined)
    return { name, ok: true, found: `nats-server ${binary.version} at ${binary.path}.`, hint: "" };
  const old = tooOld.length > 0 ? `only ${tooOld.join(" and ")}` : "none";
  const found = `${OLDEST_VERSION} or newer is needed, and there is ${old} here`;
  const entries = await aptEntries();
  if (entries.length === 0) return { name, ok: false, found: `${found}.`, hint: installHint() };
  const suites = [...new Set(entries.map(({ suite }) => suite))].join(" or ");
  const plan = `; the first start fetches it from this machine's package mirror (suite ${suites})`;
  return { name, ok: true, found: `${found}${plan}.`, hint: "" };
}
