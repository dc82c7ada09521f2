// The words of a command line: what is taken, and what is refused with a sentence that says what is wanted.

import { expect, test } from "vitest";
import { address, readArguments, UsageError } from "../../../runtime/cli/arguments.ts";

const read = (words: string[], env: NodeJS.ProcessEnv = {}) => readArguments(["up", "d", ...words], env);

test.each(["always", "10ms", "100ms", "1s", "120s", "2m", "10m"])("--sync-interval takes %s", (text) => {
  expect(read(["--sync-interval", text]).syncInterval).toBe(text);
});

test.each(["", "0s", "9ms", "11m", "1", "1h", "-1s", "1.5s", "never", "1s; port: 1"])(
  "--sync-interval refuses %j",
  (text) => {
    expect(() => read([`--sync-interval=${text}`])).toThrow(UsageError);
    expect(() => read([`--sync-interval=${text}`])).toThrow(/always, or a time from 10ms to 10m/);
  },
);

test("--sync-interval is nothing that could be told to a server that is given", () => {
  const words = ["--sync-interval", "1s"];
  expect(() => read([...words, "--nats", "nats://127.0.0.1"])).toThrow(/our own nats-server/);
  expect(() => read(words, { NATS_URL: "nats://127.0.0.1" })).toThrow(UsageError);
  expect(read(words, { NATS_URL: "" }).syncInterval).toBe("1s");
});

test.each([
  [[], "http://127.0.0.1:4000/graphql"],
  [["--port", "4001"], "http://127.0.0.1:4001/graphql"],
  [["--url", "http://127.0.0.1:34071"], "http://127.0.0.1:34071/graphql"],
  [["--url", "https://district.example/"], "https://district.example/graphql"],
  [["--url", "http://127.0.0.1:34071/graphql"], "http://127.0.0.1:34071/graphql"],
  [["--url", "https://example.org/district/graphql"], "https://example.org/district/graphql"],
])("the words %j mean the address %s", (words, url) => {
  expect(String(address(read(words)))).toBe(url);
});

test.each(["", "127.0.0.1:4000", "nats://127.0.0.1:4222"])("--url refuses %j", (url) => {
  expect(() => address(read(["--url", url]))).toThrow(/--url takes an address such as/);
});

test("nothing is accepted as lost unless it was said", () => {
  expect(read([]).acceptLoss).toBe(false);
  expect(read(["--accept-loss"]).acceptLoss).toBe(true);
});
