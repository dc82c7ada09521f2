// The samples are as installers, cloud images and container images of the distributions write them; see sources.list(5).
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseDeb822Sources, parseOneLineSources } from "../../../runtime/nats-server/apt-sources.ts";

test("the one-line format gives URI, suite and components of every deb line", () => {
  const sources = parseOneLineSources(`
# deb cdrom:[Debian GNU/Linux 12.5.0 _Bookworm_ - Official amd64 NETINST]/ bookworm main
deb http://mirror.example/debian/ bookworm main non-free-firmware
deb-src http://mirror.example/debian/ bookworm main
\tdeb   https://mirror.example/debian-security   bookworm-security  main # security
`);
  expect(sources).toEqual([
    {
      uris: ["http://mirror.example/debian/"],
      suites: ["bookworm"],
      components: ["main", "non-free-firmware"],
      options: new Map(),
    },
    {
      uris: ["https://mirror.example/debian-security"],
      suites: ["bookworm-security"],
      components: ["main"],
      options: new Map(),
    },
  ]);
});

test("options of the one-line format get their deb822 names", () => {
  const [source] = parseOneLineSources(
    "deb [ arch=amd64,arm64 signed-by=/usr/share/keyrings/a.gpg,/etc/apt/b.asc lang+=de trusted=yes ] http://m.example/debian trixie main",
  );
  expect(source?.options.get("architectures")).toBe("amd64 arm64");
  expect(source?.options.get("signed-by")).toBe("/usr/share/keyrings/a.gpg /etc/apt/b.asc");
  expect(source?.options.get("languages")).toBe("de");
  expect(source?.options.get("trusted")).toBe("yes");
});

test("a flat archive, a cdrom and a line without a suite are no sources to derive from", () => {
  expect(
    parseOneLineSources('deb cdrom:[Debian GNU/Linux 12]/ bookworm main\ndeb\ndeb http://m.example/debian\n""'),
  ).toEqual([]);
  expect(parseOneLineSources("deb file:/srv/packages ./")[0]?.components).toEqual([]);
});

test("deb822 gives one source per enabled stanza, whatever the case of its fields", () => {
  const sources = parseDeb822Sources(`# written by the installer
Types: deb deb-src
URIs: http://one.example/debian
 https://two.example/debian
# a comment between fields
Suites: bookworm bookworm-updates
components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb-src
URIs: http://one.example/debian
Suites: bookworm
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main
`);
  expect(sources).toEqual([
    {
      uris: ["http://one.example/debian", "https://two.example/debian"],
      suites: ["bookworm", "bookworm-updates"],
      components: ["main"],
      options: new Map([["signed-by", "/usr/share/keyrings/debian-archive-keyring.gpg"]]),
    },
  ]);
});

test("an inline key is kept line by line", () => {
  const key =
    "\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mDMEYCQjIxYJKwYBBAHaRw8BAQdA\n -----END PGP PUBLIC KEY BLOCK-----";
  const [source] = parseDeb822Sources(
    `Types: deb\r\nURIs: http://m.example/ubuntu\r\nSuites: noble\r\nComponents: main universe\r\nSigned-By:${key.replaceAll("\n", "\r\n")}\r\n`,
  );
  expect(source?.options.get("signed-by")).toBe(key);
  expect(source?.components).toEqual(["main", "universe"]);
});

test("no text makes the readers throw", () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom("deb [", "deb ]", "Types: deb", "URIs:", " .", "", "Signed-By:", "#"),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      parseOneLineSources(lines.join("\n"));
      parseDeb822Sources(lines.join("\n"));
    }),
  );
});
