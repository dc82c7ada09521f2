// Sources as they stand on machines of each kind; the mirror's name is always a made-up one.
import { expect, test } from "vitest";
import { parseDeb822Sources, parseOneLineSources } from "../../../runtime/nats-server/apt-sources.ts";
import { newerSuiteEntries } from "../../../runtime/nats-server/newer-suite.ts";

const BOOKWORM = `Types: deb
URIs: http://m.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://m.example/debian-security
Suites: bookworm-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`;

test("N1 Debian 12: suite forky, then sid, of the same mirror, with the same keyring, and only the index of packages", () => {
  const entries = newerSuiteEntries(parseDeb822Sources(BOOKWORM), "bookworm", "amd64");
  expect(entries.map(({ suite }) => suite)).toEqual(["forky", "sid"]);
  expect(entries[0]?.stanza).toBe(`Types: deb
URIs: http://m.example/debian
Suites: forky
Components: main
Architectures: amd64
Targets: Packages
Languages: none
PDiffs: no
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`);
});

test("Ubuntu: the universe of a suite whose nats-server is new enough", () => {
  const sources = parseDeb822Sources(`Types: deb
URIs: https://m.example/ubuntu-ports/
Suites: noble noble-updates noble-backports
Components: main universe restricted multiverse
Signed-By: /usr/share/keyrings/ubuntu-archive-keyring.gpg
`);
  const entries = newerSuiteEntries(sources, "noble", "arm64");
  expect(entries.map(({ suite }) => suite)).toEqual(["stonking", "devel"]);
  expect(entries[0]?.stanza).toContain("URIs: https://m.example/ubuntu-ports/\n");
  expect(entries[0]?.stanza).toContain("Components: universe\nArchitectures: arm64\n");
});

test("an inline key goes along, as the whole of it", () => {
  const key = "\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mDMEYCQj\n -----END PGP PUBLIC KEY BLOCK-----";
  const text = BOOKWORM.replaceAll(" /usr/share/keyrings/debian-archive-keyring.gpg", key);
  const [entry] = newerSuiteEntries(parseDeb822Sources(text), "bookworm", "amd64");
  expect(parseDeb822Sources(entry?.stanza ?? "")[0]?.options.get("signed-by")).toBe(key);
});

test("the fingerprint of one release's key does not go along, as the newer suite may have another", () => {
  const text = BOOKWORM.replaceAll(
    "/usr/share/keyrings/debian-archive-keyring.gpg",
    "4D64FEC119C2029067D6E791F8D2585B8783D481",
  );
  expect(newerSuiteEntries(parseDeb822Sources(text), "bookworm", "amd64")[0]?.stanza).not.toContain("Signed-By");
});

test("N2 an archive of somebody else with the same suite name comes after the distribution's own", () => {
  const sources =
    parseOneLineSources(`deb [arch=amd64 signed-by=/etc/apt/keyrings/vendor.gpg] https://vendor.example/tools bookworm main
deb [trusted=yes] http://m.example/debian bookworm main contrib
`);
  const mirrors = newerSuiteEntries(sources, "bookworm", "amd64").map(
    ({ stanza }) => /^URIs: (.*)$/m.exec(stanza)?.[1],
  );
  expect(mirrors).toEqual([
    "http://m.example/debian",
    "http://m.example/debian",
    "https://vendor.example/tools",
    "https://vendor.example/tools",
  ]);
  expect(newerSuiteEntries(sources, "bookworm", "amd64")[0]?.stanza).toContain("Trusted: yes\n");
});

test("a mirror list of a cloud image is a mirror like any other", () => {
  const text = BOOKWORM.replaceAll("http://m.example/debian\n", "mirror+file:///etc/apt/mirrors/debian.list\n");
  const [entry] = newerSuiteEntries(parseDeb822Sources(text), "bookworm", "amd64");
  expect(entry?.stanza).toContain("URIs: mirror+file:///etc/apt/mirrors/debian.list\nSuites: forky\n");
});

test("a release younger than this program is asked first for its own nats-server", () => {
  const sources = parseDeb822Sources(BOOKWORM.replaceAll("bookworm", "duke"));
  expect(newerSuiteEntries(sources, "duke", "amd64").map(({ suite }) => suite)).toEqual(["duke", "forky", "sid"]);
});

test("the same mirror named twice is asked once, and no machine asks more than two mirrors", () => {
  const uris = ["a", "a", "b", "c", "d"].map((name) => `deb http://${name}.example/debian trixie main`);
  const entries = newerSuiteEntries(parseOneLineSources(uris.join("\n")), "trixie", "amd64");
  expect(entries.map(({ stanza }) => /\/\/(.)/.exec(stanza)?.[1])).toEqual(["a", "a", "b", "b"]);
});

test("a machine of another family has no entry: nothing is fetched from where nothing is known", () => {
  const sources = parseOneLineSources(
    "deb http://m.example/kali kali-rolling main\ndeb http://v.example/apt stable-vendor main",
  );
  expect(newerSuiteEntries(sources, "kali-rolling", "amd64")).toEqual([]);
  expect(newerSuiteEntries([], "bookworm", "amd64")).toEqual([]);
  expect(
    newerSuiteEntries(parseOneLineSources("deb http://v.example/linux/debian bookworm stable"), "bookworm", "amd64"),
  ).toEqual([]);
});
