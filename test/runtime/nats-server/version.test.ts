import { expect, test } from "vitest";
import { isNewEnough, parseVersion } from "../../../runtime/nats-server/version.ts";

test.each([
  ["nats-server: v2.15.1\n", "2.15.1"],
  ["nats-server: v2.9.10", "2.9.10"],
  ["2.12.0-RC.1", "2.12.0-RC.1"],
  ["nats-server: v2.14.0-dev", "2.14.0-dev"],
])("the version in %j is %s", (text, version) => {
  expect(parseVersion(text)).toBe(version);
});

test("a text without a version has none", () => {
  expect(parseVersion("command not found")).toBeUndefined();
  expect(parseVersion("")).toBeUndefined();
});

test.each(["2.11.0", "2.11.1", "2.15.1", "2.100.0", "3.0.0", "2.11.0-RC.3"])("%s is new enough", (version) => {
  expect(isNewEnough(version)).toBe(true);
});

test.each(["2.10.27", "2.9.10", "1.99.99", "0.0.0", ""])("%j is too old", (version) => {
  expect(isNewEnough(version)).toBe(false);
});
