// Text tables: every text is found by its number and by itself, and no other.

import fc from "fast-check";
import { expect, test } from "vitest";
import { TextTable } from "../../models/text-table.ts";

test("texts of any characters are found, and others are not (X1)", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ unit: "grapheme" })), fc.string(), (texts, other) => {
      const table = new TextTable(TextTable.columns(texts, "text"), "text");
      expect(table.length).toBe(texts.length);
      expect(texts.map((_, i) => table.at(i))).toEqual(texts);
      expect(texts.map((text) => table.indexOf(text))).toEqual(texts.map((_, i) => i));
      expect(table.indexOf(other)).toBe(texts.indexOf(other));
    }),
  );
});

test("a text whose code units are the bytes of another is another", () => {
  const texts = ["ä", "中", "中文", "𝄞", "\ud800"];
  const bytes = (text: string) => Buffer.from(text).toString("latin1");
  for (const text of texts) {
    const table = new TextTable(TextTable.columns([text], "text"), "text");
    expect([bytes(text), `${text}a`, "a", ""].map((other) => table.indexOf(other))).toEqual([-1, -1, -1, -1]);
    const both = new TextTable(TextTable.columns([text, bytes(text)], "text"), "text");
    expect(both.indexOf(bytes(text))).toBe(1);
  }
});

test("more text than it began with room for", () => {
  const texts = Array.from({ length: 5_000 }, (_, i) => `${i} ${"ä".repeat(i % 50)}`);
  const table = new TextTable(TextTable.columns(texts, "text"), "text");
  expect(texts.every((text, i) => table.at(i) === text && table.indexOf(text) === i)).toBe(true);
});
