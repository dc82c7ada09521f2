// Where a fetched nats-server is kept between programs.
// F1  a binary is only ever taken from a folder that no other user can write to

import { accessSync, chmodSync, constants, lstatSync, mkdirSync, mkdtempSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";

/** `$XDG_CACHE_HOME/quartier`, else `~/.cache/quartier`, else a folder of our own below the machine's temporary one. */
export function cacheFolder(): string {
  const xdg = process.env.XDG_CACHE_HOME;
  const base = xdg !== undefined && isAbsolute(xdg) ? xdg : join(homedir(), ".cache");
  return writableFolder(join(base, "quartier")) ?? ownTemporaryFolder();
}

function writableFolder(folder: string): string | undefined {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
    return folder;
  } catch {
    return undefined;
  }
}

/** Anybody may have made a folder of that name in a shared temporary folder: it is used only when it is ours alone. */
function ownTemporaryFolder(): string {
  const user = process.getuid?.() ?? 0;
  const folder = writableFolder(join(tmpdir(), `quartier-${user}`));
  if (folder !== undefined) {
    const found = lstatSync(folder);
    const othersMayWrite = (found.mode & 0o022) !== 0;
    if (found.isDirectory() && found.uid === user && !othersMayWrite) return folder;
  }
  const fresh = mkdtempSync(join(tmpdir(), "quartier-"));
  chmodSync(fresh, 0o700);
  return fresh;
}
