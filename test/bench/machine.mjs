// What the bench ran on.

import { execFileSync } from "node:child_process";
import { readFileSync, statfsSync } from "node:fs";
import os from "node:os";

/** Magic numbers of statfs(2), in hexadecimal. */
const FILESYSTEMS = new Map([
  ["ef53", "ext4"],
  ["58465342", "xfs"],
  ["9123683e", "btrfs"],
  ["794c7630", "overlay"],
  ["1021994", "tmpfs (NOT on disk)"],
]);

/** @param {string} folder in which everything that is to last was written */
export function machine(folder) {
  const [cpu] = os.cpus();
  const type = statfsSync(folder).type.toString(16);
  return {
    cpu: cpu?.model.trim() ?? "unknown",
    cores: os.availableParallelism(),
    memoryGb: Math.round(os.totalmem() / 1e9),
    system: `${os.type()} ${os.release()}`,
    node: process.version,
    xstate: versionOf("xstate"),
    lmdb: versionOf("lmdb"),
    filesystem: FILESYSTEMS.get(type) ?? type,
    commit: commit(),
    date: new Date().toISOString().slice(0, 10),
  };
}

/** @param {string} name of a package of the project */
function versionOf(name) {
  const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  return /** @type {string} */ (JSON.parse(readFileSync(file, "utf8")).version);
}

function commit() {
  try {
    const git = (/** @type {string[]} */ words) =>
      execFileSync("git", words, { cwd: import.meta.dirname, encoding: "utf8", stdio: "pipe" }).trim();
    return `${git(["rev-parse", "--short", "HEAD"])}${git(["status", "--porcelain", "--", "../../runtime", "../../twins"]) ? " with changes" : ""}`;
  } catch {
    return "unknown";
  }
}
