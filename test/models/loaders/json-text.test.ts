import { expect, test } from "vitest";
import { readJson } from "../../../models/loaders/json-text.ts";

test("J2: numbers that no double can hold are null, as NaN and Infinity are, and no fault", () => {
  const text = `{"a": 1e999, "b": [-1E+400, 1${"0".repeat(309)}], "c": 1e300, "d": "1e999", "e": 1e-999}`;
  expect(readJson(text)).toEqual({ value: { a: null, b: [null, null], c: 1e300, d: "1e999", e: 0 }, faults: [] });
  expect(readJson('{"a": NaN, "b": -Infinity}')).toEqual({ value: { a: null, b: null }, faults: [] });
});
