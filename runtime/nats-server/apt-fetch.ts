// Fetches nats-server from the machine's own package mirror, from a newer suite than the machine runs, with or without root.
// Fed by    the machine's apt sources. Gives an unpacked binary. Nothing is installed and no setting of the machine changes:
//           apt works on private state, cache and source list, all in a temporary folder.
// T1  what is unpacked carries a signature that the machine trusts: apt checks it, with the machine's own keyrings
// T2  apt's own settings (proxies, credentials, time-outs, sandbox user) stay in force
// T3  every step has a time limit, and the temporary folder is removed whatever happens

import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AptSource, parseDeb822Sources, parseOneLineSources } from "./apt-sources.ts";
import { runCommand } from "./command.ts";
import { newerSuiteEntries, type SuiteEntry } from "./newer-suite.ts";

/** Index of one suite (10 MB) and one package (5 MB): seconds on a good line, minutes on a poor one. */
const UPDATE_LIMIT_MS = 240_000;
const DOWNLOAD_LIMIT_MS = 240_000;
const LOCAL_LIMIT_MS = 30_000;

export interface FetchAttempt {
  suite: string;
  reason: string;
}

/**
 * Tries one suite after another until `accept` takes the binary, which then has been copied by it.
 * @param accept gets the path of an unpacked binary; gives undefined when it will do, else why not
 * @returns the attempts that failed; `undefined` when this machine has no apt sources to derive an entry from
 */
export async function fetchWithApt(
  accept: (binary: string) => Promise<string | undefined>,
  progress: (sentence: string) => void,
): Promise<{ accepted: boolean; attempts: FetchAttempt[] } | undefined> {
  const entries = await aptEntries();
  if (entries.length === 0) return undefined;
  const attempts: FetchAttempt[] = [];
  for (const entry of entries) {
    const reason = await fetchFrom(entry, accept, progress);
    if (reason === undefined) return { accepted: true, attempts };
    attempts.push({ suite: entry.suite, reason });
  }
  return { accepted: false, attempts };
}

/** The entries this machine could fetch from; none when it has no apt, or no sources of Debian's or Ubuntu's family. */
export async function aptEntries(): Promise<SuiteEntry[]> {
  const settings = ["shell", "LIST", "Dir::Etc::sourcelist/f", "PARTS", "Dir::Etc::sourceparts/d"];
  const [config, dpkg, unpacker] = await Promise.all([
    runCommand("apt-config", settings, LOCAL_LIMIT_MS),
    runCommand("dpkg", ["--print-architecture"], LOCAL_LIMIT_MS),
    runCommand("dpkg-deb", ["--version"], LOCAL_LIMIT_MS),
  ]);
  if (!config.ok || !dpkg.ok || !unpacker.ok) return [];
  const read = (name: string): string => new RegExp(`^${name}='(.*)'$`, "m").exec(config.stdout)?.[1] ?? "";
  return newerSuiteEntries(machineSources(read("LIST"), read("PARTS")), codename(), dpkg.stdout.trim());
}

function machineSources(listFile: string, partsFolder: string): AptSource[] {
  const parts = readOr(() => readdirSync(partsFolder), []).sort();
  return [listFile, ...parts.map((name) => join(partsFolder, name))].flatMap((file) => {
    const text = readOr(() => readFileSync(file, "utf8"), "");
    if (file.endsWith(".list")) return parseOneLineSources(text);
    return file.endsWith(".sources") ? parseDeb822Sources(text) : [];
  });
}

function codename(): string {
  const release = readOr(() => readFileSync("/etc/os-release", "utf8"), "");
  const read = (name: string): string | undefined => new RegExp(`^${name}="?([^"\n]*)`, "m").exec(release)?.[1];
  return read("UBUNTU_CODENAME") ?? read("DEBIAN_CODENAME") ?? read("VERSION_CODENAME") ?? "";
}

async function fetchFrom(
  entry: SuiteEntry,
  accept: (binary: string) => Promise<string | undefined>,
  progress: (sentence: string) => void,
): Promise<string | undefined> {
  let folder: string | undefined;
  try {
    // Not below the cache: apt's sandbox user must be able to reach it, and cannot enter a private home.
    folder = mkdtempSync(join(tmpdir(), "quartier-apt-"));
    const config = await layOut(folder, entry);
    progress(`fetching nats-server: reading the package index of suite ${entry.suite}`);
    const update = await runCommand("apt-get", ["-c", config, "update"], UPDATE_LIMIT_MS, folder);
    if (!update.ok) return update.reason;
    progress(`fetching nats-server: downloading the package from suite ${entry.suite}`);
    const packages = join(folder, "packages");
    const arguments_ = ["-c", config, "download", "nats-server"];
    const download = await runCommand("apt-get", arguments_, DOWNLOAD_LIMIT_MS, packages);
    if (!download.ok) return download.reason;
    const file = readdirSync(packages).find((name) => name.endsWith(".deb"));
    if (file === undefined) return "apt-get downloaded nothing";
    const unpacked = join(folder, "unpacked");
    const unpack = await runCommand("dpkg-deb", ["-x", join(packages, file), unpacked], LOCAL_LIMIT_MS);
    if (!unpack.ok) return unpack.reason;
    return await accept(join(unpacked, "usr", "sbin", "nats-server"));
  } catch (error) {
    return (error as Error).message; // a full disk, a temporary folder that cannot be written
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** Private folders and the configuration that points apt at them; gives the configuration's path. */
async function layOut(folder: string, entry: SuiteEntry): Promise<string> {
  chmodSync(folder, 0o755);
  for (const name of ["state/lists/partial", "cache/archives/partial", "packages", "none"]) {
    mkdirSync(join(folder, name), { recursive: true, mode: 0o755 });
  }
  const sources = join(folder, "newer.sources");
  const config = join(folder, "apt.conf");
  // The stanza may carry credentials of a mirror: for its owner's eyes only.
  writeFileSync(sources, entry.stanza, { mode: 0o600 });
  writeFileSync(join(folder, "status"), "");
  writeFileSync(config, configText(folder, sources));
  await giveToSandboxUser([join(folder, "packages")]);
  return config;
}

function configText(folder: string, sources: string): string {
  // The hooks and the release and pins that the machine's owner set are about the machine's own packages.
  return `#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear APT::Default-Release;
Dir::State "${folder}/state";
Dir::State::lists "${folder}/state/lists";
Dir::State::status "${folder}/status";
Dir::Cache "${folder}/cache";
Dir::Cache::archives "${folder}/cache/archives";
Dir::Etc::sourcelist "${sources}";
Dir::Etc::sourceparts "${folder}/none";
Dir::Etc::preferences "${folder}/none/preferences";
Dir::Etc::preferencesparts "${folder}/none";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Acquire::Retries "1";
`;
}

/** Run as root, apt downloads as its sandbox user, who must then be able to write here. Not world-writable: T1. */
async function giveToSandboxUser(folders: string[]): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const user = await runCommand("id", ["-u", "_apt"], LOCAL_LIMIT_MS);
  if (!user.ok) return;
  for (const folder of folders) chownSync(folder, Number(user.stdout), process.getgid?.() ?? 0);
}

function readOr<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
