// Restate for the bench: its server from its npm package, as it comes, on the loopback interface.

import { createRequire } from "node:module";
import os from "node:os";
import { freePort, startServer } from "./processes.mjs";

/** @param {string} folder that is empty */
export async function startRestate(folder) {
  const require = createRequire(import.meta.url);
  /** @type {string} */
  let binary;
  try {
    const server = createRequire(require.resolve("@restatedev/restate-server/package.json"));
    binary = server.resolve(`@restatedev/restate-server-${os.platform()}-${os.arch()}/bin/restate-server`);
  } catch {
    throw new Error("there is no restate-server (npm --prefix test/bench ci)");
  }
  const [ingress, admin, fabric] = await Promise.all([freePort(), freePort(), freePort()]);
  const env = {
    ...{ RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`, RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}` },
    ...{ RESTATE_BIND_ADDRESS: `127.0.0.1:${fabric}`, RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${fabric}` },
    ...{ RESTATE_LISTEN_MODE: "tcp", RESTATE_NODE_NAME: "bench", RESTATE_DISABLE_TELEMETRY: "true" },
    ...{ RESTATE_LOG_FILTER: "error", DO_NOT_TRACK: "1" },
  };
  const words = ["--no-logo", "--base-dir", folder];
  const ready = async () => {
    const { ok } = await fetch(`http://127.0.0.1:${admin}/health`);
    const { ok: alsoOk } = await fetch(`http://127.0.0.1:${ingress}/restate/health`);
    if (!ok || !alsoOk) throw new Error("not healthy");
  };
  const server = await startServer(binary, words, { env, cwd: folder, ready });
  /** Makes the services of an endpoint known. */
  const register = async (/** @type {number} */ port) => {
    const body = JSON.stringify({ uri: `http://127.0.0.1:${port}` });
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`http://127.0.0.1:${admin}/deployments`, { method: "POST", headers, body });
    if (!answer.ok) throw new Error(`restate does not take the service: ${await answer.text()}`);
  };
  const version = require("@restatedev/restate-server/package.json").version;
  return { ...server, ingress, register, version };
}
