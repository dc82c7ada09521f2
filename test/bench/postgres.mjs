// PostgreSQL for the bench: a cluster of its own in a temporary folder, as it comes, reached through a socket there.

import { execFileSync } from "node:child_process";
import { chownSync, existsSync, readdirSync } from "node:fs";
import { createConnection } from "node:net";
import { delimiter, join } from "node:path";
import { startServer } from "./processes.mjs";

/** Where Debian and Ubuntu keep it, newest first, and then the PATH. */
function findBinaries() {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const wanted = versions.includes("15") ? ["15", ...versions] : versions;
  const folders = [
    ...wanted.map((version) => join(debian, version, "bin")),
    ...(process.env.PATH ?? "").split(delimiter),
  ];
  return folders.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")));
}

/** initdb refuses root: then it is the user `postgres` of the package. */
function owner() {
  if (process.getuid?.() !== 0) return {};
  const id = (/** @type {string} */ flag) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

/** @param {string} folder that is empty */
export async function startPostgres(folder) {
  const binaries = findBinaries();
  if (!binaries) throw new Error("there is no PostgreSQL (apt-get install postgresql-15)");
  const { uid, gid } = owner();
  if (uid !== undefined) chownSync(folder, uid, /** @type {number} */ (gid));
  const cluster = join(folder, "cluster");
  const as = uid === undefined ? {} : { uid, gid };
  const init = ["-D", cluster, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"];
  execFileSync(join(binaries, "initdb"), init, { ...as, cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  const settings = { listen_addresses: "", unix_socket_directories: folder, fsync: "on", synchronous_commit: "on" };
  const words = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const version = execFileSync(join(binaries, "postgres"), ["--version"], { encoding: "utf8" }).trim();
  const ready = () => canConnect(join(folder, ".s.PGSQL.5432"));
  const server = await startServer(join(binaries, "postgres"), ["-D", cluster, ...words], {
    ...as,
    cwd: folder,
    ready,
  });
  return { ...server, version: version.replace(/^postgres \(PostgreSQL\) /, "").replace(/ .*/, "") };
}

/** @param {string} path @returns {Promise<void>} */
function canConnect(path) {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path, () => {
      socket.end();
      resolve();
    });
    socket.once("error", reject);
  });
}
