// quartier doctor: what of the surroundings is there, what is missing, and the command that mends it.
// Exit 0 when all is there, 1 otherwise.

import { accessSync, constants } from "node:fs";
import { inspectNats } from "../nats-server/inspect.ts";
import { makeFolder } from "../store/folder.ts";
import { freeBytes } from "../store/writing.ts";
import type { Arguments } from "./arguments.ts";
import type { Terminal } from "./terminal.ts";
import { dataFolder } from "./up.ts";

const NODE_WANTED = [20, 19] as const;
const MIB_BYTES = 1024 * 1024;
/** Of which JetStream takes three quarters: 64 MiB are set aside at the least for what devices send, and the store and logs want some. */
const WANTED_MIB = 256;

interface Check {
  name: string;
  ok: boolean;
  found: string;
  hint: string;
}

export async function doctor(args: Arguments, terminal: Terminal): Promise<number> {
  const checks: Check[] = [node(), writable(args), ...(await inspectNats(args.nats))];
  for (const { name, ok, found, hint } of checks) {
    terminal.print(`${ok ? "ok     " : "MISSING"} ${name}: ${found}`);
    if (!ok) terminal.print(`        ${hint}`);
  }
  return checks.every(({ ok }) => ok) ? 0 : 1;
}

function node(): Check {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const ok = major > NODE_WANTED[0] || (major === NODE_WANTED[0] && minor >= NODE_WANTED[1]);
  return {
    name: "Node.js",
    ok,
    found: process.versions.node,
    hint: `Install Node.js ${NODE_WANTED.join(".")} or newer.`,
  };
}

function writable(args: Arguments): Check {
  const folder = dataFolder(args, "");
  try {
    makeFolder(folder);
    accessSync(folder, constants.W_OK);
    const free = freeBytes(folder);
    const found = Number.isFinite(free) ? `${folder}, ${Math.floor(free / MIB_BYTES)} MiB free` : folder;
    const hint = `Make room for ${WANTED_MIB} MiB, or choose another folder with --data or QUARTIER_DATA.`;
    return { name: "data folder", ok: free >= WANTED_MIB * MIB_BYTES, found, hint };
  } catch (error) {
    const hint = "Choose another folder with --data or QUARTIER_DATA.";
    return { name: "data folder", ok: false, found: (error as Error).message, hint };
  }
}
