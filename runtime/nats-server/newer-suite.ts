// Derives, from the package sources that a machine has, entries for a newer suite of the same mirror: one that holds a
// nats-server new enough. Pure. No mirror is named here: where packages come from stays the machine owner's decision.
// N1  URI, keyring and trust settings are the machine's own; only suite, components and the index asked for differ
// N2  an archive of somebody else that happens to use the same suite name comes after the distribution's own

import type { AptSource } from "./apt-sources.ts";

export interface SuiteEntry {
  suite: string;
  /** A complete deb822 stanza, for a private `.sources` file. May hold the mirror's credentials: not for log lines. */
  stanza: string;
}

interface Family {
  /** Component that holds nats-server. */
  component: string;
  /** Suites whose nats-server is older than 2.11. */
  tooOld: string[];
  /** Suites known to hold one that is new enough, the steadiest first. */
  newEnough: string[];
  /** Other names that only this family gives its suites. */
  aliases: string[];
  /** Last word of the path of the family's own mirrors, by custom. */
  mirrorPath: RegExp;
  keyring: RegExp;
}

// nats-server: bookworm 2.9.10, trixie 2.10.27, forky 2.15.1; noble 2.10.7, questing and resolute 2.10.27, stonking 2.14.1.
// (tracker.debian.org and packages.ubuntu.com, 2026.) `devel` is what Ubuntu calls the suite after its latest.
const DEBIAN: Family = {
  component: "main",
  tooOld: ["oldoldstable", "oldstable", "stable", "buster", "bullseye", "bookworm", "trixie"],
  newEnough: ["forky", "sid"],
  aliases: ["testing", "unstable"],
  mirrorPath: /\/(debian|raspbian)\/?$/,
  keyring: /\/(debian|raspbian)-archive[^/]*$/,
};
const UBUNTU: Family = {
  component: "universe",
  tooOld: ["bionic", "focal", "jammy", "noble", "oracular", "plucky", "questing", "resolute"],
  newEnough: ["stonking", "devel"],
  aliases: [],
  mirrorPath: /\/ubuntu(-ports)?\/?$/,
  keyring: /\/ubuntu-archive[^/]*$/,
};

/** Options that say whom to trust; what restricts architectures, languages or a snapshot's date would only be in the way. */
const KEPT_OPTIONS = [
  ["signed-by", "Signed-By"],
  ["trusted", "Trusted"],
  ["allow-insecure", "Allow-Insecure"],
  ["allow-weak", "Allow-Weak"],
  ["check-valid-until", "Check-Valid-Until"],
  ["check-date", "Check-Date"],
  ["by-hash", "By-Hash"],
] as const;

/** Mirrors asked at most: the distribution's own comes first, so that more would only cost time. */
const MIRROR_LIMIT = 2;

/**
 * Entries to try, the likeliest first; empty when no source of the machine is of Debian's or Ubuntu's family.
 * @param codename the machine's release (`bookworm`), from os-release
 * @param architecture Debian's word for it (`amd64`, `arm64`)
 */
export function newerSuiteEntries(sources: AptSource[], codename: string, architecture: string): SuiteEntry[] {
  const mirrors = sources
    .flatMap((source) => mirrorsOf(source, codename))
    .sort((one, other) => other.likelihood - one.likelihood)
    .filter((mirror, index, all) => all.findIndex((earlier) => earlier.uri === mirror.uri) === index);
  return mirrors.slice(0, MIRROR_LIMIT).flatMap(({ family, uri, source }) => {
    const own = family.tooOld.includes(codename) ? [] : source.suites.filter((suite) => suite === codename);
    const suites = [...new Set([...own, ...family.newEnough])];
    return suites.map((suite) => ({ suite, stanza: stanzaOf(family, uri, suite, architecture, source) }));
  });
}

interface Mirror {
  family: Family;
  uri: string;
  source: AptSource;
  likelihood: number;
}

function mirrorsOf(source: AptSource, codename: string): Mirror[] {
  if (!source.components.some((component) => component === "main" || component === "universe")) return [];
  const family = familyOf(source, codename);
  if (family === undefined) return [];
  return source.uris
    .filter((uri) => !uri.startsWith("cdrom:"))
    .map((uri) => ({ family, uri, source, likelihood: ownership(family, { ...source, uris: [uri] }) }));
}

function familyOf(source: AptSource, codename: string): Family | undefined {
  const families = [DEBIAN, UBUNTU];
  const byName = families.find(({ tooOld, newEnough, aliases }) =>
    source.suites.some((suite) => [...tooOld, ...newEnough, ...aliases].includes(suite)),
  );
  // A release younger than the tables above is still of a family when its mirror's path or keyring says so.
  const younger = source.suites.includes(codename) ? families.find((one) => ownership(one, source) > 0) : undefined;
  return byName ?? younger;
}

/** 0 to 2: how much speaks for the source being the distribution's own archive. */
function ownership(family: Family, source: AptSource): number {
  const path = source.uris.some((uri) => family.mirrorPath.test(uri)) ? 1 : 0;
  const keyring = family.keyring.test((source.options.get("signed-by") ?? "").split(/\s/)[0] ?? "") ? 1 : 0;
  return path + keyring;
}

function stanzaOf(family: Family, uri: string, suite: string, architecture: string, source: AptSource): string {
  const kept = KEPT_OPTIONS.flatMap(([option, field]) => {
    const value = source.options.get(option);
    // A fingerprint pins the key of *one* release; without it, apt takes any key that the machine's owner trusts.
    const fingerprint = option === "signed-by" && value !== undefined && !/\/|BEGIN PGP/.test(value);
    return value === undefined || fingerprint ? [] : [`${field}: ${value}`];
  });
  // Only the index of packages: no translations, no contents, no icons, no patches to an index that is not there.
  const lines = [
    "Types: deb",
    `URIs: ${uri}`,
    `Suites: ${suite}`,
    `Components: ${family.component}`,
    `Architectures: ${architecture}`,
    "Targets: Packages",
    "Languages: none",
    "PDiffs: no",
    ...kept,
  ];
  return `${lines.join("\n")}\n`;
}
