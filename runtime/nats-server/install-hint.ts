// Says, for the machine it runs on, which command brings nats-server. Pure but for the machine's own name.

import { existsSync } from "node:fs";
import { OLDEST_VERSION } from "./version.ts";

/** One sentence: the command that installs nats-server here, or NATS_URL as the way around. */
export function installHint(): string {
  const command = installCommand(process.platform);
  if (command === undefined) {
    return `Install nats-server ${OLDEST_VERSION} or newer so that it is on PATH, or set NATS_URL to a server with JetStream.`;
  }
  return `Run \`${command}\` (${OLDEST_VERSION} or newer is needed), or set NATS_URL to a server with JetStream.`;
}

function installCommand(platform: NodeJS.Platform): string | undefined {
  if (platform === "darwin") return "brew install nats-server";
  if (platform === "win32") return "scoop install nats-server";
  if (platform === "freebsd") return "pkg install nats-server";
  // Fedora's package is at 2.10 and Debian's released ones are older still: no command that would not disappoint.
  if (existsSync("/etc/alpine-release")) return "apk add nats-server";
  if (existsSync("/etc/arch-release")) return "pacman -S nats-server";
  if (existsSync("/etc/NIXOS")) return "nix profile install nixpkgs#nats-server";
  return undefined;
}
