// Versions of nats-server: read, and compared with the oldest one that will do.
// Fed by    `nats-server --version`, and the INFO line that a server greets every client with
// V1  a pre-release (`2.12.0-RC.1`) counts as its release: it has the features

/** The log relies on what JetStream can do since 2.11 (2025); the last 2.10 lacks it. */
export const OLDEST_VERSION = "2.11.0";

/** `nats-server: v2.15.1` gives `2.15.1`; undefined when the text holds no version. */
export function parseVersion(text: string): string | undefined {
  return /(?:^|[^\d.])v?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)/.exec(text)?.[1];
}

/** True when the version (`2.15.1`) is `OLDEST_VERSION` or newer. */
export function isNewEnough(version: string): boolean {
  const [have, need] = [numbers(version), numbers(OLDEST_VERSION)];
  const differing = need.findIndex((part, index) => have[index] !== part);
  return differing === -1 || (have[differing] ?? 0) > (need[differing] ?? 0);
}

function numbers(version: string): number[] {
  return (version.split("-")[0] ?? "").split(".").map(Number);
}
