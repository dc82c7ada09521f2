// One live program at a time: a claim is a small file that names the process that holds it.
// K1  a claim is taken atomically: of two programs that start together, one gets it
// K2  a claim of a process that no longer lives is taken over, also when its id has been used again
// K3  a claim says of which folder it is: one that was copied with its folder while a program ran there is known by that

import { randomUUID } from "node:crypto";
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { startMark } from "./process-identity.ts";

export type Claim =
  | { held: true; release(): void }
  /** `copyOf`: the folder on which the holder runs, where this one is a copy of it. */
  | { held: false; holderPid: number; copyOf?: string };

/** A claim file without content is being written by its owner; after this long, its owner died doing so. */
const WRITING_LIMIT_MS = 5_000;
/** Rounds of "taken, stale, taken again by a third" after which the claim counts as held. */
const ROUND_LIMIT = 20;

/** Takes the claim or says who holds it. Throws only what the file system throws (folder missing, not writable). */
export function takeClaim(file: string): Claim {
  const folder = dirname(file);
  const place = placeOf(folder);
  const mine = JSON.stringify({ pid: process.pid, mark: startMark(process.pid), id: randomUUID(), folder, place });
  for (let round = 0; round < ROUND_LIMIT; round++) {
    if (createExclusively(file, mine)) return { held: true, release: () => release(file, mine) };
    const found = readClaim(file);
    if (found === undefined) continue;
    if (found.alive) {
      const isCopy = found.place !== undefined && found.place !== place;
      return { held: false, holderPid: found.pid, ...(isCopy && { copyOf: found.folder! }) };
    }
    removeStale(file, found.text);
  }
  return { held: false, holderPid: readClaim(file)?.pid ?? 0 };
}

function createExclusively(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    rmSync(file, { force: true }); // on a full disk it was made, and not written
    throw error;
  }
}

interface FoundClaim {
  text: string;
  pid: number;
  alive: boolean;
  folder?: string | undefined;
  place?: string | undefined;
}

/** What a folder keeps when it gets another name, and a copy of it does not have; undefined where there is none. */
function placeOf(folder: string): string | undefined {
  const stat = statSync(folder, { bigint: true, throwIfNoEntry: false });
  return stat && `${stat.dev}/${stat.ino}`;
}

function readClaim(file: string): FoundClaim | undefined {
  try {
    const text = readFileSync(file, "utf8");
    if (text === "") return { text, pid: 0, alive: Date.now() - statSync(file).mtimeMs < WRITING_LIMIT_MS };
    const { pid, mark, folder, place } = parseClaim(text);
    return { text, pid, alive: mark !== undefined && startMark(pid) === mark, folder, place };
  } catch {
    return undefined; // released meanwhile
  }
}

function parseClaim(text: string): { pid: number; mark: unknown; folder?: string; place?: string } {
  try {
    const { pid, mark, folder, place } = JSON.parse(text) as Record<string, unknown>;
    const isPlaced = typeof folder === "string" && typeof place === "string";
    return { pid: typeof pid === "number" ? pid : 0, mark, ...(isPlaced && { folder, place }) };
  } catch {
    return { pid: 0, mark: undefined };
  }
}

/** Moves the stale file aside first, as only one process can; what it moved by mistake (a fresh claim) it puts back. */
function removeStale(file: string, staleText: string): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
    const moved = readFileSync(aside, "utf8");
    if (moved !== staleText) createExclusively(file, moved);
    rmSync(aside, { force: true });
  } catch {
    // Somebody else was faster; the next round sees what they left.
  }
}

function release(file: string, mine: string): void {
  try {
    if (readFileSync(file, "utf8") === mine) rmSync(file, { force: true });
  } catch {
    // Gone already, with its folder: nothing left to release.
  }
}
